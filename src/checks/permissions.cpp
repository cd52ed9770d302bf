#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/accounts.h"
#include "host/wanted.h"

namespace whywontitstart {
namespace {

void note_walk(const PathWalk& way, Verdict& verdict, CheckStatus when_denied) {
  if (way.barrier == Barrier::unknown) verdict.note(CheckStatus::unknown, way.reason);
  for (const std::string& remark : way.not_looked_at)
    verdict.note(CheckStatus::unknown, "could not be seen: " + remark);
  if (way.barrier == Barrier::unknown || way.allowed()) return;
  verdict.note(when_denied, way.reason);
  for (const Fix& fix : way.fixes)
    if (!fix.command.empty()) verdict.detail("to " + fix.text, fix.command);
}

void judge_refusal(const CheckInput& input, const Failure& failure, Verdict& verdict) {
  const std::string& path = failure.call.path;
  const CheckStatus weight = went_well(input.facts.outcome) ? CheckStatus::warn : CheckStatus::fail;
  const Identity identity = identity_as(input.host, input.target.identity, failure.as);
  const PathWalk way = walk(input.host, path, identity, wanted_of(failure.call));
  const bool is_refusal =
      way.error == Errno{EACCES} || way.error == Errno{EPERM} || way.error == Errno{EROFS};
  if (is_refusal || way.barrier == Barrier::unknown) {
    note_walk(way, verdict, weight);
    return;
  }
  // It is there and its mode allows it, or it is gone by now; whoever said no is not to be found by modes.
  verdict.note(
      weight,
      fmt::format("{} was refused for {} ({}), though modes and mounts do not forbid it now: a security "
                  "module, a namespace or another user than {} may be behind it",
                  failure.call.name, path, name(failure.call.error),
                  identity.user.empty() ? std::to_string(identity.uid) : identity.user));
}

}  // namespace

CheckResult check_permissions(const CheckInput& input) {
  Verdict verdict("permissions");
  std::set<std::string> seen;
  for (const Failure* failure : open_failures(input.facts, {EACCES, EPERM, EROFS}))
    if (failure->call.path.starts_with('/') && seen.insert(failure->call.path).second)
      judge_refusal(input, *failure, verdict);
  const Target& target = input.target;
  bool is_there = !target.executable.empty();
  if (is_there) {
    const PathWalk way = walk(input.host, target.executable, target.identity, {.rights = {.execute = true}});
    // That it is not there at all is said by the check of the interpreter.
    is_there = way.barrier != Barrier::missing;
    if (is_there) note_walk(way, verdict, CheckStatus::fail);
  }
  if (!target.cwd.empty())
    note_walk(walk(input.host, target.cwd, target.identity, {.rights = {.execute = true}}), verdict,
              CheckStatus::fail);
  if (target.executable.empty() && target.cwd.empty())
    return std::move(verdict).result(CheckStatus::skipped, "there is no path to look at");
  const char* fine = is_there ? "it may execute the program and enter its working directory"
                              : "it may enter its working directory; the program itself is not there";
  return std::move(verdict).result(CheckStatus::pass,
                                   seen.empty() ? fine : "nothing stands in the way any more");
}

}  // namespace whywontitstart
