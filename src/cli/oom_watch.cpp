#include "cli/oom_watch.h"

#include <algorithm>

#include "base/text.h"
#include "host/cgroups.h"

namespace whywontitstart {

OomWatch::OomWatch(const Host& host) : host_(&host) {
  for (const Cgroup& group : cgroups_of(host, Pid::none).value_or(std::vector<Cgroup>()))
    if (group.oom_kills) before_.emplace(group.folder, *group.oom_kills);
}

/// A process goes into a group by a write to a file of it.
void OomWatch::saw(const Event& event) {
  const auto* call = std::get_if<SyscallEvent>(&event.what);
  if (call == nullptr || call->error != Errno::none || !call->name.starts_with("open")) return;
  const std::string_view file = base_name(call->path);
  const bool moves = file == "cgroup.procs" || file == "tasks" || file == "cgroup.threads";
  if (moves && call->path.starts_with("/sys/fs/cgroup/")) note(folder_of(call->path));
}

void OomWatch::note(const std::string& folder) {
  if (before_.count(folder) > 0) return;
  if (const auto kills = cgroup_at(*host_, folder).oom_kills) before_.emplace(folder, *kills);
}

std::vector<OomKillEvent> OomWatch::kills() const {
  std::vector<OomKillEvent> kills;
  for (const auto& [folder, before] : before_) {
    const Cgroup group = cgroup_at(*host_, folder);
    if (group.oom_kills.value_or(0) <= before) continue;
    kills.push_back({folder, *group.oom_kills - before, group.memory_max, group.memory_peak});
  }
  std::stable_sort(kills.begin(), kills.end(), [](const OomKillEvent& one, const OomKillEvent& other) {
    return one.max.value_or(UINT64_MAX) < other.max.value_or(UINT64_MAX);
  });
  return kills;
}

}  // namespace whywontitstart
