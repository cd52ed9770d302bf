#include <poll.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/each_mode.h"
#include "cli/output.h"
#include "cli/unit_start.h"
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
void put_back(const UnitCase& with, const UnitStart& start, Report& report) {
  const bool was_restarting = start.before.is("SubState", "auto-restart");
  const Unit& now = start.after;
  if (now.is("ActiveState", "inactive") || now.is("ActiveState", "failed")) return;
  if ((with.options.trace.keep && now.is_active()) || was_restarting) return;
  stop(with, now.name);
  if (report.is_ok()) report.findings.front().summary += "; it was stopped again, with --keep it stays up";
}

std::optional<std::string> variable_of_ours(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Where the service manager of the calling user is to be found.
std::string runtime_folder() {
  return variable_of_ours("XDG_RUNTIME_DIR").value_or(fmt::format("/run/user/{}", ::getuid()));
}

Result<Report> report_on(const UnitCase& with, const Unit& unit) {
  if (with.options.no_run || !may_be_started(unit)) {
    Result<Report> report = report_of_unit(with, unit);
    if (report && !with.options.no_run && unit.is_active())
      report->not_looked_at.push_back(fmt::format(
          "it runs, so it was left alone; to watch a start of it, stop it first: systemctl stop {}",
          unit.name));
    return report;
  }
  Result<UnitStart> start = start_unit(with, unit);
  if (!start) {
    Result<Report> report = report_of_unit(with, unit);
    if (report)
      report->not_looked_at.push_back(
          fmt::format("it was not started under a tracer: {}", start.error().what));
    return report;
  }
  Result<Report> report = report_of_start(with, *start);
  if (report) put_back(with, *start, *report);
  return report;
}

}  // namespace

int diagnose_a_unit(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  const Manager manager{options.user_unit, runtime_folder()};
  Result<Unit> unit = read_unit(host, manager, unit_name(options.unit));
  if (!unit) return complain(unit.error(), exit_unable);
  if (options.no_run) heed_monitor(*unit, variable_of_ours);
  const UnitCase with{host, manager, options, rules, manager_environment(host, manager)};
  const Result<Report> report = report_on(with, *unit);
  if (!report) return complain(report.error());
  return write_out(*report, options);
}

}  // namespace whywontitstart
