#include "trace/inherited_filter.h"

#include <linux/capability.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string_view>

#include "trace/privileges.h"

namespace whywontitstart {
namespace {

/// These do something whatever their arguments are, or wait.
bool is_harmless(const std::string& name) {
  static const std::set<std::string_view> others = {
      "exit",   "exit_group", "fork",   "vfork", "clone",   "rt_sigreturn", "restart_syscall", "pause",
      "msgget", "semget",     "shmget", "sync",  "vhangup", "setsid",       "reboot",          "kill"};
  return others.count(name) == 0;
}

/// These answer EPERM to whoever lacks a capability before they look at anything.
bool asks_for_root_first(const std::string& name) {
  static const std::set<std::string_view> calls = {
      "mount",         "umount2",       "pivot_root",  "chroot",        "setns",         "unshare",
      "swapon",        "swapoff",       "sethostname", "setdomainname", "settimeofday",  "clock_settime",
      "clock_adjtime", "adjtimex",      "init_module", "finit_module",  "delete_module", "iopl",
      "ioperm",        "acct",          "quotactl",    "bpf",           "setgroups",     "perf_event_open",
      "kexec_load",    "fanotify_init", "userfaultfd", "syslog",        "setpriority",   "open_by_handle_at",
      "ptrace",        "kcmp",          "move_mount",  "fsopen",        "open_tree",     "process_vm_readv"};
  return calls.count(name) != 0;
}

int answer_to_nonsense(std::uint64_t number) {
  const pid_t child = ::fork();
  if (child < 0) return 0;
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::alarm(1);
    const long result = ::syscall(static_cast<long>(number), -1L, -1L, -1L, -1L, -1L, -1L);
    ::_exit(result == -1 ? std::min(errno, 255) : 0);
  }
  int status = 0;
  while (::waitpid(child, &status, __WALL) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

}  // namespace

InheritedFilter::InheritedFilter() : is_there_(is_under_seccomp()), is_root_(has_capability(CAP_SYS_ADMIN)) {}

bool InheritedFilter::refuses(const SyscallEntry& call, Errno error) {
  // Other errnos are the kernel's own far more often: ENOSYS of a call that it does not have, ENOENT.
  if (!is_there_ || call.arch != ::seccomp_arch_native() ||
      (number(error) != EPERM && number(error) != EACCES))
    return false;
  const auto [found, is_new] = known_.try_emplace({call.number, number(error)}, false);
  if (!is_new) return found->second;
  const std::string& name = call_info(call.arch, call.number).name;
  if (is_harmless(name) && (is_root_ || !asks_for_root_first(name)))
    found->second = answer_to_nonsense(call.number) == number(error);
  return found->second;
}

}  // namespace whywontitstart
