#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// One line of /proc/self/mountinfo, see proc(5).
struct Mount {
  std::string point;
  std::string root;    ///< the folder of the file system that is mounted here: more than "/" in a bind mount
  std::string type;    ///< "ext4", "tmpfs", "overlay"
  std::string source;  ///< "/dev/sda1"; what the file system makes of it
  bool read_only = false;             ///< this mount is
  bool filesystem_read_only = false;  ///< the file system itself is, also where the mount is not
  bool noexec = false;
  bool nosuid = false;
  bool nodev = false;

  bool refuses_writing() const { return read_only || filesystem_read_only; }
};

/// The mounts of a mountinfo text, in its order. Lines that are none are left out.
std::vector<Mount> parse_mounts(std::string_view mountinfo);

/// The mounts that we see.
Result<std::vector<Mount>> mounts(const Host& host);

/// The mount that an absolute path without links lies on; nullptr without any.
const Mount* mount_of(const std::vector<Mount>& mounts, std::string_view path);
Result<Mount> mount_of(const Host& host, std::string_view path);

}  // namespace whywontitstart
