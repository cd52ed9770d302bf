#pragma once

#include <string_view>
#include <vector>

#include "host/bounds.h"

namespace whywontitstart {

/// One question: which bounds, for whom, and how much was asked for (bytes, where the call names an amount).
struct BoundQuestion {
  const Host& host;
  const Bearer& who;
  std::uint64_t wanted = 0;
};

/// Gives the bounds of one kind; none where they cannot be read or do not exist in this kernel.
using BoundReader = std::vector<Bound> (*)(const BoundQuestion&);

// Of the process and its user, see getrlimit(2).
std::vector<Bound> open_files(const BoundQuestion& question);
std::vector<Bound> user_processes(const BoundQuestion& question);
std::vector<Bound> address_space(const BoundQuestion& question);
std::vector<Bound> data_size(const BoundQuestion& question);
std::vector<Bound> locked_memory(const BoundQuestion& question);
std::vector<Bound> file_size(const BoundQuestion& question);
std::vector<Bound> stack_size(const BoundQuestion& question);
std::vector<Bound> pending_signals(const BoundQuestion& question);
std::vector<Bound> queue_bytes(const BoundQuestion& question);
std::vector<Bound> nice_value(const BoundQuestion& question);
std::vector<Bound> realtime_priority(const BoundQuestion& question);

// Of the control groups from its own to the root, see cgroups(7).
std::vector<Bound> group_processes(const BoundQuestion& question);
std::vector<Bound> group_memory(const BoundQuestion& question);

// Of the machine, see proc(5), sysvipc(7), inotify(7), keyrings(7), namespaces(7).
std::vector<Bound> machine_files(const BoundQuestion& question);
std::vector<Bound> machine_threads(const BoundQuestion& question);
std::vector<Bound> memory_areas(const BoundQuestion& question);
std::vector<Bound> promised_memory(const BoundQuestion& question);
std::vector<Bound> inotify_instances(const BoundQuestion& question);
std::vector<Bound> inotify_watches(const BoundQuestion& question);
std::vector<Bound> fanotify_groups(const BoundQuestion& question);
std::vector<Bound> epoll_watches(const BoundQuestion& question);
std::vector<Bound> mounts_of_namespace(const BoundQuestion& question);
std::vector<Bound> shared_memory(const BoundQuestion& question);
std::vector<Bound> shared_segment_size(const BoundQuestion& question);
std::vector<Bound> semaphores(const BoundQuestion& question);
std::vector<Bound> message_queues(const BoundQuestion& question);
std::vector<Bound> posix_queues(const BoundQuestion& question);
std::vector<Bound> async_requests(const BoundQuestion& question);
std::vector<Bound> keys(const BoundQuestion& question);
std::vector<Bound> namespaces(const BoundQuestion& question);

// Settings that forbid something to ordinary users.
std::vector<Bound> user_namespaces_off(const BoundQuestion& question);
std::vector<Bound> io_uring_off(const BoundQuestion& question);
std::vector<Bound> bpf_off(const BoundQuestion& question);
std::vector<Bound> perf_events_off(const BoundQuestion& question);
std::vector<Bound> userfaultfd_off(const BoundQuestion& question);

}  // namespace whywontitstart
