#include "cli/unit_start.h"

#include <poll.h>

#include "base/text.h"
#include "cli/attach.h"
#include "cli/idleness.h"
#include "cli/watch.h"
#include "host/waits.h"
#include "saved/surroundings.h"
#include "unit/control_group.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How many commands systemd starts before those of ExecStartPost=.
std::size_t before_post(const Unit& unit) {
  return static_cast<std::size_t>(
      std::count_if(unit.commands.begin(), unit.commands.end(),
                    [](const UnitCommand& command) { return command.setting != "ExecStartPost"; }));
}

/// The events of a start, sorted by the command that they come from.
class Sorter {
 public:
  /// `is_kept`: what another run could be compared with is kept, too.
  Sorter(const Host& host, const Unit& unit, bool is_kept, std::vector<StartedCommand>& commands)
      : host_(host), unit_(unit), before_post_(before_post(unit)), is_kept_(is_kept), commands_(commands) {}

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
    if (is_kept_) command.course.add(event);
    command.facts.add(std::move(event));
  }

  /// The command that was started last, ExecStartPost= apart.
  StartedCommand* last() {
    return commands_.empty() ? nullptr : &commands_[std::min(commands_.size(), before_post_) - 1];
  }
  /// An ExecStartPost= is yet to be started, while the service runs.
  bool awaits_post() const {
    return before_post_ > 0 && commands_.size() >= before_post_ && commands_.size() < unit_.commands.size() &&
           !has_failed();
  }
  /// The next one after the `started`th comes at once, though that runs: an ExecStartPost=, now that systemd
  /// takes the service for up.
  bool brings_post(std::size_t started) const {
    const std::string& type = unit_.word("Type");
    if (started < before_post_ || started >= unit_.commands.size() || before_post_ == 0) return false;
    if (started > before_post_) return false;  // between these the end of one tells
    const StartedCommand* main = commands_.size() < before_post_ ? nullptr : &commands_[before_post_ - 1];
    if (type == "simple" || type == "idle") return true;
    if (main == nullptr || main->end) return false;
    return (type == "exec" && main->launched) || (type.starts_with("notify") && main->facts.said_ready());
  }
  /// An ExecStartPost= is yet to be started or to end.
  bool has_post_ahead() const {
    return awaits_post() || (commands_.size() > before_post_ && !commands_.back().end);
  }
  Clock::duration silence() const { return Clock::now() - last_news_; }

  /// systemd has started one more process for the unit.
  void newcomer(Pid process) {
    const std::size_t at = commands_.size();
    const bool is_of_start = at < unit_.commands.size() && !has_failed();
    StartedCommand& command = commands_.emplace_back();
    command.at = at;
    command.pid = process;
    command.is_of_start = is_of_start;
    owner_[process] = at;
    // Of two that are not their programs yet the older one is the first.
    if (at > 0 && !commands_[at - 1].launched && is_older(process, commands_[at - 1].pid)) {
      std::swap(command.pid, commands_[at - 1].pid);
      owner_[commands_[at - 1].pid] = at - 1;
      owner_[command.pid] = at;
      return;
    }
    // Found while it ran: it may be past the steps of systemd.
    const std::string program = host_.link(fmt::format("/proc/{}/exe", number(process))).value_or("");
    if (!program.empty() && !is_systemd(program)) launch(command, nullptr);
  }

 private:
  StartedCommand& command_of(Pid process) {
    if (owner_.count(process) == 0) newcomer(process);
    return commands_[owner_[process]];
  }

  /// By their numbers, which begin anew when all are used up.
  static bool is_older(Pid one, Pid other) {
    constexpr int half_of_the_least = 1 << 14;
    const int ahead = number(other) - number(one);
    return ahead > 0 ? ahead < half_of_the_least : ahead < -half_of_the_least;
  }

  static bool is_systemd(std::string_view program) {
    return base_name(program) == "systemd" || base_name(program) == "systemd-executor";
  }

  /// systemd's child becomes the program, maybe by way of systemd's own executor.
  bool begins(StartedCommand& command, const Event& event) {
    const auto* exec = std::get_if<ExecEvent>(&event.what);
    if (exec == nullptr || event.process != command.pid || exec->executable.ends_with("/systemd-executor"))
      return false;
    launch(command, exec);
    return true;
  }

  void launch(StartedCommand& command, const ExecEvent* exec) {
    command.launched = true;
    const std::string folder = fmt::format("/proc/{}/", number(command.pid));
    command.facts = FactBuilder({.cwd = host_.link(folder + "cwd").value_or(""),
                                 .standard_output = host_.link(folder + "fd/1").value_or(""),
                                 .standard_error = host_.link(folder + "fd/2").value_or("")});
    command.world = UnitWorld::of(command.pid);
    Result<Target> seen = target_of_process(host_, command.pid);
    if (!seen) return;
    if (exec != nullptr && !exec->argv.empty()) seen->argv = exec->argv;
    command.invocation = variable(seen->environment, "INVOCATION_ID").value_or("");
    if (is_kept_) command.around = surroundings_of(host_, *seen, command.pid);
    command.seen = std::move(*seen);
  }

  /// One of those that have to succeed has not.
  bool has_failed() const {
    return std::any_of(commands_.begin(), commands_.end(), [&](const StartedCommand& command) {
      return command.at < unit_.commands.size() && command.end && !command.end->success() &&
             !unit_.commands[command.at].ignores_failure;
    });
  }

  void note_end(StartedCommand& command, Pid process, const ExitEvent& exit) {
    living_[command.at].erase(process);
    if (process != command.pid) return;
    command.end = exit.status;
    command.ended_as = ++ended_;
    command.left_children = !living_[command.at].empty();
  }

  static bool is_news(const Event& event) {
    const auto* call = std::get_if<SyscallEvent>(&event.what);
    return call == nullptr || call->error != Errno::none || !call->data.empty() || call->name == "listen";
  }

  const Host& host_;
  const Unit& unit_;
  std::size_t before_post_;
  bool is_kept_;
  std::size_t ended_ = 0;
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

/// Does systemd start another one once this one, the `started`th, has ended so, and nothing before?
bool has_more_commands(const Unit& unit, std::size_t started, const ExitStatus& end) {
  const std::size_t all = unit.commands.size(), ahead = before_post(unit);
  if (started == 0 || started >= all) return false;
  // When ExecStartPost= follows depends on the type: a daemon in the background first writes its PID file.
  if (started == ahead && !unit.is("Type", "oneshot")) return false;
  return end.success() || unit.commands[started - 1].ignores_failure;
}

}  // namespace

Result<UnitStart> start_unit(const UnitCase& with, const Unit& unit) {
  const Result<std::string> group = group_of(with.host, with.manager, unit);
  if (!group) return tl::unexpected(group.error());
  UnitStart start;
  start.before = start.after = unit;
  start.commands.reserve(64);
  Sorter sorter(with.host, unit, !with.options.save.empty(), start.commands);
  GroupOptions options;
  options.folder = *group;
  options.timeout = with.options.trace.timeout;
  options.another_follows = [&](std::size_t count, const ExitStatus& end) {
    return has_more_commands(unit, count, end);
  };
  options.saw_newcomer = [&](Pid process) { sorter.newcomer(process); };
  options.another_at_once = [&](std::size_t started) { return sorter.brings_post(started); };
  options.another_beside = [&] { return sorter.awaits_post(); };
  options.seen_enough = [&] {
    if (sorter.has_post_ahead()) return false;
    const StartedCommand* command = sorter.last();
    return command != nullptr && command->launched && command->facts.looks_ready() && sorter.silence() > 1s;
  };
  options.seen_waiting = [&](const auto& waits) {
    if (sorter.has_post_ahead() || sorter.silence() < 1s || sorter.last() == nullptr ||
        !sorter.last()->launched)
      return false;
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

namespace {

/// The command that decided how the start went: the first one that failed; none: the last one.
const StartedCommand* decisive(const UnitStart& start) {
  const Unit& unit = start.after;
  const std::size_t ahead = before_post(unit);
  const StartedCommand *failed = nullptr, *last = nullptr;
  for (const StartedCommand& started : start.commands) {
    if (started.at >= unit.commands.size() || !started.is_of_start) break;
    if (started.at < ahead) last = &started;
    const bool has_failed =
        started.end && !started.end->success() && !unit.commands[started.at].ignores_failure;
    // What systemd was waiting for in vain is the last one; it ends them all.
    const bool is_earlier =
        failed == nullptr || unit.is("Result", "timeout") || started.ended_as < failed->ended_as;
    if (has_failed && is_earlier) failed = &started;
  }
  return failed != nullptr ? failed : last;
}

/// An ExecStartPost= that was over before we could look, for which systemd then ended what we saw.
bool failed_unseen(const UnitStart& start, const StartedCommand& decided) {
  const UnitCommand* const failed = start.after.failed_command();
  const bool was_ended = decided.end && decided.end->signal != Signal::none;
  return was_ended && failed != nullptr && failed->setting == "ExecStartPost" &&
         std::none_of(start.commands.begin(), start.commands.end(),
                      [&](const StartedCommand& started) { return started.pid == failed->pid; });
}

}  // namespace

Unit as_seen(const UnitStart& start, std::optional<std::size_t>& told) {
  Unit unit = start.after;
  const StartedCommand* const decided = decisive(start);
  if (decided == nullptr || failed_unseen(start, *decided)) return unit;
  told = static_cast<std::size_t>(decided - start.commands.data());
  for (const StartedCommand& started : start.commands) {
    if (started.at >= unit.commands.size() || !started.is_of_start) break;
    UnitCommand& command = unit.commands[started.at];
    command.pid = started.pid;
    command.has_ended = started.end.has_value();
    if (started.end) command.end = *started.end;
    command.ended_at = started.ended_as;
  }
  UnitCommand& command = unit.commands[decided->at];
  if (command.failed()) {
    command.ended_at = ~0ULL;
    // systemd forgets how it ended where it has no more need of the unit, see systemd.service(5).
    const bool is_no =
        command.setting == "ExecCondition" && command.end.signal == Signal::none && command.end.code < 255;
    if (unit.is("Result", "success")) unit.settings["Result"] = {is_no ? "exec-condition" : "exit-code"};
  }
  if (!decided->invocation.empty()) unit.invocation = decided->invocation;
  return unit;
}

}  // namespace whywontitstart
