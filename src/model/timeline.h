#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/facts.h"

namespace whywontitstart {

/// One thing that a process did or met, to be drawn at its time.
struct TimelineMark {
  enum class Kind { exec, failure, message, signal } kind = Kind::failure;
  TraceTime at{0};
  std::string text;       ///< the call, the line, the program, the signal
  std::size_t count = 1;  ///< of a failure: how often
  bool healed = false;    ///< of a failure: what it was about worked later
};

/// The life of one process.
struct TimelineRow {
  std::size_t process = 0;             ///< index into the processes
  std::optional<std::size_t> born_of;  ///< the row of its parent, where that has one
  TraceTime started{0};
  TraceTime ended{0};               ///< of one that lived on: the end of the watching
  std::vector<TimelineMark> marks;  ///< by time
};

/// The picture of a start: what was when in which process. Bounded, whatever happened; what does not fit is
/// counted. Where a trace has no times, `timed` is false and all times are positions in the trace.
struct Timeline {
  std::vector<TimelineRow> rows;  ///< by birth, the target first
  TraceTime length{0};
  bool timed = true;
  std::size_t processes_left_out = 0;
  std::size_t marks_left_out = 0;
};

struct TimelineBounds {
  std::size_t rows = 20;
  std::size_t marks = 40;  ///< of one row
};

/// Of too many processes those stay on which the end hangs, then those that failed, then the oldest; of too
/// many marks those that were not healed.
Timeline timeline_of(const Facts& facts, TimelineBounds bounds = {});

}  // namespace whywontitstart
