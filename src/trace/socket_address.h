#pragma once

#include <string>

#include "base/names.h"

namespace whywontitstart {

/// The address that an Internet socket of another process has, see getsockname(2): also one that the kernel
/// chose. Empty for other sockets, and where pidfd_getfd(2) is missing or refused.
std::string own_address(Pid process, int fd);

}  // namespace whywontitstart
