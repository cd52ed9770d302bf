#pragma once

#include <chrono>
#include <cstdint>
#include <variant>

#include "base/names.h"
#include "model/event.h"

namespace whywontitstart {

/// Why waitpid(2) reported a tracee, in the words of ptrace(2).
struct Used {
  std::chrono::nanoseconds cpu{0};
  std::uint64_t peak_memory = 0;  ///< bytes
};
struct Ended {
  ExitStatus status;
  Used used{};  ///< by it and the children that it waited for; not part of the wait status
};
struct SyscallStop {};  ///< enter or exit: PTRACE_GET_SYSCALL_INFO knows
struct SeccompStop {};
struct ForkStop {
  bool may_be_thread = false;  ///< PTRACE_EVENT_CLONE
};
struct ExecStop {};
struct GroupStop {};
struct TrapStop {};  ///< a new tracee's first stop, or what PTRACE_INTERRUPT asked for
struct SignalDeliveryStop {
  Signal signal = Signal::none;
};
struct OtherStop {};

using Stop = std::variant<Ended, SyscallStop, SeccompStop, ForkStop, ExecStop, GroupStop, TrapStop,
                          SignalDeliveryStop, OtherStop>;

/// The meaning of a wait status of a tracee that was seized with PTRACE_O_TRACESYSGOOD.
Stop stop_of(int wait_status);

}  // namespace whywontitstart
