#pragma once

#include "model/event.h"

namespace whywontitstart {

/// What the call alone tells of what its caller waits for; the machine may know better. `unknown` of a call
/// that does not wait, or may wait for many things.
WaitFor wait_for(const SyscallEvent& call);

/// Does the call give up by itself after a while?
bool is_timed(const SyscallEvent& call);

/// How long it was to sleep, of nanosleep(2) and clock_nanosleep(2); 0 of others, and up to a point in time.
std::chrono::seconds requested_sleep(const SyscallEvent& call);

/// What somebody at a terminal types into: "/dev/pts/1", "/dev/tty", "/dev/console", "/dev/ttyS0".
bool is_terminal(std::string_view file);

/// "PATH" of "PATH (deleted)", as /proc/PID/fd has it.
std::string_view without_deleted(std::string_view file);

}  // namespace whywontitstart
