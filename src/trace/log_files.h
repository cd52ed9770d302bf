#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/fd.h"
#include "model/event.h"

namespace whywontitstart {

/// The log files that a program opened for writing, so that what it added to them can be read when it has
/// ended: much cheaper than to stop it at each write.
class LogFiles {
 public:
  /// A call has returned: if it opened what looks like a log for writing, remember where its end was.
  void note(Pid process, Pid thread, const SyscallEvent& call);

  struct Added {
    Pid process = Pid::none;
    LogEvent log;
  };
  /// The text that was added since, of each file; files that hold no text are left out.
  std::vector<Added> added() const;

 private:
  struct Watched {
    Pid process;
    std::string path;
    Fd file;
    std::uint64_t start = 0;
  };
  std::vector<Watched> watched_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> known_;  ///< device and inode
};

}  // namespace whywontitstart
