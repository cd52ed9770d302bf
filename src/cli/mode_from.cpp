#include "cli/conclude.h"
#include "cli/each_mode.h"
#include "cli/input.h"
#include "cli/output.h"
#include "host/absent_host.h"
#include "saved/recording_host.h"

namespace whywontitstart {

int diagnose_a_log(const Options& options, const std::optional<RuleSet>& rules) {
  Result<SavedTrace> trace = read_trace(options.from, !options.save.empty(), !options.quiet);
  if (!trace) return complain(trace.error());
  if (trace->mode == "log") return conclude(options, rules, std::move(*trace), AbsentHost());
  const Answers answers = std::exchange(trace->answers, {}), outside = std::exchange(trace->outside, {});
  const RecordedHost host(answers), host_outside(outside);
  return conclude(options, rules, std::move(*trace), {host, host_outside});
}

}  // namespace whywontitstart
