#pragma once

#include <string>
#include <vector>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

/// The addresses on which these processes listen, whoever made the sockets: "0.0.0.0:80", "[::1]:80",
/// "unix:/run/x.sock", "unix:@name". A UDP socket that is bound and not connected counts. Seen in the network
/// namespace of the first of them. Empty also where nothing could be looked at.
std::vector<std::string> listeners_of(const Host& host, const std::vector<Pid>& processes);

}  // namespace whywontitstart
