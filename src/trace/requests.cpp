#include "trace/requests.h"

#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <unistd.h>

#include <charconv>
#include <cinttypes>
#include <cstddef>
#include <cstdio>

#include "base/fd.h"
#include "base/text.h"
#include "trace/privileges.h"

namespace whywontitstart {
namespace {

long request(enum __ptrace_request what, Pid thread, std::uintptr_t address, std::uintptr_t data) {
  return ::ptrace(what, number(thread), reinterpret_cast<void*>(address),
                  reinterpret_cast<void*>(data));  // NOLINT
}

Pid pid_after(std::string_view status, std::string_view key) {
  const std::size_t at = status.find(key);
  if (at == std::string_view::npos) return Pid::none;
  const std::string_view rest = status.substr(at + key.size());
  const std::string_view text = trim(rest.substr(0, rest.find('\n')));
  pid_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return Pid{value};
}

}  // namespace

Result<> seize(Pid thread, bool exit_kill) {
  const std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
                                 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACESECCOMP |
                                 (exit_kill ? std::uintptr_t{PTRACE_O_EXITKILL} : 0);
  if (request(PTRACE_SEIZE, thread, 0, options) != 0) return errno_error("ptrace");
  return {};
}

Result<> attach(Pid thread, bool children) {
  const std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE |
                                 (children ? std::uintptr_t{PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK} : 0);
  if (request(PTRACE_SEIZE, thread, 0, options) != 0) return errno_error("ptrace");
  return {};
}

void hide_interruption(Pid thread, std::uint32_t arch) {
#if defined(__x86_64__)
  constexpr long begin_anew = 514;  // ERESTARTNOHAND: unless a handler of the program's own was called
  user_regs_struct registers{};
  if (request(PTRACE_GETREGS, thread, 0, reinterpret_cast<std::uintptr_t>(&registers)) != 0) return;
  const auto call = static_cast<long>(registers.orig_rax);
  if (call < 0 || static_cast<long>(registers.rax) != -EINTR) return;
  // A close(2) that was interrupted has closed.
  if (call_info(arch, registers.orig_rax).name == "close") return;
  request(PTRACE_POKEUSER, thread, offsetof(user_regs_struct, rax), static_cast<std::uintptr_t>(-begin_anew));
#else
  static_cast<void>(thread), static_cast<void>(arch);
#endif
}

void interrupt(Pid thread) { request(PTRACE_INTERRUPT, thread, 0, 0); }

void resume(Pid thread, ResumeTo where, Signal signal) {
  request(where == ResumeTo::next_syscall ? PTRACE_SYSCALL : PTRACE_CONT, thread, 0,
          static_cast<std::uintptr_t>(number(signal)));
}

void listen_in_group_stop(Pid thread) { request(PTRACE_LISTEN, thread, 0, 0); }

void detach(Pid thread, Signal signal) {
  request(PTRACE_DETACH, thread, 0, static_cast<std::uintptr_t>(number(signal)));
}

std::uint64_t event_message(Pid thread) {
  unsigned long message = 0;
  request(PTRACE_GETEVENTMSG, thread, 0, reinterpret_cast<std::uintptr_t>(&message));
  return message;
}

std::optional<siginfo_t> signal_info(Pid thread) {
  siginfo_t info{};
  if (request(PTRACE_GETSIGINFO, thread, 0, reinterpret_cast<std::uintptr_t>(&info)) != 0)
    return std::nullopt;
  return info;
}

std::variant<std::monostate, SyscallEntry, SyscallExit> syscall_info(Pid thread) {
  __ptrace_syscall_info info{};
  if (request(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, reinterpret_cast<std::uintptr_t>(&info)) <= 0)
    return {};
  switch (info.op) {
    case PTRACE_SYSCALL_INFO_ENTRY:
    case PTRACE_SYSCALL_INFO_SECCOMP: {  // both begin alike
      SyscallEntry entry{
          .arch = info.arch, .number = info.entry.nr, .args = {}, .stack_pointer = info.stack_pointer};
      std::copy(std::begin(info.entry.args), std::end(info.entry.args), entry.args.begin());
      return entry;
    }
    case PTRACE_SYSCALL_INFO_EXIT:
      return SyscallExit{info.exit.rval, info.exit.is_error != 0};
    default:
      return {};
  }
}

std::string proc_file(Pid thread, std::string_view what) {
  static const bool is_ours = [] {
    char pid[32];
    const ssize_t size = ::readlink("/proc/self", pid, sizeof pid);
    return size > 0 && std::string_view(pid, static_cast<std::size_t>(size)) == std::to_string(::getpid());
  }();
  return is_ours ? fmt::format("/proc/{}/{}", number(thread), what) : std::string("/proc/-/none");
}

std::optional<Kin> kin_of(Pid thread) {
  const Result<std::string> status = read_file(proc_file(thread, "status"));
  if (!status) return std::nullopt;
  return Kin{pid_after(*status, "\nTgid:"), pid_after(*status, "\nPPid:")};
}

bool is_writable_descriptor(Pid thread, int fd) {
  struct stat link {};
  return ::lstat(proc_file(thread, fmt::format("fd/{}", fd)).c_str(), &link) == 0 &&
         (link.st_mode & S_IWUSR) != 0;
}

bool has_unseen_tracee() {
  const Result<std::string> children =
      read_file(proc_file(Pid{::getpid()}, fmt::format("task/{}/children", ::gettid())));
  if (!children) return false;
  const std::string ours = std::to_string(::getpid());
  for (const std::string_view word : split(*children, ' ')) {
    const Pid child{std::atoi(std::string(word).c_str())};
    if (child != Pid::none && status_value(proc_file(child, "status"), "TracerPid") == ours) return true;
  }
  return false;
}

std::optional<SyscallEntry> call_of_running(Pid thread, std::uint32_t arch) {
  const Result<std::string> text = read_file(proc_file(thread, "syscall"));
  if (!text) return std::nullopt;
  SyscallEntry entry{.arch = arch, .number = 0};
  std::int64_t call = -1;  // "-1" is no call, "running" is on the processor
  auto& args = entry.args;
  const int fields = std::sscanf(
      text->c_str(), "%" SCNd64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64,
      &call, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5]);
  if (fields != 7 || call < 0) return std::nullopt;
  entry.number = static_cast<std::uint64_t>(call);
  return entry;
}

std::string command_of(Pid process) {
  std::string name = read_file(proc_file(process, "comm")).value_or("");
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

std::string proc_link(Pid thread, const std::string& what) {
  const std::string path = proc_file(thread, what);
  char target[4096];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  return size < 0 ? std::string() : std::string(target, static_cast<std::size_t>(size));
}

}  // namespace whywontitstart
