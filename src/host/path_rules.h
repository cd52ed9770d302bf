#pragma once

#include <optional>
#include <string>

#include "host/path_walk.h"

namespace whywontitstart {

/// What forbids something although the mode of the file allows it.
struct Prohibition {
  Barrier barrier = Barrier::none;
  int code = 0;  ///< an errno
  std::string reason;
};

/// One end of a walk: a file and its folder, for somebody.
struct PathEnd {
  std::string path;
  FileStatus status;
  FileStatus folder;
  const Identity& identity;
  const Privileges& privileges;
};

/// chattr(1) +i and +a of what is to be written, removed or, being a folder, to lose a name.
std::optional<Prohibition> attribute_against(const PathEnd& end, const Wanted& wanted);

/// Mount options against writing, executing and devices, see mount(8). `not_looked_at` gets what could not be
/// seen.
std::optional<Prohibition> mount_against(const Host& host, const PathEnd& end, const Wanted& wanted,
                                         std::vector<std::string>& not_looked_at);

/// What its owner alone may do, and what sticky folders keep from others. See unlink(2), chmod(2).
std::optional<Prohibition> ownership_against(const Host& host, const PathEnd& end, const Wanted& wanted);

/// fs.protected_regular, _fifos, _symlinks and _hardlinks, see proc(5).
std::optional<Prohibition> knob_against(const Host& host, const PathEnd& end, const Wanted& wanted);

}  // namespace whywontitstart
