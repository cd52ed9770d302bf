#include <sys/stat.h>

#include <charconv>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/mounts.h"
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

void judge_raising(const CheckInput& input, const ProcessStatus& status, Verdict& verdict) {
  const std::string& path = input.target.executable;
  if (path.empty()) return;
  const Result<FileStatus> file = input.host.status(path);
  const bool is_set_id = file && (file->mode & (S_ISUID | S_ISGID)) != 0;
  const bool has_capabilities = input.host.attribute(path, "security.capability").has_value();
  if (!is_set_id && !has_capabilities) return;
  verdict.detail("the program", is_set_id ? "is set-user-ID or set-group-ID" : "has file capabilities");
  const Result<Mount> mount = mount_of(input.host, path);
  if (mount && mount->nosuid)
    verdict.note(CheckStatus::warn, fmt::format("{} would gain rights when started, but {} is mounted nosuid",
                                                path, mount->point));
  if (status.no_new_privileges.value_or(false))
    verdict.note(CheckStatus::warn,
                 fmt::format("{} would gain rights when started, but no_new_privs is set", path));
}

}  // namespace

CheckResult check_capabilities(const CheckInput& input) {
  const Result<ProcessStatus> status = process_status(input.host, Pid::none);
  if (!status) return result_of("capabilities", CheckStatus::unknown, status.error().what);
  if (!status->effective || !status->bounding)
    return result_of("capabilities", CheckStatus::unknown,
                     "the kernel does not say which capabilities we have");
  Verdict verdict("capabilities");
  judge_raising(input, *status, verdict);
  const std::uint64_t missing = full_set(input.host) & ~*status->bounding;
  if (missing != 0) verdict.detail("not to be had (bounding set)", join(capability_names(missing), ", "));
  if (input.target.identity.uid != 0) {
    if (status->ambient.value_or(0) != 0)
      verdict.detail("ambient", join(capability_names(*status->ambient), ", "));
    return std::move(verdict).result(CheckStatus::pass, "it runs as an ordinary user, without capabilities");
  }
  if (missing != 0)
    verdict.note(CheckStatus::warn, fmt::format("it runs as root, but without {} of root's capabilities",
                                                capability_names(missing).size()));
  return std::move(verdict).result(CheckStatus::pass, "it runs as root with all capabilities");
}

}  // namespace whywontitstart
