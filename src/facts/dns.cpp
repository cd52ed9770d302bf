#include "facts/dns.h"

namespace whywontitstart {

std::string queried_name(std::string_view packet) {
  constexpr std::size_t header = 12;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(packet[at]); };
  // A question (QR 0, OPCODE 0) with exactly one name in it.
  if (packet.size() <= header || (byte(2) & 0xf8) != 0 || byte(4) != 0 || byte(5) != 1) return {};
  std::string name;
  for (std::size_t at = header; at < packet.size();) {
    const std::size_t length = byte(at);
    if (length == 0) return name;
    constexpr std::size_t longest_label = 63;
    if (length > longest_label || at + 1 + length > packet.size()) return {};
    if (!name.empty()) name += '.';
    for (std::size_t next = at + 1; next <= at + length; ++next) {
      if (byte(next) <= 0x20 || byte(next) >= 0x7f) return {};
      name += packet[next];
    }
    at += 1 + length;
  }
  return {};
}

}  // namespace whywontitstart
