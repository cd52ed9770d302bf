#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/facts.h"
#include "model/finding.h"
#include "model/target.h"

namespace whywontitstart {

/// Which calls stop the program.
enum class Backend {
  automatic,  ///< filtered where that changes nothing for the program, else full
  full,       ///< every system call, as strace does
  filtered,   ///< a seccomp filter lets only the calls stop that a diagnosis needs
};

struct TraceOptions {
  Backend backend = Backend::automatic;
  std::chrono::milliseconds timeout{30000};  ///< how long to watch a program that neither ends nor comes up
  bool keep = false;                         ///< leave it alone when we have seen enough
  /// Asked a few times a second while the program runs: true ends the watching (it is up).
  std::function<bool()> seen_enough;
  /// Asked once a second, and may ask back what each thread waits for now (WaitEvents): true ends the
  /// watching, too.
  std::function<bool(const std::function<std::vector<Event>()>& waits)> seen_waiting;
  /// Called when a process is about to write to one of its standard descriptors, before it does.
  std::function<void()> before_output;
  /// How long to watch what lives on when the target has ended, without an event of it.
  std::chrono::milliseconds grace{5000};
};

/// How the tracing ended, beside the events.
struct TraceEnd {
  Outcome outcome;
  std::string backend;               ///< "ptrace", "ptrace+seccomp"
  std::size_t lost = 0;              ///< events known to be missing
  std::vector<std::string> remarks;  ///< what tracing itself changed or could not see, in words
  std::vector<Finding> lost_rights;  ///< set-uid files and the like that ran without them since we trace
  std::optional<Finding> denied;     ///< nothing was run, since ptrace is forbidden: who forbids it
};

/// Starts `target` under our tracer, follows all its children, and hands every event to `sink` until the
/// program has ended or enough was seen. See ptrace(2). Nothing of it is left behind unless `keep` says so.
/// Where ptrace is forbidden, TraceEnd::denied says by whom. Errors: fork failed, or a step before execve(2)
/// did.
Result<TraceEnd> run_traced(const Target& target, const TraceOptions& options, const EventSink& sink);

/// How to look at a process that runs already.
struct AttachOptions {
  std::chrono::milliseconds timeout{5000};
  bool children = false;  ///< trace its descendants, too, not only look at them
};

/// Watches a process that is not ours until it is clear what its threads wait for, or until the timeout.
/// Threads that sleep are only looked at through /proc; those that run are stopped once, and traced from
/// there. What it reads or waits for goes on as if we were not there, also when we are killed meanwhile.
/// Where ptrace is denied there are the waits alone, and a remark says why. Never fails as a whole: an end
/// without events is a process that is gone.
TraceEnd run_attached(Pid process, const AttachOptions& options, const EventSink& sink);

}  // namespace whywontitstart
