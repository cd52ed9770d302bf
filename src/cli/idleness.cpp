#include "cli/idleness.h"

#include <algorithm>

#include "model/waits.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto waiting_for_events = 3s;
constexpr auto waiting_with_an_end = 6s;  // poll(2) and the like with a timeout: what comes then is not known
constexpr auto sleeping = 10s;
constexpr auto long_sleep = 30s;
constexpr double hardly = 0.1;  // of a processor

/// How long a thread has to wait like this to count as one that waits for work; none: never.
std::optional<std::chrono::seconds> time_needed(const WaitEvent& wait) {
  switch (wait.on) {
    case WaitFor::work:
      return wait.timed ? waiting_with_an_end : waiting_for_events;
    case WaitFor::thread:
      return waiting_for_events;
    case WaitFor::child:
      return waiting_for_events;  // the child's own waits are among the others
    case WaitFor::time: {
      const bool wakes = wait.lasts < sleeping / 2;
      const std::chrono::seconds wanted = requested_sleep(wait.call);
      if (wanted >= long_sleep || wakes) return sleeping;
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

Idleness idleness_of(const std::vector<Event>& waits) {
  Idleness idleness;
  std::chrono::seconds needed{0};
  bool all_idle = !waits.empty();
  bool only_for_others = true;
  bool sleeps = false, has_child = false;
  for (const Event& event : waits) {
    const auto* wait = std::get_if<WaitEvent>(&event.what);
    if (wait == nullptr) continue;
    idleness.serves = idleness.serves || (wait->on == WaitFor::work && !wait->listens.empty());
    const auto time = wait->busy < hardly ? time_needed(*wait) : std::nullopt;
    all_idle = all_idle && time.has_value();
    needed = std::max(needed, time.value_or(0s));
    only_for_others = only_for_others && (wait->on == WaitFor::thread || wait->on == WaitFor::child);
    sleeps = sleeps || wait->on == WaitFor::time;
    has_child = has_child || wait->on == WaitFor::child;
  }
  // Where one waits for a child that sleeps, what comes after the sleep is not known: a script on its way.
  const bool is_on_its_way = sleeps && has_child;
  if (all_idle && !only_for_others && !is_on_its_way) idleness.proves_itself_after = needed;
  return idleness;
}

}  // namespace whywontitstart
