#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/names.h"

namespace whywontitstart {

/// One system call of one thread, finished or (at the end of a trace) not: a syscall-enter-stop and its
/// syscall-exit-stop, see ptrace(2). The typed fields say what a diagnosis asks for, whoever recorded the
/// call (our tracer or strace); a field that does not apply, or could not be read, is empty.
struct SyscallEvent {
  std::string name;                    ///< "openat", as in section 2 of the manual
  std::vector<std::string> arguments;  ///< as strace(1) prints them: {"AT_FDCWD", "\"/etc/x\"", "O_RDONLY"}
  int fd = -1;             ///< the descriptor it works on, -1 if none; of *at() calls with a path: none
  std::string file;        ///< what `fd` refers to: "/dev/pts/1", "socket:[17]", "pipe:[4]"
  std::string path;        ///< the path it is about, absolute where the folder is known
  std::string other_path;  ///< the second one: of rename, link, symlink (the target as written), mount
  std::string address;     ///< "0.0.0.0:80", "[::1]:80", "unix:/run/x.sock", "unix:@abstract"
  std::vector<std::string>
      flags;               ///< the words of all its flag arguments: O_CREAT, PROT_EXEC, F_SETLK, SOCK_STREAM
  std::string data;        ///< what it wrote or sent, up to a bound; also of what it read where that matters
  std::int64_t value = 0;  ///< what it returned; meaningless when `error` is set
  Errno error = Errno::none;
  bool finished = true;   ///< false: the trace ended, or the thread did, while it was in the call
  bool refused = false;   ///< a seccomp filter gave the error, and the kernel did nothing
  bool foretold = false;  ///< the result was known at the entry, and nobody waited for it: `took` is not
  std::chrono::nanoseconds took{0};
};

/// A new thread or process. `vfork` counts as a process.
struct ForkEvent {
  Pid child = Pid::none;
  bool is_thread = false;
};

/// A successful execve: what the process is from now on.
struct ExecEvent {
  std::string executable;         ///< absolute where known
  std::vector<std::string> argv;  ///< as given
};

/// A signal that was delivered, see sigaction(2), siginfo_t.
struct SignalEvent {
  Signal signal = Signal::none;
  int code = 0;                     ///< si_code
  Pid sender = Pid::none;           ///< si_pid where the code says that somebody sent it
  std::string sender_name;          ///< its name in /proc/PID/comm, where it still lived
  std::uint64_t fault_address = 0;  ///< si_addr of SIGSEGV, SIGBUS, SIGILL, SIGFPE; si_syscall of SIGSYS
  std::string call;                 ///< of SIGSYS: the name of the forbidden call
  bool ended_thread = false;        ///< it ended this thread, and not the process: SECCOMP_RET_KILL_THREAD
};

/// How a process ended, see wait(2): by exit with a code, or by a signal.
struct ExitStatus {
  int code = 0;  ///< meaningless when `signal` is set
  Signal signal = Signal::none;
  bool core_dumped = false;

  bool success() const { return code == 0 && signal == Signal::none; }
};

/// The end of a process (of its last thread).
struct ExitEvent {
  ExitStatus status;
  std::chrono::nanoseconds cpu{0};  ///< CPU time that it used, user and system; 0: not known
  std::uint64_t peak_memory = 0;    ///< bytes, the most that was resident, see getrusage(2); 0: not known
};

/// What was added to a log file while the program ran, read from the file afterwards.
struct LogEvent {
  std::string path;
  std::string text;
};

/// What keeps a thread from going on.
enum class WaitFor {
  unknown,
  work,          ///< clients, signals, timers: what an idle server waits for
  lock,          ///< on a file
  connection,    ///< connect(2) is not answered
  answer,        ///< data of the other side of a connection, or that it takes ours
  fifo,          ///< somebody at the other end of a named pipe
  pipe,          ///< data through a pipe, or that somebody takes it out
  input,         ///< somebody who types
  child,         ///< the end of a child
  thread,        ///< another thread: a futex(2), mostly a mutex
  time,          ///< it sleeps
  storage,       ///< a file system or device that does not answer
  processor,     ///< nothing: it runs
  randomness,    ///< the kernel's random numbers
  continuation,  ///< it was stopped, see SIGCONT in signal(7)
  debugger,      ///< whoever traces it
  reaper,        ///< it is dead, and its parent does not ask for its exit status
};

/// "lock", "continuation".
std::string_view name(WaitFor what);
std::optional<WaitFor> wait_from_name(std::string_view name);

/// What a thread that lives when the watching ends waits for, as far as it could be found out then. Of a log
/// there is the call alone.
struct WaitEvent {
  SyscallEvent call;  ///< the one in which it sits; without a name: in none that could be seen
  char state = '?';   ///< of proc(5): R, S, D, T, t, Z; '?' where the machine was not asked
  std::string wchan;  ///< where in the kernel it sleeps, see proc(5)
  WaitFor on = WaitFor::unknown;
  std::string thing;                  ///< path, "ADDRESS:PORT", "sleep (PID 7)"
  std::vector<Pid> by;                ///< the processes, or threads of this one, that could end the wait
  std::string who;                    ///< the same in words
  std::vector<std::string> details;   ///< what else the machine said, in words
  std::vector<std::string> listens;   ///< addresses of the listening sockets among what it waits for
  bool timed = false;                 ///< it gives up by itself after a while
  bool answered = false;              ///< of `answer`: the other side has sent something before
  std::chrono::nanoseconds lasts{0};  ///< it has waited so long at least
  double busy = 0;                    ///< the share of a processor that it uses
};

/// A control group's count of processes killed for lack of memory went up while the program ran, see the
/// oom_kill of memory.events in cgroups(7).
struct OomKillEvent {
  std::string group;                  ///< its folder
  std::uint64_t kills = 0;            ///< how many there were meanwhile
  std::optional<std::uint64_t> max;   ///< memory.max, in bytes; none: it has no limit of its own
  std::optional<std::uint64_t> peak;  ///< memory.peak, in bytes, where the kernel tells it
};

/// One thing that happened.
struct Event {
  Pid process = Pid::none;  ///< thread group
  Pid thread = Pid::none;
  TraceTime at{0};
  std::variant<SyscallEvent, ForkEvent, ExecEvent, SignalEvent, ExitEvent, LogEvent, OomKillEvent, WaitEvent>
      what;
};

/// Whoever wants the events of a trace, in the order in which they happened.
using EventSink = std::function<void(Event&&)>;

/// Is it among `flags`?
bool has_flag(const SyscallEvent& call, std::string_view flag);

/// "openat(AT_FDCWD, \"/etc/x\", O_RDONLY) = -1 ENOENT (No such file or directory)"
std::string to_text(const SyscallEvent& call);

/// The same with the time that it took, as strace -T prints it: "… = 3 <0.000012>"; without it where that is
/// not known.
std::string to_timed_text(const SyscallEvent& call);

}  // namespace whywontitstart
