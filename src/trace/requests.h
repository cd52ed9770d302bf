#pragma once

#include <signal.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/names.h"
#include "base/result.h"
#include "trace/calls.h"

namespace whywontitstart {

// The requests of ptrace(2) that we make. A tracee may be killed at any moment, even in a ptrace-stop: then
// they do nothing (ESRCH), and waitpid(2) tells what happened.

enum class ResumeTo { next_stop, next_syscall };

/// PTRACE_SEIZE. `exit_kill`: it is to die with us.
Result<> seize(Pid thread, bool exit_kill);
/// PTRACE_SEIZE of a thread that runs already: it is not stopped, goes on without us when we are gone, and
/// its new threads are traced as well; its new processes only with `children`.
Result<> attach(Pid thread, bool children);
void interrupt(Pid thread);
/// After a PTRACE_INTERRUPT, in the stop that it asked for: some calls, such as epoll_wait(2), have ended
/// with EINTR by it (see signal(7)). Lets the kernel begin such a call anew, as it does by itself with most
/// others, so that the program does not notice.
void hide_interruption(Pid thread, std::uint32_t arch);
void resume(Pid thread, ResumeTo where, Signal signal = Signal::none);
/// Lets a tracee stay in its group-stop, but report what comes.
void listen_in_group_stop(Pid thread);
void detach(Pid thread, Signal signal);
std::uint64_t event_message(Pid thread);
std::optional<siginfo_t> signal_info(Pid thread);
/// PTRACE_GET_SYSCALL_INFO; nothing in a stop that is no syscall-stop.
std::variant<std::monostate, SyscallEntry, SyscallExit> syscall_info(Pid thread);

/// "/proc/12/cwd". Where /proc is one of another PID namespace a PID means somebody else there: then it is a
/// file that does not exist.
std::string proc_file(Pid thread, std::string_view what);

/// What /proc/PID/status says of a thread.
struct Kin {
  Pid process = Pid::none;
  Pid parent = Pid::none;  ///< the parent process
};
std::optional<Kin> kin_of(Pid thread);

/// Was this descriptor opened for writing? The modes of /proc/PID/fd tell, see proc(5).
bool is_writable_descriptor(Pid thread, int fd);

/// Is there a tracee of ours among our children? Of one whose parent was killed in the midst of its fork we
/// know nothing before it stops for the first time.
bool has_unseen_tracee();

/// The call that a thread which nobody stopped sits in, from /proc/PID/syscall. `arch` is not told there.
std::optional<SyscallEntry> call_of_running(Pid thread, std::uint32_t arch);

/// The name in /proc/PID/comm; empty if the process is gone.
std::string command_of(Pid process);

/// readlink(2) of /proc/PID/`what`; empty where it cannot be read.
std::string proc_link(Pid thread, const std::string& what);

}  // namespace whywontitstart
