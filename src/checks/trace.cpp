#include "checks/checks.h"
#include "checks/failures.h"

namespace whywontitstart {

CheckResult check_trace(const CheckInput& input) {
  const Facts& facts = input.facts;
  if (facts.events == 0)
    return facts.outcome.state == State::not_run
               ? result_of("trace", CheckStatus::skipped, "the program was not run")
               : result_of("trace", CheckStatus::unknown, "nothing was traced");
  const std::size_t open = static_cast<std::size_t>(std::count_if(
      facts.failures.begin(), facts.failures.end(), [](const Failure& failure) { return !failure.healed; }));
  Verdict verdict("trace");
  verdict.detail("events", std::to_string(facts.events));
  verdict.detail("failing calls", std::to_string(facts.failed));
  verdict.detail("not made good later", std::to_string(open));
  if (facts.last_failing) verdict.detail("last failing call", to_text(facts.last_failing->call));
  if (facts.lost > 0)
    verdict.note(CheckStatus::warn, fmt::format("{} events are missing from the trace", facts.lost));
  if (!went_well(facts.outcome) && facts.last_failing)
    verdict.note(CheckStatus::warn,
                 fmt::format("{} of {} traced calls failed, the last one was {}", facts.failed, facts.events,
                             to_text(facts.last_failing->call)));
  return std::move(verdict).result(
      CheckStatus::pass, fmt::format("{} traced calls, {} of them failed", facts.events, facts.failed));
}

}  // namespace whywontitstart
