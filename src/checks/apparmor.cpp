#include "host/apparmor.h"

#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/confinement.h"
#include "checks/failures.h"
#include "host/path_walk.h"
#include "host/policy_fixes.h"

namespace whywontitstart {
namespace {

/// "docker-default (enforce)", "unconfined"; empty if it cannot be read.
std::string own_profile(const Host& host) {
  for (const char* path : {"/proc/self/attr/apparmor/current", "/proc/self/attr/current"})
    if (const Result<std::string> text = host.read(path))
      return std::string(trim(std::string_view(*text).substr(0, text->find('\0'))));
  return {};
}

std::string say(const Denial& denial) {
  const std::string object = denial.what.empty() ? denial.kind : denial.what;
  const std::string doing = denial.operation + (object.empty() ? "" : " " + object);
  return fmt::format("AppArmor {} {}{} by its profile {}: {}", denial.enforced ? "refused" : "would refuse",
                     denial.command, denial.rights.empty() ? "" : fmt::format(" '{}'", denial.rights),
                     denial.who, doing);
}

void advise(const CheckInput& input, const Denial& denial, Verdict& verdict) {
  if (const std::string line = missing_profile_line(denial); !line.empty())
    verdict.detail("line that the profile " + denial.who + " lacks", "  " + line);
  if (const std::string file = profile_file(input.host, denial.who); !file.empty())
    verdict.detail("to load the profile anew", shell_quoted({"apparmor_parser", "-r", file}));
}

struct Confinement {
  std::string ours;
  AppArmorProfile theirs;
  bool hidden = false;  // whether there is one for the program is not known

  bool enforced() const {
    return theirs.mode == "enforce" || theirs.mode == "kill" || ours.find("(enforce)") != std::string::npos;
  }
  std::string name() const {
    return theirs.name.empty() ? ours : fmt::format("{} ({})", theirs.name, theirs.mode);
  }
};

Confinement look(const CheckInput& input, Verdict& verdict) {
  Confinement found{own_profile(input.host), {}, false};
  const Result<std::vector<AppArmorProfile>> profiles = apparmor_profiles(input.host);
  if (!profiles) {
    found.hidden = true;
    verdict.detail("not looked at", "the loaded profiles: " + profiles.error().what);
  } else if (!input.target.executable.empty()) {
    const PathWalk way = walk(input.host, input.target.executable, Identity{});
    found.theirs = profile_for(*profiles, way.exists ? way.resolved : input.target.executable);
  }
  verdict.detail("our profile", found.ours.empty() ? "cannot be read" : found.ours);
  if (!found.theirs.name.empty()) verdict.detail("profile of the program", found.name());
  return found;
}

}  // namespace

CheckResult check_apparmor(const CheckInput& input) {
  const Result<std::string> enabled = input.host.read("/sys/module/apparmor/parameters/enabled");
  if (!enabled && enabled.error().errno_code != ENOENT)
    return result_of("apparmor", CheckStatus::unknown, enabled.error().what);
  if (!enabled || !trim(*enabled).starts_with('Y'))
    return result_of("apparmor", CheckStatus::skipped, "AppArmor is not in use on this machine");
  Verdict verdict("apparmor");
  const Confinement found = look(input, verdict);
  const OwnDenials own = denials_of_run(input, Denial::Module::apparmor);
  for (const std::string& remark : own.not_looked_at) verdict.detail("not looked at", remark);
  const bool refused =
      judge_denials(input, own, verdict, say, [&](const Denial& denial) { advise(input, denial, verdict); });
  if (!refused && found.enforced())
    for (const std::string& thing : unexplained_refusals(input))
      verdict.note(CheckStatus::warn,
                   fmt::format("{} was refused though its mode allows it: the AppArmor profile {} "
                               "may have done it",
                               thing, found.name()));
  const bool failed = input.facts.outcome.state != State::not_run && !went_well(input.facts.outcome);
  if (found.hidden && (found.ours.empty() || found.ours == "unconfined"))
    return std::move(verdict).result(
        CheckStatus::unknown, "AppArmor is on, and whether a profile is for the program cannot be read");
  if (found.enforced() && failed && !own.is_readable)
    return std::move(verdict).result(
        CheckStatus::unknown,
        fmt::format("the profile {} is in force, and the logs that would have its denials cannot be read",
                    found.name()));
  return std::move(verdict).result(
      CheckStatus::pass,
      found.enforced() ? fmt::format("the profile {} is in force, and nothing points at it", found.name())
                       : "AppArmor is on, and no profile in force is for the program");
}

}  // namespace whywontitstart
