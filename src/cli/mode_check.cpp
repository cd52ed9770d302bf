#include "cli/conclude.h"
#include "cli/deadline.h"
#include "cli/each_mode.h"
#include "cli/output.h"
#include "diagnosis/words.h"
#include "host/real_host.h"

namespace whywontitstart {

int look_without_running(const Options& options, const Target& target, const Host& host,
                         std::vector<Finding> of_tracing) {
  SavedTrace trace;
  trace.mode = "check";
  trace.target = target;
  trace.of_tracing = std::move(of_tracing);
  return conclude(options, std::nullopt, std::move(trace), host);
}

int look_without_running(const Options& options) {
  const Deadline deadline(
      options.check_timeout,
      fmt::format("whywontitstart: the look was not over in {}: a file system or a helper does not answer\n",
                  time_words(options.check_timeout)));
  const RealHost host;
  Result<Target> target = resolve_target(options.launch, host);
  if (!target) return complain(target.error());
  return look_without_running(options, *target, host);
}

}  // namespace whywontitstart
