#include "base/text.h"
#include "diagnosis/foresee.h"

namespace whywontitstart {
namespace {

/// The check to which a finding belongs.
std::string_view check_of(const Finding& finding) {
  const std::string_view area = std::string_view(finding.cause).substr(0, finding.cause.find('.'));
  if (area == "port" || area == "address") return "ports";
  if (area == "library") return "libraries";
  if (area == "exec") return "interpreter";
  if (area == "limit") return "limits";
  if (finding.cause == "config.env-missing") return "environment";
  if (area == "disk" || finding.cause == "file.read-only") return "filesystem";
  return "permissions";
}

int badness(CheckStatus status) {
  constexpr CheckStatus order[] = {CheckStatus::skipped, CheckStatus::pass, CheckStatus::unknown,
                                   CheckStatus::warn, CheckStatus::fail};
  return static_cast<int>(std::find(std::begin(order), std::end(order), status) - std::begin(order));
}

/// The worst that is said of it is what the check says; all else is a detail.
void raise(CheckResult& check, CheckStatus status, const std::string& text) {
  if (check.summary == text) return;
  if (badness(status) <= badness(check.status)) {
    if (status != CheckStatus::pass) check.details.emplace_back("also", text);
    return;
  }
  if (badness(check.status) > badness(CheckStatus::unknown))
    check.details.emplace_back("also", check.summary);
  check.status = status;
  check.summary = text;
}

/// What a failing check would be called as a cause; empty: no check of its kind stops a program.
std::string_view cause_of(std::string_view check) {
  static const std::map<std::string_view, std::string_view> causes = {{"permissions", "file.permission"},
                                                                      {"libraries", "library.unloadable"},
                                                                      {"capabilities", "security.capability"},
                                                                      {"limits", "limit.processes"},
                                                                      {"interpreter", "exec.bad-format"}};
  const auto found = causes.find(check);
  return found == causes.end() ? std::string_view() : found->second;
}

}  // namespace

void add_to_checks(const Foresight& foresight, std::vector<CheckResult>& checks) {
  const auto check_named = [&](std::string_view id) {
    return std::find_if(checks.begin(), checks.end(),
                        [&](const CheckResult& check) { return check.id == id; });
  };
  for (const Finding& finding : foresight.findings) {
    const auto check = check_named(check_of(finding));
    if (check == checks.end()) continue;
    raise(*check, finding.confidence >= sure_enough ? CheckStatus::fail : CheckStatus::warn, finding.summary);
  }
  for (const Foresight::Note& note : foresight.notes) {
    const auto check = check_named(note.check);
    if (check == checks.end()) continue;
    if (note.status == CheckStatus::unknown)
      raise(*check, note.status, fmt::format("{}: {}", note.about, note.text));
    if (note.status == CheckStatus::pass && check->status == CheckStatus::skipped)
      raise(*check, note.status, "what it is going to want there can be had");
    check->details.emplace_back(note.about, note.text);
  }
}

std::vector<Finding> findings_of_checks(const std::vector<CheckResult>& checks,
                                        const std::vector<Finding>& known) {
  std::vector<Finding> found;
  for (const CheckResult& check : checks) {
    if (check.status != CheckStatus::fail || cause_of(check.id).empty()) continue;
    if (std::any_of(known.begin(), known.end(),
                    [&](const Finding& finding) { return check_of(finding) == check.id; }))
      continue;
    Finding finding;
    finding.cause = cause_of(check.id);
    finding.rule = "check-" + check.id;
    finding.subject = {"text", check.summary};
    if (check.id == "limits")
      finding.subject = {"limit",
                         check.summary.find("pids.max") != std::string::npos ? "pids.max" : "RLIMIT_NPROC"};
    finding.title = "A check failed";
    finding.summary = check.summary;
    finding.confidence = sure_enough;
    found.push_back(std::move(finding));
  }
  return found;
}

}  // namespace whywontitstart
