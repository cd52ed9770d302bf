#include "trace/tracer.h"

#include <linux/capability.h>

#include "launch/child.h"
#include "trace/denial.h"
#include "trace/filter.h"
#include "trace/live.h"
#include "trace/privileges.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

/// How one attempt ended: with a trace, or before the program was there.
struct Attempt {
  TraceEnd end;
  std::optional<LaunchFailure> failure;
};

TraceEnd not_run(const Obstacles& obstacles) {
  TraceEnd end;
  end.outcome.state = State::not_run;
  end.backend = "none";
  end.denied = explain_denial(obstacles);
  return end;
}

Result<Attempt> attempt(const Target& target, const TraceOptions& options, const EventSink& sink,
                        bool filtered) {
  ChildSetup setup;
  if (filtered) {
    setup.filter = call_filter();
    setup.no_new_privs = !has_capability(CAP_SYS_ADMIN);
  }
  const RoomForFiles files;
  setup.files = &files;
  Attention attention;
  setup.signals = &attention.before();
  // What is left running is to be as if we had never been, even if we are killed.
  OneCpu cpu(!options.keep);
  Result<Child> child = fork_child(target, setup);
  if (!child) return tl::unexpected(child.error());
  if (const Result<> seized = seize(child->pid(), !options.keep); !seized)
    return Attempt{not_run(obstacles_for(seized.error().errno_code, child->pid())), std::nullopt};
  LiveTrace trace(options, sink, attention, cpu, filtered, setup.no_new_privs);
  Attempt result{trace.follow(*child), std::nullopt};
  if (result.end.outcome.state == State::not_started) result.failure = child->failure();
  return result;
}

bool is_filter_wise(const Target& target, const TraceOptions& options) {
  // A filter cannot be taken off again: without a tracer, each call that it names would fail with ENOSYS.
  if (options.keep) return false;
  if (options.backend != Backend::automatic) return options.backend == Backend::filtered;
  // The verdicts of a filter that was there before outrank ours: we would not see what it forbids.
  if (is_under_seccomp()) return false;
  // no_new_privs would take from a set-uid program what it is there for.
  return has_capability(CAP_SYS_ADMIN) || !gains_rights(target.executable);
}

}  // namespace

Result<TraceEnd> run_traced(const Target& target, const TraceOptions& options, const EventSink& sink) {
  if (is_under_seccomp()) {
    const Result<Signal> killed = try_ptrace();
    if (!killed) return tl::unexpected(killed.error());
    if (*killed != Signal::none) {
      Obstacles obstacles = obstacles_for(0, Pid::none);
      obstacles.killed = *killed;
      return not_run(obstacles);
    }
  }
  const bool filtered = is_filter_wise(target, options);
  Result<Attempt> tried = attempt(target, options, sink, filtered);
  const bool without_filter = tried && tried->failure && tried->failure->step == LaunchStep::filter &&
                              options.backend == Backend::automatic;
  if (without_filter) tried = attempt(target, options, sink, false);
  if (!tried) return tl::unexpected(tried.error());
  if (tried->failure && tried->failure->step != LaunchStep::exec)
    return tl::unexpected(describe(*tried->failure, target));

  TraceEnd end = std::move(tried->end);
  if (end.backend == "ptrace+seccomp" && !has_capability(CAP_SYS_ADMIN))
    end.remarks.emplace_back(
        "no_new_privs was set for the program, as a seccomp filter needs without root: set-uid programs that "
        "it starts "
        "(sudo, ping) have no more rights than it has; use the full backend, or root, if that matters");
  if (options.keep && options.backend == Backend::filtered)
    end.remarks.emplace_back(
        "every call was traced: a filter cannot be taken off a program that is to be left running");
  return end;
}

}  // namespace whywontitstart
