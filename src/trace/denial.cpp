#include "trace/denial.h"

#include <linux/capability.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/fd.h"
#include "base/text.h"
#include "trace/privileges.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

struct Reason {
  Subject subject;
  std::string text;
  Fix fix;
};

Reason filter_reason(const Obstacles& obstacles) {
  const std::string how = obstacles.killed == Signal::none
                              ? fmt::format("answers ptrace with {}", name(Errno{obstacles.errno_code}))
                              : fmt::format("ends whoever calls ptrace with {}", name(obstacles.killed));
  if (obstacles.in_container)
    return {{"profile", "seccomp"},
            fmt::format("the container's seccomp profile {}", how),
            {"start the container with the capability to trace", "docker run --cap-add=SYS_PTRACE …",
             "security"}};
  return {{"profile", "seccomp"},
          fmt::format("a seccomp filter that whoever started this tool has set {}", how),
          {"run it outside of that service or sandbox, or allow @debug in its SystemCallFilter=", "",
           "security"}};
}

Reason reason_of(const Obstacles& obstacles) {
  if (obstacles.killed != Signal::none) return filter_reason(obstacles);
  if (!obstacles.tracer.empty())
    return {{"process", obstacles.tracer},
            fmt::format("{} traces it already, and a process has one tracer", obstacles.tracer),
            {"do not run this tool under strace or a debugger", "", "safe"}};
  if (obstacles.of_another_user && !obstacles.has_capability)
    return {{"user", "root"}, "it belongs to another user", {"run this tool with sudo", "", "safe"}};
  if (obstacles.was_running && obstacles.yama_scope == 1 && !obstacles.has_capability)
    return {{"limit", "kernel.yama.ptrace_scope"},
            "kernel.yama.ptrace_scope is 1: only root may trace what it did not start",
            {"run this tool with sudo", "", "safe"}};
  if (obstacles.yama_scope == 3)
    return {{"limit", "kernel.yama.ptrace_scope"},
            "kernel.yama.ptrace_scope is 3: nobody may trace until the next boot",
            {"set it to 1 in /etc/sysctl.d and boot again", "", "security"}};
  if (obstacles.yama_scope == 2 && !obstacles.has_capability)
    return {{"limit", "kernel.yama.ptrace_scope"},
            "kernel.yama.ptrace_scope is 2: only root may trace",
            {"run this tool with sudo", "", "safe"}};
  if (obstacles.under_seccomp) return filter_reason(obstacles);
  if (obstacles.selinux_denies)
    return {{"profile", "deny_ptrace"},
            "SELinux forbids tracing: its boolean deny_ptrace is on",
            {"allow it for as long as it takes", "setsebool deny_ptrace 0", "security"}};
  if (obstacles.in_container)
    return {{"text", "container"},
            "the container that this runs in forbids it",
            {"start the container with the capability to trace", "docker run --cap-add=SYS_PTRACE …",
             "security"}};
  return {{"text", "security module"},
          "a security module such as SELinux or AppArmor may forbid it",
          {"look for what was denied to ptrace", "journalctl -k --grep 'denied.*ptrace'", "safe"}};
}

/// "strace (12)".
std::string tracer_of(Pid thread) {
  const std::string pid = status_value(proc_file(thread, "status"), "TracerPid");
  if (pid.empty() || pid == "0") return {};
  const Result<std::string> name = read_file(fmt::format("/proc/{}/comm", pid));
  return fmt::format("{} ({})", name ? std::string(trim(*name)) : "process", pid);
}

bool file_says(const std::string& path, std::string_view value) {
  const Result<std::string> text = read_file(path);
  return text && trim(*text).starts_with(value);
}

}  // namespace

Finding explain_denial(const Obstacles& obstacles) {
  Reason reason = reason_of(obstacles);
  Finding finding;
  finding.cause = "trace.denied";
  finding.rule = "tracing";
  finding.subject = std::move(reason.subject);
  finding.title = "The program cannot be traced";
  finding.summary = fmt::format("the program was not run, since it cannot be traced: {}", reason.text);
  finding.confidence = 0.9;
  if (obstacles.errno_code != 0)
    finding.evidence.push_back(
        {"syscall",
         fmt::format("ptrace(PTRACE_SEIZE) = -1 {} ({})", name(Errno{obstacles.errno_code}),
                     description(Errno{obstacles.errno_code})),
         Pid::none,
         {}});
  finding.fixes.push_back(std::move(reason.fix));
  finding.references = {"ptrace(2)"};
  return finding;
}

std::string denial_reason(const Obstacles& obstacles) {
  const Reason reason = reason_of(obstacles);
  return fmt::format("{} ({})", reason.text, reason.fix.text);
}

Obstacles obstacles_for(int errno_code, Pid thread) {
  Obstacles found;
  found.errno_code = errno_code;
  if (thread != Pid::none) {
    found.tracer = tracer_of(thread);
    const std::string owner = status_value(fmt::format("/proc/{}/status", number(thread)), "Uid");
    found.of_another_user = !owner.empty() && static_cast<uid_t>(std::atol(owner.c_str())) != ::getuid();
  }
  if (const Result<std::string> scope = read_file("/proc/sys/kernel/yama/ptrace_scope"))
    found.yama_scope = std::atoi(scope->c_str());
  found.has_capability = has_capability(CAP_SYS_PTRACE);
  found.under_seccomp = is_under_seccomp();
  found.in_container = ::access("/.dockerenv", F_OK) == 0 || ::access("/run/.containerenv", F_OK) == 0 ||
                       ::access("/run/systemd/container", F_OK) == 0;
  found.selinux_denies =
      file_says("/sys/fs/selinux/enforce", "1") && file_says("/sys/fs/selinux/booleans/deny_ptrace", "1");
  return found;
}

Result<Signal> try_ptrace() {
  const pid_t child = ::fork();
  if (child < 0) return errno_error("start the program: fork");
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, __WALL) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? Signal{WTERMSIG(status)} : Signal::none;
}

Finding explain_lost_rights(const std::string& executable, Pid process, bool by_no_new_privs) {
  Finding finding;
  finding.cause = "trace.denied";
  finding.rule = "tracing";
  finding.subject = {"path", executable};
  finding.title = "It was traced without the rights of its file";
  finding.summary = fmt::format(
      "{} is set-uid, set-gid or has capabilities, which the kernel does not grant {}: what it did here is "
      "not "
      "what it does without this tool",
      executable,
      by_no_new_privs ? "under the filter of an ordinary user's tracer" : "while an ordinary user traces it");
  finding.confidence = 0.95;
  finding.evidence.push_back({"syscall", fmt::format("execve of {}", executable), process, {}});
  finding.fixes.push_back(
      {"run this tool as root: it then keeps its rights (-u starts it as the same user)", "", "security"});
  finding.references = {"execve(2)", "ptrace(2)"};
  return finding;
}

}  // namespace whywontitstart
