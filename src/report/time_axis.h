#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/names.h"

namespace whywontitstart {

/// Places times on a line from 0 to 1. Linear but for long silences: where most of a start is waiting, the
/// waiting is cut short, or all that happened would fall on one spot.
class TimeAxis {
 public:
  /// A silence that is drawn shorter than it was.
  struct Cut {
    TraceTime from{0};
    TraceTime to{0};
  };

  /// A labelled place.
  struct Tick {
    TraceTime at{0};
    double place = 0;
    std::string words;  ///< as precise as the distance to the next one
  };

  /// `times`: when something happened, in any order; `length`: the end of the line.
  TimeAxis(std::vector<TraceTime> times, TraceTime length);

  double place_of(TraceTime at) const;
  const std::vector<Cut>& cuts() const { return cuts_; }
  /// Round times where nothing else is labelled: not nearer to one another, to a cut or to the end than
  /// `distance`, or `from_end`.
  std::vector<Tick> ticks(double distance, double from_end) const;
  /// The time of the end, as precise as the ticks.
  std::string words_of_end(double distance) const;

 private:
  double units_until(TraceTime at) const;

  std::vector<Cut> cuts_;  ///< by time
  TraceTime length_;
  double cut_units_ = 0;  ///< how long each cut is drawn, in nanoseconds
  double units_ = 1;      ///< the whole line, in nanoseconds that are drawn
};

}  // namespace whywontitstart
