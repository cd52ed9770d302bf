#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/cgroups.h"

namespace whywontitstart {
namespace {

/// "MemAvailable:   123 kB" in bytes.
std::optional<std::uint64_t> field(std::string_view meminfo, std::string_view key) {
  for (const std::string_view line : split(meminfo, '\n')) {
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ':') continue;
    const std::string_view digits = trim(line.substr(key.size() + 1));
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value * 1024;
  }
  return std::nullopt;
}

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

}  // namespace

CheckResult check_memory(const CheckInput& input) {
  const Result<std::string> meminfo = input.host.read("/proc/meminfo");
  if (!meminfo) return result_of("memory", CheckStatus::unknown, meminfo.error().what);
  const auto total = field(*meminfo, "MemTotal"), available = field(*meminfo, "MemAvailable");
  if (!total || !available)
    return result_of("memory", CheckStatus::unknown, "/proc/meminfo does not say what is free");
  Verdict verdict("memory");
  verdict.detail("available", fmt::format("{} of {}", size_text(*available), size_text(*total)));
  const std::uint64_t swap = field(*meminfo, "SwapFree").value_or(0);
  verdict.detail("free swap", size_text(swap));
  if ((*available + swap) < *total / 50)
    verdict.note(CheckStatus::warn,
                 fmt::format("only {} of memory and swap are left", size_text(*available + swap)));
  const Result<std::string> overcommit = input.host.read("/proc/sys/vm/overcommit_memory");
  const auto limit = field(*meminfo, "CommitLimit"), committed = field(*meminfo, "Committed_AS");
  if (overcommit && trim(*overcommit) == "2" && limit && committed) {
    verdict.detail("promised (vm.overcommit_memory=2)",
                   fmt::format("{} of {}", size_text(*committed), size_text(*limit)));
    if (*committed > *limit / 100 * 95)
      verdict.note(CheckStatus::warn, "nearly all memory that may be promised is (vm.overcommit_memory=2)");
  }
  const Result<std::vector<Cgroup>> groups = cgroups_of(input.host, Pid::none);
  for (const Cgroup& group : groups.value_or(std::vector<Cgroup>())) judge_group(group, verdict);
  if (!open_failures(input.facts, {ENOMEM}).empty())
    verdict.note(CheckStatus::warn, "the program was refused memory (ENOMEM)");
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("{} of memory are available", size_text(*available)));
}

}  // namespace whywontitstart
