#include <csignal>

#include "checks/checks.h"
#include "checks/failures.h"
#include "host/processes.h"

namespace whywontitstart {

CheckResult check_seccomp(const CheckInput& input) {
  Verdict verdict("seccomp");
  for (const Process& process : input.facts.processes)
    for (const SignalEvent& signal : process.signals)
      if (signal.signal == Signal{SIGSYS} &&
          (signal.ended_thread || (process.exit && process.exit->signal == Signal{SIGSYS})))
        verdict.note(CheckStatus::fail,
                     fmt::format("{} {} was ended by a seccomp filter (SIGSYS) for its call {}",
                                 signal.ended_thread ? "a thread of process" : "process", number(process.pid),
                                 signal.call.empty() ? std::to_string(signal.fault_address) : signal.call));
  for (const Failure& failure : input.facts.failures)
    if (failure.call.refused && !failure.healed)
      verdict.note(
          went_well(input.facts.outcome) ? CheckStatus::warn : CheckStatus::fail,
          fmt::format("a seccomp filter refused {} with {}", failure.call.name, name(failure.call.error)));
  const Result<ProcessStatus> status = process_status(input.host, Pid::none);
  if (!status) return std::move(verdict).result(CheckStatus::unknown, status.error().what);
  // The line is there whenever the kernel has filters at all.
  if (!status->seccomp)
    return std::move(verdict).result(CheckStatus::skipped, "this kernel has no filters of system calls");
  if (status->no_new_privileges)
    verdict.detail("no_new_privs", *status->no_new_privileges ? "set" : "not set");
  if (status->seccomp_filters) verdict.detail("filters", std::to_string(*status->seccomp_filters));
  if (*status->seccomp == 0)
    return std::move(verdict).result(CheckStatus::pass, "no filter of system calls is in force");
  verdict.note(
      CheckStatus::warn,
      "a filter of system calls is in force here, and so on the program: calls may be refused with EPERM or "
      "end it");
  return std::move(verdict).result(CheckStatus::pass, {});
}

}  // namespace whywontitstart
