#include "cli/each_mode.h"
#include "cli/output.h"
#include "cli/unit_report.h"
#include "host/real_host.h"

namespace whywontitstart {

int diagnose_a_unit(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  const Manager manager{options.user_unit};
  const Result<Unit> unit = read_unit(host, manager, unit_name(options.unit));
  if (!unit) return complain(unit.error(), exit_unable);
  const UnitCase with{host, manager, options, rules, manager_environment(host, manager)};
  const Result<Report> report = report_of_unit(with, *unit);
  if (!report) return complain(report.error());
  return write_out(*report, options);
}

}  // namespace whywontitstart
