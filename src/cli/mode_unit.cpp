#include <poll.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/conclude.h"
#include "cli/each_mode.h"
#include "cli/output.h"
#include "cli/unit_trace.h"
#include "host/real_host.h"
#include "unit/monitored.h"

namespace whywontitstart {
namespace {

/// Would a start do harm, or be refused anyway?
bool may_be_started(const Unit& unit) {
  const std::string& state = unit.word("ActiveState");
  const bool is_at_rest = state == "inactive" || state == "failed" || unit.is("SubState", "auto-restart");
  return is_at_rest && unit.is("LoadState", "loaded") && unit.main_command() != nullptr &&
         !unit.flag("RefuseManualStart");
}

/// Has systemd stop it, and waits for the end of that for a while.
void stop(const UnitCase& with, const std::string& name) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(15);
  if (!call_manager(with.host, with.manager, "StopUnit", {"ss", name, "replace"})) return;
  while (Clock::now() < deadline) {
    const Result<Unit> unit = read_unit(with.host, with.manager, name);
    if (!unit || unit->is("ActiveState", "inactive") || unit->is("ActiveState", "failed")) return;
    ::poll(nullptr, 0, 50);
  }
}

/// What came up by our doing is stopped again, unless it is to be kept; what would be started again and
/// again, too, unless it was before.
bool is_to_be_stopped(const UnitCase& with, const UnitStart& start) {
  const Unit& now = start.after;
  if (now.is("ActiveState", "inactive") || now.is("ActiveState", "failed")) return false;
  const bool was_restarting = start.before.is("SubState", "auto-restart");
  return !was_restarting && !(with.options.trace.keep && now.is_active());
}

std::optional<std::string> variable_of_ours(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Where the service manager of the calling user is to be found.
std::string runtime_folder() {
  return variable_of_ours("XDG_RUNTIME_DIR").value_or(fmt::format("/run/user/{}", ::getuid()));
}

/// By what systemd kept of the last start. `remark`: why it was not started anew; empty: nobody asked for it.
int conclude_without_start(const UnitCase& with, const Unit& unit, const std::string& remark) {
  SavedTrace trace = trace_of_unit(with, unit);
  if (!remark.empty()) trace.remarks.push_back(remark);
  return conclude(with.options, with.rules, std::move(trace), with.host);
}

int conclude_unit(const UnitCase& with, const Unit& unit) {
  if (with.options.no_run) return conclude_without_start(with, unit, "");
  if (unit.is_active())
    return conclude_without_start(
        with, unit,
        fmt::format("it runs, so it was left alone; to watch a start of it, stop it first: systemctl stop {}",
                    unit.name));
  if (!may_be_started(unit)) return conclude_without_start(with, unit, "");
  Result<UnitStart> start = start_unit(with, unit);
  if (!start)
    return conclude_without_start(with, unit,
                                  fmt::format("it was not started under a tracer: {}", start.error().what));
  start->is_to_be_stopped = is_to_be_stopped(with, *start);
  UnitTrace seen = trace_of_start(with, *start);
  Result<Report> report =
      report_to_keep(with.options, with.rules, seen.trace, {with.host, with.host, seen.world});
  if (start->is_to_be_stopped) stop(with, start->after.name);
  return report ? write_and_keep(with.options, std::move(*report), std::move(seen.trace))
                : complain(report.error());
}

}  // namespace

int diagnose_a_unit(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  const Manager manager{options.user_unit, runtime_folder()};
  Result<Unit> unit = read_unit(host, manager, unit_name(options.unit));
  if (!unit) return complain(unit.error(), exit_unable);
  if (options.no_run) heed_monitor(*unit, variable_of_ours);
  const UnitCase with{host, manager, options, rules, manager_environment(host, manager)};
  return conclude_unit(with, *unit);
}

}  // namespace whywontitstart
