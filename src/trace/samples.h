#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/names.h"

namespace whywontitstart {

/// What /proc says of a thread at one moment, without stopping it, see proc(5).
struct ThreadSample {
  char state = '?';
  std::uint64_t sleeps = 0;          ///< how often it has gone to sleep: unchanged, it sleeps since
  std::chrono::nanoseconds used{0};  ///< processor time
};

std::optional<ThreadSample> sample_thread(Pid process, Pid thread);

/// What becomes of threads while they are watched: for how long each one sleeps without a break, and how much
/// of a processor it uses. Asked again and again, a period apart.
class Samples {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Samples(std::chrono::milliseconds period = std::chrono::seconds(1)) : period_(period) {}

  bool is_due() const { return Clock::now() - last_round_ >= period_; }
  void begin_round() { last_round_ = Clock::now(); }
  void take(Pid process, Pid thread);

  struct Course {
    char state = '?';
    std::chrono::nanoseconds same_since{
        0};           ///< how long it has slept without a break; or, if it runs, not at all
    double busy = 0;  ///< the share of a processor, since the last round but one
  };
  /// Up to now.
  Course course(Pid process, Pid thread) const;
  /// Has it run at all since it was first looked at?
  bool has_run(Pid process, Pid thread) const;
  void forget(Pid thread) { threads_.erase(thread); }

 private:
  struct Known {
    ThreadSample sample;
    Clock::time_point at;          ///< of the sample
    Clock::time_point same_since;  ///< its number of sleeps has not changed since
    std::uint64_t first_sleeps = 0;
    std::chrono::nanoseconds used_before{0};
    Clock::time_point before;  ///< of used_before: at least a second before `at`
  };

  std::chrono::milliseconds period_;
  std::map<Pid, Known> threads_;
  Clock::time_point last_round_{};
};

}  // namespace whywontitstart
