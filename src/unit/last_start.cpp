#include "unit/last_start.h"

#include <array>

#include "base/text.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

/// Words of the process reach the journal through its standard error; so they are told.
Event said(Pid process, std::string text) {
  SyscallEvent call;
  call.name = "write";
  call.fd = 2;
  call.data = std::move(text) + "\n";
  call.value = static_cast<std::int64_t>(call.data.size());
  call.arguments = {"2", "\"\"", std::to_string(call.data.size())};
  return {process, process, TraceTime{0}, std::move(call)};
}

constexpr std::uint64_t microseconds = 1'000'000;

std::string seconds(std::uint64_t value) { return fmt::format("{} s", value / microseconds); }

Finding not_up_within(const UnitLook& look, const std::string& limit) {
  const Unit& unit = look.unit;
  const std::string& type = unit.word("Type");
  const std::string& pid_file = unit.word("PIDFile");
  const UnitCommand* const failed = unit.failed_command();
  const std::string name(unit_stem(unit.name));
  Subject subject{"process", name};
  std::string why = fmt::format("{} was not up within {}", unit.name, limit);
  std::vector<Fix> fixes;
  if (failed != nullptr && failed->setting != "ExecStart") {
    why = fmt::format("the {} of {} had not ended after {}", failed->setting, unit.name, limit);
  } else if (type == "notify" || type == "notify-reload") {
    why = fmt::format("{} runs, but did not say READY=1 to systemd within {}, as Type={} asks for", unit.name,
                      limit, type);
    fixes.push_back(drop_in(unit, "if the program does not speak sd_notify(3)", "Service", {"Type=exec"},
                            "changes-system"));
    if (unit.is("NotifyAccess", "main"))
      fixes.push_back(drop_in(unit, "if another process than the main one says it", "Service",
                              {"NotifyAccess=all"}, "changes-system"));
  } else if (type == "forking" && !pid_file.empty()) {
    subject = {"path", pid_file};
    why = fmt::format("{} did not write its PID file {} within {}, as Type=forking with PIDFile= asks for",
                      unit.name, pid_file, limit);
    fixes.push_back({"see whether it writes another one, and correct PIDFile=",
                     "ls -la " + shell_quoted(folder_of(pid_file)), "safe"});
  } else if (type == "forking") {
    why = fmt::format(
        "{} did not go into the background within {}, as Type=forking asks for: it stays in the foreground",
        unit.name, limit);
    fixes.push_back(
        drop_in(unit, "if it is to stay in the foreground", "Service", {"Type=exec"}, "changes-system"));
  } else if (type == "oneshot") {
    why = fmt::format("{} had not ended after {}, as Type=oneshot asks for", unit.name, limit);
    fixes.push_back(
        drop_in(unit, "if it is a service that stays", "Service", {"Type=exec"}, "changes-system"));
  } else if (type == "dbus") {
    why = fmt::format("{} did not take the bus name {} within {}", unit.name, unit.word("BusName"), limit);
  }
  fixes.push_back(
      drop_in(unit, "if it merely needs longer", "Service", {"TimeoutStartSec=300"}, "changes-system"));
  Finding finding = of_unit("ready.timeout", subject, "It was not up in time", why);
  // What it waits for is the root, where it is known.
  finding.confidence = 0.8;
  finding.fixes = std::move(fixes);
  finding.references = {"systemd.service(5)"};
  return finding;
}

Finding ended_too_early(const UnitLook& look) {
  const Unit& unit = look.unit;
  const std::string& type = unit.word("Type");
  const std::string& pid_file = unit.word("PIDFile");
  if (type == "forking" && !pid_file.empty()) {
    Finding finding = of_unit("ready.timeout", {"path", pid_file}, "The PID file was not written",
                              fmt::format("{} went into the background, but {} names no process of it",
                                          unit.name, with_place(look.host, unit, "PIDFile", pid_file)));
    finding.confidence = 0.85;
    finding.fixes = {{"see whether it writes another one, and correct PIDFile=",
                      "ls -la " + shell_quoted(folder_of(pid_file)), "safe"}};
    finding.references = {"systemd.service(5)"};
    return finding;
  }
  Finding finding = of_unit(
      "ready.exited-early", {"process", std::string(unit_stem(unit.name))}, "It ended before it was up",
      fmt::format("the main process of {} ended before it said READY=1, as Type={} asks for", unit.name,
                  type));
  finding.confidence = 0.85;
  finding.fixes = {drop_in(unit, "if it goes into the background by itself", "Service", {"Type=forking"},
                           "changes-system"),
                   {"or start it with its option to stay in the foreground", "", "changes-system"}};
  finding.references = {"systemd.service(5)", "sd_notify(3)"};
  return finding;
}

Finding out_of_memory(const UnitLook& look) {
  const Unit& unit = look.unit;
  constexpr std::uint64_t unlimited = ~0ULL;
  const std::uint64_t max = unit.number("MemoryMax", unlimited);
  Finding finding = of_unit("killed.oom", {"limit", "memory.max"}, "The kernel killed it for lack of memory",
                            fmt::format("the kernel killed a process of {} for lack of memory", unit.name));
  if (max == unlimited) {
    finding.subject = {"process", std::string(unit_stem(unit.name))};
    return finding;
  }
  finding.summary += fmt::format(": its {} allows {} MiB",
                                 with_place(look.host, unit, "MemoryMax", std::to_string(max)), max >> 20U);
  finding.fixes = {drop_in(unit, "allow it more", "Service",
                           {fmt::format("MemoryMax={}M", std::max<std::uint64_t>(1, (max >> 20U) * 2))},
                           "changes-system")};
  finding.references = {"systemd.resource-control(5)"};
  return finding;
}

/// Started it was: systemd ended it later, or in vain wanted to.
Finding timed_out_later(const UnitLook& look) {
  const Unit& unit = look.unit;
  constexpr std::uint64_t unlimited = ~0ULL;
  const std::uint64_t longest = unit.number("RuntimeMaxUSec", unlimited);
  const std::uint64_t lasted =
      unit.number("ActiveExitTimestampMonotonic") - unit.number("ActiveEnterTimestampMonotonic");
  if (longest != 0 && longest != unlimited && lasted >= longest) {
    Finding finding = of_unit(
        "killed.signal", {"signal", "SIGTERM"}, "It ran as long as it may",
        fmt::format("{} was up, and systemd ended it after {}: its {} allows no more", unit.name,
                    seconds(longest), with_place(look.host, unit, "RuntimeMaxSec", seconds(longest))));
    finding.fixes = {
        drop_in(unit, "let it run longer", "Service", {"RuntimeMaxSec=infinity"}, "changes-system")};
    finding.references = {"systemd.service(5)"};
    return finding;
  }
  Finding finding =
      of_unit("ready.timeout", {"process", std::string(unit_stem(unit.name))}, "It would not end",
              fmt::format("{} was up, and did not end within {} when it was to: systemd killed it", unit.name,
                          seconds(unit.number("TimeoutStopUSec"))));
  finding.confidence = 0.8;
  finding.fixes = {
      drop_in(unit, "if it merely needs longer to end", "Service", {"TimeoutStopSec=300"}, "changes-system")};
  finding.references = {"systemd.service(5)"};
  return finding;
}

Finding watchdog(const UnitLook& look) {
  Finding finding =
      of_unit("ready.timeout", {"process", std::string(unit_stem(look.unit.name))}, "It missed the watchdog",
              fmt::format("{} did not say WATCHDOG=1 within {}, so systemd ended it", look.unit.name,
                          seconds(look.unit.number("WatchdogUSec"))));
  finding.confidence = 0.8;
  finding.references = {"systemd.service(5)", "sd_notify(3)"};
  return finding;
}

}  // namespace

bool was_up(const Unit& unit) {
  const std::uint64_t up = unit.number("ActiveEnterTimestampMonotonic");
  return up != 0 && up >= unit.number("InactiveExitTimestampMonotonic");
}

const UnitCommand* told_command(const Unit& unit) {
  const UnitCommand* const failed = unit.failed_command();
  return failed != nullptr ? failed : unit.main_command();
}

std::vector<Event> events_of_start(const UnitLook& look) {
  std::vector<Event> events;
  const UnitCommand* const command = told_command(look.unit);
  if (command == nullptr || command->pid == Pid::none) return events;
  const Pid process = command->pid;
  events.push_back({process, process, TraceTime{0}, ExecEvent{command->path, command->argv}});
  for (const JournalEntry& entry : look.journal)
    if (!is_routine(entry)) events.push_back(said(process, entry.message));
  const bool killed_by_systemd = look.unit.is("Result", "timeout") || look.unit.is("Result", "watchdog");
  if (command->has_ended && !killed_by_systemd)
    events.push_back({process, process, TraceTime{0}, ExitEvent{.status = command->end}});
  return events;
}

Outcome outcome_of_start(const UnitLook& look) {
  const Unit& unit = look.unit;
  Outcome outcome;
  const UnitCommand* const failed = unit.failed_command();
  if (unit.is_active()) {
    outcome.state = State::running;
    outcome.ready = true;
  } else if (!was_up(unit) && (unit.is("Result", "timeout") || unit.is("Result", "watchdog"))) {
    outcome.state = State::hung;
  } else if (failed != nullptr && !failed_before_exec(look, *failed)) {
    outcome.state = failed->end.signal == Signal::none ? State::exited : State::killed;
    outcome.status = failed->end;
  } else if (failed != nullptr || unit.is("Result", "resources")) {
    outcome.state = State::not_started;
  } else if (unit.is("Result", "protocol")) {
    outcome.state = State::exited;
  }
  return outcome;
}

Finding not_up_in_time(const UnitLook& look, TraceTime waited) {
  return not_up_within(look, seconds(static_cast<std::uint64_t>(
                                 std::chrono::duration_cast<std::chrono::microseconds>(waited).count())));
}

std::optional<Finding> why_not_up(const UnitLook& look) {
  const std::string& result = look.unit.word("Result");
  if (result == "timeout" && was_up(look.unit)) return timed_out_later(look);
  if (result == "timeout") return not_up_within(look, seconds(look.unit.number("TimeoutStartUSec")));
  if (result == "protocol") return ended_too_early(look);
  if (result == "oom-kill") return out_of_memory(look);
  if (result == "watchdog") return watchdog(look);
  return std::nullopt;
}

std::vector<Finding> foresee_steps(const UnitLook& look) {
  std::vector<Finding> findings;
  if (auto finding = why_no_environment(look)) findings.push_back(std::move(*finding));
  for (const UnitCommand& command : look.unit.commands) {
    if (auto finding = what_stops_exec(look, command)) {
      findings.push_back(std::move(*finding));
      break;
    }
  }
  return findings;
}

}  // namespace whywontitstart
