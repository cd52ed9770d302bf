#include "report/escape.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

std::size_t longest_run(std::string_view text, char wanted) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char byte : text) {
    run = byte == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_word_byte(char byte) {
  return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         static_cast<unsigned char>(byte) >= 0x80;
}

/// "1." or "1)" before a blank starts a list.
bool ends_list_number(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const bool before_blank = at + 1 == text.size() || text[at + 1] == ' ';
  return before_blank && !before.empty() && std::all_of(before.begin(), before.end(), is_digit);
}

/// GitHub makes an address of "://" and an emoji of ":name:"; a port or a time of day stays what it is.
bool is_colon_of_markup(std::string_view text, std::size_t at) {
  if (text.substr(at).starts_with("://")) return true;
  std::size_t end = at + 1;
  const auto is_of_name = [](char byte) {
    return is_word_byte(byte) || byte == '_' || byte == '+' || byte == '-';
  };
  while (end < text.size() && is_of_name(text[end])) ++end;
  const bool closes = end > at + 1 && end < text.size() && text[end] == ':';
  return closes && !(at > 0 && is_digit(text[at - 1]));
}

/// Does the byte at `at` need a backslash so that GitHub takes it for itself? Escaping all punctuation would
/// be as safe, but a report is read as source as often as it is rendered.
bool is_markup(std::string_view text, std::size_t at) {
  const bool after_word = at > 0 && is_word_byte(text[at - 1]);
  const bool before_word = at + 1 < text.size() && is_word_byte(text[at + 1]);
  switch (text[at]) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
    case '|':
    case '~':
    case '$':
      return true;  // code, emphasis, links, table cells, strike-through, formulas
    case '_':
      return !(after_word && before_word);
    case '-':
    case '+':
    case '=':
      return at == 0;  // a list, an underlined heading
    case '#':
      return at == 0;
    case ')':
      return ends_list_number(text, at);
    case '.':
      return ends_list_number(text, at) || (at >= 3 && text.substr(at - 3, 3) == "www");
    case ':':
      return is_colon_of_markup(text, at);
    default:
      return false;
  }
}

/// Would GitHub tell somebody, or link another thread? A backslash does not keep it from that, an empty
/// comment does.
bool is_reference(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return false;
  return (text[at] == '@' && is_word_byte(text[at + 1])) || (text[at] == '#' && is_digit(text[at + 1]));
}

}  // namespace

std::string shown(std::string_view text) {
  std::string result = printable(text);
  const auto is_bidi_control = [&](std::size_t at) {
    const std::string_view three = std::string_view(result).substr(at, 3);
    return (three >= "\xe2\x80\xaa" && three <= "\xe2\x80\xae") ||  // U+202A to U+202E
           (three >= "\xe2\x81\xa6" && three <= "\xe2\x81\xa9") ||  // U+2066 to U+2069
           three == "\xe2\x80\x8e" || three == "\xe2\x80\x8f";      // U+200E, U+200F
  };
  for (std::size_t at = result.find('\xe2'); at != std::string::npos; at = result.find('\xe2', at + 1))
    if (is_bidi_control(at)) result.replace(at, 3, "\xef\xbf\xbd");
  return result;
}

std::string shown_on_one_line(std::string_view text) {
  std::string result;
  for (const char byte : shown(text)) {
    if (byte == '\n')
      result += "\\n";
    else if (byte == '\t')
      result += "\\t";
    else
      result += byte;
  }
  return result;
}

std::string html_escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char byte : text) {
    switch (byte) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += byte;
    }
  }
  return result;
}

std::string markdown_escaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    if (byte == '\n' || byte == '\t') {
      result += ' ';
    } else if (byte == '<' || byte == '>' || byte == '&') {
      result += html_escaped(text.substr(at, 1));
    } else {
      if (is_markup(text, at)) result += '\\';
      result += byte;
      if (is_reference(text, at)) result += "<!-- -->";
    }
  }
  return result;
}

std::string markdown_code(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), '\n', ' ');
  if (trim(result).empty()) return "";
  const std::string fence(longest_run(result, '`') + 1, '`');
  const bool needs_blanks =
      result.front() == '`' || result.back() == '`' || (result.front() == ' ' && result.back() == ' ');
  const std::string_view blank = needs_blanks ? " " : "";
  return fmt::format("{0}{1}{2}{1}{0}", fence, blank, result);
}

std::string markdown_code_in_table(std::string_view text) {
  // A row is cut into cells before code is looked for, so that \| is read as | inside code too; but of \\|
  // the first two bytes would be read as one, and the bar as the cell's end. There a look-alike has to do.
  std::string result;
  for (const char byte : markdown_code(text)) {
    if (byte == '|')
      result += result.ends_with('\\') ? "\xe2\x88\xa3" : "\\|";  // U+2223 DIVIDES
    else
      result += byte;
  }
  return result;
}

std::string markdown_block(std::string_view text, std::string_view language, std::size_t indent) {
  const std::string fence(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
  const std::string blanks(indent, ' ');
  std::string result = fmt::format("{}{}{}\n", blanks, fence, language);
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string_view line : split(text, '\n')) result += fmt::format("{}{}\n", blanks, line);
  return result + fmt::format("{}{}\n", blanks, fence);
}

}  // namespace whywontitstart
