#pragma once

#include <vector>

#include "host/host.h"
#include "model/facts.h"
#include "model/report.h"
#include "model/target.h"

namespace whywontitstart {

/// What a check may look at. `facts` are empty (State::not_run) when the program was only looked at.
struct CheckInput {
  const Target& target;
  const Facts& facts;
  const Host& host;
};

/// All checks, one for each of check_ids(), in that order. They look and change nothing.
std::vector<CheckResult> run_checks(const Target& target, const Facts& facts, const Host& host);

// Each is in the file of its name. `unknown` is what could not be looked at, `skipped` what does not apply;
// `fail` is what stops (or stopped) the program, `warn` what well may.

/// What the program wrote, and where.
CheckResult check_logs(const CheckInput& input);
/// How it ended, or what it waits for.
CheckResult check_process(const CheckInput& input);
/// The addresses that it binds, and who has them.
CheckResult check_ports(const CheckInput& input);
/// The way to what it was refused; else to the program and its working directory.
CheckResult check_permissions(const CheckInput& input);
/// What the trace saw.
CheckResult check_trace(const CheckInput& input);
/// The libraries that the loader would load.
CheckResult check_libraries(const CheckInput& input);
/// PATH, HOME, TMPDIR and the loader's variables.
CheckResult check_environment(const CheckInput& input);
/// Resource limits and the control group's number of processes.
CheckResult check_limits(const CheckInput& input);
CheckResult check_selinux(const CheckInput& input);
CheckResult check_apparmor(const CheckInput& input);
/// Can the program itself be executed: its interpreter or loader, its machine?
CheckResult check_interpreter(const CheckInput& input);
/// Space, inodes and read-only mounts where it writes.
CheckResult check_filesystem(const CheckInput& input);
/// Addresses of this machine, and its resolver.
CheckResult check_network(const CheckInput& input);
CheckResult check_memory(const CheckInput& input);
CheckResult check_capabilities(const CheckInput& input);
CheckResult check_seccomp(const CheckInput& input);
/// Where we are: on a machine, in a container, in WSL.
CheckResult check_container(const CheckInput& input);

}  // namespace whywontitstart
