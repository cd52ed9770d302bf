#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

/// What a control group allows and uses, see cgroups(7). Empty: it sets no such limit, or does not say.
struct Cgroup {
  std::string folder;                       ///< "/sys/fs/cgroup/system.slice/nginx.service"
  std::optional<std::uint64_t> memory_max;  ///< bytes
  std::optional<std::uint64_t> memory_current;
  std::optional<std::uint64_t> memory_peak;
  std::optional<std::uint64_t> oom_kills;
  std::optional<std::uint64_t> pids_max;
  std::optional<std::uint64_t> pids_current;
  std::optional<std::uint64_t> pids_refused;  ///< how often a fork failed for its pids.max since it was made
};

/// The control groups of a process (Pid::none: ourselves) from its own up to the root, version 2 and 1; only
/// those that could be read. Errors: /proc/PID/cgroup cannot be read, or no group of it can.
Result<std::vector<Cgroup>> cgroups_of(const Host& host, Pid pid);

/// The path ("/system.slice/nginx.service") of the version 2 group whose folder has this inode, as
/// sock_diag(7) names it; empty if there is none, or it lies too deep among too many.
std::string cgroup_of_inode(const Host& host, std::uint64_t inode);

/// The one with this folder, of either version; what it does not tell is empty.
Cgroup cgroup_at(const Host& host, const std::string& folder);

}  // namespace whywontitstart
