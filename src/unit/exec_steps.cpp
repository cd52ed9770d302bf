#include "unit/exec_steps.h"

#include <sys/stat.h>

#include <array>

#include "base/text.h"
#include "host/accounts.h"
#include "host/exec.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

/// One step that systemd takes in the child, with its exit status.
struct Step {
  int status;
  const char* name;     ///< as in "Failed at step NAME"
  const char* setting;  ///< what it does
  const char* cause;    ///< where nothing more can be found out
};

constexpr std::array<Step, 42> steps{{
    {200, "CHDIR", "WorkingDirectory", "file.missing"},
    {201, "NICE", "Nice", "security.capability"},
    {202, "FDS", "", "limit.open-files"},
    {203, "EXEC", "ExecStart", "exec.not-found"},
    {204, "MEMORY", "", "limit.memory"},
    {205, "LIMITS", "LimitNOFILE", "security.capability"},
    {206, "OOM_ADJUST", "OOMScoreAdjust", "security.capability"},
    {207, "SIGNAL_MASK", "IgnoreSIGPIPE", "config.invalid"},
    {208, "STDIN", "StandardInput", "file.missing"},
    {209, "STDOUT", "StandardOutput", "file.missing"},
    {210, "CHROOT", "RootDirectory", "file.missing"},
    {211, "IOPRIO", "IOSchedulingClass", "security.capability"},
    {212, "TIMERSLACK", "TimerSlackNSec", "kernel.unsupported"},
    {213, "SECUREBITS", "SecureBits", "security.capability"},
    {214, "SETSCHEDULER", "CPUSchedulingPolicy", "security.capability"},
    {215, "CPUAFFINITY", "CPUAffinity", "config.invalid"},
    {216, "GROUP", "Group", "user.unknown"},
    {217, "USER", "User", "user.unknown"},
    {218, "CAPABILITIES", "AmbientCapabilities", "security.capability"},
    {219, "CGROUP", "Slice", "kernel.unsupported"},
    {220, "SETSID", "", "config.invalid"},
    {223, "STDERR", "StandardError", "file.missing"},
    {224, "PAM", "PAMName", "config.invalid"},
    {225, "NETWORK", "PrivateNetwork", "security.namespace"},
    {226, "NAMESPACE", "ReadWritePaths", "security.namespace"},
    {227, "NO_NEW_PRIVILEGES", "NoNewPrivileges", "kernel.unsupported"},
    {228, "SECCOMP", "SystemCallFilter", "security.seccomp"},
    {229, "SELINUX_CONTEXT", "SELinuxContext", "security.selinux"},
    {230, "PERSONALITY", "Personality", "kernel.unsupported"},
    {231, "APPARMOR", "AppArmorProfile", "security.apparmor"},
    {232, "ADDRESS_FAMILIES", "RestrictAddressFamilies", "security.seccomp"},
    {233, "RUNTIME_DIRECTORY", "RuntimeDirectory", "file.permission"},
    {235, "CHOWN", "SocketUser", "user.unknown"},
    {236, "SMACK_PROCESS_LABEL", "SmackProcessLabel", "kernel.unsupported"},
    {237, "KEYRING", "KeyringMode", "kernel.unsupported"},
    {238, "STATE_DIRECTORY", "StateDirectory", "file.permission"},
    {239, "CACHE_DIRECTORY", "CacheDirectory", "file.permission"},
    {240, "LOGS_DIRECTORY", "LogsDirectory", "file.permission"},
    {241, "CONFIGURATION_DIRECTORY", "ConfigurationDirectory", "file.permission"},
    {242, "NUMA_POLICY", "NUMAPolicy", "kernel.unsupported"},
    {243, "CREDENTIALS", "LoadCredential", "file.missing"},
    {244, "BPF", "RestrictFileSystems", "kernel.unsupported"},
}};

const Step* step_of(int status) {
  const auto* const found =
      std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.status == status; });
  return found == steps.end() ? nullptr : found;
}

/// Looks at what one step was about.
class StepLook {
 public:
  StepLook(const UnitLook& look, const UnitCommand& command, const Step& step)
      : look_(look),
        unit_(look.unit),
        host_(look.host),
        step_(step),
        command_(command),
        target_(target_of(look.host, look.unit, command, look.manager_environment)) {}

  std::optional<Finding> why() const {
    switch (step_.status) {
      case 200:
        return about_path("WorkingDirectory", target_.cwd, {.rights = {.execute = true}}, true);
      case 203:
        return about_program();
      case 208:
      case 209:
      case 223:
        return about_stream();
      case 210:
        return about_path("RootDirectory", unit_.word("RootDirectory"), {}, true, false);
      case 216:
        return about_groups();
      case 217:
        return about_user();
      case 226:
        return about_mounts();
      case 233:
      case 238:
      case 239:
      case 240:
      case 241:
        return about_directory();
      case 243:
        return about_credentials();
      default:
        return std::nullopt;
    }
  }

  /// Where no look finds anything: the step, and what systemd said about it.
  Finding bare() const {
    std::string setting = step_.setting;
    std::string value = setting.empty() ? "" : join(unit_.words(setting), " ");
    if (step_.status == 231 || step_.status == 229)
      value = unit_.words(setting).empty() ? "" : unit_.words(setting).back();
    const bool names_profile = (step_.status == 231 || step_.status == 229) && !value.empty();
    const std::string what =
        setting.empty() ? std::string(step_.name) : with_place(host_, unit_, setting, value);
    std::string words = said();
    Finding finding = of_unit(step_.cause, {names_profile ? "profile" : "text", names_profile ? value : what},
                              "systemd could not prepare the start",
                              fmt::format("systemd could not start {}: the step {} ({}) failed{}", unit_.name,
                                          step_.name, what, words.empty() ? "" : ": " + words));
    finding.confidence = 0.75;
    return finding;
  }

  /// systemd's own words about the step: the end of its line.
  std::string said() const {
    for (auto entry = look_.journal.rbegin(); entry != look_.journal.rend(); ++entry) {
      if (!entry->of_systemd || is_routine(*entry)) continue;
      if (entry->message.find("Failed at step") == std::string::npos || &*entry == &look_.journal.front())
        return entry->message;
    }
    return {};
  }

 private:
  std::optional<Finding> about_path(const std::string& setting, const std::string& path, const Wanted& wanted,
                                    bool folder, bool in_root = true) const {
    if (path.empty()) return std::nullopt;
    const std::string outside = in_root ? outside_root(unit_, path) : path;
    const PathWalk way = walk(host_, outside, in_root ? target_.identity : Identity{}, wanted);
    if (way.barrier == Barrier::unknown) return std::nullopt;
    const std::string named = with_place(host_, unit_, setting, path, path.substr(path.rfind('/') + 1));
    if (way.allowed()) {
      if (!folder || !way.exists || S_ISDIR(way.status.mode)) return std::nullopt;
      return of_unit("file.not-a-directory", {"path", outside}, "A file where a folder should be",
                     fmt::format("{} needs the folder {}, which is a file", named, outside));
    }
    const bool missing = way.barrier == Barrier::missing || way.barrier == Barrier::dangling_link;
    Finding finding = of_unit(
        std::string(cause_of(way.barrier)), {"path", missing || way.at.empty() ? outside : way.at},
        missing ? "A file or folder of the unit is missing" : "A file or folder of the unit is out of reach",
        fmt::format("{} cannot start: {}: {}", unit_.name, named, way.reason));
    if (!way.near_misses.empty())
      finding.evidence.push_back({"probe", "there is " + join(way.near_misses, ", "), Pid::none, {}});
    finding.fixes = way.fixes;
    if (missing)
      finding.fixes.insert(
          finding.fixes.begin(),
          Fix{folder ? "make the folder" : "make it, or correct the unit",
              folder ? fmt::format("mkdir -p {}", shell_quoted(outside)) : "", "changes-system"});
    finding.references = {"systemd.exec(5)"};
    return finding;
  }

  std::optional<Finding> about_program() const {
    std::string path = command_.path;
    if (!path.starts_with('/')) {
      if (target_.executable.empty())
        return of_unit("exec.not-found", {"path", path}, "The program is not there",
                       fmt::format("{} names the program {}, which is in no folder of systemd's PATH ({})",
                                   with_place(host_, unit_, command_.setting, path, path), path,
                                   variable(target_.environment, "PATH").value_or("")));
      path = target_.executable;
    }
    const ExecProblem problem =
        explain_exec(host_, outside_root(unit_, path), target_.identity, target_.environment);
    if (problem.cause.empty()) return std::nullopt;
    Finding finding = of_unit(problem.cause, problem.subject, "The program cannot be run",
                              fmt::format("{} cannot start its program: {}", unit_.name, problem.summary));
    finding.evidence = problem.evidence;
    finding.fixes = problem.fixes;
    finding.references = {"execve(2)"};
    if (const auto place = place_of(host_, unit_, command_.setting, command_.path))
      finding.evidence.push_back(
          {"unit", fmt::format("{}: {}={}", place->text(), command_.setting, place->value), Pid::none, {}});
    return finding;
  }

  /// The bus tells that it is a file, but only the unit says which.
  std::optional<Finding> about_stream() const {
    std::vector<std::string> settings = {step_.setting};
    if (step_.status == 223) settings.emplace_back("StandardOutput");
    for (const std::string& setting : settings) {
      std::string value = unit_.word(setting);
      std::size_t colon = value.find(":/");
      if (colon == std::string::npos) {
        const auto place = place_of(host_, unit_, setting);
        value = place ? place->value : "";
        colon = value.find(":/");
      }
      if (colon == std::string::npos) continue;
      const bool reads = step_.status == 208;
      // systemd opens it as root, before it becomes the user.
      Wanted wanted{.rights = {.read = reads, .write = !reads}, .create = !reads};
      const std::string path = value.substr(colon + 1);
      if (auto finding = about_path(setting, path, wanted, false)) {
        if (!reads && finding->cause == "file.missing") finding->subject.value = missing_folder(path);
        return finding;
      }
    }
    return std::nullopt;
  }

  /// Where a file cannot be made since its folder is missing, the folder is what one has to look at.
  std::string missing_folder(const std::string& path) const {
    const PathWalk way =
        walk(host_, outside_root(unit_, path), {}, {.rights = {.write = true}, .create = true});
    return way.at.empty() ? path : way.at;
  }

  std::optional<Finding> unknown_account(const char* setting, const std::string& account, bool group) const {
    const bool unknown =
        group ? !find_group(host_, account) && find_group(host_, account).error().errno_code == ENOENT
              : !find_user(host_, account) && find_user(host_, account).error().errno_code == ENOENT;
    if (!unknown) return std::nullopt;
    Finding finding = of_unit(
        "user.unknown", {"user", account}, group ? "There is no such group" : "There is no such user",
        fmt::format("{} names the {} {}, which this machine does not know",
                    with_place(host_, unit_, setting, account, account), group ? "group" : "user", account));
    finding.fixes = {{group ? "make the group" : "make the user",
                      group ? fmt::format("groupadd --system {}", shell_quoted(account))
                            : fmt::format("useradd --system --no-create-home --shell /usr/sbin/nologin {}",
                                          shell_quoted(account)),
                      "changes-system"},
                     {fmt::format("or correct {}= in the unit", setting),
                      systemctl(unit_, "edit --full " + shell_quoted(unit_.name)), "changes-system"}};
    finding.references = {"systemd.exec(5)"};
    return finding;
  }

  std::optional<Finding> about_user() const {
    if (unit_.word("User").empty()) return std::nullopt;
    return unknown_account("User", unit_.word("User"), false);
  }

  std::optional<Finding> about_groups() const {
    if (!unit_.word("Group").empty())
      if (auto finding = unknown_account("Group", unit_.word("Group"), true)) return finding;
    for (const std::string& group : unit_.words("SupplementaryGroups"))
      if (auto finding = unknown_account("SupplementaryGroups", group, true)) return finding;
    return std::nullopt;
  }

  /// Every path that systemd mounts something on must be there, unless it has the prefix "-".
  std::optional<Finding> about_mounts() const {
    for (const char* const setting :
         {"ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths"}) {
      for (const std::string& word : unit_.words(setting)) {
        std::string_view path = word;
        if (path.starts_with('-')) continue;
        const bool of_root = path.starts_with('+');
        if (of_root) path.remove_prefix(1);
        if (auto finding = about_path(setting, std::string(path), {}, false))
          return with_minus(std::move(*finding), setting, std::string(path));
      }
    }
    for (const char* const setting : {"BindPaths", "BindReadOnlyPaths"}) {  // source, place, optional, flags
      const std::vector<std::string>& words = unit_.words(setting);
      for (std::size_t at = 0; at + 3 < words.size(); at += 4)
        if (words[at + 2] == "no")
          if (auto finding = about_path(setting, words[at], {}, false, false))
            return with_minus(std::move(*finding), setting, words[at]);
    }
    if (auto finding = about_path("RootDirectory", unit_.word("RootDirectory"), {}, true, false))
      return finding;
    if (auto finding = about_path("RootImage", unit_.word("RootImage"), {}, false, false)) return finding;
    return std::nullopt;
  }

  Finding with_minus(Finding finding, const char* setting, const std::string& path) const {
    finding.fixes.push_back(drop_in(unit_, "or let the unit do without it where it is missing", "Service",
                                    {fmt::format("{}=", setting), fmt::format("{}=-{}", setting, path)},
                                    "changes-system"));
    return finding;
  }

  std::optional<Finding> about_directory() const {
    static const std::map<int, const char*> places = {
        {233, "/run"}, {238, "/var/lib"}, {239, "/var/cache"}, {240, "/var/log"}, {241, "/etc"}};
    for (const std::string& name : unit_.words(step_.setting)) {
      const std::string path = fmt::format("{}/{}", places.at(step_.status), name);
      const PathWalk way = walk(host_, path, {}, {.create = true});
      const std::string named = with_place(host_, unit_, step_.setting, name, name);
      if (way.exists && !S_ISDIR(way.status.mode))
        return of_unit("file.not-a-directory", {"path", path}, "A file where a folder should be",
                       fmt::format("{} makes the folder {}, but there is a file of that name", named, path));
      if (way.allowed() || way.barrier == Barrier::unknown) continue;
      Finding finding =
          of_unit(std::string(cause_of(way.barrier)), {"path", way.at.empty() ? path : way.at},
                  "A folder of the unit cannot be made",
                  fmt::format("{} makes the folder {}, which is not possible: {}", named, path, way.reason));
      finding.fixes = way.fixes;
      return finding;
    }
    return std::nullopt;
  }

  std::optional<Finding> about_credentials() const {
    for (const char* const setting : {"LoadCredential", "LoadCredentialEncrypted"}) {
      const std::vector<std::string>& words = unit_.words(setting);  // id, path
      for (std::size_t at = 0; at + 1 < words.size(); at += 2)
        if (words[at + 1].starts_with('/'))
          if (auto finding = about_path(setting, words[at + 1], {.rights = {.read = true}}, false, false))
            return finding;
    }
    return std::nullopt;
  }

  const UnitLook& look_;
  const Unit& unit_;
  const Host& host_;
  const Step& step_;
  const UnitCommand& command_;
  Target target_;
};

}  // namespace

Finding of_unit(std::string cause, Subject subject, std::string title, std::string summary) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.rule = "unit";
  finding.subject = std::move(subject);
  finding.title = std::move(title);
  finding.summary = std::move(summary);
  finding.confidence = 0.97;
  return finding;
}

bool failed_before_exec(const UnitLook& look, const UnitCommand& command) {
  if (!command.failed() || command.end.signal != Signal::none || step_of(command.end.code) == nullptr)
    return false;
  // A program may end with such a status by itself; then it has usually said something, and systemd has not.
  bool said_anything = false;
  for (const JournalEntry& entry : look.journal) {
    if (entry.of_systemd && entry.message.find("Failed at step") != std::string::npos) return true;
    said_anything = said_anything || (!entry.of_systemd && entry.pid == command.pid);
  }
  return !said_anything;
}

std::optional<Finding> why_no_exec(const UnitLook& look, const UnitCommand& command) {
  if (!failed_before_exec(look, command)) return std::nullopt;
  const StepLook step(look, command, *step_of(command.end.code));
  std::optional<Finding> finding = step.why();
  const bool said = look.journal.end() !=
                    std::find_if(look.journal.begin(), look.journal.end(), [](const JournalEntry& entry) {
                      return entry.of_systemd && entry.message.find("Failed at step") != std::string::npos;
                    });
  if (!finding && !said) return std::nullopt;
  if (!finding) finding = step.bare();
  finding->evidence.push_back(
      {"unit",
       fmt::format("{}= ended with {}/{}: systemd could not execute it", command.setting, command.end.code,
                   step_of(command.end.code)->name),
       command.pid,
       {}});
  if (const std::string words = step.said(); !words.empty())
    finding->evidence.push_back({"log", words, Pid::none, {}});
  return finding;
}

std::optional<Finding> what_stops_exec(const UnitLook& look, const UnitCommand& command) {
  if (command.ignores_failure) return std::nullopt;
  for (const int status : {217, 216, 226, 233, 238, 239, 240, 241, 243, 210, 200, 208, 209, 223, 203})
    if (auto finding = StepLook(look, command, *step_of(status)).why()) return finding;
  return std::nullopt;
}

std::optional<Finding> why_no_process(const UnitLook& look) {
  if (!look.unit.is("Result", "resources")) return std::nullopt;
  return why_no_environment(look);
}

std::optional<Finding> why_no_environment(const UnitLook& look) {
  const std::vector<std::string>& files = look.unit.words("EnvironmentFiles");  // path, "may be missing"
  for (std::size_t at = 0; at + 1 < files.size(); at += 2) {
    if (files[at + 1] == "yes" || files[at].find_first_of("*?[") != std::string::npos) continue;
    const PathWalk way = walk(look.host, files[at], {}, {.rights = {.read = true}});
    if (way.allowed() || way.barrier == Barrier::unknown) continue;
    Finding finding = of_unit(
        std::string(cause_of(way.barrier)), {"path", files[at]}, "The unit's EnvironmentFile cannot be read",
        fmt::format("{} was not started, since systemd cannot read its {}: {}", look.unit.name,
                    with_place(look.host, look.unit, "EnvironmentFile", files[at], files[at]), way.reason));
    if (!way.near_misses.empty())
      finding.evidence.push_back({"probe", "there is " + join(way.near_misses, ", "), Pid::none, {}});
    finding.fixes = {{"write the file", "", "changes-system"},
                     drop_in(look.unit, "or let the unit do without it", "Service",
                             {"EnvironmentFile=", "EnvironmentFile=-" + files[at]}, "changes-system")};
    finding.references = {"systemd.exec(5)"};
    return finding;
  }
  return std::nullopt;
}

}  // namespace whywontitstart
