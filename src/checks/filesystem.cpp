#include <cerrno>
#include <csignal>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/amounts.h"
#include "host/bounds.h"
#include "host/mounts.h"

namespace whywontitstart {
namespace {

/// A folder to look at, and what went wrong there.
struct Place {
  std::string folder;
  const Failure* failure = nullptr;
};

std::string path_of(const SyscallEvent& call) { return call.path.empty() ? call.file : call.path; }

/// Those that are about a file system: ENOSPC has other meanings as well, which the check of limits knows.
std::vector<const Failure*> failures_of_files(const CheckInput& input) {
  std::vector<const Failure*> found = open_failures(input.facts, {ENOSPC, EDQUOT, EROFS, EIO, ESTALE});
  std::erase_if(found, [&](const Failure* failure) {
    return !path_of(failure->call).starts_with('/') ||
           !bounds_behind(input.host, failure->call, Bearer()).empty();
  });
  return found;
}

/// The folders to look at: where the program was refused space or writing, what it wrote to, and where
/// programs write.
std::vector<Place> places_of(const CheckInput& input) {
  constexpr std::size_t most = 24;
  std::vector<Place> places;
  const auto add = [&](std::string folder, const Failure* failure = nullptr) {
    while (!folder.empty() && folder != "/" && !input.host.status(folder)) folder = folder_of(folder);
    const bool known =
        std::any_of(places.begin(), places.end(), [&](const Place& place) { return place.folder == folder; });
    if (folder.starts_with('/') && !known && places.size() < most) places.push_back({folder, failure});
  };
  for (const Failure* failure : failures_of_files(input)) add(folder_of(path_of(failure->call)), failure);
  for (const OpenedFile& file : input.facts.opened)
    if (file.written) add(folder_of(file.path));
  if (!input.target.cwd.empty()) add(input.target.cwd);
  if (const auto folder = variable(input.target.environment, "TMPDIR"))
    add(absolute_path(input.target.cwd, *folder));
  for (const char* folder : {"/tmp", "/var/tmp", "/run", "/dev/shm"})
    if (input.host.status(folder)) add(folder);
  return places;
}

/// Whoever asks such a file system may wait for another machine, and for ever.
bool is_remote(std::string_view type) {
  static constexpr std::string_view types[] = {
      "nfs", "nfs4",   "cifs",  "smb3",       "smbfs",          "9p",         "ceph", "afs",
      "ncp", "autofs", "ocfs2", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone"};
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

std::string room(const Filesystem& filesystem) {
  std::string text =
      fmt::format("{} of {} free", size_text(filesystem.free_bytes), size_text(filesystem.total_bytes));
  if (filesystem.total_inodes > 0)
    text += fmt::format(", {} of {} inodes", filesystem.free_inodes, filesystem.total_inodes);
  return filesystem.read_only ? text + ", read-only" : text;
}

/// Writing is not traced, so that of a disk that is full there may be no more than the program's words; or,
/// where the file was mapped into memory, its end by SIGBUS.
bool said_full(const Facts& facts) {
  if (facts.outcome.status.signal == Signal{SIGBUS}) return true;
  return !went_well(facts.outcome) &&
         std::any_of(facts.lines.begin(), facts.lines.end(), [](const Line& line) {
           return lower(line.text).find("no space left on device") != std::string::npos;
         });
}

void judge_read_only(const CheckInput& input, const Place& place, const Mount* mount, Verdict& verdict) {
  if (place.failure != nullptr && number(place.failure->call.error) == EROFS) {
    const bool this_mount = mount != nullptr && mount->read_only && !mount->filesystem_read_only;
    verdict.note(weight_of(input, *place.failure),
                 fmt::format("{} is read-only{}", place.folder,
                             this_mount ? fmt::format(": {} is mounted so here (a unit's ProtectSystem= or "
                                                      "ReadOnlyPaths=, a container's volume)",
                                                      mount->point)
                                        : std::string()));
    return;
  }
  // A read-only image is a usual place to work in; a read-only /tmp is not.
  if (place.folder == "/tmp" || place.folder == "/var/tmp" || place.folder == "/run")
    verdict.note(CheckStatus::warn, fmt::format("{} is read-only", place.folder));
}

void judge_room(const CheckInput& input, const Place& place, const Filesystem& filesystem, const Mount* mount,
                Verdict& verdict) {
  const bool no_space = place.failure != nullptr && number(place.failure->call.error) == ENOSPC;
  const CheckStatus weight = no_space                 ? weight_of(input, *place.failure)
                             : said_full(input.facts) ? CheckStatus::fail
                                                      : CheckStatus::warn;
  const std::string where =
      mount == nullptr ? std::string() : fmt::format(" ({}, mounted on {})", mount->type, mount->point);
  const bool full = filesystem.total_bytes > 0 && filesystem.free_bytes == 0;
  const bool no_inodes = filesystem.total_inodes > 0 && filesystem.free_inodes == 0;
  if (full)
    verdict.note(weight, fmt::format("the file system of {} is full: 0 of {} are free{}", place.folder,
                                     size_text(filesystem.total_bytes), where));
  if (no_inodes)
    verdict.note(weight, fmt::format("the file system of {} has no inodes left for new files: 0 of {}{}",
                                     place.folder, filesystem.total_inodes, where));
  if (full || no_inodes) return;
  if (no_space)
    verdict.note(weight, fmt::format("{} was refused space (ENOSPC); now its file system has {}{}",
                                     path_of(place.failure->call), room(filesystem), where));
  else if (filesystem.total_bytes > 0 && filesystem.free_bytes < filesystem.total_bytes / 100)
    verdict.note(CheckStatus::warn, fmt::format("the file system of {} is nearly full: {}{}", place.folder,
                                                room(filesystem), where));
}

/// What the numbers of a file system do not tell.
void judge_other_failures(const CheckInput& input, Verdict& verdict) {
  for (const Failure* failure : failures_of_files(input)) {
    const std::string path = path_of(failure->call);
    const CheckStatus weight = weight_of(input, *failure);
    switch (number(failure->call.error)) {
      case EDQUOT:
        verdict.note(weight, fmt::format("the quota of disk space or files is used up for {}", path));
        break;
      case EIO:
        verdict.note(weight, fmt::format("{} cannot be read or written: the device or its file system has an "
                                         "error (see dmesg)",
                                         path));
        break;
      case ESTALE:
        verdict.note(weight,
                     fmt::format("{} is of a network file system that was made anew: mount it again", path));
        break;
    }
  }
}

}  // namespace

CheckResult check_filesystem(const CheckInput& input) {
  Verdict verdict("filesystem");
  const std::vector<Mount> all = mounts(input.host).value_or(std::vector<Mount>());
  std::size_t seen = 0;
  std::optional<Error> failed;
  for (const Place& place : places_of(input)) {
    const Mount* mount = mount_of(all, place.folder);
    if (mount != nullptr && is_remote(mount->type) && place.failure == nullptr) {
      verdict.detail(place.folder, fmt::format("not looked at: {} of another machine", mount->type));
      continue;
    }
    const Result<Filesystem> filesystem = input.host.filesystem(place.folder);
    if (!filesystem) failed = filesystem.error();
    if (!filesystem) continue;
    ++seen;
    verdict.detail(place.folder, room(*filesystem));
    if (filesystem->read_only)
      judge_read_only(input, place, mount, verdict);
    else
      judge_room(input, place, *filesystem, mount, verdict);
  }
  judge_other_failures(input, verdict);
  if (seen == 0)
    return std::move(verdict).result(CheckStatus::unknown,
                                     failed ? failed->what : "no file system could be looked at");
  return std::move(verdict).result(CheckStatus::pass, "there is space where the program writes");
}

}  // namespace whywontitstart
