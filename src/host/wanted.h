#pragma once

#include "host/path_walk.h"
#include "model/event.h"

namespace whywontitstart {

/// What a system call wants of its `path`: open(2) with O_WRONLY to write it, mkdir(2) to create it, …
Wanted wanted_of(const SyscallEvent& call);

}  // namespace whywontitstart
