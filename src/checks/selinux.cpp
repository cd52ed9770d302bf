#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/confinement.h"
#include "checks/failures.h"

namespace whywontitstart {
namespace {

/// A label or context without the zero byte that the kernel puts behind it.
std::string label_of(const Result<std::string>& text) {
  return text ? std::string(trim(std::string_view(*text).substr(0, text->find('\0')))) : std::string();
}

/// "user_home_t" of "unconfined_u:object_r:user_home_t:s0".
std::string_view type_of(std::string_view label) {
  const std::vector<std::string_view> parts = split(label, ':');
  return parts.size() > 2 ? parts[2] : std::string_view();
}

}  // namespace

CheckResult check_selinux(const CheckInput& input) {
  const Result<std::string> enforce = input.host.read("/sys/fs/selinux/enforce");
  if (!enforce && enforce.error().errno_code == ENOENT) {
    // A container hides the folder, and is confined all the same: then our own context tells.
    const std::string context = label_of(input.host.read("/proc/self/attr/current"));
    if (split(context, ':').size() > 3)
      return result_of("selinux", CheckStatus::unknown,
                       "SELinux is on, but its state is hidden from here: " + context);
    return result_of("selinux", CheckStatus::skipped, "SELinux is not in use on this machine");
  }
  if (!enforce) return result_of("selinux", CheckStatus::unknown, enforce.error().what);
  Verdict verdict("selinux");
  const bool enforcing = trim(*enforce) == "1";
  verdict.detail("mode", enforcing ? "enforcing" : "permissive");
  verdict.detail("our context", label_of(input.host.read("/proc/self/attr/current")));
  if (!input.target.executable.empty()) {
    const std::string label = label_of(input.host.attribute(input.target.executable, "security.selinux"));
    verdict.detail("label of the program", label);
    const std::string_view type = type_of(label);
    // A service may not execute what is labelled as somebody's own file.
    if (enforcing &&
        (type == "user_home_t" || type == "default_t" || type == "unlabeled_t" || type == "user_tmp_t"))
      verdict.note(CheckStatus::warn,
                   fmt::format("the program has the SELinux type {}, which services may not execute", type));
  }
  if (enforcing)
    for (const std::string& path : unexplained_refusals(input)) {
      verdict.detail("label of " + path, label_of(input.host.attribute(path, "security.selinux")));
      verdict.note(CheckStatus::warn,
                   fmt::format("{} was refused though its mode allows it: SELinux may have done it", path));
    }
  return std::move(verdict).result(CheckStatus::pass,
                                   enforcing ? "SELinux is enforcing, and nothing points at it"
                                             : "SELinux is permissive: it logs and refuses nothing");
}

}  // namespace whywontitstart
