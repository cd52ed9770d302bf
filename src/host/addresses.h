#pragma once

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

}  // namespace whywontitstart
