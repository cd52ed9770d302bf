#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

void judge_path(const CheckInput& input, Verdict& verdict) {
  const std::optional<std::string> path = variable(input.target.environment, "PATH");
  if (!path) {
    verdict.note(CheckStatus::warn, "PATH is not set, so commands are found in the usual folders at best");
    return;
  }
  std::vector<std::string> missing;
  for (const std::string_view entry : split(*path, ':')) {
    const std::string folder(entry);
    if (!folder.starts_with('/')) {
      verdict.note(
          CheckStatus::warn,
          fmt::format("PATH has the entry '{}', which depends on the working directory", printable(folder)));
      continue;
    }
    const Result<FileStatus> status = input.host.status(folder);
    if (!status && status.error().errno_code == ENOENT) missing.push_back(folder);
    if (!status && status.error().errno_code != ENOENT)
      verdict.note(CheckStatus::unknown, fmt::format("PATH could not be looked at: {}", status.error().what));
    if (status && !S_ISDIR(status->mode))
      verdict.note(CheckStatus::warn, fmt::format("{}, an entry of PATH, is not a folder", folder));
    if (status && S_ISDIR(status->mode) && (status->mode & S_IWOTH) != 0)
      verdict.note(CheckStatus::warn,
                   fmt::format("{}, an entry of PATH, may be written to by everybody", folder));
  }
  // Folders that do not exist are in many a PATH, and do no harm.
  if (!missing.empty()) verdict.detail("PATH entries that do not exist", join(missing, ", "));
}

void judge_home(const CheckInput& input, Verdict& verdict) {
  const std::optional<std::string> home = variable(input.target.environment, "HOME");
  if (!home) {
    verdict.detail("HOME", "not set");
    return;
  }
  const Result<FileStatus> status = input.host.status(*home);
  if (!status && status.error().errno_code == ENOENT)
    verdict.note(CheckStatus::warn, fmt::format("HOME is {}, which does not exist", printable(*home)));
}

void judge_temporary(const CheckInput& input, Verdict& verdict) {
  const std::optional<std::string> folder = variable(input.target.environment, "TMPDIR");
  if (!folder) return;
  const std::string path = absolute_path(input.target.cwd, *folder);
  const Wanted wanted{.rights = {.write = true, .execute = true}};
  const PathWalk way = walk(input.host, path, input.target.identity, wanted);
  if (way.barrier == Barrier::unknown) verdict.note(CheckStatus::unknown, way.reason);
  if (!way.allowed() && way.barrier != Barrier::unknown)
    verdict.note(CheckStatus::warn, fmt::format("TMPDIR is of no use: {}", way.reason));
}

void judge_loader(const CheckInput& input, Verdict& verdict) {
  for (const std::string& entry : input.target.environment)
    if (entry.starts_with("LD_"))
      verdict.detail(entry.substr(0, entry.find('=')), entry.substr(entry.find('=') + 1));
  std::string preloads = variable(input.target.environment, "LD_PRELOAD").value_or("");
  std::replace(preloads.begin(), preloads.end(), ' ', ':');
  for (const std::string_view library : split(preloads, ':')) {
    if (!library.starts_with('/')) continue;
    const Result<FileStatus> status = input.host.status(std::string(library));
    if (!status && status.error().errno_code == ENOENT)
      verdict.note(CheckStatus::warn,
                   fmt::format("LD_PRELOAD names {}, which does not exist", printable(library)));
  }
}

}  // namespace

CheckResult check_environment(const CheckInput& input) {
  Verdict verdict("environment");
  judge_path(input, verdict);
  judge_home(input, verdict);
  judge_temporary(input, verdict);
  judge_loader(input, verdict);
  return std::move(verdict).result(
      CheckStatus::pass, fmt::format("{} variables, PATH is sound", input.target.environment.size()));
}

}  // namespace whywontitstart
