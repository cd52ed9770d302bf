#include "cli/unit_report.h"

#include "checks/checks.h"
#include "cli/explain.h"
#include "cli/intentions.h"
#include "diagnosis/diagnose.h"
#include "facts/fact_builder.h"
#include "host/remembering_host.h"
#include "unit/last_start.h"
#include "unit/refusals.h"

namespace whywontitstart {
namespace {

constexpr int deepest = 8;

void add(std::vector<Finding>& findings, std::optional<Finding> finding) {
  if (finding) findings.push_back(std::move(*finding));
}

/// systemd's own reasons. Where one stands before any process, the others do not matter.
std::vector<Finding> findings_of(const UnitLook& look, const ExplainUnit& explain) {
  std::vector<Finding> findings;
  add(findings, why_not_loaded(look));
  if (findings.empty()) add(findings, why_skipped(look));
  if (!findings.empty()) return findings;
  if (!look.unit.is("ActiveState", "failed")) add(findings, why_dependency(look, explain));
  if (!findings.empty()) return findings;
  add(findings, why_start_limit(look));
  if (const UnitCommand* failed = look.unit.failed_command()) add(findings, why_no_exec(look, *failed));
  add(findings, why_no_process(look));
  add(findings, why_not_up(look));
  return findings;
}

Finding it_runs(const Unit& unit) {
  Finding finding =
      of_unit("ok.running", {"process", std::string(unit_stem(unit.name))}, "It runs",
              fmt::format("{} is {} ({})", unit.name, unit.word("ActiveState"), unit.word("SubState")));
  finding.confidence = 0.99;
  if (unit.is("SubState", "exited")) finding.cause = "ok.exited";
  if (const std::string& pid = unit.word("MainPID"); !pid.empty() && pid != "0")
    finding.summary += fmt::format(", its main process is {}", pid);
  return finding;
}

Target target_of_unit(const UnitCase& with, const Unit& unit) {
  if (const UnitCommand* command = told_command(unit))
    return target_of(with.host, unit, *command, with.environment);
  Target target;
  target.argv = {unit.name};
  return target;
}

}  // namespace

Result<Report> report_of_unit(const UnitCase& with, const Unit& unit, int depth) {
  const auto journal = journal_of_start(with.host, unit);
  const std::vector<JournalEntry> entries = journal.value_or(std::vector<JournalEntry>());
  const UnitLook look{with.host, with.manager, unit, entries, with.environment};
  const ExplainUnit explain = [&](const Unit& other) -> std::optional<Finding> {
    if (depth >= deepest) return std::nullopt;
    const Result<Report> report = report_of_unit(with, other, depth + 1);
    if (!report || report->is_ok()) return std::nullopt;
    return report->verdict();
  };

  Evidences evidences;
  const Target target = target_of_unit(with, unit);
  evidences.of_unit = findings_of(look, explain);
  const bool runs = unit.is_active() && evidences.of_unit.empty();
  if (runs) evidences.of_unit.push_back(it_runs(unit));
  const Outcome outcome = outcome_of_start(look);
  FactBuilder builder({.cwd = target.cwd, .standard_output = "", .standard_error = ""});
  if (outcome.state != State::not_run)
    for (Event& event : events_of_start(look)) builder.add(std::move(event));
  evidences.facts = builder.finish(outcome);
  if (outcome.state == State::not_run && !evidences.of_unit.empty())
    evidences.facts.outcome.state = State::not_started;
  if (evidences.facts.outcome.state == State::not_run && unit.main_command() != nullptr) {
    evidences.of_unit = foresee_steps(look);
    if (const auto servers = servers_of(with.options))
      evidences.intended = intentions_of(*servers, target, files_of(with.host));
  }
  if (!runs) {
    Result<std::vector<Match>> matches = explanations(with.rules, target, evidences.facts);
    if (!matches) return tl::unexpected(matches.error());
    evidences.matches = std::move(*matches);
  }
  if (depth == 0) evidences.checks = run_checks(target, evidences.facts, with.host);
  evidences.backend = "none";
  if (!journal) evidences.remarks.push_back(journal.error().what);
  if (const auto reload = needs_reload(unit))
    for (Finding& finding : evidences.of_unit) finding.evidence.push_back(*reload);
  return diagnose(target, std::move(evidences), with.host);
}

}  // namespace whywontitstart
