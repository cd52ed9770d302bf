#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/exec.h"

namespace whywontitstart {

CheckResult check_interpreter(const CheckInput& input) {
  const Target& target = input.target;
  if (target.executable.empty()) {
    if (target.argv.empty()) return result_of("interpreter", CheckStatus::skipped, "no program is named");
    return result_of("interpreter", CheckStatus::fail,
                     fmt::format("{} was not found", printable(target.argv.front())));
  }
  const ExecProblem exec = explain_exec(input.host, target.executable, target.identity, target.environment);
  Verdict verdict("interpreter");
  if (!exec.kind.empty()) verdict.detail("kind", exec.kind);
  if (!exec.interpreter.empty()) verdict.detail("interpreter", exec.interpreter);
  for (const Evidence& evidence : exec.evidence) verdict.detail("seen", evidence.text);
  for (const Fix& fix : exec.fixes)
    if (!fix.command.empty()) verdict.detail("to " + fix.text, fix.command);
  if (exec.cause.empty())
    for (const std::string& warning : exec.warnings) verdict.note(CheckStatus::warn, warning);
  for (const std::string& remark : exec.not_looked_at)
    if (exec.kind.empty() && exec.cause.empty())
      verdict.note(CheckStatus::unknown, remark);
    else
      verdict.detail("not looked at", remark);
  if (!exec.cause.empty()) verdict.note(CheckStatus::fail, exec.summary);
  return std::move(verdict).result(CheckStatus::pass,
                                   exec.interpreter.empty()
                                       ? fmt::format("{} needs no interpreter", target.executable)
                                       : fmt::format("{} is run by {}", target.executable, exec.interpreter));
}

}  // namespace whywontitstart
