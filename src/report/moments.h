#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/report.h"

namespace whywontitstart {

/// What the verdict stands on: the moment that the reader is looking for.
struct Decision {
  std::size_t row = 0;  ///< of the timeline
  TraceTime at{0};
  std::string text;  ///< as the evidence has it
};

/// None where nothing is wrong, or the verdict stands on nothing that has a time.
std::optional<Decision> decision_of(const Report& report);

/// What a process goes by: as it was called, else its file.
std::string process_name(const Process& process);

/// One line of the picture's equivalent in words. All of it is safe to show.
struct Moment {
  std::string time;  ///< "12 ms"; empty where the trace has no times
  std::string who;   ///< "nginx, PID 7"
  std::string what;
  bool failed = false;
  bool decisive = false;
};

/// What the picture shows, by time; at most some dozens.
std::vector<Moment> moments_of(const Report& report);

/// What the picture and the words leave out, as a sentence; empty: nothing.
std::string left_out_of_moments(const Report& report);

}  // namespace whywontitstart
