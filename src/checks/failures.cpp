#include "checks/failures.h"

#include "host/accounts.h"

namespace whywontitstart {
namespace {

int badness(CheckStatus status) {
  switch (status) {
    case CheckStatus::fail:
      return 4;
    case CheckStatus::warn:
      return 3;
    case CheckStatus::unknown:
      return 2;
    case CheckStatus::pass:
      return 1;
    case CheckStatus::skipped:
      return 0;
  }
  return 2;
}

/// Programs try such calls to be faster or safer, and go on without a word where they may not.
bool is_optional(std::string_view call) {
  static constexpr std::string_view calls[] = {
      "io_uring_setup", "perf_event_open", "userfaultfd", "bpf",      "setpriority",   "sched_setscheduler",
      "sched_setattr",  "mlock",           "mlock2",      "mlockall", "shmctl",        "keyctl",
      "setrlimit",      "prlimit64",       "ioprio_set",  "prctl",    "set_mempolicy", "mbind"};
  return std::find(std::begin(calls), std::end(calls), call) != std::end(calls);
}

}  // namespace

bool went_well(const Outcome& outcome) {
  return outcome.ready || outcome.state == State::running ||
         (outcome.state == State::exited && outcome.status.success());
}

std::vector<const Failure*> open_failures(const Facts& facts, std::initializer_list<int> codes) {
  std::vector<const Failure*> found;
  for (const Failure& failure : facts.failures)
    if (!failure.healed && std::find(codes.begin(), codes.end(), number(failure.call.error)) != codes.end())
      found.push_back(&failure);
  return found;
}

Pid living(const CheckInput& input) {
  const Process* process = input.facts.target();
  return input.facts.outcome.attached && process != nullptr ? process->pid : Pid::none;
}

Bearer bearer_of(const CheckInput& input, const Failure* failure) {
  const Process* process = failure != nullptr ? input.facts.find(failure->process) : input.facts.target();
  Bearer who;
  who.pid = living(input);
  who.identity = failure != nullptr ? identity_as(input.host, input.target.identity, failure->as)
                                    : input.target.identity;
  who.limits = program_limits(input.host, input.target, process, who.pid).limits;
  return who;
}

CheckStatus weight_of(const CheckInput& input, const Failure& failure) {
  // A program that does so much more was not stopped by it, unless it comes back to it in words.
  constexpr std::size_t much = 300;
  const bool went_on = failure.calls_after > much || is_optional(failure.call.name);
  return went_well(input.facts.outcome) || (went_on && failure.named_by.empty()) ? CheckStatus::warn
                                                                                 : CheckStatus::fail;
}

CheckResult result_of(std::string_view id, CheckStatus status, std::string summary) {
  return {std::string(id), status, std::move(summary), {}};
}

CheckStatus worse(CheckStatus one, CheckStatus other) { return badness(one) >= badness(other) ? one : other; }

void Verdict::note(CheckStatus status, std::string summary) {
  notes_.emplace_back(status, std::move(summary));
}

void Verdict::detail(std::string name, std::string value) {
  details_.emplace_back(std::move(name), std::move(value));
}

CheckResult Verdict::result(CheckStatus otherwise, std::string summary) && {
  CheckResult result{std::move(id_), otherwise, std::move(summary), std::move(details_)};
  if (notes_.empty()) return result;
  const auto worst = std::max_element(notes_.begin(), notes_.end(), [](const auto& one, const auto& other) {
    return badness(one.first) < badness(other.first);
  });
  result.status = worst->first;
  result.summary = worst->second;
  for (const auto& note : notes_)
    if (&note != &*worst) result.details.emplace_back("also", note.second);
  return result;
}

}  // namespace whywontitstart
