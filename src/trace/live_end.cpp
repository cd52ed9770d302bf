#include <csignal>

#include "trace/live.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto grace_after_term = 2s;
constexpr auto grace_after_kill = 5s;  // a process in state D does not even die of SIGKILL

}  // namespace

/// Asked ten times a second.
bool LiveTrace::is_time_to_end() {
  if (pass_on_signals()) return true;
  const bool is_new_round = sample_threads();
  if (launched_ && options_.seen_enough && options_.seen_enough()) {
    ready_ = true;
    return true;
  }
  if (launched_ && is_new_round && options_.seen_waiting &&
      options_.seen_waiting([this] { return pending_waits(); }))
    return true;
  // What lives on when the target has ended may be a daemon that comes up.
  if (target_end_at_ && now() - std::max(*target_end_at_, last_event_) >= options_.grace) return true;
  return now() >= options_.timeout;
}

/// True when somebody is in earnest: a second signal, or one that the target cannot get any more.
bool LiveTrace::pass_on_signals() {
  for (const CaughtSignal& caught : attention_.signals()) {
    if (signals_passed_on_++ > 0 || target_end_) return true;
    passed_on_from_ = caught.sender;
    if (!caught.from_terminal) ::kill(number(target_), number(caught.signal));
    remark(fmt::format("{} came while the program ran: {}", name(caught.signal),
                       caught.from_terminal ? "the terminal sent it to the program, too"
                                            : "it was passed on to the program"));
  }
  return false;
}

void LiveTrace::tell_what_was_logged() {
  for (LogFiles::Added& added : logs_.added()) emit(added.process, added.process, std::move(added.log));
}

void LiveTrace::send_to_all(Signal signal) {
  for (const Pid process : tracees_.processes()) ::kill(number(process), number(signal));
}

void LiveTrace::serve_until(Clock::time_point deadline) {
  while (Clock::now() < deadline && serve_some()) {
  }
}

/// All that descends from the target, and nothing else: what we trace is just that.
void LiveTrace::end_all() {
  if (!is_anybody_left()) return;
  send_to_all(Signal{SIGTERM});
  send_to_all(Signal{SIGCONT});  // a stopped process would not see it
  serve_until(Clock::now() + grace_after_term);
  const Clock::time_point deadline = Clock::now() + grace_after_kill;
  while (is_anybody_left() && Clock::now() < deadline) {
    send_to_all(Signal{SIGKILL});
    if (!serve_some()) return;
  }
  for (const Pid process : tracees_.processes())
    remark(fmt::format("process {} does not die, not even of SIGKILL", number(process)));
}

/// Detaching needs a ptrace-stop, so each is asked for one.
void LiveTrace::leave_alone() {
  leaving_ = true;
  for (const auto& [id, thread] : tracees_.all()) interrupt(id);
  serve_until(Clock::now() + grace_after_term);
}

Outcome LiveTrace::outcome() const {
  Outcome result;
  result.ready = ready_;
  result.attached = attached_;
  result.ended_by_us = ended_by_us_;
  result.duration = watched_until_;
  if (!launched_) {
    result.state = State::not_started;
  } else if (target_end_ && target_end_at_ <= watched_until_) {
    result.state = target_end_->signal == Signal::none ? State::exited : State::killed;
    result.status = *target_end_;
    result.duration = *target_end_at_;
  } else {
    result.state = State::running;
  }
  return result;
}

}  // namespace whywontitstart
