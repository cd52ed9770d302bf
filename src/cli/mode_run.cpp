#include "cli/conclude.h"
#include "cli/each_mode.h"
#include "cli/oom_watch.h"
#include "cli/output.h"
#include "cli/status_line.h"
#include "cli/watch.h"
#include "facts/course_builder.h"
#include "facts/fact_builder.h"
#include "host/real_host.h"
#include "host/waits.h"
#include "saved/surroundings.h"
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
  CourseBuilder course;
  StatusLine status_line(!options.quiet);
  if (status_line.possible()) watch->tell_waits();
  TraceOptions how = options.trace;
  how.seen_enough = [&] {
    status_line.show(watch->waits());
    return watch->has_seen_enough();
  };
  if (status_line.possible()) how.before_output = [&] { status_line.erase(); };
  how.seen_waiting = [&](const auto& waits) { return watch->has_settled(waits); };
  if (!target->expected.empty()) how.grace = how.timeout;
  Result<TraceEnd> end = run_traced(*target, how, [&](Event&& event) {
    watch->saw(event);
    status_line.saw(event);
    memory.saw(event);
    // Now, while it still waits: later nobody can tell for whom.
    if (auto* wait = std::get_if<WaitEvent>(&event.what))
      explain_wait(host, event.process, event.thread, *wait);
    if (!options.save.empty()) course.add(event);
    builder.add(std::move(event));
  });
  status_line.erase();
  if (!end) return complain(end.error(), exit_unable);
  if (end->denied) return look_without_running(options, *target, host, {*end->denied});

  watch->judge(end->outcome);
  for (OomKillEvent& kill : memory.kills())
    builder.add(Event{Pid::none, Pid::none, end->outcome.duration, std::move(kill)});
  SavedTrace trace;
  trace.mode = "run";
  trace.facts = builder.finish(end->outcome);
  trace.target = std::move(*target);
  trace.backend = end->backend;
  trace.lost = end->lost;
  trace.remarks = end->remarks;
  for (const std::string& remark : watch->remarks()) trace.remarks.push_back(remark);
  trace.of_tracing = end->lost_rights;
  if (!options.save.empty()) trace.course = whole_course(course, host, trace.target, Pid::none);
  const Outcome outcome = trace.facts.outcome;
  const int status = conclude(options, rules, std::move(trace), host);
  return options.propagate && status < exit_unusable ? own_status(outcome) : status;
}

}  // namespace whywontitstart
