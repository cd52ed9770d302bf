// What a process, its user and its control groups are held to.
#include "base/text.h"
#include "host/accounts.h"
#include "host/amounts.h"
#include "host/bound_readers.h"
#include "host/cgroups.h"
#include "host/processes.h"
#include "host/tallies.h"

namespace whywontitstart {
namespace {

/// Of a process that lives, a line of its /proc/PID/status: "VmSize:  123 kB" is 123 KiB.
std::optional<std::uint64_t> field_of(const BoundQuestion& question, std::string_view key) {
  if (question.who.pid == Pid::none) return std::nullopt;
  const std::string path = fmt::format("/proc/{}/status", number(question.who.pid));
  return meminfo_field(question.host.read(path).value_or(""), key);
}

struct LimitWords {
  std::string_view name;
  std::string_view cause;
  std::string_view what;
  std::string_view setting;  ///< of systemd.exec(5)
  std::string_view letter;   ///< of the shell's ulimit
};

Fix fix_of(const LimitWords& words) {
  const std::string unit = fmt::format("{}= in its unit", words.setting);
  if (words.letter.empty()) return {fmt::format("raise {}: {}", words.name, unit), "", "changes-system"};
  return {fmt::format("raise {}: {}, or in the shell before the start", words.name, unit),
          fmt::format("ulimit -{} unlimited", words.letter), "changes-system"};
}

/// The limit with these words; none where it is not known.
std::vector<Bound> limit(const BoundQuestion& question, const LimitWords& words,
                         Bound::Unit unit = Bound::Unit::count) {
  for (const Limit& limit : question.who.limits) {
    if (limit.name != words.name) continue;
    Bound bound;
    bound.name = limit.name;
    bound.cause = words.cause;
    bound.what = words.what;
    bound.unit = unit;
    bound.soft = limit.soft;
    bound.hard = limit.hard;
    if (limit.soft == no_bound) bound.reached = false;
    bound.fix = fix_of(words);
    return {bound};
  }
  return {};
}

std::vector<Bound> with_used(std::vector<Bound> bounds, std::optional<std::uint64_t> used,
                             std::uint64_t wanted) {
  for (Bound& bound : bounds) {
    bound.used = used;
    if (bound.soft == no_bound) continue;
    const std::uint64_t held = used.value_or(0);
    if (wanted > bound.soft || held > bound.soft - wanted) bound.reached = true;
  }
  return bounds;
}

/// The user 0 of the machine is not held to its number of processes.
bool is_exempt(const BoundQuestion& question) {
  if (question.who.identity.uid != 0) return false;
  const Result<std::string> map = question.host.read("/proc/self/uid_map");
  return !map || map->find("4294967295") != std::string::npos;
}

std::string unit_of_group(std::string_view folder) {
  const std::string name(base_name(folder));
  const bool is_unit = name.ends_with(".service") || name.ends_with(".scope") || name.ends_with(".slice");
  return is_unit ? name : std::string();
}

Fix group_fix(const std::string& folder, std::string_view file, std::string_view setting) {
  const std::string unit = unit_of_group(folder);
  if (unit.empty())
    return {fmt::format("give the control group more: {} of {}, or the limit of the container", file, folder),
            "", "changes-system"};
  return {fmt::format("give {} more: {}= in its unit, or at once", unit, setting),
          fmt::format("systemctl set-property {} {}=infinity", shell_quoted(unit), setting),
          "changes-system"};
}

std::vector<Cgroup> groups_of(const BoundQuestion& question) {
  return cgroups_of(question.host, question.who.pid).value_or(std::vector<Cgroup>());
}

}  // namespace

std::vector<Bound> open_files(const BoundQuestion& question) {
  std::optional<std::uint64_t> used;
  if (question.who.pid != Pid::none)
    if (const auto fds = question.host.list(fmt::format("/proc/{}/fd", number(question.who.pid))))
      used = fds->size();
  return with_used(limit(question, {"RLIMIT_NOFILE", "limit.open-files", "open files", "LimitNOFILE", "n"}),
                   used, 1);
}

std::vector<Bound> user_processes(const BoundQuestion& question) {
  std::vector<Bound> bounds =
      limit(question, {"RLIMIT_NPROC", "limit.processes", "processes and threads", "LimitNPROC", "u"});
  if (bounds.empty()) return bounds;
  Bound& bound = bounds.front();
  bound.what += " of user " + user_name(question.host, question.who.identity.uid);
  if (is_exempt(question)) bound.reached = false;
  if (bound.reached) return bounds;
  const std::optional<Tally> tally = threads_of_user(question.host, question.who.identity.uid);
  if (!tally) return bounds;
  bound.used = tally->count;
  bound.unseen = tally->missed;
  if (tally->count >= bound.soft) bound.reached = true;
  return bounds;
}

std::vector<Bound> address_space(const BoundQuestion& question) {
  return with_used(
      limit(question, {"RLIMIT_AS", "limit.memory", "address space", "LimitAS", "v"}, Bound::Unit::bytes),
      field_of(question, "VmSize"), question.wanted);
}

std::vector<Bound> data_size(const BoundQuestion& question) {
  return with_used(
      limit(question, {"RLIMIT_DATA", "limit.memory", "data", "LimitDATA", "d"}, Bound::Unit::bytes),
      field_of(question, "VmData"), question.wanted);
}

std::vector<Bound> locked_memory(const BoundQuestion& question) {
  return with_used(
      limit(question, {"RLIMIT_MEMLOCK", "limit.locked-memory", "locked memory", "LimitMEMLOCK", "l"},
            Bound::Unit::bytes),
      field_of(question, "VmLck"), question.wanted);
}

std::vector<Bound> file_size(const BoundQuestion& question) {
  return limit(question, {"RLIMIT_FSIZE", "limit.file-size", "the size of a file", "LimitFSIZE", "f"},
               Bound::Unit::bytes);
}

std::vector<Bound> stack_size(const BoundQuestion& question) {
  return limit(question, {"RLIMIT_STACK", "limit.stack", "stack", "LimitSTACK", "s"}, Bound::Unit::bytes);
}

std::vector<Bound> pending_signals(const BoundQuestion& question) {
  std::optional<std::uint64_t> used;  // "SigQ:  3/31000"
  const std::string folder =
      question.who.pid == Pid::none ? std::string("self") : std::to_string(number(question.who.pid));
  const std::string status = question.host.read(fmt::format("/proc/{}/status", folder)).value_or("");
  if (const std::size_t at = status.find("\nSigQ:"); at != std::string::npos)
    used = leading_number(std::string_view(status).substr(at + 6));
  return with_used(limit(question, {"RLIMIT_SIGPENDING", "limit.kernel", "queued signals and timers",
                                    "LimitSIGPENDING", "i"}),
                   used, 1);
}

std::vector<Bound> queue_bytes(const BoundQuestion& question) {
  return limit(question, {"RLIMIT_MSGQUEUE", "limit.kernel", "POSIX message queues", "LimitMSGQUEUE", "q"},
               Bound::Unit::bytes);
}

std::vector<Bound> nice_value(const BoundQuestion& question) {
  return limit(question, {"RLIMIT_NICE", "limit.kernel", "priority", "LimitNICE", "e"});
}

std::vector<Bound> realtime_priority(const BoundQuestion& question) {
  return limit(question, {"RLIMIT_RTPRIO", "limit.kernel", "real-time priority", "LimitRTPRIO", "r"});
}

std::vector<Bound> group_processes(const BoundQuestion& question) {
  std::vector<Bound> bounds;
  for (const Cgroup& group : groups_of(question)) {
    if (!group.pids_max) continue;
    Bound bound;
    bound.name = "pids.max";
    bound.cause = "limit.processes";
    bound.place = group.folder;
    bound.what = "processes and threads";
    bound.used = group.pids_current;
    bound.soft = bound.hard = *group.pids_max;
    bound.was_met = group.pids_refused.value_or(0) > 0;
    if (group.pids_current && *group.pids_current >= *group.pids_max) bound.reached = true;
    bound.fix = group_fix(group.folder, "pids.max", "TasksMax");
    bounds.push_back(std::move(bound));
  }
  return bounds;
}

std::vector<Bound> group_memory(const BoundQuestion& question) {
  std::vector<Bound> bounds;
  for (const Cgroup& group : groups_of(question)) {
    if (!group.memory_max) continue;
    Bound bound;
    bound.name = "memory.max";
    bound.cause = "limit.memory";
    bound.place = group.folder;
    bound.what = "memory";
    bound.unit = Bound::Unit::bytes;
    bound.used = group.memory_current;
    bound.soft = bound.hard = *group.memory_max;
    // What is used counts files that can be let go: a full group may still have room.
    bound.reached = group.memory_current && *group.memory_current >= *group.memory_max / 100 * 97;
    bound.fix = group_fix(group.folder, "memory.max", "MemoryMax");
    bounds.push_back(std::move(bound));
  }
  return bounds;
}

}  // namespace whywontitstart
