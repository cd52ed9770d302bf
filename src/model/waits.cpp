#include "model/waits.h"

#include <cstdlib>

namespace whywontitstart {
namespace {

using Names = std::set<std::string_view>;

/// They take data from a descriptor, or bring some there.
const Names& transfers() {
  static const Names names = {"read",     "readv",    "pread64",  "preadv",   "preadv2",        "recv",
                              "recvfrom", "recvmsg",  "recvmmsg", "write",    "writev",         "pwrite64",
                              "pwritev",  "pwritev2", "send",     "sendto",   "sendmsg",        "sendmmsg",
                              "sendfile", "splice",   "tee",      "vmsplice", "copy_file_range"};
  return names;
}

/// They ask a file system for something, and it has no reason to let them wait.
const Names& storage_calls() {
  static const Names names = {"stat",
                              "lstat",
                              "stat64",
                              "lstat64",
                              "fstat",
                              "newfstatat",
                              "fstatat64",
                              "statx",
                              "access",
                              "faccessat",
                              "faccessat2",
                              "readlink",
                              "mkdir",
                              "mkdirat",
                              "rmdir",
                              "unlink",
                              "unlinkat",
                              "rename",
                              "renameat",
                              "renameat2",
                              "link",
                              "linkat",
                              "symlink",
                              "symlinkat",
                              "chmod",
                              "fchmod",
                              "fchmodat",
                              "chown",
                              "fchown",
                              "lchown",
                              "fchownat",
                              "mknod",
                              "mknodat",
                              "truncate",
                              "ftruncate",
                              "chdir",
                              "fchdir",
                              "mount",
                              "umount2",
                              "statfs",
                              "fstatfs",
                              "getdents",
                              "getdents64",
                              "fsync",
                              "fdatasync",
                              "sync",
                              "syncfs",
                              "msync",
                              "fallocate",
                              "utimensat",
                              "getxattr",
                              "lgetxattr",
                              "fgetxattr",
                              "readlinkat",
                              "close",
                              "execve",
                              "execveat",
                              "mmap",
                              "munmap",
                              "swapon",
                              "swapoff",
                              "quotactl",
                              "fadvise64",
                              "readahead",
                              "io_submit",
                              "copy_range",
                              "name_to_handle_at"};
  return names;
}

WaitFor wait_for_transfer(const SyscallEvent& call) {
  const std::string_view file = without_deleted(call.file);
  if (is_terminal(file)) return WaitFor::input;
  if (file.starts_with("pipe:")) return call.fd == 0 ? WaitFor::input : WaitFor::pipe;
  if (file.starts_with("socket:") || !call.address.empty())
    return call.address.empty() ? WaitFor::work : WaitFor::answer;
  if (file.starts_with("anon_inode:")) return WaitFor::work;
  if (file == "/dev/random" || file == "/dev/hwrng") return WaitFor::randomness;
  if (call.fd == 0 && call.name.starts_with("read")) return WaitFor::input;
  if (call.name.starts_with("recv")) return WaitFor::work;
  const bool is_special =
      file.starts_with("/dev/") || file.starts_with("/proc/") || file.starts_with("/sys/");
  return file.starts_with('/') && !is_special ? WaitFor::storage : WaitFor::unknown;
}

/// poll(2) and its kin: of more than one descriptor only the machine knows what they are.
WaitFor wait_for_events(const SyscallEvent& call) {
  if (is_terminal(call.file)) return WaitFor::input;
  return WaitFor::work;
}

}  // namespace

bool is_timed(const SyscallEvent& call) {
  // The argument with the time, and what it is where there is none.
  struct Timeout {
    std::string_view name;
    std::size_t argument;
    std::string_view none;
  };
  static constexpr Timeout timeouts[] = {
      {"futex", 3, "NULL"},      {"poll", 2, "-1"},           {"ppoll", 2, "NULL"},
      {"select", 4, "NULL"},     {"pselect6", 4, "NULL"},     {"epoll_wait", 3, "-1"},
      {"epoll_pwait", 3, "-1"},  {"epoll_pwait2", 3, "NULL"}, {"rt_sigtimedwait", 2, "NULL"},
      {"semtimedop", 3, "NULL"}, {"nanosleep", 9, ""},        {"clock_nanosleep", 9, ""}};
  for (const Timeout& timeout : timeouts)
    if (timeout.name == call.name)
      return timeout.argument >= call.arguments.size() ? timeout.none.empty()
                                                       : call.arguments[timeout.argument] != timeout.none;
  return false;
}

std::chrono::seconds requested_sleep(const SyscallEvent& call) {
  std::size_t at = 0;
  if (call.name == "clock_nanosleep") at = 2;
  if ((call.name != "nanosleep" && at == 0) || call.arguments.size() <= at) return {};
  if (at > 0 && call.arguments[1] != "0") return {};  // TIMER_ABSTIME
  const std::string& text = call.arguments[at];
  constexpr std::string_view key = "tv_sec=";
  const std::size_t found = text.find(key);
  if (found == std::string::npos) return {};
  return std::chrono::seconds(std::atoll(text.c_str() + found + key.size()));
}

bool is_terminal(std::string_view file) {
  return file.starts_with("/dev/pts/") || file.starts_with("/dev/tty") || file.starts_with("/dev/console") ||
         file.starts_with("/dev/hvc");
}

std::string_view without_deleted(std::string_view file) {
  constexpr std::string_view mark = " (deleted)";
  if (file.ends_with(mark)) file.remove_suffix(mark.size());
  return file;
}

WaitFor wait_for(const SyscallEvent& call) {
  const std::string_view name = call.name;
  if (name.empty()) return WaitFor::unknown;
  if (name == "flock" || name == "lockf" || has_flag(call, "F_SETLKW") || has_flag(call, "F_OFD_SETLKW") ||
      has_flag(call, "F_SETLKW64"))
    return WaitFor::lock;
  if (name == "connect") return WaitFor::connection;
  if (name == "getrandom") return WaitFor::randomness;
  if (name == "wait4" || name == "waitpid" || name == "waitid" || name == "vfork" || name == "clone" ||
      name == "clone3")
    return WaitFor::child;
  if (name == "futex" || name == "futex_waitv" || name == "futex_wait") return WaitFor::thread;
  if (name == "nanosleep" || name == "clock_nanosleep") return WaitFor::time;
  if (name == "open" || name == "openat" || name == "openat2" || name == "creat") return WaitFor::fifo;
  if (transfers().count(name) > 0) return wait_for_transfer(call);
  if (name.find("poll") != std::string_view::npos || name.find("select") != std::string_view::npos)
    return wait_for_events(call);
  static const Names idle = {"accept",       "accept4",         "pause",  "rt_sigsuspend",
                             "sigsuspend",   "rt_sigtimedwait", "msgrcv", "mq_timedreceive",
                             "io_getevents", "io_uring_enter"};
  if (idle.count(name) > 0) return WaitFor::work;
  return storage_calls().count(name) > 0 ? WaitFor::storage : WaitFor::unknown;
}

}  // namespace whywontitstart
