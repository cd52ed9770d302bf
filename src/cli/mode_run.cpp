#include "checks/checks.h"
#include "cli/each_mode.h"
#include "cli/explain.h"
#include "cli/oom_watch.h"
#include "cli/output.h"
#include "cli/watch.h"
#include "diagnosis/diagnose.h"
#include "facts/fact_builder.h"
#include "host/real_host.h"
#include "host/waits.h"
#include "trace/tracer.h"

namespace whywontitstart {
namespace {

int own_status(const Outcome& outcome) {
  if (outcome.state == State::not_started) return 127;
  if (outcome.status.signal != Signal::none) return 128 + number(outcome.status.signal);
  return outcome.status.code;
}

}  // namespace

int diagnose_a_start(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  Result<Target> target = resolve_target(options.launch, host);
  if (!target) return complain(target.error());

  FactBuilder builder({.cwd = target->cwd,
                       .standard_output = host.link("/proc/self/fd/1").value_or(""),
                       .standard_error = host.link("/proc/self/fd/2").value_or("")});
  Result<Watch> watch = Watch::over(builder, *target, host);
  if (!watch) return complain(watch.error(), exit_unable);
  OomWatch memory(host);
  TraceOptions trace = options.trace;
  trace.seen_enough = [&] { return watch->has_seen_enough(); };
  trace.seen_waiting = [&](const auto& waits) { return watch->has_settled(waits); };
  if (!target->expected.empty()) trace.grace = trace.timeout;
  Result<TraceEnd> end = run_traced(*target, trace, [&](Event&& event) {
    watch->saw(event);
    memory.saw(event);
    // Now, while it still waits: later nobody can tell for whom.
    if (auto* wait = std::get_if<WaitEvent>(&event.what))
      explain_wait(host, event.process, event.thread, *wait);
    builder.add(std::move(event));
  });
  if (!end) return complain(end.error(), exit_unable);
  if (end->denied) return look_without_running(options, *target, host, {*end->denied});

  watch->judge(end->outcome);
  for (OomKillEvent& kill : memory.kills())
    builder.add(Event{Pid::none, Pid::none, end->outcome.duration, std::move(kill)});
  Evidences evidences;
  evidences.facts = builder.finish(end->outcome);
  Result<std::vector<Match>> matches = explanations(rules, *target, evidences.facts);
  if (!matches) return complain(matches.error());
  evidences.matches = std::move(*matches);
  if (wants_checks(options, *target, evidences.facts))
    evidences.checks = run_checks(*target, evidences.facts, host);
  evidences.backend = end->backend;
  evidences.lost = end->lost;
  evidences.remarks = end->remarks;
  for (const std::string& remark : watch->remarks()) evidences.remarks.push_back(remark);
  evidences.of_tracing = end->lost_rights;
  const Outcome outcome = evidences.facts.outcome;
  const int status = write_out(diagnose(*target, std::move(evidences), host), options);
  return options.propagate && status < exit_unusable ? own_status(outcome) : status;
}

}  // namespace whywontitstart
