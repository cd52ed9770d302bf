#include "host/tallies.h"

#include <cerrno>

#include "base/text.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// "inotify wd:1 ino:…" is one watch.
std::uint64_t watches_in(std::string_view fdinfo) {
  std::uint64_t count = 0;
  for (const std::string_view line : split(fdinfo, '\n')) count += line.starts_with("inotify wd:") ? 1 : 0;
  return count;
}

/// False: the descriptors of the process may not be looked at.
bool count_inotify(const Host& host, Pid pid, InotifyTally& tally) {
  const std::string folder = fmt::format("/proc/{}", number(pid));
  const Result<std::vector<std::string>> fds = host.list(folder + "/fd");
  if (!fds) return fds.error().errno_code == ENOENT || fds.error().errno_code == ESRCH;
  for (const std::string& fd : *fds) {
    // "anon_inode:inotify", or "inotify" in brackets of older kernels
    const Result<std::string> link = host.link(fmt::format("{}/fd/{}", folder, fd));
    if (!link || !link->starts_with("anon_inode:") || link->find("inotify") == std::string::npos) continue;
    ++tally.instances.count;
    tally.watches.count +=
        watches_in(host.read(fmt::format("{}/fdinfo/{}", folder, fd), 16U << 20).value_or(""));
  }
  return true;
}

}  // namespace

std::string hidden_processes(const Host& host) {
  // The first one is somebody else's, and always there.
  if (!host.read("/proc/1/status")) return "processes of others are hidden (hidepid, ProtectProc=)";
  // The number of the first PID namespace is fixed: PROC_PID_INIT_INO of the kernel.
  const Result<std::string> space = host.link("/proc/self/ns/pid");
  if (space && *space != "pid:[4026531836]") return "only the processes of this container are seen";
  return {};
}

std::optional<Tally> threads_of_user(const Host& host, std::uint32_t uid) {
  const Result<std::vector<Pid>> pids = all_processes(host);
  if (!pids || pids->empty()) return std::nullopt;
  Tally tally;
  for (const Pid pid : *pids)
    if (const Result<ProcessStatus> status = process_status(host, pid); status && status->real_uid == uid)
      tally.count += status->threads;
  tally.missed = hidden_processes(host);
  return tally;
}

std::optional<InotifyTally> inotify_of_user(const Host& host, std::uint32_t uid) {
  const Result<std::vector<Pid>> pids = all_processes(host);
  if (!pids || pids->empty()) return std::nullopt;
  InotifyTally tally;
  std::string missed = hidden_processes(host);
  for (const Pid pid : *pids) {
    const Result<ProcessStatus> status = process_status(host, pid);
    if (!status || status->uid != uid) continue;
    if (!count_inotify(host, pid, tally)) missed = "the open files of some processes may not be looked at";
  }
  tally.instances.missed = tally.watches.missed = missed;
  return tally;
}

}  // namespace whywontitstart
