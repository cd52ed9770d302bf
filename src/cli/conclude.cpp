#include "cli/conclude.h"

#include <ctime>

#include "checks/checks.h"
#include "cli/explain.h"
#include "cli/intentions.h"
#include "cli/output.h"
#include "cli/unit_report.h"
#include "diagnosis/diagnose.h"
#include "host/remembering_host.h"
#include "saved/masking.h"
#include "saved/recording_host.h"

namespace whywontitstart {
namespace {

Result<Report> report_without_run(const Options& options, SavedTrace trace, const Host& machine) {
  const RememberingHost host(machine);
  const Result<std::vector<Server>> servers = servers_of(options);
  if (!servers) return tl::unexpected(servers.error());
  Evidences evidences;
  evidences.of_tracing = std::move(trace.of_tracing);
  evidences.intended = intentions_of(*servers, trace.target, files_of(host));
  evidences.checks = run_checks(trace.target, evidences.facts, host);
  evidences.backend = "none";
  return diagnose(trace.target, std::move(evidences), host);
}

std::string time_of_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// Nothing of a run of now, nor of a log that does not say.
std::optional<Recorded> recorded_by(const SavedTrace& trace) {
  if (trace.made.empty()) return std::nullopt;
  return Recorded{trace.made, trace.tool, trace.course.around.host, trace.course.around.kernel};
}

Result<Report> report_on_run(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
                             const Host& host, const Adjust& adjust) {
  Evidences evidences;
  evidences.facts = std::move(trace.facts);
  Result<std::vector<Match>> matches = explanations(rules, trace.target, evidences.facts);
  if (!matches) return tl::unexpected(matches.error());
  if (adjust) adjust(*matches);
  evidences.matches = std::move(*matches);
  if (trace.mode == "log" || wants_checks(options, trace.target, evidences.facts))
    evidences.checks = run_checks(trace.target, evidences.facts, host);
  evidences.backend = std::move(trace.backend);
  evidences.lost = trace.lost;
  evidences.remarks = std::move(trace.remarks);
  evidences.of_tracing = std::move(trace.of_tracing);
  return diagnose(trace.target, std::move(evidences), host);
}

}  // namespace

Result<Report> report_on(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
                         const Machine& machine, const Adjust& adjust) {
  const std::optional<Recorded> recorded = recorded_by(trace);
  Result<Report> report = trace.unit ? report_on_unit(options, rules, std::move(trace), machine, adjust)
                          : trace.mode == "check"
                              ? report_without_run(options, std::move(trace), machine.here)
                              : report_on_run(options, rules, std::move(trace), machine.here, adjust);
  if (report) report->recorded = recorded;
  return report;
}

Result<Report> report_to_keep(const Options& options, const std::optional<RuleSet>& rules, SavedTrace& trace,
                              const Machine& machine) {
  if (options.save.empty()) return report_on(options, rules, std::move(trace), machine);
  const RecordingHost here(machine.here, trace.answers);
  const RecordingHost outside(machine.outside, trace.outside);
  return report_on(options, rules, trace, {here, outside, machine.world});
}

int write_and_keep(const Options& options, Report report, SavedTrace trace) {
  if (options.save.empty()) return write_out(report, options);
  if (trace.made.empty()) {
    trace.tool = WHYWONTITSTART_VERSION;
    trace.made = time_of_now();
  }
  if (options.redact) mask_together(report, trace);
  const Result<> saved = write_saved_trace(trace, options.save);
  const int status = write_out(report, options);
  return saved ? status : complain(saved.error());
}

int conclude(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
             const Machine& machine) {
  Result<Report> report = report_to_keep(options, rules, trace, machine);
  return report ? write_and_keep(options, std::move(*report), std::move(trace)) : complain(report.error());
}

}  // namespace whywontitstart
