#include "host/processes.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

std::string file_of(Pid pid, std::string_view name) {
  return pid == Pid::none ? fmt::format("/proc/self/{}", name)
                          : fmt::format("/proc/{}/{}", number(pid), name);
}

template <typename Number>
std::optional<Number> parse(std::string_view text, int base = 10) {
  Number value{};
  text = trim(text);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failed != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(" \t", at);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t", start), text.size());
    words.push_back(text.substr(start, end - start));
    at = end;
  }
  return words;
}

void take_field(ProcessStatus& status, std::string_view key, std::string_view value) {
  const std::vector<std::string_view> words = words_of(value);
  const auto capabilities = [&] { return parse<std::uint64_t>(value, 16); };
  if (key == "Name") status.name = std::string(value);
  if (key == "State" && !value.empty()) status.state = value.front();
  if (key == "PPid") status.parent = Pid{parse<pid_t>(value).value_or(0)};
  if (key == "TracerPid") status.tracer = Pid{parse<pid_t>(value).value_or(0)};
  // "Uid: real effective saved file system"
  if (key == "Uid" && words.size() > 1) {
    status.real_uid = parse<std::uint32_t>(words[0]).value_or(0);
    status.uid = parse<std::uint32_t>(words[1]).value_or(0);
  }
  if (key == "Gid" && words.size() > 1) status.gid = parse<std::uint32_t>(words[1]).value_or(0);
  if (key == "Threads") status.threads = parse<std::uint32_t>(value).value_or(1);
  if (key == "Groups")
    for (const std::string_view word : words)
      if (const auto gid = parse<std::uint32_t>(word)) status.groups.push_back(*gid);
  if (key == "CapEff") status.effective = capabilities();
  if (key == "CapPrm") status.permitted = capabilities();
  if (key == "CapInh") status.inheritable = capabilities();
  if (key == "CapBnd") status.bounding = capabilities();
  if (key == "CapAmb") status.ambient = capabilities();
  if (key == "Seccomp") status.seccomp = parse<int>(value);
  if (key == "Seccomp_filters") status.seccomp_filters = parse<int>(value);
  if (key == "NoNewPrivs") status.no_new_privileges = trim(value) == "1";
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> limit_names{{
    {"Max cpu time", "RLIMIT_CPU"},
    {"Max file size", "RLIMIT_FSIZE"},
    {"Max data size", "RLIMIT_DATA"},
    {"Max stack size", "RLIMIT_STACK"},
    {"Max core file size", "RLIMIT_CORE"},
    {"Max resident set", "RLIMIT_RSS"},
    {"Max processes", "RLIMIT_NPROC"},
    {"Max open files", "RLIMIT_NOFILE"},
    {"Max locked memory", "RLIMIT_MEMLOCK"},
    {"Max address space", "RLIMIT_AS"},
    {"Max file locks", "RLIMIT_LOCKS"},
    {"Max pending signals", "RLIMIT_SIGPENDING"},
    {"Max msgqueue size", "RLIMIT_MSGQUEUE"},
    {"Max nice priority", "RLIMIT_NICE"},
    {"Max realtime priority", "RLIMIT_RTPRIO"},
    {"Max realtime timeout", "RLIMIT_RTTIME"},
}};

std::uint64_t limit_value(std::string_view word) {
  return word == "unlimited" ? UINT64_MAX : parse<std::uint64_t>(word).value_or(0);
}

bool is_container_id(std::string_view word) {
  return word.size() == 64 && word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The container that one part of a cgroup's path names: "docker-<id>.scope", "libpod-<id>.scope", "<id>",
/// "lxc.payload.NAME", "machine-qemu.scope" (a machine is none).
std::string container_of(std::string_view part) {
  if (part.starts_with("lxc.payload.")) return std::string(part.substr(12));
  if (part.ends_with(".scope")) part.remove_suffix(6);
  const std::size_t dash = part.rfind('-');
  const std::string_view id = dash == std::string_view::npos ? part : part.substr(dash + 1);
  return is_container_id(id) ? std::string(id.substr(0, 12)) : std::string();
}

/// Which software gave the part its name; `outer` is what the path above it told.
std::string runtime_of(std::string_view part, std::string outer) {
  if (part.starts_with("lxc.payload.")) return "lxc";
  if (part == "docker" || part.starts_with("docker-")) return "docker";
  if (part.starts_with("libpod")) return "podman";
  if (part.starts_with("kubepods")) return "kubernetes";
  return outer;
}

}  // namespace

Result<ProcessStatus> process_status(const Host& host, Pid pid) {
  const Result<std::string> text = host.read(file_of(pid, "status"));
  if (!text) return tl::unexpected(text.error());
  ProcessStatus status;
  for (const std::string_view line : split(*text, '\n'))
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos)
      take_field(status, line.substr(0, colon), trim(line.substr(colon + 1)));
  return status;
}

Result<std::vector<std::string>> process_arguments(const Host& host, Pid pid) {
  const Result<std::string> text = host.read(file_of(pid, "cmdline"));
  if (!text) return tl::unexpected(text.error());
  std::vector<std::string> arguments;
  for (const std::string_view argument : split(*text, '\0')) arguments.emplace_back(argument);
  if (!arguments.empty() && arguments.back().empty()) arguments.pop_back();
  return arguments;
}

std::string process_command(const Host& host, Pid pid) {
  if (const Result<std::vector<std::string>> arguments = process_arguments(host, pid);
      arguments && !arguments->empty())
    return join(*arguments, " ");
  const Result<ProcessStatus> status = process_status(host, pid);
  return status ? fmt::format("[{}]", status->name) : std::string();
}

Result<std::vector<Limit>> process_limits(const Host& host, Pid pid) {
  const Result<std::string> text = host.read(file_of(pid, "limits"));
  if (!text) return tl::unexpected(text.error());
  std::vector<Limit> limits;
  for (const std::string_view line : split(*text, '\n'))
    for (const auto& [label, limit] : limit_names) {
      if (!line.starts_with(label)) continue;
      const std::vector<std::string_view> words = words_of(line.substr(label.size()));
      if (words.size() >= 2)
        limits.push_back({std::string(limit), limit_value(words[0]), limit_value(words[1])});
    }
  return limits;
}

Result<std::vector<Pid>> all_processes(const Host& host) {
  const Result<std::vector<std::string>> names = host.list("/proc");
  if (!names) return tl::unexpected(names.error());
  std::vector<Pid> pids;
  for (const std::string& name : *names)
    if (name.find_first_not_of("0123456789") == std::string::npos)
      if (const auto pid = parse<pid_t>(name)) pids.push_back(Pid{*pid});
  std::sort(pids.begin(), pids.end());
  return pids;
}

Supervisor supervisor_of(const Host& host, Pid pid) {
  const Result<std::string> text = host.read(file_of(pid, "cgroup"));
  return text ? parse_supervisor(*text) : Supervisor{};
}

Supervisor parse_supervisor(std::string_view cgroup) {
  Supervisor supervisor;
  for (const std::string_view line : split(cgroup, '\n')) {
    const std::vector<std::string_view> fields = split(line, ':');  // "0::/system.slice/nginx.service"
    if (fields.size() < 3) continue;
    const std::string_view path = line.substr(fields[0].size() + fields[1].size() + 2);
    for (const std::string_view part : split(path, '/')) {
      supervisor.runtime = runtime_of(part, std::move(supervisor.runtime));
      if (const std::string container = container_of(part); !container.empty())
        supervisor.container = container;
      // The innermost unit is the one to speak of: a user's service inside user@1000.service. That one itself
      // has all that the user runs, and is nobody's service.
      if (part.starts_with("user@"))
        supervisor.of_user = true;
      else if (part.ends_with(".service"))
        supervisor.unit = std::string(part);
    }
  }
  if (supervisor.container.empty()) supervisor.runtime.clear();
  return supervisor;
}

std::string capability_name(unsigned number) {
  static constexpr std::array<std::string_view, 41> names{"CHOWN",
                                                          "DAC_OVERRIDE",
                                                          "DAC_READ_SEARCH",
                                                          "FOWNER",
                                                          "FSETID",
                                                          "KILL",
                                                          "SETGID",
                                                          "SETUID",
                                                          "SETPCAP",
                                                          "LINUX_IMMUTABLE",
                                                          "NET_BIND_SERVICE",
                                                          "NET_BROADCAST",
                                                          "NET_ADMIN",
                                                          "NET_RAW",
                                                          "IPC_LOCK",
                                                          "IPC_OWNER",
                                                          "SYS_MODULE",
                                                          "SYS_RAWIO",
                                                          "SYS_CHROOT",
                                                          "SYS_PTRACE",
                                                          "SYS_PACCT",
                                                          "SYS_ADMIN",
                                                          "SYS_BOOT",
                                                          "SYS_NICE",
                                                          "SYS_RESOURCE",
                                                          "SYS_TIME",
                                                          "SYS_TTY_CONFIG",
                                                          "MKNOD",
                                                          "LEASE",
                                                          "AUDIT_WRITE",
                                                          "AUDIT_CONTROL",
                                                          "SETFCAP",
                                                          "MAC_OVERRIDE",
                                                          "MAC_ADMIN",
                                                          "SYSLOG",
                                                          "WAKE_ALARM",
                                                          "BLOCK_SUSPEND",
                                                          "AUDIT_READ",
                                                          "PERFMON",
                                                          "BPF",
                                                          "CHECKPOINT_RESTORE"};
  return number < names.size() ? fmt::format("CAP_{}", names[number]) : fmt::format("CAP_{}", number);
}

std::vector<std::string> capability_names(std::uint64_t set) {
  std::vector<std::string> names;
  for (unsigned bit = 0; bit < 64; ++bit)
    if ((set >> bit & 1) != 0) names.push_back(capability_name(bit));
  return names;
}

}  // namespace whywontitstart
