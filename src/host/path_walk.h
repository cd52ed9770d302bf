#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "host/access.h"
#include "host/host.h"
#include "model/finding.h"
#include "model/target.h"

namespace whywontitstart {

/// What somebody wants of a path. Nothing set: only to reach it.
struct Wanted {
  Rights rights = {};
  bool create = false;    ///< make it if it is not there, as open(2) with O_CREAT, mkdir(2) or bind(2) do
  bool remove = false;    ///< take its name away, as unlink(2), rmdir(2) or rename(2) do
  bool append = false;    ///< write at its end only, as with O_APPEND
  bool truncate = false;  ///< throw away what is in it
  bool own = false;       ///< what its owner alone may do: chmod(2), utimes to a given time
  bool link = false;      ///< give it another name, see link(2)
};

/// What stands in the way.
enum class Barrier {
  none,
  missing,        ///< it, or a folder on the way to it, does not exist
  dangling_link,  ///< a symbolic link on the way points at nothing
  not_a_folder,   ///< a file where a folder should be
  link_loop,      ///< more than 40 symbolic links
  name_too_long,
  search,      ///< no right to go through a folder
  permission,  ///< no right to do it with the file, or to create or remove in its folder
  read_only_mount,
  noexec_mount,
  nodev_mount,    ///< a device file on a mount that has none
  immutable,      ///< chattr +i, or +a
  not_owner,      ///< what only its owner, or CAP_FOWNER, may do
  sticky_folder,  ///< the name belongs to somebody else; see proc(5) of fs.protected_regular and _symlinks,
                  ///< unlink(2)
  unknown,        ///< we could not look
};

/// One component of the way, after the links before it were followed.
struct PathStep {
  std::string path;
  FileStatus status;
  std::string link;  ///< what it points at, as written, if it is a symbolic link
};

/// The way to a path, as far as it goes.
struct PathWalk {
  std::string path;             ///< as asked
  std::string resolved;         ///< where it really is (or would be); as far as known
  std::vector<PathStep> steps;  ///< from "/" on, those that exist
  bool exists = false;
  FileStatus status;  ///< of the end, links followed; meaningless unless it exists
  Barrier barrier = Barrier::none;
  Errno error = Errno::none;  ///< what the call gets: EACCES, ENOENT, …
  std::string at;      ///< the component that is in the way: the folder that denies, the first one missing
  std::string reason;  ///< one sentence about it; empty without a barrier
  std::vector<std::string>
      near_misses;  ///< whole paths beside a missing one that look like it, the nearest first
  std::vector<Fix> fixes;
  std::vector<std::string> not_looked_at;

  bool allowed() const { return barrier == Barrier::none; }
};

/// Walks to an absolute path as the kernel would for `identity`, see path_resolution(7), and tells where it
/// ends and why. Only modes, lists, mounts and file attributes are looked at: a security module (SELinux,
/// AppArmor) may still say no, and it works for us too where we could look.
PathWalk walk(const Host& host, const std::string& path, const Identity& identity, const Wanted& wanted = {});

/// The cause code for what stands in the way; not of Barrier::none or unknown.
std::string_view cause_of(Barrier barrier);

/// Names in `folder` that look like `name`: at most two letters off, or the same but for case, or for what
/// follows the last dot. The nearest first, at most three.
std::vector<std::string> near_misses(const Host& host, const std::string& folder, const std::string& name);

}  // namespace whywontitstart
