#include "checks/checks.h"
#include "cli/each_mode.h"
#include "cli/output.h"
#include "diagnosis/diagnose.h"
#include "host/real_host.h"

namespace whywontitstart {

int look_without_running(const Options& options, const Target& target, const Host& host,
                         std::vector<Finding> of_tracing) {
  Evidences evidences;
  evidences.of_tracing = std::move(of_tracing);
  evidences.checks = run_checks(target, evidences.facts, host);
  evidences.backend = "none";
  return write_out(diagnose(target, std::move(evidences), host), options);
}

int look_without_running(const Options& options) {
  const RealHost host;
  Result<Target> target = resolve_target(options.launch, host);
  if (!target) return complain(target.error());
  return look_without_running(options, *target, host);
}

}  // namespace whywontitstart
