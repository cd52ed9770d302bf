#include "host/bounds.h"

#include <cerrno>

#include "base/text.h"
#include "host/amounts.h"
#include "host/bound_readers.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

struct Row {
  std::vector<std::string_view> calls;  ///< empty: any
  std::vector<int> errors;
  std::vector<BoundReader> readers;  ///< the likeliest first
  std::string_view flag = {};        ///< the call has it among its flags; empty: any
};

/// The ERRORS of section 2 of the manual, as far as a bound is behind them. The first row that fits counts.
const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {{"inotify_init", "inotify_init1"}, {EMFILE}, {inotify_instances, open_files}},
      {{"fanotify_init"}, {EMFILE}, {fanotify_groups, open_files}},
      {{"inotify_add_watch"}, {ENOSPC}, {inotify_watches}},
      {{"epoll_ctl"}, {ENOSPC}, {epoll_watches}},
      {{"mq_open"}, {EMFILE}, {queue_bytes, open_files}},
      {{"mq_open"}, {ENOSPC}, {posix_queues}},
      {{"shmget"}, {ENOSPC, ENOMEM}, {shared_memory}},
      {{"shmget"}, {EINVAL}, {shared_segment_size}},
      {{"semget"}, {ENOSPC}, {semaphores}},
      {{"msgget"}, {ENOSPC}, {message_queues}},
      {{"io_setup"}, {EAGAIN}, {async_requests}},
      {{"add_key", "request_key", "keyctl"}, {EDQUOT}, {keys}},
      {{"mount", "move_mount", "fsmount"}, {ENOSPC}, {mounts_of_namespace}},
      {{"clone", "clone3", "unshare"}, {ENOSPC, EUSERS}, {namespaces}},
      {{"clone", "clone3", "unshare"}, {EPERM, EACCES}, {user_namespaces_off}, "CLONE_NEWUSER"},
      {{"fork", "vfork", "clone", "clone3"}, {EAGAIN}, {group_processes, user_processes, machine_threads}},
      {{"setuid", "setreuid", "setresuid", "execve", "execveat"}, {EAGAIN}, {user_processes}},
      {{"execve", "execveat"}, {E2BIG}, {stack_size}},
      {{"timer_create", "rt_sigqueueinfo", "rt_tgsigqueueinfo"}, {EAGAIN}, {pending_signals}},
      {{"mlock", "mlock2", "mlockall", "io_uring_setup", "bpf", "shmctl"}, {ENOMEM, EAGAIN}, {locked_memory}},
      {{"mlock", "mlock2", "mlockall", "shmctl"}, {EPERM}, {locked_memory}},
      {{"io_uring_setup"}, {EPERM}, {io_uring_off}},
      {{"bpf"}, {EPERM}, {bpf_off, locked_memory}},
      {{"perf_event_open"}, {EPERM, EACCES}, {perf_events_off}},
      {{"userfaultfd"}, {EPERM}, {userfaultfd_off}},
      {{"setpriority"}, {EACCES, EPERM}, {nice_value}},
      {{"sched_setscheduler", "sched_setattr"}, {EPERM}, {realtime_priority}},
      {{"mmap", "mmap2", "brk", "mremap", "mprotect", "munmap", "madvise", "shmat", "clone", "clone3", "fork",
        "vfork", "execve"},
       {ENOMEM},
       {address_space, data_size, promised_memory, group_memory, memory_areas}},
      {{"mmap", "mmap2", "mremap"}, {EAGAIN}, {locked_memory}},
      {{}, {EMFILE}, {open_files}},
      {{}, {ENFILE}, {machine_files}},
      {{}, {EFBIG}, {file_size}},
  };
  return table;
}

template <typename List, typename Value>
bool contains(const List& list, const Value& value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

bool fits(const Row& row, const SyscallEvent& call) {
  return contains(row.errors, number(call.error)) && (row.calls.empty() || contains(row.calls, call.name)) &&
         (row.flag.empty() || has_flag(call, row.flag));
}

/// Smaller is likelier; of counts the one with the least left.
std::pair<int, std::uint64_t> rank(const Bound& bound) {
  const std::uint64_t used = bound.used.value_or(0);
  const std::uint64_t left = bound.unit == Bound::Unit::count && bound.soft > used ? bound.soft - used : 0;
  if (bound.reached.value_or(false)) return {0, 0};
  if (bound.reached) return {3, left};  // it is not
  return {bound.was_met ? 1 : 2, left};
}

void set_limit(std::vector<Limit>& limits, const Limit& wanted) {
  const auto known = std::find_if(limits.begin(), limits.end(),
                                  [&](const Limit& limit) { return limit.name == wanted.name; });
  if (known != limits.end())
    *known = wanted;
  else
    limits.push_back(wanted);
}

std::string value_text(std::uint64_t value, Bound::Unit unit) {
  if (value == no_bound) return "unlimited";
  return unit == Bound::Unit::bytes ? size_text(value) : std::to_string(value);
}

/// A call that asks for a new open file, inode or user is refused at the very bound: nothing is left of it.
void settle(const SyscallEvent& call, std::vector<Bound>& bounds) {
  const bool one_only = bounds.size() == 1 && !bounds.front().reached;
  if (!one_only || bounds.front().unit == Bound::Unit::setting) return;
  const int code = number(call.error);
  if (code == EMFILE || code == ENFILE || code == ENOSPC || code == EFBIG) bounds.front().reached = true;
}

}  // namespace

std::uint64_t amount_wanted(const SyscallEvent& call) {
  std::size_t at = 1;
  if (call.name == "mremap") at = 2;
  if (call.name == "io_setup") at = 0;
  constexpr std::string_view amounts[] = {"mmap",   "mmap2",  "mremap", "mlock",
                                          "mlock2", "shmget", "semget", "io_setup"};
  if (!contains(amounts, std::string_view(call.name)) || call.arguments.size() <= at) return 0;
  return leading_number(call.arguments[at]).value_or(0);
}

std::string amounts_of(const Bound& bound) {
  if (bound.unit == Bound::Unit::setting) return fmt::format("{}: {}", bound.soft, bound.what);
  const std::string allowed = value_text(bound.soft, bound.unit);
  std::string text = bound.used ? fmt::format("{}{} of {}", bound.unseen.empty() ? "" : "at least ",
                                              value_text(*bound.used, bound.unit), allowed)
                                : allowed;
  if (!bound.what.empty()) text += bound.unit == Bound::Unit::bytes ? " for " + bound.what : " " + bound.what;
  if (bound.hard != bound.soft) text += fmt::format(", hard limit {}", value_text(bound.hard, bound.unit));
  return text;
}

std::string to_text(const Bound& bound) {
  if (bound.unit == Bound::Unit::setting)
    return fmt::format("{} is {}: {}", bound.name, bound.soft, bound.what);
  return fmt::format("{}{}: {}", bound.name, bound.place.empty() ? "" : " of " + bound.place,
                     amounts_of(bound));
}

ProgramLimits program_limits(const Host& host, const Target& target, const Process* process, Pid pid) {
  ProgramLimits found;
  Result<std::vector<Limit>> limits = process_limits(host, pid);
  if (limits) found.limits = std::move(*limits);
  if (!limits) found.unread = limits.error();
  if (pid == Pid::none)
    for (const Limit& limit : target.limits) set_limit(found.limits, limit);
  if (process != nullptr)
    for (const Limit& limit : process->limits) set_limit(found.limits, limit);
  return found;
}

std::vector<Bound> bounds_behind(const Host& host, const SyscallEvent& call, const Bearer& who) {
  const auto row =
      std::find_if(rows().begin(), rows().end(), [&](const Row& one) { return fits(one, call); });
  if (row == rows().end()) return {};
  std::vector<Bound> bounds;
  for (const BoundReader reader : row->readers)
    for (Bound& bound : reader({host, who, amount_wanted(call)})) bounds.push_back(std::move(bound));
  settle(call, bounds);
  std::stable_sort(bounds.begin(), bounds.end(),
                   [](const Bound& one, const Bound& other) { return rank(one) < rank(other); });
  return bounds;
}

std::vector<Bound> bounds_like(const Host& host, std::string_view name, const Bearer& who) {
  struct Typical {
    std::string_view bound;
    std::string_view call;
    int error;
  };
  static constexpr Typical typical[] = {
      {"RLIMIT_NOFILE", "openat", EMFILE},
      {"RLIMIT_NPROC", "clone", EAGAIN},
      {"RLIMIT_AS", "mmap", ENOMEM},
      {"RLIMIT_MEMLOCK", "mlock", ENOMEM},
      {"RLIMIT_FSIZE", "write", EFBIG},
      {"RLIMIT_STACK", "execve", E2BIG},
      {"fs.file-max", "openat", ENFILE},
      {"fs.inotify.max_user_instances", "inotify_init1", EMFILE},
      {"fs.inotify.max_user_watches", "inotify_add_watch", ENOSPC},
  };
  for (const Typical& one : typical) {
    if (one.bound != name) continue;
    SyscallEvent call;
    call.name = one.call;
    call.error = Errno{one.error};
    return bounds_behind(host, call, who);
  }
  return {};
}

std::vector<Bound> common_bounds(const Host& host, const Bearer& who) {
  std::vector<Bound> bounds;
  for (const BoundReader reader :
       {open_files, user_processes, group_processes, machine_files, machine_threads, async_requests, keys})
    for (Bound& bound : reader({host, who, 0})) bounds.push_back(std::move(bound));
  return bounds;
}

}  // namespace whywontitstart
