#include "trace/live.h"
#include "trace/requests.h"

namespace whywontitstart {

/// True when it was time for that.
bool LiveTrace::sample_threads() {
  if (!samples_.is_due()) return false;
  samples_.begin_round();
  for (const auto& [id, thread] : tracees_.all()) samples_.take(thread.process, id);
  for (const auto& [id, thread] : looked_at_) samples_.take(thread.process, id);
  return true;
}

void LiveTrace::tell_what_is_pending() {
  for (Event& wait : pending_waits()) emit(wait.process, wait.thread, std::move(wait.what));
}

/// The calls in which the threads sit that live. What they wait for there is for the machine to say.
std::vector<Event> LiveTrace::pending_waits() {
  std::vector<Event> waits;
  for (auto& [id, thread] : tracees_.all()) waits.push_back(pending_of(thread));
  for (auto& [id, thread] : looked_at_) waits.push_back(pending_of(thread));
  return waits;
}

Event LiveTrace::pending_of(const Thread& thread) {
  const Samples::Course course = samples_.course(thread.process, thread.id);
  WaitEvent wait;
  // In a group-stop that we let it stay in it is stopped as it would be without us.
  wait.state = thread.in_group_stop ? 'T' : course.state;
  wait.lasts = course.same_since;
  wait.busy = course.busy;
  if (std::optional<PendingCall> call = call_of(thread)) {
    const LiveView view(thread);
    wait.call = decode_call(call->entry, std::nullopt, view).event;
    wait.call.took = now() - call->since;
  }
  return {thread.process, thread.id, now(), std::move(wait)};
}

/// The call that a thread has begun, whether it stopped there or not; none where it is in none.
std::optional<PendingCall> LiveTrace::call_of(const Thread& thread) const {
  PendingCall call{.entry = {}, .since = now(), .early = nullptr};
  if (thread.call) {
    call.entry = thread.call->entry;
    call.since = thread.call->since;
    return call;
  }
  const auto running = call_of_running(thread.id, thread.arch);
  if (!running) return std::nullopt;
  call.entry = without_multiplexer(*running, LiveView(thread));
  if (thread.restarting && call_info(call.entry.arch, call.entry.number).name == "restart_syscall")
    call.entry = *thread.restarting;
  return call;
}

}  // namespace whywontitstart
