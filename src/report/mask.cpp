#include "report/mask.h"

#include <charconv>

#include "base/text.h"
#include "report/secrets.h"

namespace whywontitstart {
namespace {

constexpr std::string_view stand_in_start = "‹secret-";

/// As the value stands in a C string: what strace(1) and JSON make of it.
std::string with_escapes(std::string_view value) {
  std::string result;
  for (const char byte : value) {
    if (byte == '"' || byte == '\\') result += '\\';
    if (byte == '\n')
      result += "\\n";
    else if (byte == '\t')
      result += "\\t";
    else
      result += byte;
  }
  return result;
}

/// As it stands in an address, see RFC 3986.
std::string with_percents(std::string_view value) {
  std::string result;
  for (const char byte : value) {
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                       (byte >= 'A' && byte <= 'Z') ||
                       std::string_view("-._~").find(byte) != std::string_view::npos;
    result += plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  }
  return result;
}

bool is_plain_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return byte >= 'a' && byte <= 'z'; });
}

/// Length of what the two have in common from their beginnings.
std::size_t common_length(std::string_view one, std::string_view other) {
  return static_cast<std::size_t>(std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first -
                                  one.begin());
}

/// A short secret is only looked for as a word of its own.
bool stands_alone(std::string_view text, std::size_t at, std::size_t length) {
  const auto joins = [](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_';
  };
  const std::size_t end = at + length;
  const bool after_escape = at >= 2 && text[at - 2] == '\\';  // "\nhunter2": the n is no part of the word
  const bool starts = at == 0 || !joins(text[at - 1]) || !joins(text[at]) || after_escape;
  return starts && (end == text.size() || !joins(text[end]) || !joins(text[end - 1]));
}

/// Calls `visit` with the number of each stand-in.
template <typename Visit>
void each_stand_in(std::string_view text, Visit&& visit) {
  for (std::size_t at = text.find(stand_in_start); at != std::string_view::npos;
       at = text.find(stand_in_start, at)) {
    at += stand_in_start.size();
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    const auto after = static_cast<std::size_t>(end - text.data());
    if (problem == std::errc() && text.substr(after).starts_with("›")) visit(number);
  }
}

}  // namespace

/// A part of a text that is to be replaced.
struct Mask::Place {
  std::size_t start = 0;
  std::size_t length = 0;
  std::string_view secret;
};

void Mask::learn(std::string_view secret) {
  if (secret.empty() || secret_of_.find(secret) != secret_of_.end()) return;
  std::string in_shell = shell_quoted(secret);
  if (in_shell.size() > secret.size()) in_shell = in_shell.substr(1, in_shell.size() - 2);
  for (const std::string& spelling :
       {std::string(secret), with_escapes(secret), with_percents(secret), in_shell})
    secret_of_.emplace(spelling, secret);
}

void Mask::learn_from(std::string_view text) {
  for (const std::string_view secret : secrets_in(text)) learn(secret);
}

void Mask::keep_stand_ins_of(std::string_view text) {
  each_stand_in(text, [&](std::size_t number) { before_ = std::max(before_, number); });
}

void Mask::apply(std::string& text) { apply(text, secrets_in(text)); }

void Mask::apply(std::string& text, const std::vector<std::string_view>& shown) {
  std::vector<Place> places;
  for (const std::string_view secret : shown)
    places.push_back({static_cast<std::size_t>(secret.data() - text.data()), secret.size(), secret});
  for (const auto& [spelling, secret] : secret_of_)
    if (is_telling(secret)) add_places(text, spelling, places);
  if (places.empty()) return;

  // From left to right; of two that begin together the longer one, and none inside another.
  std::sort(places.begin(), places.end(), [](const Place& one, const Place& other) {
    return one.start != other.start ? one.start < other.start : one.length > other.length;
  });
  std::string result;
  std::size_t done = 0;
  for (const Place& place : places) {
    const std::size_t end = place.start + place.length;
    if (end <= done) continue;
    if (place.start >= done) {  // else: it goes on where the one before ended, under that one's stand-in
      result.append(text, done, place.start - done);
      result += stand_in_of(place.secret);
    }
    done = end;
  }
  result.append(text, done);
  text = std::move(result);
}

/// Long or mixed enough not to be a word that stands in the report for another reason.
bool Mask::is_telling(const std::string& secret) const {
  return secret.size() >= (is_plain_word(secret) ? 8U : 5U) && public_.find(secret) == public_.end();
}

/// Where a known secret stands, also one that is cut off: strings of a trace and ends of logs are.
void Mask::add_places(std::string_view text, std::string_view spelling, std::vector<Place>& places) const {
  constexpr std::size_t enough = 10;
  const bool is_long = spelling.size() >= enough + 2;
  const std::string_view start = spelling.substr(0, is_long ? enough : spelling.size());
  for (std::size_t at = text.find(start); at != std::string_view::npos; at = text.find(start, at)) {
    const std::size_t length = common_length(text.substr(at), spelling);
    if (is_long || stands_alone(text, at, length)) places.push_back({at, length, spelling});
    at += length;
  }
  for (std::size_t cut = 1; is_long && cut + enough <= spelling.size(); ++cut)
    if (text.starts_with(spelling.substr(cut))) places.push_back({0, spelling.size() - cut, spelling});
}

std::string Mask::stand_in_of(std::string_view found) {
  const auto known = secret_of_.find(found);
  const std::string secret(known != secret_of_.end() ? std::string_view(known->second) : found);
  const auto [entry, is_new] = numbers_.emplace(secret, last() + 1);
  return fmt::format("{}{}›", stand_in_start, entry->second);
}

std::size_t stand_ins_in(std::string_view text) {
  std::size_t count = 0;
  each_stand_in(text, [&](std::size_t) { ++count; });
  return count;
}

}  // namespace whywontitstart
