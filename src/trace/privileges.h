#pragma once

#include <string>

#include "base/names.h"
#include "base/result.h"

namespace whywontitstart {

/// Do we have this capability in effect? See capabilities(7).
bool has_capability(int capability);

/// Does a seccomp filter of somebody else's watch us?
bool is_under_seccomp();

/// Would this file run with more rights than its caller's: set-uid, set-gid, file capabilities?
bool gains_rights(const std::string& executable);

/// Why ptrace was refused for `thread`, in words: which of the usual reasons it is.
Error why_denied(int errno_code, Pid thread);

/// Calls ptrace in a child of ours: a seccomp filter may answer with death instead of an errno.
Result<> try_ptrace();

}  // namespace whywontitstart
