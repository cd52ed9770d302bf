#pragma once

#include <optional>
#include <string_view>

#include "model/event.h"

namespace whywontitstart {

/// Reads "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---", and the older form without
/// braces. Nothing if there is no such signal.
std::optional<SignalEvent> read_strace_signal(std::string_view line);

/// Reads "+++ exited with 1 +++", "+++ killed by SIGSEGV (core dumped) +++".
std::optional<ExitStatus> read_strace_end(std::string_view line);

}  // namespace whywontitstart
