#include "checks/checks.h"
#include "cli/attach.h"
#include "cli/each_mode.h"
#include "cli/explain.h"
#include "cli/output.h"
#include "diagnosis/diagnose.h"
#include "facts/fact_builder.h"
#include "host/real_host.h"
#include "host/waits.h"
#include "trace/tracer.h"

namespace whywontitstart {

int diagnose_a_process(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  Result<Target> target = target_of_process(host, options.pid);
  if (!target) return complain(target.error());
  const Result<> allowed = may_look_at(host, options.pid);
  FactBuilder builder(
      {.cwd = target->cwd,
       .standard_output = host.link(fmt::format("/proc/{}/fd/1", number(options.pid))).value_or(""),
       .standard_error = host.link(fmt::format("/proc/{}/fd/2", number(options.pid))).value_or("")});
  const TraceEnd end = run_attached(options.pid, options.attach, [&](Event&& event) {
    explain_attached(host, event);
    builder.add(std::move(event));
  });
  if (!allowed && end.backend == "none")
    return complain(why_unseen(host, options.pid, end.remarks), exit_unable);
  Evidences evidences;
  evidences.facts = builder.finish(end.outcome);
  Result<std::vector<Match>> matches = explanations(rules, *target, evidences.facts);
  if (!matches) return complain(matches.error());
  evidences.matches = std::move(*matches);
  if (wants_checks(options, *target, evidences.facts))
    evidences.checks = run_checks(*target, evidences.facts, host);
  evidences.backend = end.backend;
  evidences.lost = end.lost;
  evidences.remarks = end.remarks;
  return write_out(diagnose(*target, std::move(evidences), host), options);
}

}  // namespace whywontitstart
