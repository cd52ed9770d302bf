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

}  // namespace

bool runs_by_binfmt(const Host& host, std::string_view head) {
  const std::string folder = "/proc/sys/fs/binfmt_misc";
  const std::vector<std::string> names = host.list(folder).value_or(std::vector<std::string>());
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const std::string entry = host.read(folder + "/" + name).value_or("");
    return entry.starts_with("enabled") && fits(entry, head);
  });
}

}  // namespace whywontitstart
