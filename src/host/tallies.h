#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/host.h"

namespace whywontitstart {

/// How many of something there are, counted process by process.
struct Tally {
  std::uint64_t count = 0;
  std::string missed;  ///< what could not be counted, in words: `count` is then too low
};

/// Processes and threads of a user (its real user ID), which is what RLIMIT_NPROC counts; none where no
/// process can be seen.
std::optional<Tally> threads_of_user(const Host& host, std::uint32_t uid);

/// The inotify instances and watches of a user, see inotify(7). An instance that several processes share is
/// counted for each of them.
struct InotifyTally {
  Tally instances;
  Tally watches;
};
std::optional<InotifyTally> inotify_of_user(const Host& host, std::uint32_t uid);

/// Why processes may be missing in what we see of /proc; empty: nothing is hidden.
std::string hidden_processes(const Host& host);

}  // namespace whywontitstart
