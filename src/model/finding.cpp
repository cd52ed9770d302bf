#include "model/finding.h"

#include "base/text.h"

namespace whywontitstart {

Subject subject_of(const Match& match) {
  std::string value = fill(match.subject, match.values);
  if (value.empty()) {  // the text that the rule stands on names nothing: then it is the subject itself
    const auto said = match.values.find("said");
    return {"text", said == match.values.end() ? std::string() : said->second};
  }
  if (match.subject_kind == "library") value = std::string(base_name(value));
  if (match.subject_kind == "text" && value.starts_with('/') && value.find(' ') == std::string::npos)
    return {"path", std::move(value)};
  return {match.subject_kind, std::move(value)};
}

const std::vector<std::string_view>& cause_codes() {
  static const std::vector<std::string_view> codes = {
      "ok.running",
      "ok.exited",
      "exec.not-found",
      "exec.not-executable",
      "exec.noexec-mount",
      "exec.bad-format",
      "exec.interpreter-missing",
      "exec.text-busy",
      "exec.args-too-long",
      "exec.is-a-directory",
      "library.missing",
      "library.version-missing",
      "library.symbol-missing",
      "library.wrong-arch",
      "library.unreadable",
      "library.unloadable",
      "module.missing",
      "module.incompatible",
      "file.missing",
      "file.permission",
      "file.not-a-directory",
      "file.is-a-directory",
      "file.already-exists",
      "file.read-only",
      "file.locked",
      "file.stale-lock",
      "file.busy",
      "file.symlink-loop",
      "file.name-too-long",
      "file.io-error",
      "data.incompatible",
      "data.corrupt",
      "device.unavailable",
      "port.in-use",
      "port.privileged",
      "address.not-available",
      "address.family-unsupported",
      "connect.refused",
      "connect.timeout",
      "connect.unreachable",
      "connect.reset",
      "connect.socket-missing",
      "connect.permission",
      "connect.auth",
      "connect.tls",
      "dns.failure",
      "limit.open-files",
      "limit.processes",
      "limit.memory",
      "limit.stack",
      "limit.file-size",
      "limit.cpu-time",
      "limit.locked-memory",
      "limit.inotify",
      "limit.kernel",
      "disk.full",
      "disk.inodes",
      "disk.quota",
      "security.selinux",
      "security.apparmor",
      "security.seccomp",
      "security.landlock",
      "security.capability",
      "security.namespace",
      "user.unknown",
      "unit.not-found",
      "unit.masked",
      "unit.invalid",
      "unit.condition",
      "unit.dependency",
      "unit.start-limit",
      "ready.timeout",
      "ready.exited-early",
      "ready.wrong-address",
      "kernel.unsupported",
      "cpu.unsupported",
      "config.invalid",
      "config.env-missing",
      "config.usage",
      "crash.segfault",
      "crash.abort",
      "crash.illegal-instruction",
      "crash.bus-error",
      "crash.arithmetic",
      "killed.oom",
      "killed.signal",
      "hang.input",
      "hang.deadlock",
      "hang.network",
      "hang.child",
      "hang.busy-loop",
      "hang.io",
      "hang.entropy",
      "hang.stopped",
      "app.error",
      "trace.denied",
  };
  return codes;
}

bool is_cause_code(std::string_view code) {
  return std::find(cause_codes().begin(), cause_codes().end(), code) != cause_codes().end();
}

const std::vector<std::string_view>& subject_kinds() {
  static const std::vector<std::string_view> kinds = {
      "path",    "library", "symbol",     "module",  "port", "address", "host",   "limit",
      "process", "user",    "capability", "profile", "env",  "signal",  "device", "text"};
  return kinds;
}

}  // namespace whywontitstart
