#include "report/mask.h"

#include <charconv>

#include "base/text.h"
#include "report/secrets.h"

namespace whywontitstart {
namespace {

constexpr std::string_view opening = "‹";
constexpr std::string_view closing = "›";

constexpr std::pair<Hidden, std::string_view> kinds[] = {{Hidden::secret, "secret-"},
                                                         {Hidden::host, "host-"},
                                                         {Hidden::address, "address-"},
                                                         {Hidden::user, "user-"}};

std::string_view word_of(Hidden kind) {
  for (const auto& [known, word] : kinds)
    if (known == kind) return word;
  return "secret-";
}

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

struct StandIn {
  Hidden kind;
  std::size_t number;
  std::size_t start;
  std::size_t end;
};

/// Those that a text has, in order.
std::vector<StandIn> stand_ins(std::string_view text) {
  std::vector<StandIn> all;
  for (std::size_t at = text.find(opening); at != std::string_view::npos; at = text.find(opening, at)) {
    const std::size_t start = at;
    at += opening.size();
    for (const auto& [kind, word] : kinds) {
      if (!text.substr(at).starts_with(word)) continue;
      std::size_t number = 0;
      const auto [end, problem] =
          std::from_chars(text.data() + at + word.size(), text.data() + text.size(), number);
      const auto after = static_cast<std::size_t>(end - text.data());
      if (problem == std::errc() && text.substr(after).starts_with(closing))
        all.push_back({kind, number, start, after + closing.size()});
    }
  }
  return all;
}

}  // namespace

/// A part of a text that is to be replaced.
struct Mask::Place {
  std::size_t start = 0;
  std::size_t length = 0;
  std::string_view secret;
};

void Mask::learn(std::string_view secret) {
  if (secret.empty() || secret_of_.find(secret) != secret_of_.end() || !stand_ins(secret).empty()) return;
  std::string in_shell = shell_quoted(secret);
  if (in_shell.size() > secret.size()) in_shell = in_shell.substr(1, in_shell.size() - 2);
  for (const std::string& spelling :
       {std::string(secret), with_escapes(secret), with_percents(secret), in_shell})
    secret_of_.emplace(spelling, secret);
  // A key of several lines may be written line by line.
  constexpr std::size_t telling_line = 12;
  for (const std::string_view line : split(secret, '\n'))
    if (line.size() >= telling_line && line.size() < secret.size()) secret_of_.emplace(line, secret);
}

void Mask::learn_from(std::string_view text) {
  for (const std::string_view secret : secrets_in(text)) learn(secret);
}

void Mask::learn_name(std::string_view name, Hidden kind) {
  if (name.empty() || secret_of_.find(name) != secret_of_.end()) return;
  secret_of_.emplace(name, name);
  names_.emplace(name, kind);
}

void Mask::keep_stand_ins_of(std::string_view text) {
  for (const StandIn& one : stand_ins(text)) last_[one.kind] = std::max(last_[one.kind], one.number);
}

std::size_t Mask::last() const {
  const auto found = last_.find(Hidden::secret);
  return found == last_.end() ? 0 : found->second;
}

Hidden Mask::kind_of(const std::string& secret) const {
  const auto found = names_.find(secret);
  return found == names_.end() ? Hidden::secret : found->second;
}

void Mask::apply(std::string& text) { apply(text, secrets_in(text)); }

void Mask::apply(std::string& text, const std::vector<std::string_view>& shown) {
  std::vector<Place> places;
  places.reserve(shown.size());
  for (const std::string_view secret : shown)
    places.push_back({static_cast<std::size_t>(secret.data() - text.data()), secret.size(), secret});
  for (const auto& [spelling, secret] : secret_of_)
    if (is_telling(secret)) add_places(text, spelling, names_.contains(secret), places);
  // What was masked before stays as it is.
  const std::vector<StandIn> before = stand_ins(text);
  std::erase_if(places, [&](const Place& place) {
    return std::any_of(before.begin(), before.end(), [&](const StandIn& one) {
      return place.start < one.end && one.start < place.start + place.length;
    });
  });
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
  if (names_.contains(secret)) return true;
  return secret.size() >= (is_plain_word(secret) ? 8U : 5U) && public_.find(secret) == public_.end();
}

/// Where a known secret stands, also one that is cut off: strings of a trace and ends of logs are.
void Mask::add_places(std::string_view text, std::string_view spelling, bool is_name,
                      std::vector<Place>& places) const {
  constexpr std::size_t enough = 10;
  const bool is_long = !is_name && spelling.size() >= enough + 2;
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
  const Hidden kind = kind_of(secret);
  const auto [entry, is_new] = numbers_.try_emplace(secret, last_[kind] + 1);
  if (is_new) ++last_[kind];
  return fmt::format("{}{}{}{}", opening, word_of(kind), entry->second, closing);
}

std::size_t stand_ins_in(std::string_view text, bool names) {
  const std::vector<StandIn> all = stand_ins(text);
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const StandIn& one) { return (one.kind != Hidden::secret) == names; }));
}

}  // namespace whywontitstart
