#pragma once

#include <sched.h>

#include "trace/tracees.h"

namespace whywontitstart {

/// Keeps the tracer and its tracees on one processor, for as long as the time goes into stops: then a stop
/// costs a switch, not the waking of another processor, which takes twice as long and varies. See
/// sched_setaffinity(2). The program does not notice: what it asks about processors is answered as if nothing
/// were, and once it sets something itself it is set free before.
class OneCpu {
 public:
  /// Binds the calling thread, and so what it forks, unless it has one processor only.
  explicit OneCpu(bool wanted);
  ~OneCpu();
  OneCpu(const OneCpu&) = delete;
  OneCpu& operator=(const OneCpu&) = delete;

  bool bound() const { return bound_; }

  /// At the syscall-enter-stop: a call that binds, or cannot do with one processor, sets all free first.
  void before(const CallInfo& call, Tracees& tracees);
  /// At the syscall-exit-stop: sched_getaffinity(2) is to tell what it would have told without us, and
  /// /proc/PID/status likewise.
  void after(const Thread& thread, const PendingCall& call, const SyscallEvent& event, Tracees& tracees);
  /// So many stops were there at once. Sets all free when they are so many that nobody ever waits for a
  /// processor to wake: then the program can run on the others while we serve.
  void count_round(std::size_t stops, Tracees& tracees);
  /// Asked from time to time: sets all free when they compute at once and stop seldom.
  void count_stop() { ++stops_; }
  void tick(Tracees& tracees);

  /// A tracee that we hear of only now may have been born bound, although its parent is free.
  void greet(Pid newcomer, Pid parent) const;

 private:
  /// All tracees may run where they could before, and we as well.
  void release(Tracees& tracees);

  bool bound_ = false;
  bool released_ = false;
  cpu_set_t one_{};
  cpu_set_t before_{};
  std::size_t stops_ = 0;
  std::size_t rounds_ = 0;
  std::size_t stops_of_rounds_ = 0;
};

}  // namespace whywontitstart
