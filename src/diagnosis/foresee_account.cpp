#include <cerrno>

#include "base/text.h"
#include "diagnosis/foresight.h"
#include "diagnosis/words.h"
#include "host/accounts.h"

namespace whywontitstart {

void foresee_variable(const LookAhead& look, const Intent& intent, Foresight& into) {
  if (variable(look.target.environment, intent.value)) return into.pass("environment", intent.value, "set");
  Finding finding = about(intent, "config.env-missing", {"env", intent.value});
  finding.rule = "check-environment";
  finding.title = "A variable is not set";
  finding.summary = fmt::format("the variable {}, which the configuration of {} uses ({}), is not set",
                                intent.value, program_name(look.target, Facts()), who_names(intent));
  finding.fixes = {{"set it: Environment= or EnvironmentFile= in a unit, -E NAME=VALUE here", "", "safe"}};
  finding.references = {"environ(7)"};
  into.findings.push_back(std::move(finding));
}

void foresee_account(const LookAhead& look, const Intent& intent, Foresight& into) {
  const bool is_user = intent.kind == Intent::Kind::user;
  const Result<User> user = is_user ? find_user(look.host, intent.value) : tl::unexpected(Error{});
  const Result<Group> group = is_user ? tl::unexpected(Error{}) : find_group(look.host, intent.value);
  if (is_user ? user.has_value() : group.has_value())
    return into.pass("permissions", fmt::format("{} {}", is_user ? "user" : "group", intent.value), "known");
  const Error& problem = is_user ? user.error() : group.error();
  if (problem.errno_code != ENOENT) return into.unknown("permissions", intent.value, problem.what);
  Finding finding = about(intent, "user.unknown", {"user", intent.value});
  finding.rule = "check-accounts";
  finding.title = is_user ? "A user is unknown" : "A group is unknown";
  finding.summary = fmt::format("{} cannot become the {} {} ({}): this machine knows none of that name",
                                program_name(look.target, Facts()), is_user ? "user" : "group", intent.value,
                                who_names(intent));
  finding.fixes = {{"see which there are", fmt::format("getent {}", is_user ? "passwd" : "group"), "safe"},
                   {"make it",
                    is_user ? fmt::format("useradd --system {}", shell_quoted(intent.value))
                            : fmt::format("groupadd --system {}", shell_quoted(intent.value)),
                    "changes-system"}};
  finding.references = {is_user ? "passwd(5)" : "group(5)"};
  into.findings.push_back(std::move(finding));
}

}  // namespace whywontitstart
