#include <array>
#include <cctype>

#include "base/text.h"
#include "unit/blame.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

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

}  // namespace

Blamed by_read_only(const BlameCase& at) {
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

namespace {

/// It cannot be had in the unit.
bool is_kept_away(const BlameCase& at) {
  return (at.is("file.missing") || at.is("file.permission") || at.is("device.unavailable") ||
          at.is("exec.not-found") || at.is("exec.not-executable") || at.is("module.missing")) &&
         at.is_about_path();
}

/// A bind mount of a unit: what is seen where.
struct Bound {
  const char* setting;
  std::string source, place;
};

/// The nearest one that lies over the path, unless it is the same there as outside.
std::optional<Bound> bound_over(const Unit& unit, const std::string& path) {
  std::optional<Bound> best;
  for (const char* const setting : {"BindPaths", "BindReadOnlyPaths"}) {
    const std::vector<std::string>& words = unit.words(setting);  // source, place, optional, flags
    for (std::size_t at = 0; at + 3 < words.size(); at += 4)
      if (lies_in(path, words[at + 1]) && (!best || words[at + 1].size() > best->place.size()))
        best = Bound{setting, words[at], words[at + 1]};
  }
  if (best && best->source == best->place) return std::nullopt;
  return best;
}

Blamed by_bind_mount(const BlameCase& at) {
  const auto bound = bound_over(at.unit, at.subject);
  if (!bound) return std::nullopt;
  Blame blame = hides(bound->setting, fmt::format("{}:{}", bound->source, bound->place),
                      fmt::format("{}={}", bound->setting, at.subject), "let the unit see that one, too");
  blame.part = bound->place;
  blame.does = fmt::format("puts {} over {}, where it is not", bound->source, bound->place);
  return blame;
}

/// "/proc/1/status": of one process.
bool is_of_process(std::string_view path) {
  constexpr std::string_view start = "/proc/";
  return path.starts_with(start) && path.size() > start.size() &&
         std::isdigit(static_cast<unsigned char>(path[start.size()])) != 0;
}

}  // namespace

/// What is there for everybody else, but not for the unit.
Blamed by_hiding(const BlameCase& at) {
  if (!is_kept_away(at)) return std::nullopt;
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
  if (auto blame = by_bind_mount(at)) return blame;
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
  if (const std::string& shown = unit.word("ProtectProc");
      !shown.empty() && shown != "default" && is_of_process(path))
    return hides("ProtectProc", shown, "ProtectProc=default", "let the unit see the processes of others");
  if (const std::string& root = unit.word("RootDirectory"); !root.empty() && root != "/")
    return hides("RootDirectory", root, fmt::format("BindReadOnlyPaths={}", path),
                 "let the unit see that one");
  return std::nullopt;
}

Blamed by_no_exec(const BlameCase& at) {
  const bool about_running = at.is("exec.noexec-mount") || at.is("exec.not-executable");
  if (!about_running || !at.is_about_path()) return std::nullopt;
  const auto folder = folder_of_list(at.unit.words("NoExecPaths"), at.subject);
  if (!folder) return std::nullopt;
  Blame blame =
      hides("NoExecPaths", *folder, fmt::format("ExecPaths={}", at.subject), "let the unit run that one");
  blame.does = "forbids to run what is there";
  return blame;
}

/// The list of devices is a program of the kernel's for the control group, which refuses with EPERM.
Blamed by_devices(const BlameCase& at) {
  const bool about_device =
      (at.is("file.permission") || at.is("device.unavailable") || at.is("security.capability")) &&
      at.is_about_path() && lies_in(at.subject, "/dev");
  if (!about_device || !at.fails_with("EPERM")) return std::nullopt;
  const std::string& policy = at.unit.word("DevicePolicy");
  const std::vector<std::string>& allowed = at.unit.words("DeviceAllow");  // device, rights
  const bool is_closed = policy == "closed" || policy == "strict";
  if (!is_closed && allowed.empty()) return std::nullopt;
  const std::string setting = is_closed ? "DevicePolicy" : "DeviceAllow";
  const auto place = place_of(at.look.host, at.unit, setting);
  const bool is_private = !place && at.unit.flag("PrivateDevices");
  Blame blame = forbids(is_private ? "PrivateDevices" : setting,
                        is_private  ? "yes"
                        : is_closed ? policy
                                    : join(allowed, " "),
                        "forbids this device", fmt::format("DeviceAllow={} rw", at.subject));
  if (!is_closed && !is_private && place) blame.value = place->value;
  return blame;
}

/// Of the tree of control groups a unit may change only the part that was made over to it.
Blamed by_control_groups(const BlameCase& at) {
  const bool is_denied =
      at.is("file.permission") && at.is_about_path() && lies_in(at.subject, "/sys/fs/cgroup");
  if (!is_denied || at.unit.flag("Delegate")) return std::nullopt;
  return forbids("Delegate", "no", "leaves the control groups to systemd", "Delegate=yes");
}

Blamed by_credentials(const BlameCase& at) {
  const std::string folder = fmt::format("/run/credentials/{}/", at.unit.name);
  if (!at.is("file.missing") || !at.subject.starts_with(folder)) return std::nullopt;
  const std::string name = at.subject.substr(folder.size());
  Blame blame = forbids("LoadCredential", "", "", fmt::format("LoadCredential={}:/etc/…", name));
  blame.why = "give the unit that credential";
  blame.risk = "changes-system";
  return blame;
}

}  // namespace whywontitstart
