#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

struct SocketOwner {
  Pid pid = Pid::none;
  int fd = -1;
};

/// Which process has which of the wanted sockets open: of several the one with the smallest PID, since a
/// parent opens what its children inherit.
struct SocketOwners {
  std::map<std::uint64_t, SocketOwner> found;  ///< by inode
  std::string unseen;                          ///< why some were not found; empty: all were
};

/// One pass over /proc/PID/fd of all processes.
SocketOwners owners_of(const Host& host, const std::set<std::uint64_t>& inodes);

}  // namespace whywontitstart
