#pragma once

#include <optional>
#include <string_view>

#include "model/event.h"

namespace whywontitstart {

/// The thread of "[pid  12] ", "12 ", and with -Y "12<sh> " at the start of a line, which is taken off.
std::optional<Pid> take_strace_pid(std::string_view& line);

/// Takes off what -i and -n write before a call: "[00007f12a4b5c6d7] ", "[ 257] ".
void skip_strace_marks(std::string_view& line);

/// The times of -t, -tt, -ttt and -r, as time since the first one.
class StraceClock {
 public:
  /// Takes the time off the start of the line; where there is none, it is still the one before.
  TraceTime take(std::string_view& line);
  /// That of the last line that had one.
  TraceTime last() const { return last_; }

 private:
  void advance_to(TraceTime now, bool is_time_of_day);

  std::optional<TraceTime> first_;
  TraceTime last_{0};
  TraceTime days_{0};  ///< midnights passed; -t and -tt do not tell the day
};

}  // namespace whywontitstart
