#pragma once

#include <string>
#include <string_view>

namespace whywontitstart {

/// A socket address in the two forms of an event.
struct DecodedAddress {
  std::string address;   ///< "0.0.0.0:80", "[::1]:80", "unix:/run/x.sock", "unix:@abstract", "netlink"
  std::string argument;  ///< as strace(1) prints it
};

/// Decodes the bytes of a struct sockaddr, see ip(7), ipv6(7), unix(7). `cwd`: for relative paths of Unix
/// sockets.
DecodedAddress decode_address(std::string_view bytes, const std::string& cwd);

/// In quotes, with C escapes for what is not printable ASCII; only the first `limit` bytes, then "...".
std::string quoted(std::string_view text, std::size_t limit = std::string_view::npos);

}  // namespace whywontitstart
