#include "cli/attach.h"
#include "cli/conclude.h"
#include "cli/each_mode.h"
#include "cli/output.h"
#include "facts/course_builder.h"
#include "facts/fact_builder.h"
#include "host/real_host.h"
#include "host/waits.h"
#include "saved/surroundings.h"
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
  CourseBuilder course;
  const TraceEnd end = run_attached(options.pid, options.attach, [&](Event&& event) {
    explain_attached(host, event);
    if (!options.save.empty()) course.add(event);
    builder.add(std::move(event));
  });
  if (!allowed && end.backend == "none")
    return complain(why_unseen(host, options.pid, end.remarks), exit_unable);
  SavedTrace trace;
  trace.mode = "attach";
  trace.target = std::move(*target);
  trace.facts = builder.finish(end.outcome);
  trace.backend = end.backend;
  trace.lost = end.lost;
  trace.remarks = end.remarks;
  if (!options.save.empty()) trace.course = whole_course(course, host, trace.target, options.pid);
  return conclude(options, rules, std::move(trace), host);
}

}  // namespace whywontitstart
