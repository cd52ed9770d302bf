#include "trace/privileges.h"

#include <sys/capability.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <csignal>

#include "base/fd.h"
#include "base/text.h"

namespace whywontitstart {
namespace {

/// The value of a line "Name:  value" of a file of /proc.
std::string status_value(const std::string& path, std::string_view name) {
  const Result<std::string> text = read_file(path);
  if (!text) return {};
  for (const std::string_view line : split(*text, '\n'))
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':')
      return std::string(trim(line.substr(name.size() + 1)));
  return {};
}

bool in_container() {
  return ::access("/.dockerenv", F_OK) == 0 || ::access("/run/.containerenv", F_OK) == 0 ||
         ::access("/run/systemd/container", F_OK) == 0;
}

}  // namespace

bool has_capability(int capability) {
  cap_t ours = ::cap_get_proc();
  if (ours == nullptr) return false;
  cap_flag_value_t value = CAP_CLEAR;
  ::cap_get_flag(ours, static_cast<cap_value_t>(capability), CAP_EFFECTIVE, &value);
  ::cap_free(ours);
  return value == CAP_SET;
}

bool is_under_seccomp() { return status_value("/proc/self/status", "Seccomp") == "2"; }

bool gains_rights(const std::string& executable) {
  struct stat status {};
  if (::stat(executable.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  constexpr mode_t set_gid = S_ISGID | S_IXGRP;  // without x it means mandatory locking
  if ((status.st_mode & S_ISUID) != 0 || (status.st_mode & set_gid) == set_gid) return true;
  return ::getxattr(executable.c_str(), "security.capability", nullptr, 0) > 0;
}

Error why_denied(int errno_code, Pid thread) {
  const auto because = [&](std::string_view reason) {
    return errno_error(fmt::format("the program cannot be traced ({})", reason), errno_code).value();
  };
  const std::string tracer = status_value(fmt::format("/proc/{}/status", number(thread)), "TracerPid");
  if (!tracer.empty() && tracer != "0")
    return because(fmt::format(
        "process {} traces it already, such as strace or a debugger: there can be one only", tracer));
  const Result<std::string> yama = read_file("/proc/sys/kernel/yama/ptrace_scope");
  if (yama && trim(*yama) == "3")
    return because("kernel.yama.ptrace_scope is 3: nobody may trace until the next boot");
  if (yama && trim(*yama) == "2" && !has_capability(CAP_SYS_PTRACE))
    return because("kernel.yama.ptrace_scope is 2: only root may trace, so run this with sudo");
  const std::string owner = status_value(fmt::format("/proc/{}/status", number(thread)), "Uid");
  const bool is_ours = std::atol(owner.c_str()) == static_cast<long>(::getuid());
  if (!has_capability(CAP_SYS_PTRACE) && !owner.empty() && !is_ours)
    return because("it belongs to another user: run this with sudo");
  if (yama && trim(*yama) == "1" && !has_capability(CAP_SYS_PTRACE))
    return because(
        "kernel.yama.ptrace_scope is 1: only root may trace what it did not start, so run this with sudo");
  if (is_under_seccomp())
    return because(in_container()
                       ? "the container's seccomp profile forbids ptrace: run it with --cap-add=SYS_PTRACE"
                       : "a seccomp filter forbids ptrace: see SystemCallFilter= of the service we run in");
  if (in_container()) return because("the container forbids it: run it with --cap-add=SYS_PTRACE");
  return because("a security module such as SELinux (deny_ptrace) or AppArmor may forbid it");
}

Result<> try_ptrace() {
  const pid_t child = ::fork();
  if (child < 0) return errno_error("start the program: fork");
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, __WALL) < 0 && errno == EINTR) {
  }
  if (!WIFSIGNALED(status)) return {};
  return error(fmt::format(
      "the program cannot be traced (a seccomp filter kills whoever calls ptrace, with {}: see "
      "SystemCallFilter= of the service, or the seccomp profile of the container, that we run in)",
      name(Signal{WTERMSIG(status)})));
}

}  // namespace whywontitstart
