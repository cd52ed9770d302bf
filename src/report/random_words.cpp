#include "report/random_words.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t shortest = 32;
// Of letters and digits drawn by lot some 62 % of the neighbours are of another class; of names in camel case
// less than a third are.
constexpr double least_changes = 0.42;

enum class Class { small, capital, digit, other };

Class class_of(char byte) {
  if (byte >= 'a' && byte <= 'z') return Class::small;
  if (byte >= 'A' && byte <= 'Z') return Class::capital;
  return byte >= '0' && byte <= '9' ? Class::digit : Class::other;
}

bool is_of_word(char byte) {
  return class_of(byte) != Class::other || byte == '+' || byte == '/' || byte == '-' || byte == '_';
}

/// Six bits of base64, see RFC 4648; -1 of another character.
int bits_of(char byte) {
  if (byte >= 'A' && byte <= 'Z') return byte - 'A';
  if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
  if (byte >= '0' && byte <= '9') return byte - '0' + 52;
  if (byte == '+' || byte == '-') return 62;
  return byte == '/' || byte == '_' ? 63 : -1;
}

bool is_base64_of_text(std::string_view word) {
  unsigned held = 0;
  int count = 0;
  for (const char byte : word) {
    held = (held << 6U) | static_cast<unsigned>(std::max(bits_of(byte), 0));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const auto decoded = static_cast<unsigned char>(held >> static_cast<unsigned>(count));
    const bool is_text =
        (decoded >= 0x20 && decoded < 0x7f) || decoded == '\n' || decoded == '\t' || decoded == '\r';
    if (!is_text) return false;
  }
  return true;
}

bool is_random(std::string_view word) {
  if (word.size() < shortest || word.front() == '/' || word.starts_with("_Z") || word.starts_with("_R"))
    return false;
  std::size_t count[4] = {};
  std::size_t changes = 0;
  for (std::size_t at = 0; at < word.size(); ++at) {
    ++count[static_cast<std::size_t>(class_of(word[at]))];
    if (at > 0 && class_of(word[at]) != class_of(word[at - 1])) ++changes;
  }
  const auto share = static_cast<double>(changes) / static_cast<double>(word.size() - 1);
  const bool has_all = count[0] >= 4 && count[1] >= 4 && count[2] >= 2;
  // A path or a name of several words has many separators.
  return has_all && count[3] * 8 <= word.size() && share >= least_changes && !is_base64_of_text(word);
}

}  // namespace

std::vector<std::string_view> random_words_in(std::string_view text) {
  std::vector<std::string_view> found;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_of_word(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_of_word(text[at])) ++at;
    // "sha512-…" and "SHA256:…" are there to be compared.
    const std::string_view word = text.substr(begin, at - begin);
    const std::string_view before = text.substr(begin < 8 ? 0 : begin - 8, std::min<std::size_t>(begin, 8));
    const bool is_digest = word.starts_with("sha") || before.ends_with("SHA256:") ||
                           before.ends_with("MD5:") || before.ends_with("sha256:") ||
                           before.ends_with("sha512:");
    if (is_digest) continue;
    if (is_random(word))
      found.push_back(word);
    else if (word.front() == '/')
      for (const std::string_view piece : split(word, '/'))
        if (is_random(piece)) found.push_back(piece);
  }
  return found;
}

}  // namespace whywontitstart
