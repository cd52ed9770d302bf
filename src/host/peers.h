#pragma once

#include <string>
#include <vector>

#include "host/host.h"
#include "model/event.h"
#include "model/target.h"

namespace whywontitstart {

/// What this machine knows of the other side of a connect(2) that failed, in sentences: whether anybody
/// listens there, whether there is a way to it. Empty: nothing.
std::vector<std::string> about_peer(const Host& host, const Identity& who, const SyscallEvent& call);

}  // namespace whywontitstart
