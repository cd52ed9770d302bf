#include "trace/stops.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <csignal>

namespace whywontitstart {
namespace {

Stop event_stop(int event, int signal) {
  switch (event) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
      return ForkStop{false};
    case PTRACE_EVENT_CLONE:
      return ForkStop{true};
    case PTRACE_EVENT_EXEC:
      return ExecStop{};
    case PTRACE_EVENT_SECCOMP:
      return SeccompStop{};
    case PTRACE_EVENT_STOP:
      if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU)
        return GroupStop{};
      return TrapStop{};
    default:
      return OtherStop{};
  }
}

}  // namespace

Stop stop_of(int status) {
  if (WIFEXITED(status))
    return Ended{.status = {.code = WEXITSTATUS(status), .signal = Signal::none, .core_dumped = false}};
  if (WIFSIGNALED(status))
    return Ended{
        .status = {.code = 0, .signal = Signal{WTERMSIG(status)}, .core_dumped = WCOREDUMP(status) != 0}};
  if (!WIFSTOPPED(status)) return OtherStop{};
  const int signal = WSTOPSIG(status);
  if (const int event = status >> 16; event != 0) return event_stop(event, signal);
  constexpr int syscall_mark = 0x80;  // PTRACE_O_TRACESYSGOOD
  if (signal == (SIGTRAP | syscall_mark)) return SyscallStop{};
  return SignalDeliveryStop{Signal{signal}};
}

}  // namespace whywontitstart
