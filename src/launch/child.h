#pragma once

#include <linux/filter.h>

#include <optional>
#include <span>

#include "base/fd.h"
#include "base/names.h"
#include "base/result.h"
#include "launch/limits.h"
#include "launch/signals.h"
#include "model/target.h"

namespace whywontitstart {

/// What is done between fork(2) and execve(2), in this order.
enum class LaunchStep : int { wait, limits, filter, groups, gid, uid, folder, exec };

/// Where it ended, and why.
struct LaunchFailure {
  LaunchStep step = LaunchStep::wait;
  int errno_code = 0;
};

/// What the child is to do beside what the Target says.
struct ChildSetup {
  std::span<const sock_filter> filter;  ///< a seccomp filter to install, see seccomp(2); empty: none
  bool no_new_privs = false;            ///< the filter needs it where we lack CAP_SYS_ADMIN
  const SavedSignals* signals = nullptr;
  const RoomForFiles* files = nullptr;  ///< what we took for ourselves
};

/// A child that waits to become the program.
class Child {
 public:
  Child(Child&&) = default;
  /// Ends the child if it still waits.
  ~Child();

  Pid pid() const { return pid_; }

  /// Lets it run on to execve.
  void go();

  /// What stopped it short of being the program, once it has ended.
  std::optional<LaunchFailure> failure() const;

 private:
  friend Result<Child> fork_child(const Target& target, const ChildSetup& setup);
  Child(Pid pid, Fd go, Fd report) : pid_(pid), go_(std::move(go)), report_(std::move(report)) {}

  Pid pid_;
  Fd go_;
  Fd report_;
};

/// Forks a child that waits for Child::go. Errors: pipe and fork failures (EAGAIN, ENOMEM, EMFILE).
Result<Child> fork_child(const Target& target, const ChildSetup& setup);

/// The files to try, in order: the executable that was found; else, as execvp(3) would, argv[0] in each
/// folder of PATH.
std::vector<std::string> exec_candidates(const Target& target);

/// The failure as a sentence.
Error describe(const LaunchFailure& failure, const Target& target);

}  // namespace whywontitstart
