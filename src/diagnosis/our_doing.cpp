#include "diagnosis/our_doing.h"

#include <cerrno>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr double worth_knowing =
    0.35;  // more than its own words without an explanation, less than any of these

bool speaks_of_rights(const Line& line) {
  static const std::vector<std::string_view> words = {"root",   "permission", "permitted", "privilege",
                                                      "setuid", "suid",       "superuser", "uid",
                                                      "denied", "capabilit",  "allowed",   "authori"};
  const std::string text = lower(line.text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool is_about_rights(const Facts& facts, Pid process) {
  const bool refused = std::any_of(facts.failures.begin(), facts.failures.end(), [&](const Failure& failure) {
    const int code = number(failure.call.error);
    return failure.process == process && !failure.healed && (code == EPERM || code == EACCES);
  });
  return refused || std::any_of(facts.lines.begin(), facts.lines.end(), [&](const Line& line) {
           return line.process == process && speaks_of_rights(line);
         });
}

}  // namespace

void add_our_doing(const std::vector<Finding>& of_tracing, const Facts& facts,
                   std::vector<Finding>& findings) {
  for (Finding finding : of_tracing) {
    const auto matters =
        std::find_if(finding.evidence.begin(), finding.evidence.end(),
                     [&](const Evidence& evidence) { return facts.is_blamed(evidence.pid); });
    if (matters == finding.evidence.end()) continue;
    if (is_about_rights(facts, matters->pid))
      for (Finding& other : findings) other.confidence = std::min(other.confidence, 1 - finding.confidence);
    else
      finding.confidence = worth_knowing;
    findings.insert(findings.begin(), std::move(finding));
  }
}

}  // namespace whywontitstart
