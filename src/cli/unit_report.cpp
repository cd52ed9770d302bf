#include "cli/unit_report.h"

#include "checks/checks.h"
#include "cli/explain.h"
#include "cli/intentions.h"
#include "diagnosis/diagnose.h"
#include "unit/read_unit.h"
#include "unit/sandbox.h"

namespace whywontitstart {
namespace {

/// Nothing of it failed: there is nothing for rules to explain.
bool is_fine(const std::vector<Finding>& of_unit) {
  return !of_unit.empty() && of_unit.front().cause.starts_with("ok.");
}

Result<Evidences> evidences_of(const Options& options, const std::optional<RuleSet>& rules, SavedTrace& trace,
                               const Host& host, const Adjust& adjust) {
  Evidences evidences;
  evidences.facts = std::move(trace.facts);
  evidences.of_unit = std::move(trace.of_unit);
  evidences.backend = std::move(trace.backend);
  evidences.lost = trace.lost;
  evidences.remarks = std::move(trace.remarks);
  if (evidences.facts.outcome.state == State::not_run && trace.unit->main_command() != nullptr)
    if (const auto servers = servers_of(options))
      evidences.intended = intentions_of(*servers, trace.target, files_of(host));
  if (is_fine(evidences.of_unit)) return evidences;
  Result<std::vector<Match>> matches = explanations(rules, trace.target, evidences.facts);
  if (!matches) return tl::unexpected(matches.error());
  // What systemd ended since its patience was over did not end by itself.
  const bool is_watched = evidences.backend != "none";
  if (is_watched && !evidences.of_unit.empty())
    std::erase_if(*matches, [](const Match& match) { return match.cause == "killed.signal"; });
  if (adjust) adjust(*matches);
  evidences.matches = std::move(*matches);
  return evidences;
}

}  // namespace

Result<Report> report_on_unit(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
                              const Machine& machine, const Adjust& adjust, UnitChecks checks) {
  Result<Report> report = [&]() -> Result<Report> {
    std::optional<UnitWorld::Visit> visit;
    if (machine.world != nullptr) visit.emplace(*machine.world);
    Result<Evidences> evidences = evidences_of(options, rules, trace, machine.here, adjust);
    if (!evidences) return tl::unexpected(evidences.error());
    if (checks == UnitChecks::all)
      evidences->checks = run_checks(trace.target, evidences->facts, machine.here);
    return diagnose(trace.target, std::move(*evidences), machine.here);
  }();
  if (!report) return report;
  const Manager manager{trace.unit->of_user};
  name_settings(*report, {machine.outside, manager, *trace.unit, {}, {}});
  return report;
}

}  // namespace whywontitstart
