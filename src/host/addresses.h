#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// The addresses of this machine as its kernel's tables have them: of /proc/net/fib_trie and
/// /proc/net/if_inet6.
std::vector<std::string> parse_fib_trie(std::string_view text);
std::vector<std::string> parse_if_inet6(std::string_view text);

/// All of them. Errors: neither table can be read.
Result<std::vector<std::string>> own_addresses(const Host& host);

/// Why IPv6 cannot be had here, in words: "IPv6 is switched off (net.ipv6.conf.all.disable_ipv6=1)"; empty:
/// it can, or it is not known.
std::string why_no_ipv6(const Host& host);

/// Why bind(2) says EADDRNOTAVAIL of "ADDRESS:PORT", in words.
std::string why_not_available(const Host& host, const std::string& address);

/// Is there a way to this address, by /proc/net/route and ipv6_route? None: it cannot be told.
std::optional<bool> has_route(const Host& host, const std::string& address);

}  // namespace whywontitstart
