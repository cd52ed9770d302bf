#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/fd.h"
#include "trace/aside.h"
#include "trace/tracer.h"

namespace whywontitstart {

/// How to trace what somebody else, such as systemd, starts in a control group.
struct GroupOptions {
  std::string folder;  ///< of the group, in the file system of cgroups(7), version 2; made if it is not there
  std::chrono::milliseconds timeout{30000};
  /// A process that somebody else started in the group is there; it stands still, or runs.
  std::function<void(Pid process)> saw_newcomer;
  /// The process that somebody else started in the group, the `count`th of them, has ended so: will another
  /// one follow?
  std::function<bool(std::size_t count, const ExitStatus& end)> another_follows;
  /// Does another one come right after the `count`th, while that runs?
  std::function<bool(std::size_t count)> another_at_once;
  /// May another one be started while those that are there run? Then it is looked for all the time.
  std::function<bool()> another_beside;
  /// As of TraceOptions; asked by the thread that traces.
  std::function<bool()> seen_enough;
  std::function<bool(const std::function<std::vector<Event>()>& waits)> seen_waiting;
};

/// A trace, and what was given by what was done aside.
struct GroupTrace {
  TraceEnd end;
  std::string told;
};

/// Freezes the group, so that what is started in it stands still before it has done anything; lets
/// `starter` start it, in a process of its own; seizes each process that comes, and lets the group go on.
/// Nothing of the processes is changed: no wrapper, no filter, no setting; whoever started them sees the same
/// PID, and they go on without us when we are gone, also when we are killed (a guard then lets the group go
/// on). Ends when `starter` has returned, which learns when the tracing is over. Errors: there is no such
/// file system, or no right to freeze.
Result<GroupTrace> run_in_group(const GroupOptions& options, const EventSink& sink, const Aside& starter);

/// A control group that can be frozen, see cgroups(7). As long as it lives a guard process lets the group go
/// on if we are killed.
class FrozenGroup {
 public:
  /// Makes the group if it is not there, and freezes it.
  static Result<FrozenGroup> freeze(const std::string& folder);
  FrozenGroup(FrozenGroup&& other) noexcept;
  FrozenGroup& operator=(FrozenGroup&&) = delete;
  /// Lets it go on, and takes the folder away if nobody is in it.
  ~FrozenGroup();

  void set(bool frozen);
  bool is_frozen() const { return frozen_; }
  std::vector<Pid> processes() const;

 private:
  FrozenGroup(std::string folder, Fd guard, Pid guard_process)
      : folder_(std::move(folder)), guard_(std::move(guard)), guard_process_(guard_process) {}

  std::string folder_;
  Fd guard_;  ///< the writing end of a pipe: its end tells the guard that we are gone
  Pid guard_process_ = Pid::none;
  bool frozen_ = true;
};

}  // namespace whywontitstart
