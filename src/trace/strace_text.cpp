#include "trace/strace_text.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_octal(char byte) { return byte >= '0' && byte <= '7'; }
bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }

int hex_digit(char byte) {
  if (is_digit(byte)) return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

/// Position after the string whose opening quote is at `at`.
std::size_t after_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

/// Position after the annotation whose '<' is at `at`: "</a/file>", "</dev/null<char 1:3>>",
/// "<TCP:[127.0.0.1:1->127.0.0.1:2]>". strace writes '<', '>' and '"' of file names as escapes; only what is
/// no path has arrows and strings.
std::size_t after_annotation(std::string_view text, std::size_t at) {
  const bool is_path = text.substr(at + 1).starts_with('/');
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"' && !is_path) {
      at = after_string(text, at) - 1;
    } else if (text[at] == '<') {
      ++depth;
    } else if (text[at] == '>' && (is_path || text[at - 1] != '-') && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

/// Does an annotation begin with the '<' at `at`? It follows a descriptor; "1<<CAP_CHOWN" is a number.
bool starts_annotation(std::string_view text, std::size_t at) {
  if (at == 0 || at + 1 >= text.size() || text[at + 1] == '<' || text[at - 1] == '<') return false;
  return is_digit(text[at - 1]) || text.substr(0, at).ends_with("AT_FDCWD");
}

/// Position after the piece at `at`, where a string, an annotation or a comment is one piece.
std::size_t after_piece(std::string_view text, std::size_t at) {
  if (text[at] == '"') return after_string(text, at);
  if (text[at] == '<' && starts_annotation(text, at)) return after_annotation(text, at);
  if (text.substr(at).starts_with("/*")) {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at + 1;
}

/// The bytes at which something begins or ends.
bool is_special(char byte) {
  static const auto table = [] {
    std::array<bool, 256> special{};
    for (const char one : std::string_view(",()[]{}\"</")) special[static_cast<unsigned char>(one)] = true;
    return special;
  }();
  return table[static_cast<unsigned char>(byte)];
}

/// Splits at the commas of the outermost level, up to the first closing bracket that was not opened, or until
/// there are `most` words.
StraceArguments split_level(std::string_view text, std::size_t most = SIZE_MAX) {
  StraceArguments result;
  result.words.reserve(std::min<std::size_t>(most, 6));
  std::size_t start = 0;
  std::size_t at = 0;
  int depth = 0;
  const auto add = [&] {
    const std::string_view word = trim(text.substr(start, at - start));
    if (!word.empty()) result.words.push_back({word});
  };
  while (at < text.size()) {
    const char byte = text[at];
    if (!is_special(byte)) {
      ++at;
      continue;
    }
    if (depth == 0 && byte == ',') {
      add();
      start = at + 1;
      if (result.words.size() >= most) return result;
    } else if (byte == '(' || byte == '[' || byte == '{') {
      ++depth;
    } else if (byte == ')' || byte == ']' || byte == '}') {
      if (depth-- == 0) {
        add();
        result.end = at + 1;
        result.closed = true;
        return result;
      }
    }
    at = after_piece(text, at);
  }
  add();
  result.end = text.size();
  return result;
}

/// The string in quotes after `before`, up to its closing quote.
std::string quoted_after(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  return StraceWord{trim(text.substr(at + before.size()))}.string().value_or("");
}

std::string port_after(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + before.size());
  const auto number = take_number(rest);
  return number ? std::to_string(*number) : std::string();
}

std::string unix_address(std::string_view text) {
  for (const std::string_view before : {"sun_path=", "AF_UNIX, ", "AF_LOCAL, ", "AF_FILE, ", "path="}) {
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + before.size());
    if (rest.starts_with("@\"")) return "unix:@" + StraceWord{rest.substr(1)}.string().value_or("");
    if (rest.starts_with('"')) return "unix:" + StraceWord{rest}.string().value_or("");
  }
  return {};
}

}  // namespace

std::optional<long long> take_number(std::string_view& text) {
  // Nearly all are short.
  long long number = 0;
  std::size_t digits = 0;
  constexpr std::size_t most_digits = 17;
  while (digits < text.size() && digits < most_digits && is_digit(text[digits]))
    number = number * 10 + (text[digits++] - '0');
  if (digits == 0 || digits == most_digits) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{}) return std::nullopt;
    digits = static_cast<std::size_t>(end - text.data());
  }
  text.remove_prefix(digits);
  return number;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::string unescaped(std::string_view text) {
  if (text.find('\\') == text.npos) return std::string(text);
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      result += text[at];
      continue;
    }
    const char escape = text[++at];
    constexpr std::string_view names = "abfnrtv";
    constexpr std::string_view bytes = "\a\b\f\n\r\t\v";
    if (const std::size_t which = names.find(escape); which != std::string_view::npos) {
      result += bytes[which];
    } else if (escape == 'x') {
      unsigned value = 0;
      std::size_t digits = 0;
      for (; digits < 2 && at + 1 < text.size() && hex_digit(text[at + 1]) >= 0; ++digits)
        value = value * 16 + static_cast<unsigned>(hex_digit(text[++at]));
      result += static_cast<char>(value);
    } else if (is_octal(escape)) {
      unsigned value = static_cast<unsigned>(escape - '0');
      for (int digits = 1; digits < 3 && at + 1 < text.size() && is_octal(text[at + 1]); ++digits)
        value = value * 8 + static_cast<unsigned>(text[++at] - '0');
      result += static_cast<char>(value & 0xff);
    } else {
      result += escape;
    }
  }
  return result;
}

std::string_view StraceWord::without_annotation() const {
  if (text.starts_with('"')) return text;
  const std::size_t at = text.find('<');
  return at != text.npos && starts_annotation(text, at) ? text.substr(0, at) : text;
}

std::string StraceWord::annotation() const {
  const std::size_t start = without_annotation().size();
  if (start == text.size()) return {};
  std::string_view inside = text.substr(start + 1, after_annotation(text, start) - start - 1);
  if (inside.ends_with('>')) inside.remove_suffix(1);
  if (inside.starts_with('/')) inside = inside.substr(0, inside.find('<'));  // "/dev/null<char 1:3>"
  std::string result = unescaped(inside);
  if (constexpr std::string_view gone = " (deleted)"; result.ends_with(gone))
    result.resize(result.size() - gone.size());
  return result;
}

std::optional<std::string> StraceWord::string() const {
  if (!text.starts_with('"')) return std::nullopt;
  std::size_t end = after_string(text, 0);
  if (end > 1 && text[end - 1] == '"') --end;
  return unescaped(text.substr(1, end - 1));
}

std::optional<int> StraceWord::integer() const {
  std::string_view rest = text;
  if (take_prefix(rest, "0x")) {  // strace -X raw
    std::uint32_t bits = 0;
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), bits, 16);
    return problem == std::errc{} ? std::optional(static_cast<int>(bits)) : std::nullopt;
  }
  const auto number = take_number(rest);
  if (!number || *number < INT32_MIN || *number > INT32_MAX) return std::nullopt;
  return static_cast<int>(*number);
}

std::vector<std::string> StraceWord::flags() const {
  std::vector<std::string> words;
  std::string_view list = text;
  if (const std::size_t equals = list.find('='); equals != std::string_view::npos && !text.starts_with('"'))
    list = list.substr(equals + 1);
  if (list.starts_with('"') || list.starts_with('{') || list.starts_with('[')) return words;
  if (!list.empty() && (is_digit(list.front()) || list.front() == '-')) {  // strace -X verbose, or a number
    const std::size_t open = list.find("/* "), close = list.rfind(" */");
    if (open == list.npos || close == list.npos || close < open + 3) return words;
    list = list.substr(open + 3, close - open - 3);
  }
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find('|', start), list.size());
    const std::string_view word = list.substr(start, end - start);
    start = end + 1;
    const bool is_name =
        word.size() > 1 && is_upper(word.front()) && std::all_of(word.begin(), word.end(), [](char byte) {
          return is_upper(byte) || is_digit(byte) || byte == '_';
        });
    if (is_name && word != "NULL" && word != "AT_FDCWD") words.emplace_back(word);
  }
  return words;
}

std::vector<StraceWord> StraceWord::parts() const {
  if (!text.starts_with('[') && !text.starts_with('{')) return {};
  return split_level(text.substr(1)).words;
}

StraceWord StraceWord::field(std::string_view name) const {
  for (const StraceWord& part : parts())
    if (part.text.starts_with(name) && part.text.substr(name.size()).starts_with('='))
      return {part.text.substr(name.size() + 1)};
  return {};
}

StraceArguments split_strace_arguments(std::string_view text) { return split_level(text); }

std::vector<StraceWord> first_strace_arguments(std::string_view text, std::size_t most) {
  return split_level(text, most).words;
}

std::string address_of(const StraceWord& sockaddr) {
  const std::string_view text = sockaddr.text;
  if (!text.starts_with('{')) return {};
  if (text.find("AF_NETLINK") != std::string_view::npos) return "netlink";
  if (text.find("AF_INET6") != std::string_view::npos) {
    std::string host = quoted_after(text, "inet_pton(AF_INET6,");
    if (host.empty()) host = quoted_after(text, "sin6_addr=");
    return host.empty() ? "" : fmt::format("[{}]:{}", host, port_after(text, "sin6_port=htons("));
  }
  if (text.find("AF_INET") != std::string_view::npos) {
    const std::string host = quoted_after(text, "inet_addr(");
    return host.empty() ? "" : fmt::format("{}:{}", host, port_after(text, "sin_port=htons("));
  }
  return unix_address(text);
}

}  // namespace whywontitstart
