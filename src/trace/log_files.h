#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/fd.h"
#include "model/event.h"

namespace whywontitstart {

/// The log files that a program opened for writing, so that what it added to them can be read when it has
/// ended: much cheaper than to stop it at each write.
class LogFiles {
 public:
  /// A call has returned: if it opened what looks like a log for writing, remember where its end was. What is
  /// added belongs to whoever opened it last: some daemons open their log anew for each line.
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
    std::uint64_t start = 0;    ///< where what `process` wrote begins
    std::vector<Added> before;  ///< by those who had it before
  };
  static std::string text_since(const Watched& watched);
  static void hand_over(Watched& watched, Pid process);

  std::vector<Watched> watched_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t>
      known_;  ///< device and inode, index of watched_
};

}  // namespace whywontitstart
