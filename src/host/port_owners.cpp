#include "host/port_owners.h"

#include <cerrno>

#include "host/amounts.h"
#include "host/processes.h"
#include "host/tallies.h"

namespace whywontitstart {
namespace {

/// False: its descriptors may not be looked at.
bool look_at(const Host& host, Pid pid, const std::set<std::uint64_t>& inodes, SocketOwners& owners) {
  constexpr std::string_view prefix = "socket:[";
  const std::string folder = fmt::format("/proc/{}/fd", number(pid));
  const Result<std::vector<std::string>> fds = host.list(folder);
  if (!fds) return fds.error().errno_code == ENOENT || fds.error().errno_code == ESRCH;
  for (const std::string& fd : *fds) {
    const Result<std::string> link = host.link(fmt::format("{}/{}", folder, fd));
    if (!link || !link->starts_with(prefix)) continue;
    const std::uint64_t inode = leading_number(std::string_view(*link).substr(prefix.size())).value_or(0);
    if (inodes.count(inode) > 0)
      owners.found.emplace(inode, SocketOwner{pid, static_cast<int>(leading_number(fd).value_or(0))});
  }
  return true;
}

}  // namespace

SocketOwners owners_of(const Host& host, const std::set<std::uint64_t>& inodes) {
  SocketOwners owners;
  const Result<std::vector<Pid>> pids = all_processes(host);
  bool refused = false;
  for (const Pid pid : pids.value_or(std::vector<Pid>())) {
    if (owners.found.size() == inodes.size()) return owners;
    if (!look_at(host, pid, inodes, owners)) refused = true;
  }
  if (owners.found.size() == inodes.size()) return owners;
  const std::string hidden = hidden_processes(host);
  if (!pids)
    owners.unseen = pids.error().what;
  else if (refused)
    owners.unseen = "the open files of other users' processes, which takes root";
  else if (!hidden.empty())
    owners.unseen = "the owner of the socket: " + hidden;
  else
    owners.unseen = "the owner of the socket: in another container, or the kernel itself (NFS, WireGuard)";
  return owners;
}

}  // namespace whywontitstart
