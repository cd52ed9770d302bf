// What the whole machine is held to: the settings of sysctl(8).
#include <array>

#include "base/text.h"
#include "host/accounts.h"
#include "host/amounts.h"
#include "host/bound_readers.h"
#include "host/tallies.h"

namespace whywontitstart {
namespace {

/// A setting with this name: nothing where this kernel has none.
std::vector<Bound> setting(const BoundQuestion& question, std::string name, std::string what,
                           std::optional<std::uint64_t> used, std::string cause = "limit.kernel") {
  const std::optional<std::uint64_t> value = sysctl_value(question.host, name);
  if (!value) return {};
  Bound bound;
  bound.cause = std::move(cause);
  bound.what = std::move(what);
  bound.used = used;
  bound.soft = bound.hard = *value;
  if (used && *used >= *value) bound.reached = true;
  // What a program had itself it gave back at its end, so that a bound with room now may have been met.
  if (used && *used < *value && question.who.pid != Pid::none) bound.reached = false;
  bound.fix = {"raise " + name + ", for good in /etc/sysctl.d",
               fmt::format("sysctl -w {}={}", name, *value > no_bound / 4 ? *value : *value * 2),
               "changes-system"};
  bound.name = std::move(name);
  return {bound};
}

void append(std::vector<Bound>& bounds, std::vector<Bound> more) {
  bounds.insert(bounds.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Lines of a table of /proc/sysvipc without its heading, and the sum of one of its columns.
struct Table {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
};
std::optional<Table> ipc_table(const Host& host, const std::string& name, std::size_t column) {
  const Result<std::string> text = host.read("/proc/sysvipc/" + name, 16U << 20);
  if (!text) return std::nullopt;
  Table table;
  for (const std::string_view line : split(*text, '\n')) {
    const std::vector<std::uint64_t> numbers = numbers_of(line);
    if (numbers.empty()) continue;
    ++table.rows;
    if (column < numbers.size()) table.sum += numbers[column];
  }
  return table;
}

std::string user_words(const BoundQuestion& question) {
  return " of user " + user_name(question.host, question.who.identity.uid);
}

std::vector<Bound> with_tally(std::vector<Bound> bounds, const std::string& missed) {
  for (Bound& bound : bounds) {
    bound.unseen = missed;
    // What was counted is too little: it may be reached all the same.
    if (!missed.empty() && !bound.reached.value_or(false)) bound.reached.reset();
  }
  return bounds;
}

/// The setting of the machine; and that of our user namespace, where it allows less.
std::vector<Bound> of_inotify(const BoundQuestion& question, const std::string& kind) {
  const auto tally = inotify_of_user(question.host, question.who.identity.uid);
  const Tally none{.count = 0, .missed = "processes cannot be seen"};
  const Tally counted = !tally ? none : kind == "watches" ? tally->watches : tally->instances;
  const std::optional<std::uint64_t> used = tally ? std::optional(counted.count) : std::nullopt;
  const std::string what = fmt::format("inotify {}{}", kind, user_words(question));
  std::vector<Bound> bounds = setting(question, "fs.inotify.max_user_" + kind, what, used, "limit.inotify");
  for (Bound& bound : setting(question, "user.max_inotify_" + kind, what, used, "limit.inotify"))
    if (bounds.empty() || bound.soft < bounds.front().soft) bounds.insert(bounds.begin(), std::move(bound));
  return with_tally(std::move(bounds), counted.missed);
}

/// The fields of "  0:  9 8/8 3/1000000 40/25000000" behind the blank, for this user.
std::vector<std::string> key_usage(const BoundQuestion& question) {
  const Result<std::string> text = question.host.read("/proc/key-users");
  if (!text) return {};
  for (const std::string_view line : split(*text, '\n')) {
    if (leading_number(line) != question.who.identity.uid) continue;
    std::vector<std::string> words;
    for (const std::string_view word : split(line.substr(line.find(':') + 1), ' '))
      if (!word.empty()) words.emplace_back(word);
    return words;
  }
  return {};
}

std::vector<Bound> switched_off(const BoundQuestion& question, std::string name, std::uint64_t least,
                                std::uint64_t most, std::string what, std::string change) {
  const std::optional<std::uint64_t> value = sysctl_value(question.host, name);
  if (!value) return {};
  Bound bound;
  bound.cause = "limit.kernel";
  bound.what = std::move(what);
  bound.unit = Bound::Unit::setting;
  bound.soft = bound.hard = *value;
  bound.reached = *value >= least && *value <= most;
  bound.fix = {"allow it, for good in /etc/sysctl.d; it widens what every user may do",
               fmt::format("sysctl -w {}={}", name, change), "security"};
  bound.name = std::move(name);
  return {bound};
}

}  // namespace

std::vector<Bound> machine_files(const BoundQuestion& question) {
  return setting(question, "fs.file-max", "open files of the whole machine",
                 sysctl_value(question.host, "fs.file-nr"), "limit.open-files");
}

std::vector<Bound> machine_threads(const BoundQuestion& question) {
  std::optional<std::uint64_t> used;  // "0.00 0.00 0.00 1/123 4567": 123 threads
  const std::string load = question.host.read("/proc/loadavg").value_or("");
  if (const std::size_t slash = load.find('/'); slash != std::string::npos)
    used = leading_number(std::string_view(load).substr(slash + 1));
  std::vector<Bound> bounds;
  for (const char* name : {"kernel.threads-max", "kernel.pid_max"})
    append(bounds,
           setting(question, name, "processes and threads of the whole machine", used, "limit.processes"));
  return bounds;
}

std::vector<Bound> memory_areas(const BoundQuestion& question) {
  std::optional<std::uint64_t> used;
  if (question.who.pid != Pid::none)
    if (const auto maps =
            question.host.read(fmt::format("/proc/{}/maps", number(question.who.pid)), 64U << 20))
      used = static_cast<std::uint64_t>(std::count(maps->begin(), maps->end(), '\n'));
  return setting(question, "vm.max_map_count", "memory areas of the process", used);
}

std::vector<Bound> promised_memory(const BoundQuestion& question) {
  const std::string meminfo = question.host.read("/proc/meminfo").value_or("");
  const auto mode = sysctl_value(question.host, "vm.overcommit_memory");
  const auto total = meminfo_field(meminfo, "MemTotal"), swap = meminfo_field(meminfo, "SwapTotal");
  const auto limit = meminfo_field(meminfo, "CommitLimit"), given = meminfo_field(meminfo, "Committed_AS");
  if (!mode || *mode == 1 || !total) return {};
  Bound bound;
  bound.name = "vm.overcommit_memory";
  bound.cause = "limit.memory";
  bound.unit = Bound::Unit::bytes;
  if (*mode == 2) {
    if (!limit || !given) return {};
    bound.what = "memory that may be promised (vm.overcommit_memory=2)";
    bound.used = given;
    bound.soft = bound.hard = *limit;
    bound.reached = *given + question.wanted > *limit;
    bound.fix = {"let more be promised than there is, for good in /etc/sysctl.d",
                 "sysctl -w vm.overcommit_ratio=90", "changes-system"};
  } else {
    // By its estimate the kernel refuses what all memory together could not hold.
    bound.what = "memory and swap of the machine, which one request may not exceed (vm.overcommit_memory=0)";
    bound.soft = bound.hard = *total + swap.value_or(0);
    bound.reached = question.wanted > bound.soft;
    bound.fix = {"ask for less: smaller heaps and caches; or add swap", "", "safe"};
  }
  return {bound};
}

std::vector<Bound> inotify_instances(const BoundQuestion& question) {
  return of_inotify(question, "instances");
}

std::vector<Bound> inotify_watches(const BoundQuestion& question) { return of_inotify(question, "watches"); }

std::vector<Bound> fanotify_groups(const BoundQuestion& question) {
  return setting(question, "fs.fanotify.max_user_groups", "fanotify groups" + user_words(question), {},
                 "limit.inotify");
}

std::vector<Bound> epoll_watches(const BoundQuestion& question) {
  return setting(question, "fs.epoll.max_user_watches", "descriptors in epoll" + user_words(question), {});
}

std::vector<Bound> mounts_of_namespace(const BoundQuestion& question) {
  const Result<std::string> mounts = question.host.read("/proc/self/mountinfo", 64U << 20);
  std::optional<std::uint64_t> used;
  if (mounts) used = static_cast<std::uint64_t>(std::count(mounts->begin(), mounts->end(), '\n'));
  return setting(question, "fs.mount-max", "mounts of the namespace", used);
}

std::vector<Bound> shared_memory(const BoundQuestion& question) {
  constexpr std::uint64_t page = 4096;
  constexpr std::size_t size_column = 3;  // "key shmid perms size …"
  const std::optional<Table> table = ipc_table(question.host, "shm", size_column);
  std::optional<std::uint64_t> segments, pages;
  if (table) segments = table->rows;
  if (table) pages = (table->sum + question.wanted + page - 1) / page;
  std::vector<Bound> bounds =
      setting(question, "kernel.shmmni", "segments of System V shared memory", segments);
  append(bounds, setting(question, "kernel.shmall", "pages of System V shared memory", pages));
  return bounds;
}

std::vector<Bound> shared_segment_size(const BoundQuestion& question) {
  std::vector<Bound> bounds = setting(question, "kernel.shmmax", "one segment of System V shared memory", {});
  for (Bound& bound : bounds) {
    bound.unit = Bound::Unit::bytes;
    bound.used = question.wanted;
    bound.reached = question.wanted > bound.soft;
  }
  return bounds;
}

std::vector<Bound> semaphores(const BoundQuestion& question) {
  // "SEMMSL SEMMNS SEMOPM SEMMNI" in one file
  const std::vector<std::uint64_t> limits =
      numbers_of(question.host.read("/proc/sys/kernel/sem").value_or(""));
  constexpr std::size_t number_column = 3;  // "key semid perms nsems …"
  const std::optional<Table> table = ipc_table(question.host, "sem", number_column);
  if (limits.size() < 4) return {};
  std::vector<Bound> bounds = setting(question, "kernel.sem", "sets of System V semaphores (SEMMNI)", {});
  append(bounds, setting(question, "kernel.sem", "System V semaphores (SEMMNS)", {}));
  if (bounds.size() < 2) return bounds;
  bounds[0].soft = bounds[0].hard = limits[3];
  bounds[1].soft = bounds[1].hard = limits[1];
  if (table) bounds[0].used = table->rows;
  if (table) bounds[1].used = table->sum + question.wanted;
  for (Bound& bound : bounds) {
    bound.reached = table ? std::optional(*bound.used >= bound.soft) : std::nullopt;
    bound.fix.command =
        fmt::format("sysctl -w kernel.sem='{} {} {} {}'", limits[0], limits[1] * 2, limits[2], limits[3] * 2);
  }
  return bounds;
}

std::vector<Bound> message_queues(const BoundQuestion& question) {
  const std::optional<Table> table = ipc_table(question.host, "msg", 0);
  return setting(question, "kernel.msgmni", "System V message queues",
                 table ? std::optional(table->rows) : std::nullopt);
}

std::vector<Bound> posix_queues(const BoundQuestion& question) {
  std::optional<std::uint64_t> used;
  if (const auto names = question.host.list("/dev/mqueue"); names && !names->empty()) used = names->size();
  return setting(question, "fs.mqueue.queues_max", "POSIX message queues", used);
}

std::vector<Bound> async_requests(const BoundQuestion& question) {
  std::vector<Bound> bounds = setting(question, "fs.aio-max-nr", "asynchronous requests of the machine",
                                      sysctl_value(question.host, "fs.aio-nr"));
  for (Bound& bound : bounds)
    if (bound.used) bound.reached = *bound.used + question.wanted > bound.soft;
  return bounds;
}

std::vector<Bound> keys(const BoundQuestion& question) {
  const std::vector<std::string> usage = key_usage(question);
  const std::string prefix = question.who.identity.uid == 0 ? "kernel.keys.root_max" : "kernel.keys.max";
  std::vector<Bound> bounds;
  std::size_t at = 2;  // behind the two counts of references
  for (const auto& [name, what] : {std::pair("keys", "keys"), std::pair("bytes", "bytes of keys")}) {
    const std::optional<std::uint64_t> used = at < usage.size() ? leading_number(usage[at]) : std::nullopt;
    append(bounds, setting(question, prefix + name, what + user_words(question), used));
    ++at;
  }
  return bounds;
}

std::vector<Bound> namespaces(const BoundQuestion& question) {
  std::vector<Bound> bounds;
  for (const char* kind : {"user", "pid", "net", "mnt", "ipc", "uts", "cgroup", "time"}) {
    std::vector<Bound> one =
        setting(question, fmt::format("user.max_{}_namespaces", kind),
                fmt::format("namespaces of kind {}{}", kind, user_words(question)), {}, "security.namespace");
    // How many there are cannot be seen; with none allowed it is plain.
    for (Bound& bound : one)
      if (bound.soft == 0) bound.reached = true;
    append(bounds, std::move(one));
  }
  return bounds;
}

std::vector<Bound> user_namespaces_off(const BoundQuestion& question) {
  constexpr std::uint64_t any = no_bound;
  std::vector<Bound> bounds = switched_off(question, "kernel.unprivileged_userns_clone", 0, 0,
                                           "only root may make user namespaces", "1");
  append(bounds, switched_off(question, "kernel.apparmor_restrict_unprivileged_userns", 1, any,
                              "programs without an AppArmor profile may not use user namespaces", "0"));
  append(bounds,
         switched_off(question, "user.max_user_namespaces", 0, 0, "no user namespaces may be made", "10000"));
  for (Bound& bound : bounds) bound.cause = "security.namespace";
  return bounds;
}

std::vector<Bound> io_uring_off(const BoundQuestion& question) {
  return switched_off(question, "kernel.io_uring_disabled", 1, no_bound, "io_uring is switched off", "0");
}

std::vector<Bound> bpf_off(const BoundQuestion& question) {
  return switched_off(question, "kernel.unprivileged_bpf_disabled", 1, no_bound,
                      "only CAP_BPF may load BPF programs", "0");
}

std::vector<Bound> perf_events_off(const BoundQuestion& question) {
  return switched_off(question, "kernel.perf_event_paranoid", 2, no_bound,
                      "ordinary users may not measure the kernel", "1");
}

std::vector<Bound> userfaultfd_off(const BoundQuestion& question) {
  return switched_off(question, "vm.unprivileged_userfaultfd", 0, 0,
                      "only root may handle page faults itself", "1");
}

}  // namespace whywontitstart
