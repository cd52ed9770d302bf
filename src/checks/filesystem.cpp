#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/amounts.h"
#include "host/mounts.h"

namespace whywontitstart {
namespace {

/// The folders to look at: where the program was refused space or writing, and where programs write.
std::vector<std::string> folders_of(const CheckInput& input) {
  std::vector<std::string> folders;
  const auto add = [&](std::string folder) {
    while (!folder.empty() && folder != "/" && !input.host.status(folder)) folder = folder_of(folder);
    if (folder.starts_with('/') && std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.push_back(std::move(folder));
  };
  for (const Failure* failure : open_failures(input.facts, {ENOSPC, EDQUOT, EROFS, EIO})) {
    const std::string& path = failure->call.path.empty() ? failure->call.file : failure->call.path;
    if (path.starts_with('/')) add(folder_of(path));
  }
  if (!input.target.cwd.empty()) add(input.target.cwd);
  for (const char* folder : {"/tmp", "/var/tmp", "/run", "/dev/shm"})
    if (input.host.status(folder)) add(folder);
  return folders;
}

bool failed_with(const CheckInput& input, int code) { return !open_failures(input.facts, {code}).empty(); }

void judge(const CheckInput& input, const std::string& folder, const Filesystem& filesystem,
           Verdict& verdict) {
  verdict.detail(
      folder,
      fmt::format("{} of {} free{}{}", size_text(filesystem.free_bytes), size_text(filesystem.total_bytes),
                  filesystem.total_inodes == 0
                      ? std::string()
                      : fmt::format(", {} of {} inodes", filesystem.free_inodes, filesystem.total_inodes),
                  filesystem.read_only ? ", read-only" : ""));
  const CheckStatus when_full = failed_with(input, ENOSPC) ? CheckStatus::fail : CheckStatus::warn;
  if (filesystem.read_only) {
    const bool matters = failed_with(input, EROFS);
    // A read-only image is a usual place to work in; a read-only /tmp is not.
    if (matters || folder == "/tmp" || folder == "/var/tmp" || folder == "/run")
      verdict.note(matters ? CheckStatus::fail : CheckStatus::warn, fmt::format("{} is read-only", folder));
    return;
  }
  if (filesystem.total_bytes > 0 && filesystem.free_bytes == 0)
    verdict.note(when_full, fmt::format("the file system of {} is full", folder));
  else if (filesystem.total_bytes > 0 && filesystem.free_bytes < filesystem.total_bytes / 100)
    verdict.note(CheckStatus::warn,
                 fmt::format("the file system of {} is nearly full: {} of {} are free", folder,
                             size_text(filesystem.free_bytes), size_text(filesystem.total_bytes)));
  if (filesystem.total_inodes > 0 && filesystem.free_inodes == 0)
    verdict.note(when_full, fmt::format("the file system of {} has no inodes left for new files", folder));
}

}  // namespace

CheckResult check_filesystem(const CheckInput& input) {
  Verdict verdict("filesystem");
  std::size_t seen = 0;
  std::optional<Error> failed;
  for (const std::string& folder : folders_of(input)) {
    const Result<Filesystem> filesystem = input.host.filesystem(folder);
    if (!filesystem) failed = filesystem.error();
    if (!filesystem) continue;
    ++seen;
    judge(input, folder, *filesystem, verdict);
  }
  if (failed_with(input, EDQUOT))
    verdict.note(CheckStatus::fail, "the user's quota of disk space or files is used up");
  if (seen == 0)
    return std::move(verdict).result(CheckStatus::unknown,
                                     failed ? failed->what : "no file system could be looked at");
  return std::move(verdict).result(CheckStatus::pass, "there is space where the program writes");
}

}  // namespace whywontitstart
