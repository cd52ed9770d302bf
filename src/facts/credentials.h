#pragma once

#include "model/facts.h"

namespace whywontitstart {

/// Follows a successful call that makes another user or group of a process, see credentials(7), or confines
/// it, see landlock(7). What is set is the effective id, which file permissions go by; other calls change
/// nothing.
void change_credentials(Credentials& credentials, const SyscallEvent& call);

}  // namespace whywontitstart
