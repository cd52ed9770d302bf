#include "trace/strace_names.h"

#include "base/search_name.h"
#include "trace/calls.h"

namespace whywontitstart {
namespace {

/// Calls that our own tracer lets run free, but that a log may have.
constexpr std::pair<std::string_view, std::string_view> only_in_logs[] = {
    {"acct", "path"},
    {"fadvise64", "file"},
    {"fanotify_mark", "file hex hex dirfd path"},
    {"fgetxattr", "file"},
    {"flistxattr", "file"},
    {"fremovexattr", "file"},
    {"fsetxattr", "file"},
    {"fstat64", "fd"},
    {"fstatfs", "file"},
    {"fstatfs64", "file"},
    {"futimesat", "dirfd path"},
    {"getdents", "file"},
    {"inotify_rm_watch", "fd"},
    {"io_uring_enter", "file"},
    {"io_uring_register", "file"},
    {"_llseek", "fd"},
    {"listxattr", "path"},
    {"llistxattr", "path"},
    {"lremovexattr", "path"},
    {"lsetxattr", "path"},
    {"move_mount", "dirfd path dirfd path2"},
    {"name_to_handle_at", "dirfd path"},
    {"open_tree", "dirfd path"},
    {"preadv", "file"},
    {"preadv2", "file"},
    {"pwritev2", "file iovec"},
    {"readahead", "file"},
    {"recv", "file"},
    {"removexattr", "path"},
    {"sendfile64", "fd-number file"},
    {"setxattr", "path"},
    {"signalfd", "fd"},
    {"statfs64", "path"},
    {"swapoff", "path"},
    {"swapon", "path"},
    {"sync_file_range", "file"},
    {"syncfs", "file"},
    {"tee", "file"},
    {"timerfd_gettime", "fd"},
    {"timerfd_settime", "fd"},
    {"umount", "path"},
    {"uselib", "path"},
    {"utime", "path"},
    {"utimes", "path"},
    {"vmsplice", "file"},
};

/// What is made most often, and whose success tells a diagnosis nothing: memory, time, signals, identity,
/// waiting, positions in files.
constexpr std::string_view dull_names[] = {"mmap",
                                           "mmap2",
                                           "munmap",
                                           "mremap",
                                           "mprotect",
                                           "brk",
                                           "madvise",
                                           "rt_sigaction",
                                           "rt_sigprocmask",
                                           "rt_sigreturn",
                                           "sigaltstack",
                                           "futex",
                                           "getpid",
                                           "gettid",
                                           "getppid",
                                           "getuid",
                                           "geteuid",
                                           "getgid",
                                           "getegid",
                                           "getuid32",
                                           "geteuid32",
                                           "getgid32",
                                           "getegid32",
                                           "getpgrp",
                                           "getpgid",
                                           "getsid",
                                           "gettimeofday",
                                           "clock_gettime",
                                           "clock_getres",
                                           "clock_nanosleep",
                                           "nanosleep",
                                           "time",
                                           "times",
                                           "getrusage",
                                           "sysinfo",
                                           "uname",
                                           "sched_yield",
                                           "sched_getaffinity",
                                           "sched_getparam",
                                           "sched_getscheduler",
                                           "set_robust_list",
                                           "set_tid_address",
                                           "rseq",
                                           "arch_prctl",
                                           "membarrier",
                                           "getrandom",
                                           "lseek",
                                           "_llseek",
                                           "epoll_ctl",
                                           "epoll_create",
                                           "epoll_create1",
                                           "eventfd2",
                                           "timerfd_create",
                                           "timerfd_settime",
                                           "umask",
                                           "ioctl",
                                           "getdents",
                                           "getdents64",
                                           "pread64",
                                           "wait4",
                                           "waitid",
                                           "setitimer",
                                           "getsockname",
                                           "getpeername"};

/// The facts look into the arguments of these, also where they worked.
bool asks_for_arguments(std::string_view name) {
  constexpr std::string_view names[] = {"getsockopt", "prlimit64",  "setrlimit",         "kill", "tkill",
                                        "tgkill",     "pidfd_open", "pidfd_send_signal", "exit", "_exit",
                                        "exit_group", "setgroups",  "setgroups32"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names) ||
         (name.starts_with("set") && name.find("id") != name.npos);
}

StraceWordKind kind_named(std::string_view name) {
  using enum StraceWordKind;
  static const std::unordered_map<std::string_view, StraceWordKind> kinds = {
      {"dirfd", folder},      {"fd", descriptor},    {"file", descriptor}, {"listening", descriptor},
      {"path", path},         {"path2", other_path}, {"argv", argv},       {"link-target", link_target},
      {"sockaddr", sockaddr}, {"buffer", buffer},    {"iovec", iovec},     {"msghdr", message},
      {"mmsghdr", messages}};
  const auto found = kinds.find(name);
  return found == kinds.end() ? other : found->second;
}

/// What a successful call was asked to do matters where it can make good for a failure, or makes descriptors.
std::size_t flag_word(std::string_view name) {
  if (name == "open" || name.starts_with("fcntl") || name == "access") return 2;
  return name.starts_with("openat") || name.starts_with("faccessat") ? 3 : 0;
}

StraceName described(std::string_view name, std::string_view signature) {
  StraceName call;
  call.name = name;
  using enum StraceWordKind;
  call.telling_words = call.flag_words = flag_word(name);
  if (!signature.empty())
    for (const std::string_view word : split(signature, ' ')) {
      call.kinds.push_back(kind_named(word));
      if (call.kinds.back() != other) call.telling_words = std::max(call.telling_words, call.kinds.size());
      call.has_file = call.has_file || call.kinds.back() == descriptor;
    }
  call.sends_data = call.kinds.size() > 1 &&
                    (call.kinds[1] == buffer || call.kinds[1] == iovec || call.kinds[1] == message);
  call.makes_process =
      name == "fork" || name == "vfork" || name == "clone" || name == "clone2" || name == "clone3";
  call.executes = name.starts_with("execve");
  call.needs_arguments = asks_for_arguments(name);
  call.is_dull = std::find(std::begin(dull_names), std::end(dull_names), name) != std::end(dull_names);
  return call;
}

}  // namespace

const StraceName* strace_name(std::string_view name) {
  static const auto* const table = [] {
    auto* names = new std::unordered_map<std::string_view, StraceName, ShortNameHash>(1024);
    for (const KnownCall& call : known_calls())
      names->emplace(call.name, described(call.name, call.signature));
    for (const auto& [call, signature] : only_in_logs) names->emplace(call, described(call, signature));
    for (const std::string_view call : dull_names) names->emplace(call, described(call, ""));
    for (const std::string_view call : {"fork", "vfork", "clone2", "exit", "_exit", "exit_group"})
      names->emplace(call, described(call, ""));
    return names;
  }();
  const auto found = table->find(name);
  return found == table->end() ? nullptr : &found->second;
}

}  // namespace whywontitstart
