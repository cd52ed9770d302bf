#include "checks/checks.h"

namespace whywontitstart {

std::vector<CheckResult> run_checks(const Target& target, const Facts& facts, const Host& host) {
  // In the order of check_ids(), which a test holds.
  constexpr CheckResult (*all[])(const CheckInput&) = {
      check_logs,        check_process,     check_ports,   check_permissions, check_trace,
      check_libraries,   check_environment, check_limits,  check_selinux,     check_apparmor,
      check_interpreter, check_filesystem,  check_network, check_memory,      check_capabilities,
      check_seccomp,     check_container};
  const CheckInput input{target, facts, host};
  std::vector<CheckResult> results;
  for (const auto& check : all) results.push_back(check(input));
  return results;
}

}  // namespace whywontitstart
