#include "trace/strace_mend.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "trace/calls.h"
#include "trace/strace_call.h"
#include "trace/strace_prefix.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr Replacement entities[] = {{"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""}, {"&#34;", "\""},
                                    {"&#39;", "'"},  {"&#x27;", "'"}, {"&#x22;", "\""}, {"&apos;", "'"},
                                    {"&nbsp;", " "}, {"&amp;", "&"}};

// What word processors, web forms and typographers write for ASCII, as UTF-8.
constexpr Replacement typography[] = {{"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""}, {"\xe2\x80\x9e", "\""},
                                      {"\xe2\x80\x9f", "\""}, {"\xe2\x80\x98", "'"},  {"\xe2\x80\x99", "'"},
                                      {"\xe2\x80\x9a", "'"},  {"\xc2\xb4", "'"},      {"\xe2\x80\xa6", "..."},
                                      {"\xe2\x88\x92", "-"},  {"\xe2\x80\x90", "-"},  {"\xe2\x80\x91", "-"},
                                      {"\xe2\x86\x92", "->"}, {"\xe2\x87\x92", "=>"}, {"\xc2\xa0", " "},
                                      {"\xe2\x80\xaf", " "},  {"\xe2\x80\x8b", ""},   {"\xef\xbb\xbf", ""}};

constexpr std::string_view en_dash = "\xe2\x80\x93", em_dash = "\xe2\x80\x94";

constexpr std::string_view closing_tags[] = {"<br>",    "<br/>",  "<br />", "</p>",  "</pre>",
                                             "</code>", "</div>", "</li>",  "</td>", "</span>"};

/// Do entities stand where strace writes no string? Within quotes they are what the program wrote.
bool has_entities(std::string_view line) {
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '"') {
      quoted = !quoted;
    } else if (line[at] == '&' && !quoted) {
      for (const auto& [entity, meaning] : entities)
        if (line.substr(at).starts_with(entity)) return true;
    }
  }
  return false;
}

/// Takes what `pairs` begins with off the start of `text`, and adds what that means.
template <typename Pairs>
bool take_replaced(std::string_view& text, const Pairs& pairs, std::string& result) {
  for (const auto& [from, to] : pairs)
    if (take_prefix(text, from)) {
      result += to;
      return true;
    }
  return false;
}

/// A dash stands for a minus before a digit, else for two or three hyphens: "--- SIGSEGV", "--- ".
bool take_dash(std::string_view& text, std::string& result) {
  const bool is_long = text.starts_with(em_dash);
  if (!is_long && !text.starts_with(en_dash)) return false;
  text.remove_prefix(em_dash.size());
  const bool is_minus = !text.empty() && text.front() >= '0' && text.front() <= '9';
  result += is_minus ? "-" : is_long ? "---" : "--";
  return true;
}

std::string without_typography(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte >= 0x80 && (take_replaced(text, typography, result) || take_dash(text, result))) continue;
    result += byte == '\t' ? ' ' : text.front();
    text.remove_prefix(1);
  }
  return result;
}

std::string without_entities(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    if (text.front() == '&' && take_replaced(text, entities, result)) continue;
    result += text.front();
    text.remove_prefix(1);
  }
  return result;
}

/// The length of the tag at the end; 0 if there is none.
std::size_t tag_at_end(std::string_view line) {
  if (!line.ends_with('>')) return 0;
  for (const std::string_view tag : closing_tags)
    if (line.ends_with(tag)) return tag.size();
  return 0;
}

void drop_closing_tags(std::string& line) {
  while (const std::size_t length = tag_at_end(line)) line.resize(line.size() - length);
}

/// The bytes of JSON's "\u00e9".
void add_code_point(std::string& result, unsigned code) {
  if (code < 0x80) {
    result += static_cast<char>(code);
  } else if (code < 0x800) {
    result += {static_cast<char>(0xc0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3f))};
  } else if (code < 0x10000) {
    result += {static_cast<char>(0xe0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3f)),
               static_cast<char>(0x80 | (code & 0x3f))};
  } else {
    result += {static_cast<char>(0xf0 | (code >> 18)), static_cast<char>(0x80 | ((code >> 12) & 0x3f)),
               static_cast<char>(0x80 | ((code >> 6) & 0x3f)), static_cast<char>(0x80 | (code & 0x3f))};
  }
}

/// A string of JSON, from after its opening quote.
std::string json_string(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      result += text[at];
      continue;
    }
    const char escape = text[++at];
    constexpr std::string_view names = "nrtbf";
    unsigned code = 0;
    if (names.find(escape) != names.npos) {
      result += ' ';
    } else if (escape == 'u' && at + 4 < text.size()) {
      for (const char digit : text.substr(at + 1, 4))
        code = code * 16 + static_cast<unsigned>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10) % 16;
      add_code_point(result, code);
      at += 4;
    } else {
      result += escape;
    }
  }
  return result;
}

/// The line within {"log":"…","stream":"stderr"}, as containers and collectors keep it.
std::optional<std::string> json_line(std::string_view line) {
  if (!line.starts_with("{\"")) return std::nullopt;
  for (const std::string_view key : {"\"log\"", "\"message\"", "\"MESSAGE\"", "\"msg\"", "\"line\""}) {
    const std::size_t at = line.find(key);
    if (at == line.npos) continue;
    std::string_view rest = line.substr(at + key.size());
    skip_blanks(rest);
    if (!take_prefix(rest, ":")) continue;
    skip_blanks(rest);
    if (take_prefix(rest, "\"")) return std::string(trim(json_string(rest)));
  }
  return std::nullopt;
}

/// Is it the end of a process, a signal, the rest of a call, or a call that there is?
bool begins_strace(std::string_view line) {
  std::string_view rest = line;
  take_strace_pid(rest);
  if (rest.starts_with("+++ exited") || rest.starts_with("+++ killed") || rest.starts_with("--- SIG"))
    return true;
  StraceClock clock;
  clock.take(rest);
  skip_strace_marks(rest);
  if (rest.starts_with("+++ exited") || rest.starts_with("+++ killed") || rest.starts_with("--- SIG") ||
      rest.starts_with("+++ superseded"))
    return true;
  if (rest.starts_with("<... ")) return rest.find(" resumed>") != rest.npos;
  if (!starts_strace_call(rest)) return false;
  return is_strace_call_name(rest.substr(0, rest.find('(')));
}

/// "Nov 21 10:00:00 host": the day of a stamp is no process.
bool is_day(std::string_view before) {
  if (before.ends_with(' ')) before.remove_suffix(1);
  if (before.ends_with(' ')) before.remove_suffix(1);
  constexpr std::string_view months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  return before.size() >= 3 && months.find(before.substr(before.size() - 3)) % 4 == 0;
}

bool can_begin(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '[' ||
         byte == '+' || byte == '-' || byte == '<';
}

bool can_be_before(char byte) {
  return std::string_view(" \t:|>`'\"(*-],;.").find(byte) != std::string_view::npos || (byte & 0x80) != 0;
}

}  // namespace

bool may_be_bent(std::string_view line) {
  if (line.find('\t') != line.npos || line.find('\x1b') != line.npos || line.starts_with('{')) return true;
  if (tag_at_end(line) > 0) return true;
  std::uint64_t bytes = 0;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= line.size(); at += sizeof word) {
    std::memcpy(&word, line.data() + at, sizeof word);
    bytes |= word;
  }
  for (; at < line.size(); ++at) bytes |= static_cast<unsigned char>(line[at]);
  if ((bytes & 0x8080808080808080ULL) != 0) return true;
  return line.find('&') != line.npos && line.find(';') != line.npos;
}

std::optional<std::string> plain_strace_line(std::string_view line) {
  std::string text(line);
  if (std::optional<std::string> inner = json_line(line)) text = std::move(*inner);
  if (text.find('\x1b') != text.npos) text = printable(text);
  text = without_typography(text);
  drop_closing_tags(text);
  if (has_entities(text)) text = without_entities(text);
  drop_closing_tags(text);
  if (text == line) return std::nullopt;
  return text;
}

std::size_t strace_start(std::string_view line, std::size_t from) {
  constexpr std::size_t longest_stamp = 400;
  constexpr int most_tries = 60;
  int tries = 0;
  for (std::size_t at = from; at < line.size() && at < longest_stamp && tries < most_tries; ++at) {
    if (!can_begin(line[at]) || (at > 0 && !can_be_before(line[at - 1]))) continue;
    if (is_day(line.substr(0, at))) continue;
    ++tries;
    if (begins_strace(line.substr(at))) return at;
  }
  return line.npos;
}

std::optional<int> number_of_file(std::string_view before) {
  const std::size_t end = before.find(':');
  if (end == before.npos) return std::nullopt;
  const std::size_t dot = before.substr(0, end).rfind('.');
  if (dot == before.npos) return std::nullopt;
  std::string_view digits = before.substr(dot + 1, end - dot - 1);
  const auto number = take_number(digits);
  if (!number || !digits.empty() || *number <= 0 || *number > (1 << 30)) return std::nullopt;
  return static_cast<int>(*number);
}

std::string_view StraceEncoding::utf8(std::string_view chunk) {
  if (kind_ == Kind::as_it_is || chunk.empty()) return chunk;
  if (kind_ == Kind::unknown) {
    begin_ += chunk;
    chunk = begin_;
    if (chunk.size() < 2) return {};
    const auto first = static_cast<unsigned char>(chunk[0]), second = static_cast<unsigned char>(chunk[1]);
    kind_ = first == 0xff && second == 0xfe   ? Kind::little_endian
            : first == 0xfe && second == 0xff ? Kind::big_endian
                                              : Kind::as_it_is;
    if (kind_ == Kind::as_it_is) return chunk;
    chunk.remove_prefix(2);
  }
  text_.clear();
  for (const char byte : chunk) {
    const auto now = static_cast<unsigned char>(byte);
    if (!half_) {
      half_ = now;
      continue;
    }
    const unsigned before = *half_;
    half_.reset();
    add_unit(kind_ == Kind::little_endian ? before | now << 8U : before << 8U | now);
  }
  return text_;
}

void StraceEncoding::add_unit(unsigned unit) {
  if (unit >= 0xd800 && unit < 0xdc00) {
    high_surrogate_ = unit;
    return;
  }
  unsigned code = unit;
  if (unit >= 0xdc00 && unit < 0xe000)
    code = high_surrogate_ == 0 ? 0xfffd : 0x10000 + ((high_surrogate_ - 0xd800) << 10U) + (unit - 0xdc00);
  high_surrogate_ = 0;
  add_code_point(text_, code);
}

}  // namespace whywontitstart
