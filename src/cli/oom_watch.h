#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/host.h"
#include "model/event.h"

namespace whywontitstart {

/// Notices when a control group that we are in, or that the program moves into, kills for lack of memory: the
/// kernel's counts of that are compared, see cgroups(7).
class OomWatch {
 public:
  /// Reads the counts as they are before the start.
  explicit OomWatch(const Host& host);

  void saw(const Event& event);

  /// The groups whose count went up, the one with the smallest limit first.
  std::vector<OomKillEvent> kills() const;

 private:
  void note(const std::string& folder);

  const Host* host_;
  std::map<std::string, std::uint64_t> before_;
};

}  // namespace whywontitstart
