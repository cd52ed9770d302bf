#include "checks/checks.h"
#include "cli/deadline.h"
#include "cli/each_mode.h"
#include "cli/intentions.h"
#include "cli/output.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/words.h"
#include "host/real_host.h"
#include "host/remembering_host.h"

namespace whywontitstart {
int look_without_running(const Options& options, const Target& target, const Host& machine,
                         std::vector<Finding> of_tracing) {
  const RememberingHost host(machine);
  const Result<std::vector<Server>> servers = servers_of(options);
  if (!servers) return complain(servers.error());
  Evidences evidences;
  evidences.of_tracing = std::move(of_tracing);
  evidences.intended = intentions_of(*servers, target, files_of(host));
  evidences.checks = run_checks(target, evidences.facts, host);
  evidences.backend = "none";
  return write_out(diagnose(target, std::move(evidences), host), options);
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
