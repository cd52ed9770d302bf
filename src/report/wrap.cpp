#include "report/wrap.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

/// Takes one character off the front of well-formed UTF-8.
char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t character = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t at = 1; at < length && at < text.size(); ++at)
    character = (character << 6U) | (static_cast<unsigned char>(text[at]) & 0x3fU);
  text.remove_prefix(std::min(length, text.size()));
  return character;
}

struct Range {
  char32_t first, last;
};

// Unicode 15, EastAsianWidth.txt (W and F) and general category Mn, in the blocks that names and messages are
// made of.
constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},  {0x3400, 0x4dbf},
                          {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},  {0xf900, 0xfaff},
                          {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                          {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range combining[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                               {0x64b, 0x65f},   {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                               {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};

template <std::size_t size>
bool contains(const Range (&ranges)[size], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](Range range) { return character >= range.first && character <= range.last; });
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const char32_t character = take_character(text);
    if (contains(combining, character)) continue;
    width += contains(wide, character) ? 2 : 1;
  }
  return width;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  std::size_t used = 0;
  for (const std::string_view word : split(text, ' ')) {
    const std::size_t word_width = display_width(word);
    if (used > 0 && used + 1 + word_width > width) {
      lines.emplace_back();
      used = 0;
    }
    if (!lines.back().empty()) {
      lines.back() += ' ';
      ++used;
    }
    lines.back() += word;
    used += word_width;
  }
  return lines;
}

std::string in_ascii(std::string_view text) {
  static constexpr std::pair<char32_t, std::string_view> known[] = {
      {U'→', "->"}, {U'…', "..."}, {U'–', "-"}, {U'—', "-"}, {U'‘', "'"},  {U'’', "'"},
      {U'“', "\""}, {U'”', "\""},  {U'‹', "<"}, {U'›', ">"}, {U'✓', "ok"}, {U'✗', "x"},
      {U'│', "|"},  {U'├', "|"},   {U'└', "`"}, {U'─', "-"}, {U'·', "-"},  {U'\u00a0', " "}};
  std::string result;
  while (!text.empty()) {
    const char32_t character = take_character(text);
    const auto* found = std::find_if(std::begin(known), std::end(known),
                                     [&](const auto& entry) { return entry.first == character; });
    if (character < 0x80)
      result += static_cast<char>(character);
    else
      result += found == std::end(known) ? std::string_view("?") : found->second;
  }
  return result;
}

}  // namespace whywontitstart
