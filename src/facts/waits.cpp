#include "facts/waits.h"

#include "facts/calls.h"
#include "model/waits.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto a_moment = 700ms;  // a healthy program waits so long now and then
constexpr auto long_quiet = 5s;   // without a call that could be seen
constexpr auto long_sleep = 60s;
constexpr double most_of_it = 0.8;

std::chrono::nanoseconds length_of(const Wait& wait) { return std::max(wait.lasts, wait.call.took); }

/// Of a log nobody knows how long the last calls took.
bool is_momentary(const Wait& wait) { return wait.state != '?' && length_of(wait) < a_moment; }

bool is_only_by(const Wait& wait, Pid process) {
  return !wait.by.empty() &&
         std::all_of(wait.by.begin(), wait.by.end(), [&](Pid other) { return other == process; });
}

/// It uses a processor, and has asked nothing of the system for long. On a machine that has much to do it
/// gets less of one than it would take, but it never goes to sleep.
bool is_busy(const Wait& wait, const Process& process, const Outcome& outcome) {
  constexpr double a_share = 0.2;
  if (wait.busy < most_of_it && (wait.busy < a_share || wait.lasts < (outcome.attached ? 3s : long_quiet)))
    return false;
  const TraceTime quiet = outcome.duration - std::max(process.last_call, process.started);
  // Who is given little time to come up is to be quiet for most of that.
  const auto long_for_it = std::clamp<TraceTime>(outcome.duration * 4 / 5, 2s, long_quiet);
  return outcome.attached ? quiet > a_moment : quiet > long_for_it && quiet > outcome.duration / 2;
}

bool is_vain_by_itself(const Wait& wait, const Process& process, const Outcome& outcome) {
  switch (wait.on) {
    case WaitFor::continuation:
    case WaitFor::debugger:
    case WaitFor::reaper:
      return true;
    case WaitFor::processor:
      return is_busy(wait, process, outcome);
    case WaitFor::lock:
    case WaitFor::connection:
    case WaitFor::fifo:
    case WaitFor::input:
    case WaitFor::randomness:
      return !is_momentary(wait);
    case WaitFor::answer:
      return !is_momentary(wait) && (!wait.answered || outcome.attached);
    case WaitFor::storage:
      return !is_momentary(wait);
    default:
      return false;
  }
}

// Threads of one process.

const Wait* wait_of(const Process& process, Pid thread) {
  for (const Wait& wait : process.waits)
    if (wait.thread == thread) return &wait;
  return nullptr;
}

/// Does the way from thread to thread that holds what the other wants come back to where it began?
bool waits_for_itself(const Process& process, const Wait& wait) {
  Pid at = wait.thread;
  for (std::size_t steps = 0; steps <= process.waits.size(); ++steps) {
    const Wait* next = wait_of(process, at);
    if (next == nullptr || next->on != WaitFor::thread || next->timed || next->by.size() != 1) return false;
    at = next->by.front();
    if (at == wait.thread) return true;
  }
  return false;
}

/// For another thread, or for what only the process itself could write into a pipe: threads wake each other
/// so.
bool is_for_itself(const Process& process, const Wait& wait) {
  if (wait.on == WaitFor::pipe) return is_only_by(wait, process.pid);
  return wait.on == WaitFor::thread &&
         std::all_of(wait.by.begin(), wait.by.end(), [&](Pid by) { return wait_of(process, by) != nullptr; });
}

void judge_threads(Process& process) {
  const bool all_asleep = std::all_of(process.waits.begin(), process.waits.end(), [&](const Wait& wait) {
    return is_for_itself(process, wait) && !wait.timed && !is_momentary(wait);
  });
  for (Wait& wait : process.waits) {
    const bool is_ring = wait.on == WaitFor::thread && waits_for_itself(process, wait);
    if (!is_momentary(wait) && (all_asleep || is_ring)) wait.in_vain = true;
  }
}

// Processes.

bool is_for_a_process(const Wait& wait) { return wait.on == WaitFor::child || wait.on == WaitFor::pipe; }

void add(std::vector<Pid>& pids, Pid pid) {
  if (std::find(pids.begin(), pids.end(), pid) == pids.end()) pids.push_back(pid);
}

bool comes_back(const Facts& facts, Pid from, Pid to, std::set<Pid>& seen) {
  const Process* process = facts.find(from);
  if (process == nullptr || process->exit || !seen.insert(from).second) return false;
  for (const Pid next : waited_for(facts, *process))
    if (next == to || comes_back(facts, next, to, seen)) return true;
  return false;
}

/// It does nothing but sleep, and has for most of the time that we watched.
bool only_sleeps(const Process& process, const Outcome& outcome) {
  return !process.exit && !process.waits.empty() &&
         std::all_of(process.waits.begin(), process.waits.end(), [&](const Wait& wait) {
           return wait.on == WaitFor::time && !is_momentary(wait) &&
                  (length_of(wait) >= outcome.duration / 2 || requested_sleep(wait.call) >= long_sleep);
         });
}

void judge_processes(Facts& facts) {
  for (Process& process : facts.processes) {
    for (Wait& wait : process.waits) {
      if (!is_for_a_process(wait) || is_momentary(wait) || wait.timed) continue;
      for (const Pid by : wait.by) {
        const Process* other = facts.find(by);
        std::set<Pid> seen;
        if (other == nullptr || by == process.pid) continue;
        if (comes_back(facts, by, process.pid, seen)) wait.in_vain = true;
        if (wait.on == WaitFor::child && only_sleeps(*other, facts.outcome)) wait.in_vain = true;
      }
    }
  }
}

/// A server that waits for clients may have a thread that looks after its console, or after a peer.
bool counts_in_a_server(const Wait& wait) {
  return wait.on != WaitFor::input && wait.on != WaitFor::answer && wait.on != WaitFor::processor &&
         wait.on != WaitFor::child;
}

bool serves(const Process& process) {
  return std::any_of(process.waits.begin(), process.waits.end(),
                     [](const Wait& wait) { return wait.on == WaitFor::work && !wait.listens.empty(); });
}

}  // namespace

std::vector<Pid> waited_for(const Facts& facts, const Process& process) {
  std::vector<Pid> found;
  for (const Wait& wait : process.waits) {
    if (wait.on == WaitFor::thread || is_momentary(wait)) continue;
    for (const Pid by : wait.by)
      if (by != process.pid && facts.find(by) != nullptr) add(found, by);
    if (wait.on != WaitFor::child || !wait.by.empty()) continue;
    for (const Process& other : facts.processes)  // a log does not say which
      if (other.parent == process.pid && !other.exit) add(found, other.pid);
  }
  return found;
}

bool is_stuck_itself(const Process& process) {
  return !process.exit && std::any_of(process.waits.begin(), process.waits.end(), [](const Wait& wait) {
    return wait.in_vain && !is_for_a_process(wait);
  });
}

bool tries_in_vain(const Facts& facts) {
  struct Tries {
    int count = 0;
    TraceTime first = TraceTime::max();
    TraceTime last{0};
  };
  std::map<std::string, Tries> all;
  for (const Failure& failure : facts.failures) {
    const CallKind kind = kind_of(failure.call);
    // A search looks for one name in many places, once in each.
    if (failure.healed || failure.is_search() || kind == CallKind::other || kind == CallKind::send) continue;
    const SyscallEvent& call = failure.call;
    Tries& tries =
        all[fmt::format("{} {}{}{} {}", call.name, call.path, call.address, call.file, number(call.error))];
    tries.count += failure.count;
    tries.first = std::min(tries.first, failure.first_at);
    tries.last = std::max(tries.last, failure.at);
  }
  const TraceTime end = facts.outcome.duration;
  return std::any_of(all.begin(), all.end(), [&](const auto& entry) {
    const Tries& tries = entry.second;
    if (tries.count < 3) return false;
    if (end == TraceTime{0}) return true;  // a log without times
    const TraceTime span = tries.last - tries.first;
    return span >= 1s && end - tries.last <= std::max<TraceTime>(5s, 2 * span / (tries.count - 1));
  });
}

bool judge_waits(Facts& facts) {
  for (Process& process : facts.processes) {
    if (process.exit) continue;
    for (Wait& wait : process.waits) wait.in_vain = is_vain_by_itself(wait, process, facts.outcome);
    judge_threads(process);
  }
  judge_processes(facts);
  bool any = false;
  for (Process& process : facts.processes) {
    if (process.exit) continue;
    const bool is_server = serves(process);
    for (Wait& wait : process.waits) {
      if (is_server && !counts_in_a_server(wait)) wait.in_vain = false;
      any = any || wait.in_vain;
    }
  }
  return any;
}

}  // namespace whywontitstart
