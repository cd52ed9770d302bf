#include "trace/one_cpu.h"

namespace whywontitstart {
namespace {

/// At some 5 µs each, a tenth of the time between two ticks.
constexpr std::size_t seldom = 2000;

constexpr std::size_t crowd = 16;
constexpr std::size_t rounds_to_tell_a_crowd = 32;

bool tells_processors(const SyscallEvent& event) {
  return event.path.starts_with("/proc/") && event.path.ends_with("/status");
}

}  // namespace

OneCpu::OneCpu(bool wanted) {
  CPU_ZERO(&one_);
  if (!wanted || ::sched_getaffinity(0, sizeof before_, &before_) != 0 || CPU_COUNT(&before_) < 2) return;
  const int here = ::sched_getcpu();
  if (here < 0) return;
  CPU_SET(here, &one_);
  bound_ = ::sched_setaffinity(0, sizeof one_, &one_) == 0;
}

OneCpu::~OneCpu() {
  if (bound_) ::sched_setaffinity(0, sizeof before_, &before_);
}

void OneCpu::release(Tracees& tracees) {
  bound_ = false;
  released_ = true;
  for (const auto& [id, thread] : tracees.all()) ::sched_setaffinity(number(id), sizeof before_, &before_);
  ::sched_setaffinity(0, sizeof before_, &before_);
}

void OneCpu::greet(Pid newcomer, Pid parent) const {
  if (!released_) return;
  cpu_set_t its;
  cpu_set_t of_parent;
  if (::sched_getaffinity(number(newcomer), sizeof its, &its) != 0 || !CPU_EQUAL(&its, &one_)) return;
  // One that the program bound itself begets bound ones.
  if (::sched_getaffinity(number(parent), sizeof of_parent, &of_parent) == 0 && CPU_EQUAL(&of_parent, &one_))
    return;
  ::sched_setaffinity(number(newcomer), sizeof before_, &before_);
}

void OneCpu::before(const CallInfo& call, Tracees& tracees) {
  if (bound_ && call.purpose == Purpose::binds_to_cpus) release(tracees);
}

void OneCpu::after(const Thread& thread, const PendingCall& call, const SyscallEvent& event,
                   Tracees& tracees) {
  if (!bound_ || event.error != Errno::none) return;
  if (tells_processors(event)) return release(tracees);
  if (call.info->purpose != Purpose::asks_for_cpus) return;
  const std::size_t size = std::min(static_cast<std::size_t>(event.value), sizeof before_);
  thread.memory.write(call.entry.args[2], {reinterpret_cast<const char*>(&before_), size});
}

void OneCpu::count_round(std::size_t stops, Tracees& tracees) {
  stops_of_rounds_ += stops;
  if (++rounds_ < rounds_to_tell_a_crowd) return;
  if (bound_ && stops_of_rounds_ >= crowd * rounds_) release(tracees);
  rounds_ = stops_of_rounds_ = 0;
}

void OneCpu::tick(Tracees& tracees) {
  if (bound_ && stops_ < seldom && tracees.size() > 1) release(tracees);
  stops_ = 0;
}

}  // namespace whywontitstart
