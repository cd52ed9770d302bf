#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"

namespace whywontitstart {

/// One thing that is not the same in two runs. Empty: it is not there.
struct Difference {
  std::string area;  ///< "environment", "limit", "file", … see docs/report.md
  std::string name;  ///< a variable, a path, a limit
  std::string good;
  std::string bad;
};

/// Where the two runs part.
struct Divergence {
  std::string good;  ///< what the good run did, in words
  std::string bad;   ///< what the other one did instead
  Pid pid = Pid::none;
  std::optional<TraceTime> at;
  std::vector<std::string> follows;  ///< what came of it, in words, in order
};

/// What sets a run that fails apart from one that works.
struct Comparison {
  std::string good;  ///< the files
  std::string bad;
  std::optional<Divergence>
      first;  ///< the first one that matters; none: nothing that was seen sets them apart
  std::vector<Difference> differences;
  std::size_t left_out = 0;          ///< differences that are too many to be told
  std::size_t common_failures = 0;   ///< failing calls that the good run had as well: no cause
  std::vector<std::string> remarks;  ///< what makes the comparison worth less, in words
};

/// Where a report comes from that is not about now.
struct Recorded {
  std::string made;  ///< "2024-02-29T12:00:00Z"
  std::string tool;  ///< the version that saved it
  std::string host;  ///< the machine's name
  std::string kernel;
};

}  // namespace whywontitstart
