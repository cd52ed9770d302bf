#include <array>

#include "checks/checks.h"
#include "checks/failures.h"
#include "host/cgroups.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

std::string value_text(std::uint64_t value) {
  return value == UINT64_MAX ? "unlimited" : std::to_string(value);
}

/// Below this, ordinary programs do not start.
std::optional<std::uint64_t> least_useful(std::string_view limit) {
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 7> least{
      {{"RLIMIT_NOFILE", 64},
       {"RLIMIT_STACK", 256U << 10},
       {"RLIMIT_AS", 64U << 20},
       {"RLIMIT_DATA", 16U << 20},
       {"RLIMIT_FSIZE", 1U << 20},
       {"RLIMIT_NPROC", 8},
       {"RLIMIT_CPU", 10}}};
  for (const auto& [name, value] : least)
    if (name == limit) return value;
  return std::nullopt;
}

/// The limits that the program gets: ours, with those of the target on top.
Result<std::vector<Limit>> limits_of(const CheckInput& input) {
  Result<std::vector<Limit>> limits = process_limits(input.host, Pid::none);
  if (!limits) return limits;
  for (const Limit& wanted : input.target.limits) {
    const auto known = std::find_if(limits->begin(), limits->end(),
                                    [&](const Limit& limit) { return limit.name == wanted.name; });
    if (known != limits->end()) *known = wanted;
    if (known == limits->end()) limits->push_back(wanted);
  }
  return limits;
}

/// Threads of a user, which is what RLIMIT_NPROC counts.
std::optional<std::uint64_t> threads_of(const Host& host, std::uint32_t uid) {
  const Result<std::vector<Pid>> pids = all_processes(host);
  if (!pids || pids->empty()) return std::nullopt;
  std::uint64_t count = 0;
  for (const Pid pid : *pids)
    if (const Result<ProcessStatus> status = process_status(host, pid); status && status->uid == uid)
      count += status->threads;
  return count;
}

void judge_processes(const CheckInput& input, const Limit& limit, Verdict& verdict) {
  if (input.target.identity.uid == 0 || limit.soft == UINT64_MAX) return;  // root is not held to it
  const auto used = threads_of(input.host, input.target.identity.uid);
  if (!used) return;
  verdict.detail("processes of the user", std::to_string(*used));
  if (*used >= limit.soft)
    verdict.note(
        CheckStatus::fail,
        fmt::format("the user has {} processes and threads, and RLIMIT_NPROC is {}", *used, limit.soft));
}

void judge_cgroup(const CheckInput& input, Verdict& verdict) {
  const Result<std::vector<Cgroup>> groups = cgroups_of(input.host, Pid::none);
  if (!groups) return;
  for (const Cgroup& group : *groups) {
    if (!group.pids_max || !group.pids_current) continue;
    verdict.detail("pids.max of " + group.folder,
                   fmt::format("{} of {}", *group.pids_current, *group.pids_max));
    if (*group.pids_current >= *group.pids_max)
      verdict.note(CheckStatus::fail,
                   fmt::format("the control group {} is full: {} of {} processes (pids.max)", group.folder,
                               *group.pids_current, *group.pids_max));
    else if (*group.pids_current * 10 >= *group.pids_max * 9)
      verdict.note(CheckStatus::warn,
                   fmt::format("the control group {} is nearly full: {} of {} processes (pids.max)",
                               group.folder, *group.pids_current, *group.pids_max));
  }
}

}  // namespace

CheckResult check_limits(const CheckInput& input) {
  const Result<std::vector<Limit>> limits = limits_of(input);
  if (!limits) return result_of("limits", CheckStatus::unknown, limits.error().what);
  Verdict verdict("limits");
  for (const Limit& limit : *limits) {
    verdict.detail(limit.name, fmt::format("{} / {}", value_text(limit.soft), value_text(limit.hard)));
    if (const auto least = least_useful(limit.name); least && limit.soft < *least)
      verdict.note(CheckStatus::warn, fmt::format("{} is very low: {}", limit.name, limit.soft));
    if (limit.name == "RLIMIT_NPROC") judge_processes(input, limit, verdict);
  }
  judge_cgroup(input, verdict);
  return std::move(verdict).result(CheckStatus::pass, "no limit is in the way");
}

}  // namespace whywontitstart
