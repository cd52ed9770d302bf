#include "base/text.h"

namespace whywontitstart {
namespace {

bool is_word_byte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_' || byte == '-' || static_cast<unsigned char>(byte) >= 0x80;
}

bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7f; }

/// Length of the well-formed UTF-8 sequence at the start of `text`; 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 && first <= 0xf4   ? 4
                             : first >= 0xe0 && first <= 0xef ? 3
                             : first >= 0xc2 && first <= 0xdf ? 2
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at)
    if ((byte(at) & 0xc0) != 0x80) return 0;
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool too_large = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

/// Length of the terminal escape at the start of `text` (which begins with ESC).
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 1;
  std::size_t at = 2;
  if (text[1] == '[') {  // CSI: parameters, then one final byte
    while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3f) ++at;
    return std::min(at + 1, text.size());
  }
  if (text[1] == ']' || text[1] == 'P' || text[1] == '_' ||
      text[1] == '^') {  // OSC and kin: until BEL or ESC backslash
    while (at < text.size() && text[at] != '\a' && text[at] != '\x1b' && text[at] != '\n') ++at;
    if (at < text.size() && text[at] == '\a') return at + 1;
    if (at + 1 < text.size() && text[at] == '\x1b' && text[at + 1] == '\\') return at + 2;
    return at;
  }
  return 2;
}

/// Without "." and doubled slashes, as most paths are.
bool is_plain(std::string_view path) {
  return path.size() > 1 && path.front() == '/' && path.back() != '/' && !path.ends_with("/.") &&
         path.find("//") == std::string_view::npos && path.find("/./") == std::string_view::npos;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& pieces, std::string_view between) {
  return fmt::format("{}", fmt::join(pieces, between));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& byte : result)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  return result;
}

bool contains_word(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_word_byte(text[at - 1]) || !is_word_byte(word.front());
    // A full stop ends a sentence as often as it starts a file's ending: ".conf." is one, ".conf.bak" is not.
    const bool continues =
        end < text.size() && (is_word_byte(text[end]) ||
                              (text[end] == '.' && end + 1 < text.size() && is_word_byte(text[end + 1])));
    if (starts && (!continues || !is_word_byte(word.back()))) return true;
  }
  return false;
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string folder_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string absolute_path(std::string_view folder, std::string_view path) {
  std::string joined;
  if (!path.starts_with('/') && !folder.empty()) {
    joined.reserve(folder.size() + 1 + path.size());
    joined.append(folder).append(1, '/');
  }
  joined.append(path);
  if (is_plain(joined)) return joined;
  std::string result;
  for (const std::string_view piece : split(joined, '/')) {
    if (piece.empty() || piece == ".") continue;
    if (!result.empty() || joined.starts_with('/')) result += '/';
    result += piece;
  }
  if (result.empty()) return joined.starts_with('/') ? "/" : ".";
  return result;
}

std::size_t edit_distance(std::string_view one, std::string_view other) {
  // Three rows of the table of Damerau and Levenshtein (swaps of neighbours count as one).
  std::vector<std::size_t> before(other.size() + 1), last(other.size() + 1), row(other.size() + 1);
  for (std::size_t column = 0; column <= other.size(); ++column) last[column] = column;
  for (std::size_t line = 1; line <= one.size(); ++line) {
    row[0] = line;
    for (std::size_t column = 1; column <= other.size(); ++column) {
      const std::size_t change = one[line - 1] == other[column - 1] ? 0 : 1;
      row[column] = std::min({last[column] + 1, row[column - 1] + 1, last[column - 1] + change});
      if (line > 1 && column > 1 && one[line - 1] == other[column - 2] && one[line - 2] == other[column - 1])
        row[column] = std::min(row[column], before[column - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[other.size()];
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte == 0x1b) {
      text.remove_prefix(escape_length(text));
    } else if (byte == '\n' || byte == '\t') {
      result += text.front();
      text.remove_prefix(1);
    } else if (is_control(byte)) {
      text.remove_prefix(1);
    } else if (const std::size_t length = utf8_length(text)) {
      // C1 controls (U+0080 to U+009F) steer a terminal as well as ESC does.
      const bool is_c1 = length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
      if (!is_c1) result += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      result += "\xef\xbf\xbd";
      text.remove_prefix(1);
    }
  }
  return result;
}

std::string shell_quoted(std::string_view word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char byte) {
    return is_word_byte(byte) || std::string_view("/.:=,+@%^").find(byte) != std::string_view::npos;
  });
  if (plain) return std::string(word);
  std::string result = "'";
  for (const char byte : word) {
    if (byte == '\'')
      result += "'\\''";
    else
      result += byte;
  }
  return result + "'";
}

std::string shell_quoted(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const std::string& word : words) quoted.push_back(shell_quoted(word));
  return join(quoted, " ");
}

}  // namespace whywontitstart
