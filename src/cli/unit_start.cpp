#include "cli/unit_start.h"

#include <poll.h>

#include "base/text.h"
#include "cli/idleness.h"
#include "cli/watch.h"
#include "host/waits.h"
#include "unit/control_group.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The events of a start, sorted by the command that they come from.
class Sorter {
 public:
  Sorter(const Host& host, std::vector<StartedCommand>& commands) : host_(host), commands_(commands) {}

  void take(Event&& event) {
    StartedCommand& command = command_of(event.process);
    if (const auto* fork = std::get_if<ForkEvent>(&event.what); fork != nullptr && !fork->is_thread) {
      owner_[fork->child] = command.at;
      living_[command.at].insert(fork->child);
    }
    if (const auto* exit = std::get_if<ExitEvent>(&event.what)) note_end(command, event.process, *exit);
    if (!command.launched && !begins(command, event)) return;
    if (auto* wait = std::get_if<WaitEvent>(&event.what))
      explain_wait(host_, event.process, event.thread, *wait);
    if (is_news(event)) last_news_ = Clock::now();
    command.facts.add(std::move(event));
  }

  /// The command that was started last.
  StartedCommand* last() { return commands_.empty() ? nullptr : &commands_.back(); }
  Clock::duration silence() const { return Clock::now() - last_news_; }

 private:
  StartedCommand& command_of(Pid process) {
    const auto known = owner_.find(process);
    if (known != owner_.end()) return commands_[known->second];
    const std::size_t at = commands_.size();
    owner_[process] = at;
    commands_.push_back({at, process, false, FactBuilder(), std::nullopt, "", std::nullopt, false});
    return commands_.back();
  }

  /// systemd's child becomes the program, maybe by way of systemd's own executor.
  bool begins(StartedCommand& command, const Event& event) {
    const auto* exec = std::get_if<ExecEvent>(&event.what);
    if (exec == nullptr || event.process != command.pid || exec->executable.ends_with("/systemd-executor"))
      return false;
    command.launched = true;
    const std::string folder = fmt::format("/proc/{}/", number(event.process));
    command.facts = FactBuilder({.cwd = host_.link(folder + "cwd").value_or(""),
                                 .standard_output = host_.link(folder + "fd/1").value_or(""),
                                 .standard_error = host_.link(folder + "fd/2").value_or("")});
    command.world = UnitWorld::of(event.process);
    const std::string environment = host_.read(folder + "environ").value_or("");
    constexpr std::string_view name = "INVOCATION_ID=";
    for (const std::string_view variable : split(environment, '\0'))
      if (variable.starts_with(name)) command.invocation = variable.substr(name.size());
    return true;
  }

  void note_end(StartedCommand& command, Pid process, const ExitEvent& exit) {
    living_[command.at].erase(process);
    if (process != command.pid) return;
    command.end = exit.status;
    command.left_children = !living_[command.at].empty();
  }

  static bool is_news(const Event& event) {
    const auto* call = std::get_if<SyscallEvent>(&event.what);
    return call == nullptr || call->error != Errno::none || !call->data.empty() || call->name == "listen";
  }

  const Host& host_;
  std::vector<StartedCommand>& commands_;
  std::map<Pid, std::size_t> owner_;
  std::map<std::size_t, std::set<Pid>> living_;
  Clock::time_point last_news_ = Clock::now();
};

bool is_over(const Unit& now, const Unit& before, Clock::time_point& active_since) {
  const std::string& state = now.word("ActiveState");
  if (state == "failed") return true;
  if (now.is("SubState", "auto-restart") || now.number("NRestarts") > before.number("NRestarts")) return true;
  if (state == "inactive") return now.is("Job", "0") || now.words("Job").empty();
  if (!now.is_active()) return active_since = Clock::time_point(), false;
  if (now.is("SubState", "exited")) return true;
  if (active_since == Clock::time_point()) active_since = Clock::now();
  // That a service of these types is up it has said itself; of the others the trace tells.
  const std::string& type = now.word("Type");
  const bool has_said_so = type == "notify" || type == "notify-reload" || type == "dbus";
  if (has_said_so) return Clock::now() - active_since > 500ms;
  // A daemon that went into the background may yet find something wrong there.
  return type == "forking" && Clock::now() - active_since > 3s;
}

bool has_more_commands(const Unit& unit, std::size_t started, const ExitStatus& end) {
  std::vector<const UnitCommand*> commands;
  for (const UnitCommand& command : unit.commands)
    if (command.setting != "ExecStartPost") commands.push_back(&command);
  if (started == 0 || started >= commands.size()) return false;
  return end.success() || commands[started - 1]->ignores_failure;
}

}  // namespace

Result<UnitStart> start_unit(const UnitCase& with, const Unit& unit) {
  const Result<std::string> group = group_of(with.host, with.manager, unit);
  if (!group) return tl::unexpected(group.error());
  UnitStart start;
  start.before = start.after = unit;
  start.commands.reserve(64);
  Sorter sorter(with.host, start.commands);
  GroupOptions options;
  options.folder = *group;
  options.timeout = with.options.trace.timeout;
  options.another_follows = [&](std::size_t count, const ExitStatus& end) {
    return has_more_commands(unit, count, end);
  };
  options.seen_enough = [&] {
    const StartedCommand* command = sorter.last();
    return command != nullptr && command->launched && command->facts.looks_ready() && sorter.silence() > 1s;
  };
  options.seen_waiting = [&](const auto& waits) {
    if (sorter.silence() < 1s || sorter.last() == nullptr || !sorter.last()->launched) return false;
    if (unit.is("Type", "oneshot") || unit.is("Type", "forking")) return false;
    std::vector<Event> events = waits();
    for (Event& event : events)
      explain_wait(with.host, event.process, event.thread, std::get<WaitEvent>(event.what));
    const Idleness idle = idleness_of(events);
    return idle.serves || (idle.proves_itself_after && sorter.silence() >= *idle.proves_itself_after);
  };

  if (unit.is("ActiveState", "failed"))
    call_manager(with.host, with.manager, "ResetFailedUnit", {"s", unit.name});
  const Aside starter = [&](const std::function<bool()>& ended) -> std::string {
    const Result<std::string> job =
        call_manager(with.host, with.manager, "StartUnit", {"ss", unit.name, "replace"});
    if (!job) return job.error().what;
    Clock::time_point active_since;
    for (;;) {
      const Result<Unit> now = read_unit(with.host, with.manager, unit.name);
      if (ended() || (now && is_over(*now, unit, active_since))) return {};
      ::poll(nullptr, 0, 100);
    }
  };
  Result<GroupTrace> trace = run_in_group(
      options, [&](Event&& event) { sorter.take(std::move(event)); }, starter);
  if (!trace) return tl::unexpected(trace.error());
  start.trace = std::move(trace->end);
  if (!trace->told.empty()) start.refused = Error{trace->told, 0};
  if (const Result<Unit> now = read_unit(with.host, with.manager, unit.name)) start.after = *now;
  return start;
}

Unit as_seen(const UnitStart& start, std::optional<std::size_t>& told) {
  Unit unit = start.after;
  if (start.commands.empty()) return unit;
  std::vector<std::size_t> order;  // of the unit's commands, as systemd starts them
  for (std::size_t at = 0; at < unit.commands.size(); ++at)
    if (unit.commands[at].setting != "ExecStartPost") order.push_back(at);
  for (const StartedCommand& started : start.commands) {
    if (started.at >= order.size()) break;
    UnitCommand& command = unit.commands[order[started.at]];
    command.pid = started.pid;
    command.has_ended = started.end.has_value();
    if (started.end) command.end = *started.end;
    command.ended_at = started.at + 1;
    told = started.at;
    if (command.failed()) {
      if (unit.is("Result", "success")) unit.settings["Result"] = {"exit-code"};
      break;
    }
  }
  if (told && !start.commands[*told].invocation.empty()) unit.invocation = start.commands[*told].invocation;
  return unit;
}

}  // namespace whywontitstart
