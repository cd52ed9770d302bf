// Texts of a program in JSON: they may hold any bytes, and JSON holds UTF-8.
#include "saved/from_json.h"
#include "saved/to_json.h"

namespace whywontitstart {
namespace {

/// Length of the character that begins at `at`; 0: it is none, see RFC 3629.
std::size_t character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t ahead) {
    return at + ahead < text.size() ? static_cast<unsigned char>(text[at + ahead]) : 0U;
  };
  const auto continues = [&](std::size_t ahead) { return (byte(ahead) & 0xc0U) == 0x80; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const bool overlong = first == 0xf0 && second < 0x90, too_great = first == 0xf4 && second > 0x8f;
  return continues(1) && continues(2) && continues(3) && !overlong && !too_great ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_at(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace

Json json_of_text(const std::string& text) {
  if (is_utf8(text)) return text;
  std::string characters;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80) characters += static_cast<char>(0xc0U | (byte >> 6U));
    characters += byte < 0x80 ? letter : static_cast<char>(0x80U | (byte & 0x3fU));
  }
  return {{"bytes", std::move(characters)}};
}

std::optional<std::string> text_of_json(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object() || json.size() != 1 || !json.contains("bytes") || !json["bytes"].is_string())
    return std::nullopt;
  const std::string& characters = json["bytes"].get_ref<const std::string&>();
  std::string bytes;
  for (std::size_t at = 0; at < characters.size(); ++at) {
    const auto byte = static_cast<unsigned char>(characters[at]);
    if (byte < 0x80) {
      bytes += characters[at];
    } else if ((byte == 0xc2 || byte == 0xc3) && at + 1 < characters.size()) {
      bytes +=
          static_cast<char>((byte & 0x03U) << 6U | (static_cast<unsigned char>(characters[++at]) & 0x3fU));
    } else {
      return std::nullopt;
    }
  }
  return bytes;
}

}  // namespace whywontitstart
