#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/mounts.h"
#include "host/needed_capability.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// All capabilities that this kernel knows.
std::uint64_t full_set(const Host& host) {
  unsigned last = 40;
  if (const Result<std::string> text = host.read("/proc/sys/kernel/cap_last_cap")) {
    const std::string_view digits = trim(*text);
    std::from_chars(digits.data(), digits.data() + digits.size(), last);
  }
  return last >= 63 ? UINT64_MAX : (1ULL << (last + 1)) - 1;
}

std::string names(std::uint64_t set) { return set == 0 ? "none" : join(capability_names(set), ", "); }

/// What the program's own file gives it, and what keeps that from it.
std::uint64_t raised_by_file(const CheckInput& input, const ProcessStatus& status, Verdict& verdict) {
  const std::string& path = input.target.executable;
  if (path.empty()) return 0;
  const Result<FileStatus> file = input.host.status(path);
  const bool is_set_id = file && (file->mode & (S_ISUID | S_ISGID)) != 0;
  const Result<std::string> attribute = input.host.attribute(path, "security.capability");
  if (!is_set_id && !attribute) return 0;
  FileCapabilities given;
  if (attribute) given = parse_file_capabilities(*attribute).value_or(given);
  verdict.detail("the program", is_set_id ? "is set-user-ID or set-group-ID"
                                          : "has file capabilities: " + names(given.permitted));
  const Result<Mount> mount = mount_of(input.host, path);
  const bool nosuid = mount && mount->nosuid;
  const bool no_new = status.no_new_privileges.value_or(false);
  if (nosuid)
    verdict.note(CheckStatus::warn, fmt::format("{} would gain rights when started, but {} is mounted nosuid",
                                                path, mount->point));
  if (no_new)
    verdict.note(CheckStatus::warn,
                 fmt::format("{} would gain rights when started, but no_new_privs is set", path));
  if (nosuid || no_new) return 0;
  const std::uint64_t unobtainable = given.permitted & ~*status.bounding;
  if (given.effective && unobtainable != 0)
    verdict.note(CheckStatus::fail,
                 fmt::format("{} cannot be started: its file capabilities include {}, which the bounding set "
                             "here does not have (EPERM)",
                             path, names(unobtainable)));
  return given.effective ? given.permitted & *status.bounding : 0;
}

/// What the program has when it is started, as far as it can be known before.
std::uint64_t held_at_start(const CheckInput& input, const ProcessStatus& status, Verdict& verdict) {
  std::uint64_t held = raised_by_file(input, status, verdict);
  if (input.target.identity.uid == 0) held |= *status.bounding;
  if (input.target.identity.uid != 0 && input.target.identity.uid == status.uid)
    held |= status.ambient.value_or(0);
  return held;
}

std::string thing_of(const SyscallEvent& call) {
  const std::string& thing = !call.address.empty() ? call.address
                             : !call.path.empty()  ? call.path
                                                   : call.file;
  return thing.empty() ? call.name : call.name + " of " + thing;
}

/// The calls that failed for lack of a right.
void judge_calls(const CheckInput& input, std::uint64_t held, Verdict& verdict) {
  const Result<std::string> map = input.host.read("/proc/self/uid_map");
  const bool whole_machine = !map || map->find("4294967295") != std::string::npos;
  for (const Failure* failure : open_failures(input.facts, {EACCES, EPERM})) {
    if (failure->call.refused) continue;  // the check of seccomp has it
    const std::string_view needed = needed_capability(input.host, failure->call);
    const auto number = capability_number(needed);
    if (needed.empty() || !number) continue;
    // Whoever gives up user 0 gives up its capabilities, see "Effect of user ID changes" in capabilities(7).
    const bool dropped = input.target.identity.uid == 0 && failure->as.uid.value_or(0) != 0;
    const bool has_it = !dropped && (held >> *number & 1) != 0;
    const std::string thing = thing_of(failure->call);
    const CheckStatus weight = weight_of(input, *failure);
    if (!has_it)
      verdict.note(weight, fmt::format("{} takes {}, which it does not have{}", thing, needed,
                                       dropped ? fmt::format(" any more as user {}", *failure->as.uid) : ""));
    else if (!whole_machine)
      verdict.note(weight, fmt::format("{} takes {} over the whole machine, and it has that in its own user "
                                       "namespace only",
                                       thing, needed));
    else
      verdict.detail("refused all the same", fmt::format("{} with {}", thing, needed));
  }
}

}  // namespace

CheckResult check_capabilities(const CheckInput& input) {
  if (input.target.argv.empty() && input.target.executable.empty())
    return result_of("capabilities", CheckStatus::skipped, "no program is named");
  const Result<ProcessStatus> status = process_status(input.host, Pid::none);
  if (!status) return result_of("capabilities", CheckStatus::unknown, status.error().what);
  if (!status->effective || !status->bounding)
    return result_of("capabilities", CheckStatus::unknown,
                     "the kernel does not say which capabilities we have");
  Verdict verdict("capabilities");
  const std::uint64_t held = held_at_start(input, *status, verdict);
  judge_calls(input, held, verdict);
  const std::uint64_t missing = full_set(input.host) & ~*status->bounding;
  if (missing != 0) verdict.detail("not to be had (bounding set)", names(missing));
  if (status->ambient.value_or(0) != 0) verdict.detail("ambient", names(*status->ambient));
  if (status->no_new_privileges)
    verdict.detail("no_new_privs", *status->no_new_privileges ? "set" : "not set");
  if (input.target.identity.uid != 0)
    return std::move(verdict).result(CheckStatus::pass,
                                     held == 0 ? "it runs as an ordinary user, without capabilities"
                                               : "it runs as an ordinary user with " + names(held));
  if (missing != 0)
    verdict.note(CheckStatus::warn, fmt::format("it runs as root, but without {} of root's capabilities",
                                                capability_names(missing).size()));
  return std::move(verdict).result(CheckStatus::pass, "it runs as root with all capabilities");
}

}  // namespace whywontitstart
