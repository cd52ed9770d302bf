#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/server_config.h"

namespace whywontitstart {

/// What servers write for where they listen, as an Intent has it: of "80", "*:80", "localhost:80", "[::]:80",
/// "http://0.0.0.0:80/", "unix:/run/x", "/run/x". `port`: where it names none. Names are looked up in
/// /etc/hosts alone, since asking a name server takes time. None: it is no such thing, or asks for any port.
std::optional<std::string> listen_address(std::string_view text, std::string_view port, const Files& files);

/// "127.0.0.1:80" and "[::1]:80" of an address and a port; likewise.
std::optional<std::string> address_with_port(std::string_view address, std::string_view port,
                                             const Files& files);

}  // namespace whywontitstart
