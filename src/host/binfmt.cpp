#include "host/binfmt.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

std::string_view value_of(std::string_view text, std::string_view key) {
  for (const std::string_view line : split(text, '\n'))
    if (line.starts_with(key)) return trim(line.substr(key.size()));
  return {};
}

std::string from_hex(std::string_view text) {
  const auto digit = [](char letter) { return letter <= '9' ? letter - '0' : (letter | 32) - 'a' + 10; };
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2)
    bytes += static_cast<char>(digit(text[at]) * 16 + digit(text[at + 1]));
  return bytes;
}

bool fits(std::string_view entry, std::string_view head) {
  const std::string magic = from_hex(value_of(entry, "magic ")), mask = from_hex(value_of(entry, "mask "));
  if (magic.empty() || value_of(entry, "offset ") != "0" || head.size() < magic.size()) return false;
  for (std::size_t at = 0; at < magic.size(); ++at) {
    const char bits = at < mask.size() ? mask[at] : '\xff';
    if (((head[at] ^ magic[at]) & bits) != 0) return false;
  }
  return true;
}

/// "extension .jar" in the entry.
bool has_extension(std::string_view entry, std::string_view path) {
  const std::string_view extension = value_of(entry, "extension ");
  return extension.size() > 1 && path.ends_with(extension);
}

}  // namespace

std::optional<BinfmtHandler> binfmt_handler(const Host& host, std::string_view path, std::string_view head) {
  const std::string folder = "/proc/sys/fs/binfmt_misc";
  for (const std::string& name : host.list(folder).value_or(std::vector<std::string>())) {
    const std::string entry = host.read(folder + "/" + name).value_or("");
    if (!entry.starts_with("enabled") || (!fits(entry, head) && !has_extension(entry, path))) continue;
    const bool opened = value_of(entry, "flags: ").find('F') != std::string_view::npos;
    return BinfmtHandler{name, std::string(value_of(entry, "interpreter ")), opened};
  }
  return std::nullopt;
}

}  // namespace whywontitstart
