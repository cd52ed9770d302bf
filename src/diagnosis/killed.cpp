#include "diagnosis/killed.h"

#include <csignal>

#include "base/fill.h"
#include "base/text.h"
#include "diagnosis/words.h"
#include "host/kernel_log.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

// The limit is held against time that is counted in whole ticks, what was used is told more exactly: where
// somebody else takes the processor now and then they differ.
constexpr double nearly_all = 0.8;

std::string mebibytes(std::uint64_t bytes) {
  return bytes < (10U << 20) ? fmt::format("{} KiB", bytes >> 10) : fmt::format("{} MiB", bytes >> 20);
}

void add_evidence(Candidate& candidate, std::string kind, std::string text) {
  candidate.probed.push_back({std::move(kind), std::move(text), Pid::none, {}});
}

const SignalEvent* fatal_signal(const Process& process) {
  const auto found =
      std::find_if(process.signals.rbegin(), process.signals.rend(), [&](const SignalEvent& signal) {
        return signal.signal == process.exit->signal && signal.sender != Pid::none;
      });
  return found == process.signals.rend() ? nullptr : &*found;
}

/// "timeout (PID 812)", "its parent sh (PID 7)", with its unit where systemd looks after it.
std::string sender_words(const Facts& facts, const Host& host, const Process& victim,
                         const SignalEvent& signal) {
  if (signal.sender == victim.pid) return "itself";
  std::string name = signal.sender_name;
  std::string role;
  if (const Process* known = facts.find(signal.sender)) {
    if (!known->executable.empty()) name = std::string(base_name(known->executable));
    role = victim.parent == known->pid ? "its parent " : "";
  }
  if (name.empty()) return fmt::format("process {}, which is gone", number(signal.sender));
  std::string text = fmt::format("{}{} (PID {}", role, name, number(signal.sender));
  if (const std::string unit = supervisor_of(host, signal.sender).unit; !unit.empty()) text += ", " + unit;
  return text + ")";
}

/// The record about this very process; in a container the kernel counts PIDs otherwise, then its name has to
/// do.
const OomRecord* record_of(const std::vector<OomRecord>& records, const Process& process) {
  const auto by_pid = std::find_if(records.begin(), records.end(),
                                   [&](const OomRecord& record) { return record.pid == process.pid; });
  if (by_pid != records.end()) return &*by_pid;
  constexpr std::size_t longest_name = 15;
  const std::string name(base_name(process.executable).substr(0, longest_name));
  const auto by_name = std::find_if(records.begin(), records.end(),
                                    [&](const OomRecord& record) { return record.name == name; });
  return by_name == records.end() ? nullptr : &*by_name;
}

void say_group_limit(Match& match, const OomKillEvent* group, std::string folder) {
  match.subject_kind = "limit";
  match.subject = "memory.max";
  match.values["place"] = std::move(folder);
  match.values["limit"] = group != nullptr && group->max ? mebibytes(*group->max) : "";
  match.summary =
      "{program} was killed by the kernel since its control group {place} has used up its memory{? ({limit} "
      "in "
      "memory.max)}";
  match.fixes = {
      {"give the group more memory: MemoryMax= of the unit, --memory of the container", "", "changes-system"},
      {"let {program} use less: fewer workers, smaller caches and heaps", "", "safe"}};
}

void say_machine_is_full(Match& match) {
  match.subject_kind = "process";
  match.subject = "{program}";
  match.summary = "{program} was killed by the kernel since the memory of this machine was used up";
  match.fixes = {{"see what uses the memory", "ps -eo rss,pid,args --sort=-rss | head", "safe"},
                 {"add memory or swap, or let fewer programs run beside it", "", "changes-system"}};
}

/// The kernel's log knows best; where it may not be read, the counts of the control groups have to do.
bool explain_by_memory(Candidate& candidate, const Process& process, const Facts& facts, const Host& host) {
  const Result<std::vector<OomRecord>> records = recent_oom_records(host, facts.outcome.duration);
  const OomRecord* record = records ? record_of(*records, process) : nullptr;
  const OomKillEvent* group = facts.oom_kills.empty() ? nullptr : &facts.oom_kills.front();
  if (record == nullptr && (group == nullptr || (records && !records->empty()))) return false;
  Match& match = candidate.match;
  match.cause = "killed.oom";
  match.title = "It was killed for lack of memory";
  match.is_symptom = false;
  match.weight = 0.95;
  match.references = {"cgroups(7)", "proc(5)"};
  const bool of_group = record != nullptr ? !record->group.empty() : group->max.has_value();
  if (of_group)
    say_group_limit(match, group, group != nullptr ? group->group : record->group);
  else
    say_machine_is_full(match);
  if (record != nullptr) add_evidence(candidate, "log", record->text);
  if (group != nullptr)
    add_evidence(
        candidate, "probe",
        fmt::format("{} killed {} {} meanwhile{}{}", group->group, group->kills,
                    group->kills == 1 ? "process" : "processes",
                    group->max ? fmt::format(", its memory.max is {}", mebibytes(*group->max)) : "",
                    group->peak ? fmt::format(", it used {} at most", mebibytes(*group->peak)) : ""));
  if (process.peak_memory > 0)
    add_evidence(candidate, "exit",
                 fmt::format("it had {} in memory at most", mebibytes(process.peak_memory)));
  return true;
}

std::optional<Limit> cpu_limit(const Target& target, const Process& process, const Host& host) {
  const auto find = [](const std::vector<Limit>& limits) -> std::optional<Limit> {
    const auto found = std::find_if(limits.begin(), limits.end(),
                                    [](const Limit& limit) { return limit.name == "RLIMIT_CPU"; });
    return found == limits.end() ? std::nullopt : std::optional(*found);
  };
  if (const auto own = find(process.limits)) return own;
  if (const auto set = find(target.limits)) return set;
  return find(process_limits(host, Pid::none).value_or(std::vector<Limit>()));
}

/// At the hard limit the kernel does not ask any more.
bool explain_by_time(Candidate& candidate, const Target& target, const Process& process, const Host& host) {
  const std::optional<Limit> limit = cpu_limit(target, process, host);
  if (!limit || limit->hard == UINT64_MAX || process.cpu.count() == 0) return false;
  if (std::chrono::duration<double>(process.cpu).count() < nearly_all * static_cast<double>(limit->hard))
    return false;
  Match& match = candidate.match;
  match.cause = "limit.cpu-time";
  match.subject_kind = "limit";
  match.subject = "RLIMIT_CPU";
  match.title = "The processor time is used up";
  match.summary =
      "{program} was killed since it used all the processor time that RLIMIT_CPU allows ({limit} s)";
  match.values["limit"] = std::to_string(limit->hard);
  match.is_symptom = false;
  match.weight = 0.95;
  match.fixes = {{"see the limit, and raise it before the start", "ulimit -t", "safe"}};
  match.references = {"getrlimit(2)"};
  add_evidence(candidate, "exit", fmt::format("it used {} of processor time", time_words(process.cpu)));
  return true;
}

}  // namespace

void ask_killer(Candidate& candidate, const Target& target, const Facts& facts, const Host& host) {
  const Process* process = facts.find(candidate.match.process);
  if (process == nullptr || !process->exit || process->exit->signal == Signal::none) return;
  const bool by_kill = process->exit->signal == Signal{SIGKILL};
  if (const SignalEvent* signal = fatal_signal(*process)) {
    const std::string sender = sender_words(facts, host, *process, *signal);
    candidate.match.values["sender"] = sender;
    add_evidence(candidate, "signal", fmt::format("{} was sent by {}", name(signal->signal), sender));
    return;
  }
  if (!by_kill) return;
  if (explain_by_memory(candidate, *process, facts, host) ||
      explain_by_time(candidate, target, *process, host))
    return;
  candidate.match.values["sender"] = "somebody outside of what was traced";
}

}  // namespace whywontitstart
