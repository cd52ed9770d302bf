#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/amounts.h"
#include "host/bounds.h"
#include "host/cgroups.h"

namespace whywontitstart {
namespace {

void judge_group(const Cgroup& group, Verdict& verdict) {
  if (group.memory_max && group.memory_current) {
    verdict.detail("memory.max of " + group.folder,
                   fmt::format("{} of {}", size_text(*group.memory_current), size_text(*group.memory_max)));
    // What is used counts files that can be let go, so a full group may still have room.
    if (*group.memory_current >= *group.memory_max / 100 * 97)
      verdict.note(CheckStatus::warn,
                   fmt::format("the control group {} is at its limit: {} of {} (memory.max)", group.folder,
                               size_text(*group.memory_current), size_text(*group.memory_max)));
  }
  if (group.oom_kills.value_or(0) > 0)
    verdict.detail("killed for memory in " + group.folder, std::to_string(*group.oom_kills));
}

void judge_groups(const CheckInput& input, Verdict& verdict) {
  const Result<std::vector<Cgroup>> groups = cgroups_of(input.host, living(input));
  for (const Cgroup& group : groups.value_or(std::vector<Cgroup>())) judge_group(group, verdict);
  // Without /proc/PID/cgroup the kernel has none.
  if (!groups && groups.error().errno_code != ENOENT)
    verdict.note(CheckStatus::unknown, "the memory of the control group: " + groups.error().what);
  for (const OomKillEvent& kill : input.facts.oom_kills)
    verdict.note(
        CheckStatus::fail,
        fmt::format("the kernel killed {} of its processes for lack of memory{}", kill.kills,
                    kill.max ? fmt::format(": memory.max of {} is {}", kill.group, size_text(*kill.max))
                             : std::string()));
}

/// Which lack is behind a refused request.
void judge_failure(const CheckInput& input, const Failure& failure, Verdict& verdict) {
  const std::uint64_t wanted = amount_wanted(failure.call);
  const std::string call = fmt::format("{}{} was refused (ENOMEM)", failure.call.name,
                                       wanted > 0 ? " of " + size_text(wanted) : std::string());
  const std::vector<Bound> bounds = bounds_behind(input.host, failure.call, bearer_of(input, &failure));
  const Bound* likeliest = bounds.empty() || bounds.front().reached == false ? nullptr : &bounds.front();
  const CheckStatus weight = weight_of(input, failure);
  if (likeliest == nullptr)
    verdict.note(CheckStatus::warn, call + ", and no limit or lack that can be seen explains it");
  else if (likeliest->reached || likeliest->name.starts_with("RLIMIT_"))
    verdict.note(weight, fmt::format("{}: {} allows {}", call, likeliest->name, amounts_of(*likeliest)));
  else
    verdict.note(weight, fmt::format("{} although there is memory: perhaps {} is reached, {}", call,
                                     likeliest->name, amounts_of(*likeliest)));
  if (likeliest != nullptr && !likeliest->fix.text.empty()) verdict.detail("what helps", likeliest->fix.text);
}

void judge_promises(const Host& host, std::string_view meminfo, Verdict& verdict) {
  const auto mode = sysctl_value(host, "vm.overcommit_memory");
  const auto limit = meminfo_field(meminfo, "CommitLimit"), given = meminfo_field(meminfo, "Committed_AS");
  if (mode != 2U || !limit || !given) return;
  verdict.detail("promised (vm.overcommit_memory=2)",
                 fmt::format("{} of {}", size_text(*given), size_text(*limit)));
  if (*given > *limit / 100 * 95)
    verdict.note(CheckStatus::warn,
                 fmt::format("nearly all memory that may be promised is (vm.overcommit_memory=2): {} of {}",
                             size_text(*given), size_text(*limit)));
}

}  // namespace

CheckResult check_memory(const CheckInput& input) {
  const Result<std::string> meminfo = input.host.read("/proc/meminfo");
  if (!meminfo) return result_of("memory", CheckStatus::unknown, meminfo.error().what);
  const auto total = meminfo_field(*meminfo, "MemTotal"), available = meminfo_field(*meminfo, "MemAvailable");
  if (!total || !available)
    return result_of("memory", CheckStatus::unknown, "/proc/meminfo does not say what is free");
  Verdict verdict("memory");
  verdict.detail("available", fmt::format("{} of {}", size_text(*available), size_text(*total)));
  const std::uint64_t swap = meminfo_field(*meminfo, "SwapFree").value_or(0);
  verdict.detail("free swap", size_text(swap));
  for (const Failure* failure : open_failures(input.facts, {ENOMEM})) judge_failure(input, *failure, verdict);
  if ((*available + swap) < *total / 50)
    verdict.note(CheckStatus::warn,
                 fmt::format("only {} of memory and swap are left", size_text(*available + swap)));
  judge_promises(input.host, *meminfo, verdict);
  judge_groups(input, verdict);
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("{} of memory are available", size_text(*available)));
}

}  // namespace whywontitstart
