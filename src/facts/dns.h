#pragma once

#include <string>
#include <string_view>

namespace whywontitstart {

/// The name that a DNS query asks for ("db.example.org"), see RFC 1035, 4.1; empty if the bytes are no query.
std::string queried_name(std::string_view packet);

}  // namespace whywontitstart
