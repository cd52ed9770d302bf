#include "diagnosis/look_there.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

struct Look {
  std::string text;
  std::string command;
};

std::string limit_option(const std::string& limit) {
  return "--" + lower(limit.substr(std::string_view("RLIMIT_").size()));
}

Look at_limit(const std::string& limit, const std::string& program) {
  const std::string name = shell_quoted(program);
  if (limit.starts_with("RLIMIT_"))
    return {"see the limit there, in the shell that starts it; of a unit: systemctl show UNIT | grep ^Limit",
            "prlimit " + limit_option(limit)};
  if (limit == "memory.max" || limit == "pids.max")
    return {"see the limits of its control group there",
            fmt::format("systemctl show -p MemoryMax,MemoryCurrent,TasksMax,TasksCurrent {}", name)};
  return {"see the limit there", "sysctl " + shell_quoted(limit)};
}

std::string port_of(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  return colon == std::string::npos ? "" : address.substr(colon + 1);
}

/// By what the kernel needs to allow the port.
Look at_privileged_port(const std::string& program) {
  return {"see there from which port on everybody may listen, and which rights the program's file has",
          fmt::format("sysctl net.ipv4.ip_unprivileged_port_start; getcap \"$(command -v {})\"",
                      shell_quoted(program))};
}

Look at_path(const std::string& cause, const std::string& path) {
  const std::string quoted = shell_quoted(path);
  if (cause == "file.read-only" || cause == "exec.noexec-mount")
    return {"see how it is mounted there", "findmnt -T " + quoted};
  if (cause == "disk.full" || cause == "disk.quota")
    return {"see what is full there", fmt::format("df -h {0}; df -i {0}", quoted)};
  if (cause == "file.locked" || cause == "file.busy" || cause == "exec.text-busy")
    return {"see there who has it open", fmt::format("fuser -v {}", quoted)};
  if (cause.starts_with("exec.")) return {"see there what it is", fmt::format("ls -l {0}; file {0}", quoted)};
  return {"see there what is on the way to it", "namei -l " + quoted};
}

Look at_address(const std::string& address) {
  const std::string port = port_of(address);
  return {"see there whether anybody listens, and by which way it goes",
          fmt::format("ss -ltn 'sport = :{}'; ip route get {}", port,
                      shell_quoted(address.substr(0, address.rfind(':'))))};
}

Look look_at(const Finding& finding, const std::string& program) {
  const auto& [kind, value] = finding.subject;
  if (value.empty()) return {};
  if (finding.cause == "port.privileged") return at_privileged_port(program);
  if (finding.cause == "security.selinux") return {"see there what was refused", "ausearch -m AVC -ts today"};
  if (finding.cause == "security.apparmor")
    return {"see there what was refused", "journalctl -k -g apparmor=.DENIED"};
  if (kind == "port") return {"see there who has it", fmt::format("ss -tulpn 'sport = :{}'", port_of(value))};
  if (kind == "limit") return at_limit(value, program);
  if ((kind == "path" || kind == "device") && value.starts_with('/')) return at_path(finding.cause, value);
  if (kind == "library")
    return {"see there which libraries it finds",
            fmt::format("ldd \"$(command -v {})\"", shell_quoted(program))};
  if (kind == "user") return {"see there whether it is known", "getent passwd " + shell_quoted(value)};
  if (kind == "capability")
    return {"see there what it may",
            fmt::format("getcap \"$(command -v {})\"; capsh --print", shell_quoted(program))};
  if (kind == "host") return {"see there what it resolves to", "getent ahosts " + shell_quoted(value)};
  if (kind == "address" && value.find(':') != std::string::npos && !port_of(value).empty())
    return at_address(value);
  return {};
}

}  // namespace

std::optional<Fix> look_there(const Finding& finding, const std::string& program) {
  const bool has_one = std::any_of(finding.fixes.begin(), finding.fixes.end(),
                                   [](const Fix& fix) { return fix.risk == "safe" && !fix.command.empty(); });
  Look look = has_one ? Look() : look_at(finding, program);
  if (look.command.empty()) return std::nullopt;
  return Fix{std::move(look.text), std::move(look.command), "safe"};
}

}  // namespace whywontitstart
