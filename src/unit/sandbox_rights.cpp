#include <sys/stat.h>

#include <array>

#include "base/text.h"
#include "host/needed_capability.h"
#include "unit/blame.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

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

}  // namespace

Blamed by_seccomp(const BlameCase& at) {
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

namespace {

/// Without rights over the machine each of these implies NoNewPrivileges=, see systemd.exec(5).
constexpr std::array<const char*, 14> implies_no_new_privileges = {
    "SystemCallFilter", "SystemCallArchitectures", "RestrictAddressFamilies", "RestrictNamespaces",
    "PrivateDevices",   "ProtectKernelTunables",   "ProtectKernelModules",    "ProtectKernelLogs",
    "ProtectClock",     "ProtectHostname",         "MemoryDenyWriteExecute",  "RestrictRealtime",
    "RestrictSUIDSGID", "LockPersonality"};

bool is_set(const Unit& unit, const std::string& setting) {
  const std::vector<std::string>& words = unit.words(setting);
  if (setting == "RestrictNamespaces") return is_restricted(unit, setting);
  if (setting == "SystemCallArchitectures") return !words.empty();
  // A list comes with a word before it: is it one of what is allowed?
  return words.size() > 1 || (words.size() == 1 && words.front() == "yes");
}

bool runs_as_root(const Unit& unit) {
  const std::string& user = unit.word("User");
  return (user.empty() || user == "root" || user == "0") && !unit.flag("DynamicUser");
}

/// Of the processes that the finding speaks of one whose program gives rights to whoever starts it, see
/// execve(2).
std::string program_with_rights(const BlameCase& at) {
  const auto speaks_of = [&](const Process& process) {
    return std::any_of(at.finding.evidence.begin(), at.finding.evidence.end(),
                       [&](const Evidence& evidence) { return evidence.pid == process.pid; });
  };
  for (const Process& process : at.report.processes) {
    if (!speaks_of(process) || !process.executable.starts_with('/')) continue;
    const Result<FileStatus> status = at.look.host.status(process.executable);
    if (!status) continue;
    if ((status->mode & (S_ISUID | S_ISGID)) != 0 ||
        at.look.host.attribute(process.executable, "security.capability"))
      return process.executable;
  }
  return {};
}

}  // namespace

/// sudo(8), ping(8) and the like have no more rights than whoever starts them.
Blamed by_no_new_privileges(const BlameCase& at) {
  const bool lacks_rights = at.is("security.capability") || at.is("file.permission") ||
                            at.is("port.privileged") || at.is("connect.permission") || at.is("app.error");
  if (!lacks_rights || runs_as_root(at.unit)) return std::nullopt;
  std::vector<std::string> implied;
  for (const char* const setting : implies_no_new_privileges)
    if (is_set(at.unit, setting)) implied.emplace_back(setting);
  const bool is_said = at.unit.flag("NoNewPrivileges");
  if (!is_said && implied.empty()) return std::nullopt;
  const std::string program = program_with_rights(at);
  if (program.empty()) return std::nullopt;
  const std::string keeps = fmt::format("keeps {} from getting rights that the unit has not", program);
  Blame blame = is_said ? forbids("NoNewPrivileges", "yes", keeps, "NoNewPrivileges=no")
                        : forbids(implied.front(), join(at.unit.words(implied.front()), " "),
                                  "implies NoNewPrivileges=yes, which " + keeps, "");
  if (!is_said) {
    if (const auto place = place_of(at.look.host, at.unit, implied.front())) blame.value = place->value;
    blame.relief.clear();
  }
  for (const std::string& setting : implied) {
    const bool is_flag = at.unit.words(setting).size() == 1 && setting != "SystemCallArchitectures";
    blame.relief.push_back(fmt::format("{}={}", setting, is_flag ? "no" : ""));
  }
  blame.why = "let it get them";
  if (at.is("app.error")) blame.cause = "security.capability";
  return blame;
}

namespace {

/// What else takes capabilities away, see systemd.exec(5).
struct CapabilitySetting {
  const char* setting;
  std::initializer_list<std::string_view> capabilities;
};
const std::array<CapabilitySetting, 4> capability_settings{{
    {"ProtectClock", {"CAP_SYS_TIME", "CAP_WAKE_ALARM"}},
    {"ProtectKernelModules", {"CAP_SYS_MODULE"}},
    {"ProtectKernelLogs", {"CAP_SYSLOG"}},
    {"PrivateDevices", {"CAP_MKNOD", "CAP_SYS_RAWIO"}},
}};

Blamed by_protection(const BlameCase& at, const std::string& wanted) {
  for (const CapabilitySetting& one : capability_settings) {
    const bool takes_it =
        std::find(one.capabilities.begin(), one.capabilities.end(), wanted) != one.capabilities.end();
    if (takes_it && at.unit.flag(one.setting))
      return forbids(one.setting, "yes", "takes " + wanted + " away", fmt::format("{}=no", one.setting));
  }
  if (at.unit.flag("PrivateUsers"))
    return forbids("PrivateUsers", "yes",
                   fmt::format("leaves it {} in a user namespace of its own alone", wanted),
                   "PrivateUsers=no");
  return std::nullopt;
}

}  // namespace

Blamed by_private_users(const BlameCase& at) {
  if (!at.is("security.namespace") || !at.unit.flag("PrivateUsers")) return std::nullopt;
  return forbids("PrivateUsers", "yes", "leaves it root, its own user and nobody alone", "PrivateUsers=no");
}

Blamed by_capabilities(const BlameCase& at) {
  const Unit& unit = at.unit;
  const bool privileged_port = at.is("port.privileged");
  if (!privileged_port && !at.is("security.capability")) return std::nullopt;
  const std::string wanted = privileged_port ? "CAP_NET_BIND_SERVICE" : at.subject;
  const auto number = capability_number(wanted);
  if (!number) return std::nullopt;
  if (auto blame = by_protection(at, wanted)) return blame;
  const bool bounded = (unit.number("CapabilityBoundingSet", ~0ULL) >> *number & 1U) == 0;
  if (!bounded && runs_as_root(unit)) return std::nullopt;
  Blame blame;
  blame.setting = bounded ? "CapabilityBoundingSet" : unit.flag("DynamicUser") ? "DynamicUser" : "User";
  const auto place = place_of(at.look.host, unit, blame.setting);
  blame.value = place ? place->value : bounded ? "…" : unit.word(blame.setting);
  blame.does = bounded ? "takes " + wanted + " away" : "has not " + wanted;
  if (!runs_as_root(unit)) blame.relief.push_back("AmbientCapabilities=" + wanted);
  if (bounded) blame.relief.push_back("CapabilityBoundingSet=" + wanted);
  blame.why = "give it that right";
  return blame;
}

}  // namespace whywontitstart
