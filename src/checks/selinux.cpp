#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/confinement.h"
#include "checks/failures.h"
#include "host/policy_fixes.h"

namespace whywontitstart {
namespace {

/// A label or context without the zero byte that the kernel puts behind it.
std::string label_of(const Result<std::string>& text) {
  return text ? std::string(trim(std::string_view(*text).substr(0, text->find('\0')))) : std::string();
}

/// One sentence: who was refused what.
std::string say(const Denial& denial) {
  const std::string object =
      denial.what.empty() ? denial.kind : fmt::format("{} {}", denial.kind, denial.what);
  return fmt::format("SELinux {} {} ({}) the right to {} {}{}", denial.enforced ? "refused" : "would refuse",
                     denial.command, selinux_type(denial.who), denial.rights, object,
                     denial.label.empty() ? "" : fmt::format(" ({})", selinux_type(denial.label)));
}

void advise(const CheckInput& input, const Denial& denial, Verdict& verdict) {
  for (const Fix& fix : selinux_fixes(input.host, denial, {})) verdict.detail(fix.text, fix.command);
}

void judge_program(const CheckInput& input, bool enforcing, Verdict& verdict) {
  if (input.target.executable.empty()) return;
  const std::string label = label_of(input.host.attribute(input.target.executable, "security.selinux"));
  verdict.detail("label of the program", label.empty() ? "none, or it cannot be read" : label);
  const std::string_view type = selinux_type(label);
  // A service may not execute what is labelled as somebody's own file.
  if (enforcing && (type == "user_home_t" || type == "default_t" || type == "unlabeled_t" ||
                    type == "user_tmp_t" || type == "admin_home_t"))
    verdict.note(CheckStatus::warn,
                 fmt::format("the program has the SELinux type {}, which services may not execute", type));
}

/// A container hides the folder, and is confined all the same: then our own context tells.
CheckResult judge_hidden(const CheckInput& input) {
  const std::string context = label_of(input.host.read("/proc/self/attr/current"));
  if (split(context, ':').size() > 2)
    return result_of("selinux", CheckStatus::unknown,
                     "SELinux is on, but its state is hidden from here: " + context);
  const Result<std::string> known = input.host.read("/proc/filesystems");
  if (known && known->find("\tselinuxfs") != std::string::npos)
    return result_of("selinux", CheckStatus::unknown,
                     "the kernel has SELinux on, but /sys/fs/selinux is not there to ask");
  return result_of("selinux", CheckStatus::skipped, "SELinux is not in use on this machine");
}

}  // namespace

CheckResult check_selinux(const CheckInput& input) {
  const Result<std::string> enforce = input.host.read("/sys/fs/selinux/enforce");
  if (!enforce && enforce.error().errno_code == ENOENT) return judge_hidden(input);
  if (!enforce) return result_of("selinux", CheckStatus::unknown, enforce.error().what);
  Verdict verdict("selinux");
  const bool enforcing = trim(*enforce) == "1";
  verdict.detail("mode", enforcing ? "enforcing" : "permissive");
  verdict.detail("our context", label_of(input.host.read("/proc/self/attr/current")));
  judge_program(input, enforcing, verdict);
  const OwnDenials own = denials_of_run(input, Denial::Module::selinux);
  for (const std::string& remark : own.not_looked_at) verdict.detail("not looked at", remark);
  if (!judge_denials(input, own, verdict, say,
                     [&](const Denial& denial) { advise(input, denial, verdict); }) &&
      enforcing)
    for (const std::string& thing : unexplained_refusals(input)) {
      if (thing.starts_with('/'))
        verdict.detail("label of " + thing, label_of(input.host.attribute(thing, "security.selinux")));
      verdict.note(CheckStatus::warn,
                   fmt::format("{} was refused though its mode allows it: SELinux may have done it", thing));
    }
  const bool looked_in_vain = enforcing && !own.is_readable && input.facts.outcome.state != State::not_run &&
                              !went_well(input.facts.outcome);
  if (looked_in_vain)
    return std::move(verdict).result(
        CheckStatus::unknown,
        "SELinux is enforcing, and the logs that would have its denials cannot be read");
  return std::move(verdict).result(CheckStatus::pass,
                                   enforcing ? "SELinux is enforcing, and nothing points at it"
                                             : "SELinux is permissive: it logs and refuses nothing");
}

}  // namespace whywontitstart
