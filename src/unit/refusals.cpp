#include "unit/refusals.h"

#include <array>
#include <cerrno>

#include "base/text.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

constexpr std::array<const char*, 5> system_folders = {"/etc/systemd/system", "/run/systemd/system",
                                                       "/usr/local/lib/systemd/system",
                                                       "/usr/lib/systemd/system", "/lib/systemd/system"};
constexpr std::array<const char*, 4> user_folders = {"/etc/systemd/user", "/run/systemd/user",
                                                     "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"};

template <typename Folders>
std::vector<std::string> units_like(const Host& host, const Folders& folders, const std::string& name) {
  std::vector<std::string> found;
  for (const char* const folder : folders)
    for (const std::string& path : near_misses(host, folder, name)) {
      const std::string other(base_name(path));
      const bool is_unit = other.find('.') != std::string::npos && !other.ends_with(".d") &&
                           !other.ends_with(".wants") && !other.ends_with(".requires");
      if (is_unit && std::find(found.begin(), found.end(), other) == found.end()) found.push_back(other);
    }
  return found;
}

std::vector<std::string> near_units(const Host& host, const Unit& unit) {
  return unit.of_user ? units_like(host, user_folders, unit.name)
                      : units_like(host, system_folders, unit.name);
}

Finding not_found(const UnitLook& look) {
  const std::string& name = look.unit.name;
  Finding finding = of_unit("unit.not-found", {"text", name}, "There is no such unit",
                            fmt::format("systemd has no unit {}", name));
  const std::vector<std::string> near = near_units(look.host, look.unit);
  if (!near.empty()) {
    finding.summary += fmt::format(": there is {}", join(near, ", "));
    finding.fixes.push_back(
        {"start that one", systemctl(look.unit, "start " + shell_quoted(near.front())), "changes-system"});
  }
  if (const std::size_t at = name.find('@'); at != std::string::npos) {
    const std::string from = name.substr(0, at + 1) + name.substr(name.rfind('.'));
    finding.summary +=
        fmt::format("; it would be made from the template {}, which is not there either", from);
  }
  finding.fixes.push_back({"see which units there are", systemctl(look.unit, "list-unit-files"), "safe"});
  finding.fixes.push_back({"if its file has just been made: let systemd read it",
                           systemctl(look.unit, "daemon-reload"), "changes-system"});
  finding.references = {"systemd.unit(5)"};
  return finding;
}

Finding masked(const UnitLook& look) {
  const Unit& unit = look.unit;
  Finding finding = of_unit("unit.masked", {"text", unit.name}, "The unit is masked",
                            fmt::format("{} is masked: somebody forbade it to start", unit.name));
  if (!unit.word("FragmentPath").empty())
    finding.evidence.push_back(
        {"unit", fmt::format("{} points at /dev/null", unit.word("FragmentPath")), Pid::none, {}});
  const bool at_runtime = unit.is("UnitFileState", "masked-runtime");
  finding.fixes = {
      {"allow it again",
       systemctl(unit, fmt::format("unmask {}{}", at_runtime ? "--runtime " : "", shell_quoted(unit.name))),
       "changes-system"}};
  finding.references = {"systemctl(1)"};
  return finding;
}

/// A line about one of the unit's files: "/etc/systemd/system/x.service:3: …".
bool names_a_place(std::string_view line, const Unit& unit) {
  for (const std::string& file : unit.files())
    if (line.find(file + ":") != std::string_view::npos) return true;
  return false;
}

/// What systemd-analyze(1) says of the file as it is now, else what systemd said when it read it.
std::vector<std::string> complaints(const UnitLook& look) {
  std::vector<std::string> placed, other;
  const auto take = [&](std::string_view raw) {
    const std::string line(trim(raw));
    if (line.empty()) return;
    if (names_a_place(line, look.unit))
      placed.push_back(line);
    else if (line.find(look.unit.name) != std::string::npos)
      other.push_back(line);
  };
  const std::string file = look.unit.word("FragmentPath");
  if (!file.empty()) {
    std::vector<std::string> argv = {"/usr/bin/systemd-analyze", "verify", "--man=no",
                                     "--recursive-errors=no"};
    if (look.unit.of_user) argv.emplace_back("--user");
    argv.push_back(file);
    if (const Result<CommandOutput> answer = look.host.run(argv, std::chrono::seconds(10)))
      for (const std::string_view line : split(answer->err, '\n')) take(printable(line));
  }
  if (placed.empty())
    if (const auto journal = journal_of_manager(look.host, look.unit))
      for (const JournalEntry& entry : *journal)
        if (entry.priority <= 4 && (!entry.file.empty() || !is_routine(entry))) take(entry.message);
  placed.insert(placed.end(), other.begin(), other.end());
  return placed;
}

Finding invalid(const UnitLook& look) {
  const Unit& unit = look.unit;
  const std::vector<std::string> said = complaints(look);
  const std::vector<std::string>& of_load = unit.words("LoadError");  // name of D-Bus, message
  const std::string reason = !said.empty() ? said.front() : of_load.size() > 1 ? of_load[1] : "";
  const std::string file = unit.word("FragmentPath");
  Finding finding = of_unit("unit.invalid", {"path", file}, "The unit's file is wrong",
                            fmt::format("systemd cannot use {}: {}", unit.name,
                                        reason.empty() ? "its settings make no whole" : reason));
  if (file.empty()) finding.subject = {"text", unit.name};
  // A drop-in may be what is wrong.
  for (const std::string& one : unit.files())
    if (reason.find(one + ":") != std::string::npos) finding.subject.value = one;
  for (std::size_t at = 1; at < said.size() && at < 4; ++at)
    finding.evidence.push_back({"unit", said[at], Pid::none, {}});
  if (of_load.size() > 1 && !of_load[1].empty())
    finding.evidence.push_back({"unit", "LoadError: " + of_load[1], Pid::none, {}});
  finding.fixes = {
      {"see all that systemd says about it", "systemd-analyze verify " + shell_quoted(file), "safe"},
      {"correct the file, and let systemd read it", systemctl(unit, "edit --full " + shell_quoted(unit.name)),
       "changes-system"}};
  finding.references = {"systemd.unit(5)", "systemd.service(5)"};
  return finding;
}

/// systemd forgets a unit that it skipped, with what it found out: it is asked again by systemd-analyze(1).
bool hold_now(const UnitLook& look, const std::vector<UnitCondition>& conditions) {
  if (conditions.empty()) return true;
  std::vector<std::string> argv = {"/usr/bin/systemd-analyze", "condition"};
  for (const UnitCondition& condition : conditions) argv.push_back(condition.text());
  const Result<CommandOutput> answer = look.host.run(argv, std::chrono::seconds(5));
  return !answer || answer->exit_code != 1 || answer->err.find("failed.") == std::string::npos;
}

/// The one that decided: of those with "|" all have to fail, of the others one is enough. `asked`: systemd
/// did so when the unit was to start.
std::optional<UnitCondition> failed_one(const UnitLook& look, const std::vector<UnitCondition>& conditions,
                                        bool asked) {
  const auto fails = [&](const UnitCondition& condition) {
    return asked ? condition.state < 0 : !hold_now(look, {condition});
  };
  for (const bool triggers : {false, true})
    for (const UnitCondition& condition : conditions)
      if (condition.triggers == triggers && fails(condition)) return condition;
  return std::nullopt;
}

/// "Path…" and "File…" look at a path.
bool is_about_path(const UnitCondition& condition) {
  const std::string_view type = condition.type;
  return condition.parameter.starts_with('/') &&
         (type.find("Path") != std::string_view::npos || type.find("File") != std::string_view::npos ||
          type.find("Directory") != std::string_view::npos);
}

Finding not_held(const UnitLook& look, const UnitCondition& condition, bool is_assert) {
  const Unit& unit = look.unit;
  const bool path = is_about_path(condition);
  Finding finding = of_unit(
      "unit.condition", path ? Subject{"path", condition.parameter} : Subject{"text", condition.text()},
      is_assert ? "An assertion of the unit does not hold" : "A condition of the unit does not hold",
      fmt::format("systemd {} {}, since its {} does not hold", is_assert ? "refuses" : "skips", unit.name,
                  with_place(look.host, unit, condition.type,
                             fmt::format("{}{}{}", condition.triggers ? "|" : "",
                                         condition.negated ? "!" : "", condition.parameter),
                             condition.parameter)));
  if (path) {
    const PathWalk way = walk(look.host, condition.parameter, Identity{});
    const bool there = way.allowed();
    if (way.barrier != Barrier::unknown)
      finding.evidence.push_back(
          {"probe", there ? fmt::format("{} is there", condition.parameter) : way.reason, Pid::none, {}});
    if (!way.near_misses.empty())
      finding.evidence.push_back({"probe", "there is " + join(way.near_misses, ", "), Pid::none, {}});
  }
  finding.evidence.push_back({"unit", fmt::format("{} does not hold", condition.text()), Pid::none, {}});
  finding.fixes = {
      {path && condition.negated ? "remove it, if the unit is to start"
       : path                    ? "make it, if the unit is to start"
                                 : "make it hold, if the unit is to start",
       "", "changes-system"},
      drop_in(unit, "or take the condition away", "Unit", {condition.type + "="}, "changes-system")};
  finding.references = {"systemd.unit(5)"};
  return finding;
}

/// A command of ExecCondition= said no: neither a start nor a failure.
Finding not_wanted(const UnitLook& look, const UnitCommand& command) {
  const std::string words = shell_quoted(command.argv);
  Finding finding = of_unit(
      "unit.condition", {"text", fmt::format("{}={}", command.setting, words)},
      "A condition of the unit does not hold",
      fmt::format("systemd skips {}, since its {} ended with {}", look.unit.name,
                  with_place(look.host, look.unit, command.setting, words, command.path), command.end.code));
  for (const JournalEntry& entry : look.journal)
    if (entry.pid == command.pid && !entry.of_systemd)
      finding.evidence.push_back({"log", entry.message, command.pid, {}});
  finding.fixes = {
      {"see why it says so", words, "safe"},
      drop_in(look.unit, "or take the condition away", "Service", {command.setting + "="}, "changes-system")};
  finding.references = {"systemd.service(5)"};
  return finding;
}

/// The last that systemd said of the unit is that it was started too often.
bool said_too_often(const UnitLook& look) {
  constexpr int last = 4;
  const auto journal = journal_of_manager(look.host, look.unit, last);
  return journal && std::any_of(journal->begin(), journal->end(), [](const JournalEntry& entry) {
           return entry.message.find("Start request repeated too quickly") != std::string::npos;
         });
}

bool is_broken(const Unit& unit) {
  const std::string& load = unit.word("LoadState");
  return load == "not-found" || load == "masked" || load == "bad-setting" || load == "error";
}

}  // namespace

std::optional<Finding> why_not_loaded(const UnitLook& look) {
  const std::string& load = look.unit.word("LoadState");
  if (load == "not-found") return not_found(look);
  if (load == "masked") return masked(look);
  if (load == "bad-setting" || load == "error") return invalid(look);
  return std::nullopt;
}

std::optional<Finding> why_skipped(const UnitLook& look) {
  const Unit& unit = look.unit;
  if (unit.is_active()) return std::nullopt;
  if (unit.is("Result", "exec-condition"))
    for (const UnitCommand& command : unit.commands)
      if (command.setting == "ExecCondition" && command.failed()) return not_wanted(look, command);
  const bool asked = unit.number("ConditionTimestampMonotonic") != 0;
  if (asked ? unit.is("ConditionResult", "no") : !hold_now(look, unit.conditions))
    if (const auto condition = failed_one(look, unit.conditions, asked))
      return not_held(look, *condition, false);
  const bool asserted = unit.number("AssertTimestampMonotonic") != 0;
  if (asserted ? unit.is("AssertResult", "no") : !hold_now(look, unit.asserts))
    if (const auto condition = failed_one(look, unit.asserts, asserted))
      return not_held(look, *condition, true);
  return std::nullopt;
}

std::optional<Finding> why_dependency(const UnitLook& look, const ExplainUnit& explain) {
  const Unit& unit = look.unit;
  if (unit.is_active()) return std::nullopt;
  for (const char* const kind : {"Requires", "BindsTo", "Requisite"}) {
    for (const std::string& name : unit.words(kind)) {
      const Result<Unit> other = read_unit(look.host, look.manager, name);
      if (!other || other->is_active()) continue;
      const bool inactive = std::string_view(kind) == "Requisite" && other->is("ActiveState", "inactive");
      const std::optional<Finding> root = explain(*other);
      if (!root && !is_broken(*other) && !other->is("ActiveState", "failed") && !inactive) continue;
      // Of a chain of dependencies the last one is what has to be looked at.
      const bool goes_on = root && root->cause == "unit.dependency";
      const std::string reason = root       ? root->summary
                                 : inactive ? "it is not running, and Requisite= does not start it"
                                            : "it failed";
      Finding finding =
          of_unit("unit.dependency", goes_on ? root->subject : Subject{"text", other->name},
                  "A unit that it needs does not start",
                  fmt::format("{} is not started, since it needs {} ({}): {}", unit.name, other->name,
                              with_place(look.host, unit, kind, name, name), reason));
      if (root) {
        finding.evidence.push_back({"unit",
                                    fmt::format("{}: {}: {}", other->name, root->cause, root->subject.value),
                                    Pid::none,
                                    {}});
        finding.evidence.insert(finding.evidence.end(), root->evidence.begin(), root->evidence.end());
        finding.fixes = root->fixes;
      }
      if (inactive)
        finding.fixes.insert(
            finding.fixes.begin(),
            Fix{"start it first", systemctl(unit, "start " + shell_quoted(other->name)), "changes-system"});
      finding.references = {"systemd.unit(5)"};
      return finding;
    }
  }
  return std::nullopt;
}

std::optional<Finding> why_start_limit(const UnitLook& look) {
  const Unit& unit = look.unit;
  if (unit.is_active()) return std::nullopt;
  // Where the tries before failed, their result is what systemd keeps; that is the root then.
  const bool is_result = unit.is("Result", "start-limit-hit");
  if (!is_result && !said_too_often(look)) return std::nullopt;
  Finding finding =
      of_unit("unit.start-limit", {"text", unit.name}, "It was started too often",
              fmt::format("systemd starts {} no more, after {} starts within {} s", unit.name,
                          unit.number("StartLimitBurst"), unit.number("StartLimitIntervalUSec") / 1'000'000));
  if (!is_result) finding.confidence = 0.6;
  finding.fixes = {{"once the reason is gone: start it anew",
                    fmt::format("{} && {}", systemctl(unit, "reset-failed " + shell_quoted(unit.name)),
                                systemctl(unit, "start " + shell_quoted(unit.name))),
                    "changes-system"}};
  finding.references = {"systemd.unit(5)"};
  return finding;
}

std::optional<Evidence> needs_reload(const Unit& unit) {
  if (!unit.flag("NeedDaemonReload")) return std::nullopt;
  return Evidence{"unit",
                  fmt::format("the files of {} have changed since systemd read them: it works with the old "
                              "ones until 'systemctl daemon-reload'",
                              unit.name),
                  Pid::none,
                  {}};
}

}  // namespace whywontitstart
