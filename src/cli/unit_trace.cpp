#include "cli/unit_trace.h"

#include "base/text.h"
#include "cli/unit_report.h"
#include "facts/fact_builder.h"
#include "saved/surroundings.h"
#include "unit/last_start.h"
#include "unit/refusals.h"
#include "unit/setting_place.h"

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

/// Of a service that went into the background under a Type= that takes that for its end.
Finding went_into_background(const UnitLook& look) {
  const Unit& unit = look.unit;
  Finding finding = of_unit(
      "ready.exited-early", {"process", std::string(unit_stem(unit.name))}, "It went into the background",
      fmt::format(
          "{} went into the background: its first process ended well and left others, which Type={} takes "
          "for the end of the service",
          unit.name, with_place(look.host, unit, "Type", unit.word("Type"))));
  finding.summary =
      fmt::format("{} went into the background, which its {} takes for its end: systemd ended what was left",
                  unit.name, with_place(look.host, unit, "Type", unit.word("Type")));
  finding.confidence = 0.93;
  finding.fixes = {
      {"start it with its option to stay in the foreground", "", "changes-system"},
      drop_in(unit, "or tell systemd that it goes there", "Service", {"Type=forking"}, "changes-system")};
  finding.references = {"systemd.service(5)", "daemon(7)"};
  return finding;
}

Finding it_came_up(const UnitStart& start, const StartedCommand& command, const Unit& unit,
                   const Facts& facts) {
  Finding finding = it_runs(unit);
  if (command.end && !start.after.is_active()) {
    finding.cause = "ok.exited";
    finding.title = "It ended well";
    finding.summary =
        fmt::format("{} was started and ended well (exit status {})", unit.name, command.end->code);
    return finding;
  }
  std::vector<std::string> listens;
  for (const Process& process : facts.processes)
    if (!process.exit) listens.insert(listens.end(), process.listens.begin(), process.listens.end());
  finding.summary = fmt::format("{} was started and is up ({}, {})", unit.name,
                                start.after.word("ActiveState"), start.after.word("SubState"));
  if (!listens.empty()) finding.summary += ": it listens on " + join(listens, ", ");
  if (start.is_to_be_stopped) finding.summary += "; it was stopped again, with --keep it stays up";
  return finding;
}

bool is_background_an_end(const Unit& unit) {
  return !unit.is("Type", "forking") && !unit.is("Type", "oneshot");
}

Outcome outcome_of(const UnitStart& start, const StartedCommand& command, const UnitLook& look) {
  Outcome outcome = start.trace.outcome;
  outcome.attached = false;
  outcome.status = command.end.value_or(ExitStatus());
  const bool up = start.after.is_active();
  const bool in_vain = look.unit.is("Result", "timeout") || look.unit.is("Result", "watchdog");
  if (in_vain && !was_up(look.unit))
    outcome.state = State::hung;
  else if (command.end && !up)
    outcome.state = command.end->signal == Signal::none ? State::exited : State::killed;
  else
    outcome.state = up ? State::running : State::hung;
  outcome.ready = up;
  return outcome;
}

std::vector<Finding> findings_of_start(const UnitStart& start, const StartedCommand& command,
                                       const UnitLook& look, const Facts& facts) {
  std::vector<Finding> findings;
  const Unit& unit = look.unit;
  const bool ended_well = command.end && command.end->success();
  if (ended_well && command.left_children && is_background_an_end(unit) && !start.after.is_active() &&
      !unit.is("Type", "notify"))
    findings.push_back(went_into_background(look));
  add(findings, why_skipped(look));
  add(findings, why_not_up(look));
  if (findings.empty() && !command.end && !start.after.is_active())
    findings.push_back(not_up_in_time(look, start.trace.outcome.duration));
  const bool fine = start.after.is_active() || ended_well;
  if (findings.empty() && fine && !start.after.is("ActiveState", "failed"))
    findings.push_back(it_came_up(start, command, unit, facts));
  return findings;
}

Target target_of_unit(const UnitCase& with, const Unit& unit) {
  if (const UnitCommand* command = told_command(unit))
    return target_of(with.host, unit, *command, with.environment);
  Target target;
  target.argv = {unit.name};
  return target;
}

/// What all that is said of a unit begins with.
struct Told {
  std::vector<JournalEntry> journal;
  std::optional<Error> no_journal;
  ExplainUnit explain;
};

Told told_of(const UnitCase& with, const Unit& unit, int depth) {
  Told told;
  Result<std::vector<JournalEntry>> journal = journal_of_start(with.host, unit);
  if (journal)
    told.journal = std::move(*journal);
  else
    told.no_journal = journal.error();
  told.explain = [&with, depth](const Unit& other) -> std::optional<Finding> {
    if (depth >= deepest) return std::nullopt;
    const Result<Report> report = report_on_unit(
        with.options, with.rules, trace_of_unit(with, other, depth + 1), with.host, {}, UnitChecks::none);
    if (!report || report->is_ok()) return std::nullopt;
    return report->verdict();
  };
  return told;
}

SavedTrace trace_for(const UnitCase& with, const Unit& unit) {
  SavedTrace trace;
  trace.mode = "unit";
  trace.unit = unit;
  trace.target = target_of_unit(with, unit);
  return trace;
}

void add_remarks(const UnitStart& start, SavedTrace& trace) {
  trace.remarks.insert(trace.remarks.end(), start.trace.remarks.begin(), start.trace.remarks.end());
  if (start.refused) trace.remarks.push_back(start.refused->what);
}

/// What was seen of it at its first step is surer than what its settings say.
void add_what_was_seen(const StartedCommand& command, Target& target) {
  if (!command.seen) return;
  target.argv = command.seen->argv;
  target.environment = command.seen->environment;
  target.identity = command.seen->identity;
  if (!command.seen->cwd.empty()) target.cwd = command.seen->cwd;
}

/// For comparing it with another run.
void add_course(const UnitCase& with, StartedCommand& command, SavedTrace& trace) {
  if (!command.around) return;
  std::optional<UnitWorld::Visit> visit;
  if (command.world) visit.emplace(*command.world);
  trace.course = command.course.finish();
  trace.course.files = files_of(with.host, trace.course.steps);
  add_packages(with.host, trace.course);
  trace.course.around = std::move(*command.around);
}

}  // namespace

SavedTrace trace_of_unit(const UnitCase& with, const Unit& unit, int depth) {
  const Told told = told_of(with, unit, depth);
  const UnitLook look{with.host, with.manager, unit, told.journal, with.environment};
  SavedTrace trace = trace_for(with, unit);
  trace.of_unit = findings_of(look, told.explain);
  if (unit.is_active() && trace.of_unit.empty()) trace.of_unit.push_back(it_runs(unit));
  const Outcome outcome = outcome_of_start(look);
  FactBuilder builder({.cwd = trace.target.cwd, .standard_output = "", .standard_error = ""});
  if (outcome.state != State::not_run)
    for (Event& event : events_of_start(look)) builder.add(std::move(event));
  trace.facts = builder.finish(outcome);
  State& state = trace.facts.outcome.state;
  if (state == State::not_run && !trace.of_unit.empty()) state = State::not_started;
  if (state == State::not_run && unit.main_command() != nullptr) trace.of_unit = foresee_steps(look);
  trace.backend = "none";
  if (told.no_journal) trace.remarks.push_back(told.no_journal->what);
  if (const auto reload = needs_reload(unit))
    for (Finding& finding : trace.of_unit) finding.evidence.push_back(*reload);
  return trace;
}

UnitTrace trace_of_start(const UnitCase& with, UnitStart& start) {
  std::optional<std::size_t> at;
  const Unit unit = as_seen(start, at);
  StartedCommand* const command = at ? &start.commands[*at] : nullptr;
  if (command == nullptr || !command->launched) {
    // Nothing of the program was there to be traced.
    UnitTrace result{trace_of_unit(with, unit), nullptr};
    add_remarks(start, result.trace);
    return result;
  }
  const Told told = told_of(with, unit, 0);
  const UnitLook look{with.host, with.manager, unit, told.journal, with.environment};
  UnitTrace result{trace_for(with, unit), command->world ? &*command->world : nullptr};
  SavedTrace& trace = result.trace;
  add_what_was_seen(*command, trace.target);
  trace.facts = command->facts.finish(outcome_of(start, *command, look));
  trace.of_unit = findings_of_start(start, *command, look, trace.facts);
  trace.backend = start.trace.backend;
  trace.lost = start.trace.lost;
  add_remarks(start, trace);
  add_course(with, *command, trace);
  return result;
}

}  // namespace whywontitstart
