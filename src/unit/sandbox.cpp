#include "unit/sandbox.h"

#include <array>

#include "base/text.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

/// What a setting of the unit has to do with a finding.
struct Blame {
  std::string setting;
  std::string value;                ///< as it is to be shown
  std::string part;                 ///< of the value, by which its line is found
  std::string does;                 ///< "makes /etc read-only"
  std::vector<std::string> relief;  ///< lines of a drop-in
  std::string why;                  ///< what these lines do
  std::string cause;                ///< the better name for it; empty: it has the right one
  std::string risk = "security";
};

using Blamed = std::optional<Blame>;

/// One finding, seen by the light of the unit.
struct Case {
  const Finding& finding;
  const UnitLook& look;
  const Unit& unit;
  const std::string& subject;

  bool is(std::string_view cause) const { return finding.cause == cause; }
  bool is_about_path() const {
    return (finding.subject.kind == "path" || finding.subject.kind == "device") && subject.starts_with('/');
  }
  /// It cannot be had in the unit, but outside there is something of that name.
  bool hidden() const {
    const bool kept_away = is("file.missing") || is("file.permission") || is("device.unavailable") ||
                           is("exec.not-found") || is("exec.not-executable") || is("module.missing");
    return kept_away && is_about_path();
  }
  bool exists_outside() const { return look.host.status(subject).has_value(); }
};

bool lies_in(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  return folder == "/" || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

/// Of a list of folders with prefixes the one in which the path lies.
std::optional<std::string> folder_of_list(const std::vector<std::string>& list, std::string_view path) {
  std::optional<std::string> best;
  for (std::string_view folder : list) {
    while (folder.starts_with('-') || folder.starts_with('+')) folder.remove_prefix(1);
    if (lies_in(path, folder) && (!best || folder.size() > best->size())) best = std::string(folder);
  }
  return best;
}

bool lies_in_any(std::string_view path, std::initializer_list<std::string_view> folders) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view one) { return lies_in(path, one); });
}

/// What to write so that the program may write there: systemd's own folders where it is one of these.
std::vector<std::string> lines_to_write(const std::string& path) {
  static constexpr std::array<std::pair<const char*, const char*>, 4> own = {
      {{"/var/lib/", "StateDirectory"},
       {"/var/cache/", "CacheDirectory"},
       {"/var/log/", "LogsDirectory"},
       {"/run/", "RuntimeDirectory"}}};
  for (const auto& [folder, setting] : own) {
    if (!path.starts_with(folder)) continue;
    const std::string rest = path.substr(std::string_view(folder).size());
    const std::string name = rest.substr(0, rest.find('/'));
    if (rest.size() > name.size()) return {fmt::format("{}={}", setting, name)};
  }
  return {fmt::format("ReadWritePaths={}", path.size() > 1 ? folder_of(path) : path)};
}

Blamed of_read_only(const Case& at) {
  if (!at.is("file.read-only") || !at.is_about_path()) return std::nullopt;
  const std::string& path = at.subject;
  Blame blame;
  blame.relief = lines_to_write(path);
  blame.why = "let the unit write there";
  const std::string& system = at.unit.word("ProtectSystem");
  const std::string& home = at.unit.word("ProtectHome");
  const bool of_system = system == "strict" ||
                         ((system == "yes" || system == "full") &&
                          lies_in_any(path, {"/usr", "/boot", "/efi", "/lib", "/bin", "/sbin"})) ||
                         (system == "full" && lies_in(path, "/etc"));
  if (const auto folder = folder_of_list(at.unit.words("ReadOnlyPaths"), path)) {
    blame.setting = "ReadOnlyPaths", blame.value = blame.part = *folder;
  } else if (home == "read-only" && lies_in_any(path, {"/home", "/root", "/run/user"})) {
    blame.setting = "ProtectHome", blame.value = blame.part = home;
  } else if (at.unit.flag("ProtectKernelTunables") && lies_in_any(path, {"/proc", "/sys"})) {
    blame.setting = "ProtectKernelTunables", blame.value = "yes", blame.relief = {"ProtectKernelTunables=no"};
  } else if (at.unit.flag("ProtectControlGroups") && lies_in(path, "/sys/fs/cgroup")) {
    blame.setting = "ProtectControlGroups", blame.value = "yes", blame.relief = {"ProtectControlGroups=no"};
  } else if (of_system) {
    blame.setting = "ProtectSystem", blame.value = blame.part = system;
    if (at.unit.flag("DynamicUser") && !place_of(at.look.host, at.unit, "ProtectSystem"))
      blame.setting = "DynamicUser", blame.value = "yes", blame.part = "";
  } else {
    for (const char* const setting : {"BindReadOnlyPaths"}) {
      const std::vector<std::string>& words = at.unit.words(setting);  // source, place, optional, flags
      for (std::size_t one = 1; one < words.size(); one += 4)
        if (lies_in(path, words[one])) blame.setting = setting, blame.value = blame.part = words[one];
    }
  }
  if (blame.setting.empty()) return std::nullopt;
  blame.does = "makes it read-only for the unit";
  return blame;
}

Blame hides(std::string setting, std::string value, std::string relief, std::string why) {
  Blame blame;
  blame.setting = std::move(setting);
  blame.value = value;
  blame.part = std::move(value);
  blame.does = "hides it from the unit";
  blame.relief = {std::move(relief)};
  blame.why = std::move(why);
  return blame;
}

/// What is there for everybody else, but not for the unit.
Blamed of_hidden(const Case& at) {
  if (!at.hidden()) return std::nullopt;
  const std::string& path = at.subject;
  const Unit& unit = at.unit;
  if (const auto folder = folder_of_list(unit.words("InaccessiblePaths"), path))
    return hides("InaccessiblePaths", *folder, "InaccessiblePaths=", "take these paths away from the list");
  const std::string& home = unit.word("ProtectHome");
  if ((home == "yes" || home == "tmpfs") && lies_in_any(path, {"/home", "/root", "/run/user"}) &&
      (at.exists_outside() || !lies_in(path, "/run")))
    return hides("ProtectHome", home, fmt::format("BindPaths={}", path), "let the unit see that one");
  if (!at.exists_outside()) return std::nullopt;
  std::vector<std::string> empty;
  const std::vector<std::string>& words = unit.words("TemporaryFileSystem");  // path, options
  for (std::size_t one = 0; one < words.size(); one += 2) empty.push_back(words[one]);
  if (const auto folder = folder_of_list(empty, path))
    return hides("TemporaryFileSystem", *folder, fmt::format("BindPaths={}", path),
                 "let the unit see that one");
  if (unit.flag("PrivateTmp") && lies_in_any(path, {"/tmp", "/var/tmp"}))
    return hides("PrivateTmp", "yes", fmt::format("BindPaths={}", path), "let the unit see that one");
  if (unit.flag("PrivateDevices") && lies_in(path, "/dev"))
    return hides("PrivateDevices", "yes", "PrivateDevices=no", "let the unit see devices");
  if (unit.flag("ProtectKernelLogs") && (path == "/dev/kmsg" || path == "/proc/kmsg"))
    return hides("ProtectKernelLogs", "yes", "ProtectKernelLogs=no", "let the unit see the kernel's log");
  if (unit.flag("ProtectKernelModules") && lies_in_any(path, {"/lib/modules", "/usr/lib/modules"}))
    return hides("ProtectKernelModules", "yes", "ProtectKernelModules=no", "let the unit see the modules");
  if (unit.is("ProcSubset", "pid") && lies_in(path, "/proc"))
    return hides("ProcSubset", "pid", "ProcSubset=all", "let the unit see all of /proc");
  if (const std::string& root = unit.word("RootDirectory"); !root.empty() && root != "/")
    return hides("RootDirectory", root, fmt::format("BindReadOnlyPaths={}", path),
                 "let the unit see that one");
  return std::nullopt;
}

Blamed of_no_exec(const Case& at) {
  const bool about_running = at.is("exec.noexec-mount") || at.is("exec.not-executable");
  if (!about_running || !at.is_about_path()) return std::nullopt;
  const auto folder = folder_of_list(at.unit.words("NoExecPaths"), at.subject);
  if (!folder) return std::nullopt;
  Blame blame =
      hides("NoExecPaths", *folder, fmt::format("ExecPaths={}", at.subject), "let the unit run that one");
  blame.does = "forbids to run what is there";
  return blame;
}

/// Which setting installs the filter that refuses a call.
struct CallSetting {
  const char* setting;
  std::initializer_list<std::string_view> calls;
};
const std::array<CallSetting, 9> call_settings{{
    {"MemoryDenyWriteExecute", {"mmap", "mprotect", "pkey_mprotect", "shmat"}},
    {"RestrictNamespaces", {"unshare", "setns", "clone", "clone3"}},
    {"RestrictRealtime", {"sched_setscheduler", "sched_setattr"}},
    {"RestrictSUIDSGID",
     {"chmod", "fchmod", "fchmodat", "fchmodat2", "mknod", "mknodat", "mkdir", "mkdirat", "open", "openat",
      "creat"}},
    {"LockPersonality", {"personality"}},
    {"ProtectHostname", {"sethostname", "setdomainname"}},
    {"ProtectClock", {"clock_settime", "settimeofday", "adjtimex", "clock_adjtime"}},
    {"ProtectKernelModules", {"init_module", "finit_module", "delete_module"}},
    {"ProtectKernelLogs", {"syslog"}},
}};

bool filter_refuses(const Unit& unit, const std::string& call) {
  const std::vector<std::string>& words = unit.words("SystemCallFilter");  // is it a list of what is allowed?
  if (words.size() < 2) return false;
  const auto is_call = [&](const std::string& word) { return word.substr(0, word.find(':')) == call; };
  const bool listed = std::any_of(words.begin() + 1, words.end(), is_call);
  return words.front() == "yes" ? !listed : listed;
}

/// RestrictNamespaces= is a mask of what is allowed.
bool is_restricted(const Unit& unit, std::string_view setting) {
  if (setting != "RestrictNamespaces") return unit.flag(setting);
  return !unit.word(setting).empty() && unit.number(setting, ~0ULL) != ~0ULL;
}

Blame forbids(std::string setting, std::string value, std::string what, std::string relief) {
  Blame blame;
  blame.setting = std::move(setting);
  blame.value = std::move(value);
  blame.does = std::move(what);
  blame.relief = {std::move(relief)};
  blame.why = "allow it";
  return blame;
}

Blamed of_address_family(const Case& at) {
  const bool about_sockets =
      at.is("address.family-unsupported") || (at.is("security.seccomp") && at.subject == "socket");
  const std::vector<std::string>& words = at.unit.words("RestrictAddressFamilies");  // are these allowed?
  if (!about_sockets || words.empty() || (words.size() == 1 && words.front() == "no")) return std::nullopt;
  const bool allows = words.front() == "yes";
  const std::vector<std::string> families(words.begin() + 1, words.end());
  const std::string value =
      (allows ? "" : "~") + (families.empty() ? std::string("none") : join(families, " "));
  Blame blame = forbids(
      "RestrictAddressFamilies", value,
      allows ? "allows sockets of these kinds alone" : "forbids sockets of these kinds",
      allows ? "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK" : "RestrictAddressFamilies=");
  blame.cause = "security.seccomp";
  return blame;
}

Blamed of_seccomp(const Case& at) {
  if (!at.is("security.seccomp")) return std::nullopt;
  const std::string& call = at.subject;
  for (const CallSetting& one : call_settings) {
    if (!is_restricted(at.unit, one.setting)) continue;
    if (std::find(one.calls.begin(), one.calls.end(), call) == one.calls.end()) continue;
    return forbids(one.setting, "yes", fmt::format("forbids the way in which {} is called", call),
                   fmt::format("{}=no", one.setting));
  }
  const bool named = filter_refuses(at.unit, call);
  if (!named && (call.empty() || at.unit.words("SystemCallFilter").size() < 2)) {
    if (at.unit.words("SystemCallArchitectures").empty()) return std::nullopt;
    return forbids("SystemCallArchitectures", join(at.unit.words("SystemCallArchitectures"), " "),
                   "forbids the calls of other architectures", "SystemCallArchitectures=");
  }
  const auto place = place_of(at.look.host, at.unit, "SystemCallFilter");
  const std::string value = place ? place->value : "…";
  return forbids("SystemCallFilter", value, fmt::format("forbids {}", call),
                 fmt::format("SystemCallFilter={}", call));
}

Blamed of_capability(const Case& at) {
  const Unit& unit = at.unit;
  const bool privileged_port = at.is("port.privileged");
  if (!privileged_port && !at.is("security.capability")) return std::nullopt;
  std::string wanted = privileged_port ? "CAP_NET_BIND_SERVICE" : at.subject;
  if (!wanted.starts_with("CAP_")) return std::nullopt;
  constexpr std::uint64_t all = ~0ULL;
  constexpr std::uint64_t every_known = (1ULL << 41U) - 1;
  const std::uint64_t bound = unit.number("CapabilityBoundingSet", all);
  const bool bounded = (bound & every_known) != every_known;
  const std::string& user = unit.word("User");
  if (!bounded && (user.empty() || user == "root")) return std::nullopt;
  Blame blame;
  blame.setting = bounded ? "CapabilityBoundingSet" : "User";
  const auto place = place_of(at.look.host, unit, blame.setting);
  blame.value = place ? place->value : bounded ? "…" : user;
  blame.does = bounded ? "takes " + wanted + " away" : "has not " + wanted;
  if (!user.empty() && user != "root") blame.relief.push_back("AmbientCapabilities=" + wanted);
  if (bounded) blame.relief.push_back("CapabilityBoundingSet=" + wanted);
  blame.why = "give it that right";
  return blame;
}

struct LimitSetting {
  const char* cause;
  const char* subject;  ///< empty: any
  const char* setting;
  const char* more;  ///< a value that is enough for most
};
constexpr std::array<LimitSetting, 14> limit_settings{{
    {"limit.open-files", "RLIMIT_NOFILE", "LimitNOFILE", "65536"},
    {"limit.processes", "RLIMIT_NPROC", "LimitNPROC", "4096"},
    {"limit.processes", "pids.max", "TasksMax", "4096"},
    {"limit.processes", "RLIMIT_NPROC", "TasksMax", "4096"},
    {"limit.memory", "RLIMIT_AS", "LimitAS", "infinity"},
    {"limit.memory", "RLIMIT_DATA", "LimitDATA", "infinity"},
    {"limit.memory", "", "LimitAS", "infinity"},
    {"limit.memory", "", "MemoryMax", "infinity"},
    {"killed.oom", "", "MemoryMax", "infinity"},
    {"limit.stack", "", "LimitSTACK", "8M"},
    {"limit.locked-memory", "", "LimitMEMLOCK", "infinity"},
    {"limit.file-size", "", "LimitFSIZE", "infinity"},
    {"limit.cpu-time", "", "LimitCPU", "infinity"},
    {"limit.kernel", "kernel.msgmax", "LimitMSGQUEUE", "infinity"},
}};

/// Only a limit that the unit's own files set is the unit's.
Blamed of_limit(const Case& at) {
  for (const LimitSetting& one : limit_settings) {
    if (!at.is(one.cause) || (*one.subject != '\0' && at.subject != one.subject)) continue;
    const auto place = place_of(at.look.host, at.unit, one.setting);
    if (!place) continue;
    Blame blame =
        forbids(one.setting, place->value, "sets that limit", fmt::format("{}={}", one.setting, one.more));
    blame.why = "raise it";
    blame.risk = "changes-system";
    return blame;
  }
  return std::nullopt;
}

Blamed of_network(const Case& at) {
  const bool about_network = at.is("connect.unreachable") || at.is("dns.failure") ||
                             at.is("address.not-available") || at.is("connect.refused") ||
                             at.is("connect.timeout");
  if (!about_network || at.subject.starts_with("unix:") || at.subject.starts_with('/')) return std::nullopt;
  if (at.unit.flag("PrivateNetwork"))
    return forbids("PrivateNetwork", "yes", "leaves it no network but a loopback of its own",
                   "PrivateNetwork=no");
  return std::nullopt;
}

/// A program has what its unit gives it, and not what the shell has.
Blamed of_environment(const Case& at) {
  if (!at.is("config.env-missing") || at.finding.subject.kind != "env") return std::nullopt;
  Blame blame = forbids("Environment", "", "", fmt::format("Environment={}=…", at.subject));
  blame.why = "set it for the unit";
  blame.risk = "changes-system";
  return blame;
}

constexpr std::array table = {of_read_only,  of_hidden, of_no_exec, of_address_family, of_seccomp,
                              of_capability, of_limit,  of_network, of_environment};

void apply(const Blame& blame, const UnitLook& look, Finding& finding) {
  if (!blame.cause.empty()) finding.cause = blame.cause;
  if (!blame.does.empty()) {
    std::string_view summary = finding.summary;
    while (summary.ends_with('.')) summary.remove_suffix(1);
    finding.summary = fmt::format("{}: {} of {} {}", summary,
                                  with_place(look.host, look.unit, blame.setting, blame.value, blame.part),
                                  look.unit.name, blame.does);
    finding.confidence = std::max(finding.confidence, 0.9);
  }
  finding.fixes.insert(finding.fixes.begin(),
                       drop_in(look.unit, blame.why, "Service", blame.relief, blame.risk));
  finding.references.emplace_back("systemd.exec(5)");
}

}  // namespace

void name_settings(Report& report, const UnitLook& look) {
  const UnitCommand* const command = look.unit.failed_command();
  if (command != nullptr && command->privileged) return;  // it had neither user nor sandbox
  for (Finding& finding : report.findings) {
    if (finding.rule == "unit") continue;  // it names its setting
    for (const auto& setting : table) {
      const Blamed blame = setting({finding, look, look.unit, finding.subject.value});
      if (!blame) continue;
      apply(*blame, look, finding);
      break;
    }
  }
  std::stable_sort(
      report.findings.begin(), report.findings.end(),
      [](const Finding& one, const Finding& other) { return one.confidence > other.confidence; });
}

}  // namespace whywontitstart
