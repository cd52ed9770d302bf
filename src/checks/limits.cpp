#include <array>
#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/amounts.h"
#include "host/bounds.h"
#include "host/cgroups.h"

namespace whywontitstart {
namespace {

std::string value_text(std::uint64_t value) {
  return value == no_bound ? std::string("unlimited") : std::to_string(value);
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

std::string remedy(const Fix& fix) {
  return fix.command.empty() ? fix.text : fmt::format("{}: {}", fix.text, fix.command);
}

/// Memory is what the check of memory speaks of.
bool is_about_memory(const Bound& bound) {
  return bound.cause == "limit.memory" && !bound.name.starts_with("RLIMIT_");
}

/// Which bound is behind a call that failed, of those for which the kernel gives that error.
void judge_failure(const CheckInput& input, const Failure& failure, Verdict& verdict) {
  std::vector<Bound> bounds = bounds_behind(input.host, failure.call, bearer_of(input, &failure));
  std::erase_if(bounds, is_about_memory);
  if (bounds.empty() || bounds.front().reached == false) return;
  const Bound& bound = bounds.front();
  const CheckStatus weight = weight_of(input, failure);
  const std::string call = fmt::format("{} failed with {}", failure.call.name, name(failure.call.error));
  if (bound.unit == Bound::Unit::setting)
    verdict.note(weight, fmt::format("{}: {}", call, to_text(bound)));
  else if (bound.reached)
    verdict.note(weight, fmt::format("{} is used up: {}; {}", bound.name, amounts_of(bound), call));
  else
    verdict.note(weight, fmt::format("{}, most likely for {}: {}, as counted after its end", call, bound.name,
                                     amounts_of(bound)));
  if (!bound.place.empty()) verdict.detail("where", bound.place);
  if (!bound.unseen.empty()) verdict.detail("not counted", bound.unseen);
  verdict.detail("what helps", remedy(bound.fix));
  for (const Bound& other : bounds)
    if (&other != &bound) verdict.detail("less likely", to_text(other));
}

/// Bounds that are met, or nearly, before or after any failure.
void judge_use(const CheckInput& input, const Bearer& who, Verdict& verdict) {
  for (const Bound& bound : common_bounds(input.host, who)) {
    if (!bound.used || bound.soft == no_bound || bound.reached == false) continue;
    const bool is_limit = bound.name.starts_with("RLIMIT_");
    const std::string title = bound.place.empty() ? bound.name : bound.name + " of " + bound.place;
    if (!is_limit && bound.name != "kernel.pid_max") verdict.detail(title, amounts_of(bound));
    if (is_limit && bound.name == "RLIMIT_NPROC") verdict.detail("in use", amounts_of(bound));
    constexpr std::uint64_t few = 1024;  // more are not used up by chance
    if (!bound.unseen.empty() && !bound.reached && bound.soft < few)
      verdict.note(CheckStatus::unknown,
                   fmt::format("{}: {}, but {}", title, amounts_of(bound), bound.unseen));
    // 0 of 0 stops nobody who wants none, such as of processes in a group that is no more than a folder.
    if (bound.reached.value_or(false) && bound.soft > 0)
      verdict.note(went_well(input.facts.outcome) ? CheckStatus::warn : CheckStatus::fail,
                   fmt::format("{} is used up: {}; {}", title, amounts_of(bound), remedy(bound.fix)));
    else if (*bound.used >= bound.soft / 10 * 9 && bound.soft > 10)
      verdict.note(CheckStatus::warn, fmt::format("{} is nearly used up: {}", title, amounts_of(bound)));
  }
}

/// Settings of the kernel that programs ask for by name.
void describe_settings(const Host& host, Verdict& verdict) {
  for (const char* name :
       {"vm.max_map_count", "fs.inotify.max_user_instances", "fs.inotify.max_user_watches", "kernel.shmmax",
        "kernel.shmall", "kernel.shmmni", "vm.overcommit_memory", "user.max_user_namespaces",
        "kernel.unprivileged_userns_clone", "kernel.apparmor_restrict_unprivileged_userns"})
    if (const auto value = sysctl_value(host, name)) verdict.detail(name, std::to_string(*value));
}

/// What is not counted may be the very one that is used up.
void judge_unseen(const CheckInput& input, Verdict& verdict) {
  const Result<std::vector<Cgroup>> groups = cgroups_of(input.host, living(input));
  // Without /proc/PID/cgroup the kernel has none.
  if (!groups && groups.error().errno_code != ENOENT) verdict.note(CheckStatus::unknown, groups.error().what);
}

}  // namespace

CheckResult check_limits(const CheckInput& input) {
  const ProgramLimits limits = program_limits(input.host, input.target, input.facts.target(), living(input));
  if (limits.unread) return result_of("limits", CheckStatus::unknown, limits.unread->what);
  Verdict verdict("limits");
  for (const Failure& failure : input.facts.failures)
    if (!failure.healed) judge_failure(input, failure, verdict);
  for (const Limit& limit : limits.limits) {
    verdict.detail(limit.name, fmt::format("{} / {}", value_text(limit.soft), value_text(limit.hard)));
    if (const auto least = least_useful(limit.name); least && limit.soft < *least)
      verdict.note(CheckStatus::warn, fmt::format("{} is very low: {}", limit.name, limit.soft));
  }
  judge_use(input, bearer_of(input), verdict);
  judge_unseen(input, verdict);
  describe_settings(input.host, verdict);
  return std::move(verdict).result(CheckStatus::pass, "no limit is in the way");
}

}  // namespace whywontitstart
