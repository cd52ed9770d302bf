#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"

namespace whywontitstart {

/// The seccomp program that lets the calls stop that a diagnosis needs (SECCOMP_RET_TRACE), and all others
/// run free, for native and 32-bit programs. See seccomp(2). Errors: libseccomp could not make it.
Result<std::vector<sock_filter>> make_filter();

}  // namespace whywontitstart
