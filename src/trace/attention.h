#pragma once

#include <sys/time.h>

#include <chrono>
#include <vector>

#include "base/names.h"
#include "launch/signals.h"

namespace whywontitstart {

/// A signal that was sent to us while we traced.
struct CaughtSignal {
  Signal signal = Signal::none;
  bool from_terminal = false;  ///< the program has got it too
  Pid sender = Pid::none;      ///< si_pid; none if the kernel sent it
};

/// Makes waitpid(2) return ten times a second, and SIGINT, SIGTERM and SIGHUP wait for us to ask; for as long
/// as it lives. There can be one at a time.
class Attention {
 public:
  Attention();
  ~Attention();
  Attention(const Attention&) = delete;
  Attention& operator=(const Attention&) = delete;

  /// Has a tick passed since we last asked?
  bool ticked();
  /// How long a tick is from now on.
  void tick_every(std::chrono::microseconds time);
  std::vector<CaughtSignal> signals();

  /// What to give back to a child.
  const SavedSignals& before() const { return before_; }

 private:
  SavedSignals before_;
  itimerval timer_before_{};
  int reaper_before_ = 0;
  std::chrono::microseconds tick_{0};
};

constexpr std::chrono::milliseconds usual_tick{100};

}  // namespace whywontitstart
