#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/confinement.h"
#include "checks/failures.h"

namespace whywontitstart {
namespace {

/// "docker-default (enforce)", "unconfined"; empty if it cannot be read.
std::string own_profile(const Host& host) {
  for (const char* path : {"/proc/self/attr/apparmor/current", "/proc/self/attr/current"})
    if (const Result<std::string> text = host.read(path))
      return std::string(trim(std::string_view(*text).substr(0, text->find('\0'))));
  return {};
}

/// The line of the loaded profiles whose name is the program's path, such as "/usr/sbin/mysqld (enforce)".
std::string profile_of(const Host& host, const std::string& executable) {
  const Result<std::string> profiles = host.read("/sys/kernel/security/apparmor/profiles");
  if (!profiles || executable.empty()) return {};
  for (const std::string_view line : split(*profiles, '\n'))
    if (line.starts_with(executable + " (")) return std::string(line);
  return {};
}

}  // namespace

CheckResult check_apparmor(const CheckInput& input) {
  const Result<std::string> enabled = input.host.read("/sys/module/apparmor/parameters/enabled");
  if (!enabled && enabled.error().errno_code != ENOENT)
    return result_of("apparmor", CheckStatus::unknown, enabled.error().what);
  if (!enabled || !trim(*enabled).starts_with('Y'))
    return result_of("apparmor", CheckStatus::skipped, "AppArmor is not in use on this machine");
  Verdict verdict("apparmor");
  const std::string ours = own_profile(input.host), theirs = profile_of(input.host, input.target.executable);
  verdict.detail("our profile", ours);
  if (!theirs.empty()) verdict.detail("profile of the program", theirs);
  const bool confined =
      theirs.find("(enforce)") != std::string::npos || ours.find("(enforce)") != std::string::npos;
  if (confined)
    for (const std::string& path : unexplained_refusals(input))
      verdict.note(CheckStatus::warn,
                   fmt::format("{} was refused though its mode allows it: the AppArmor profile {} "
                               "may have done it",
                               path, theirs.empty() ? ours : theirs));
  if (ours.empty() && theirs.empty())
    return std::move(verdict).result(CheckStatus::unknown,
                                     "AppArmor is on, and the profile in force cannot be read");
  return std::move(verdict).result(
      CheckStatus::pass, confined
                             ? fmt::format("the profile {} is in force, and nothing points at it",
                                           theirs.empty() ? ours : theirs)
                             : "AppArmor is on, and the program is not confined by a profile of its own");
}

}  // namespace whywontitstart
