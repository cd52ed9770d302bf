#pragma once

#include <optional>

#include "model/event.h"
#include "model/target.h"

namespace whywontitstart {

/// The limit that a call has set for the process that made it: setrlimit(2), prlimit64(2). None: it is
/// another call, or its arguments are not known.
std::optional<Limit> limit_set_by(const SyscallEvent& call);

}  // namespace whywontitstart
