#include <csignal>

#include "cli/conclude.h"
#include "cli/each_mode.h"
#include "cli/input.h"
#include "cli/output.h"
#include "compare/by_difference.h"
#include "compare/compare.h"
#include "compare/differences.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/words.h"
#include "host/absent_host.h"
#include "report/redact.h"
#include "saved/recording_host.h"

namespace whywontitstart {
namespace {

/// Who gives it calls it good. What somebody has ended, what was still at work when the trace ended, and what
/// ended well although something in it failed, are good enough to be compared with.
bool is_good(const SavedTrace& trace) {
  const Outcome& outcome = trace.facts.outcome;
  const bool was_ended = outcome.state == State::killed && outcome.status.signal != Signal{SIGSEGV} &&
                         outcome.status.signal != Signal{SIGABRT};
  const bool ended_well = outcome.state == State::exited && outcome.status.success();
  return trace.mode == "check" || was_ended || ended_well || outcome.open_end || outcome.ended_by_us ||
         outcome.ready || went_well(trace.target, trace.facts);
}

/// Values of variables are secrets by their names, which stand beside them here.
void mask_variables(Comparison& comparison, Mask& mask) {
  for (Difference& difference : comparison.differences) {
    if (difference.area != "environment") continue;
    for (std::string* value : {&difference.good, &difference.bad}) {
      std::vector<std::string> variable = {difference.name + "=" + *value};
      mask_environment(variable, mask);
      *value = variable.front().substr(std::min(difference.name.size() + 1, variable.front().size()));
    }
  }
}

/// Neither a failing call nor a word explains it: then what is different may.
void add_difference(const Run& good, const Run& bad, const Parting& parting, Report& report) {
  constexpr double explained = 0.5;
  if (report.is_ok() || !parting.suspects.empty() || !parting.new_lines.empty()) return;
  const Finding& verdict = report.verdict();
  const bool names_nothing = verdict.subject.value.empty() || verdict.cause == "app.error";
  if (verdict.confidence >= explained && !names_nothing) return;
  std::optional<Finding> finding =
      finding_by_difference(good, bad, program_name(bad.target, bad.facts), differences_of(good, bad));
  if (!finding) return;
  const auto place = std::find_if(report.findings.begin(), report.findings.end(), [&](const Finding& other) {
    return other.confidence <= finding->confidence;
  });
  report.findings.insert(place, std::move(*finding));
}

Report masked(const Report& report, const SavedTrace& good) {
  Mask mask;
  learn_from_report(report, mask);
  learn_from_environment(good.target.environment, mask);
  Report result = redacted(report, mask);
  if (result.comparison) mask_variables(*result.comparison, mask);
  return result;
}

}  // namespace

int compare_two(const Options& options, const std::optional<RuleSet>& rules) {
  Result<SavedTrace> good = read_trace(options.good);
  if (!good) return complain(good.error());
  Result<SavedTrace> bad = read_trace(options.from);
  if (!bad) return complain(bad.error());

  const Run good_run{good->target, good->facts, good->course, options.good};
  const Run bad_run{bad->target, bad->facts, bad->course, options.from};
  const Parting parting = parting_of(good_run, bad_run, is_good(*good));
  set_common_aside(parting, bad->facts);
  const RecordedHost recorded(bad->answers), recorded_outside(bad->outside);
  const AbsentHost absent;
  const Machine machine = bad->mode == "log" ? Machine(absent) : Machine(recorded, recorded_outside);
  SavedTrace trace = *bad;
  Result<Report> report =
      report_on(options, rules, std::move(trace), machine,
                [&](std::vector<Match>& matches) { weigh_by(parting, bad->facts, matches); });
  if (!report) return complain(report.error());
  point_out(parting, bad->facts, report->findings);
  add_difference(good_run, bad_run, parting, *report);
  report->comparison = comparison_of(good_run, bad_run, parting, report->verdict());
  if (!is_good(*good) && !report->is_ok())
    report->comparison->remarks.push_back(options.good +
                                          " did not go well either: what both have in common may matter");
  if (!is_good(*good) && report->is_ok())
    report->comparison->remarks.push_back(
        "the second run went well, the first did not: are they the wrong way round?");
  return write_out(options.redact ? masked(*report, *good) : *report, options);
}

}  // namespace whywontitstart
