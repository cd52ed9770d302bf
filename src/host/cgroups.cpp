#include "host/cgroups.h"

#include <charconv>

#include "base/text.h"
#include "host/amounts.h"

namespace whywontitstart {
namespace {

constexpr std::uint64_t no_limit_of_v1 = 1ULL << 62;  // version 1 writes a huge number for "none"

std::optional<std::uint64_t> read_limit(const Host& host, const std::string& path) {
  const std::optional<std::uint64_t> value = read_number(host, path);
  return value && *value < no_limit_of_v1 ? value : std::nullopt;
}

std::optional<std::uint64_t> read_key(const Host& host, const std::string& path, std::string_view key) {
  const Result<std::string> text = host.read(path);
  if (!text) return std::nullopt;
  for (const std::string_view line : split(*text, '\n')) {
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') continue;
    std::uint64_t value = 0;
    std::from_chars(line.data() + key.size() + 1, line.data() + line.size(), value);
    return value;
  }
  return std::nullopt;
}

Cgroup read_v2(const Host& host, const std::string& folder) {
  Cgroup group;
  group.folder = folder;
  group.memory_max = read_limit(host, folder + "/memory.max");
  group.memory_current = read_limit(host, folder + "/memory.current");
  group.memory_peak = read_limit(host, folder + "/memory.peak");
  group.oom_kills = read_key(host, folder + "/memory.events", "oom_kill");
  group.pids_max = read_limit(host, folder + "/pids.max");
  group.pids_current = read_limit(host, folder + "/pids.current");
  group.pids_refused = read_key(host, folder + "/pids.events", "max");
  return group;
}

Cgroup read_v1(const Host& host, const std::string& folder, bool memory, bool pids) {
  Cgroup group;
  group.folder = folder;
  if (memory) {
    group.memory_max = read_limit(host, folder + "/memory.limit_in_bytes");
    group.memory_current = read_limit(host, folder + "/memory.usage_in_bytes");
    group.memory_peak = read_limit(host, folder + "/memory.max_usage_in_bytes");
    group.oom_kills = read_key(host, folder + "/memory.oom_control", "oom_kill");
  }
  if (pids) {
    group.pids_max = read_limit(host, folder + "/pids.max");
    group.pids_current = read_limit(host, folder + "/pids.current");
    group.pids_refused = read_key(host, folder + "/pids.events", "max");
  }
  return group;
}

/// Calls `take` for a folder of the hierarchy and each one above it. A container sees its own group at the
/// root, whatever /proc says its path is.
template <typename Take>
void upwards(const Host& host, const std::string& root, std::string path, Take take) {
  if (!host.status(root + path)) path.clear();
  while (!path.empty() && path != "/") {
    take(root + path);
    path = folder_of(path);
  }
  take(root);
}

}  // namespace

Result<std::vector<Cgroup>> cgroups_of(const Host& host, Pid pid) {
  const std::string file =
      pid == Pid::none ? std::string("/proc/self/cgroup") : fmt::format("/proc/{}/cgroup", number(pid));
  const Result<std::string> text = host.read(file);
  if (!text) return tl::unexpected(text.error());
  std::vector<Cgroup> groups;
  for (const std::string_view line : split(*text, '\n')) {
    const std::vector<std::string_view> fields = split(line, ':');  // "0::/a" or "4:memory:/a"
    if (fields.size() < 3) continue;
    const std::string path(line.substr(fields[0].size() + fields[1].size() + 2));
    if (fields[1].empty()) {
      for (const std::string root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
        if (host.status(root + "/cgroup.controllers"))
          upwards(host, root, path,
                  [&](const std::string& folder) { groups.push_back(read_v2(host, folder)); });
    }
    for (const std::string_view controller : split(fields[1], ',')) {
      const bool memory = controller == "memory", pids = controller == "pids";
      if (!memory && !pids) continue;
      upwards(host, fmt::format("/sys/fs/cgroup/{}", controller), path,
              [&](const std::string& folder) { groups.push_back(read_v1(host, folder, memory, pids)); });
    }
  }
  if (groups.empty()) return error("the control group's files are not to be seen");
  return groups;
}

std::string cgroup_of_inode(const Host& host, std::uint64_t inode) {
  constexpr std::size_t most_looked_at = 4096;
  for (const std::string root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    if (inode == 0 || !host.status(root + "/cgroup.controllers")) continue;
    std::vector<std::string> folders{root};  // breadth first: units lie near the root
    for (std::size_t at = 0; at < folders.size() && at < most_looked_at; ++at) {
      const std::string folder = folders[at];
      const Result<FileStatus> status = host.status(folder);
      if (status && status->inode == inode) return folder.substr(root.size());
      for (const std::string& name : host.list(folder).value_or(std::vector<std::string>()))
        if (name.find('.') == std::string::npos || name.ends_with(".slice") || name.ends_with(".service") ||
            name.ends_with(".scope"))
          folders.push_back(fmt::format("{}/{}", folder, name));
    }
  }
  return {};
}

Cgroup cgroup_at(const Host& host, const std::string& folder) {
  const bool is_v1 = host.status(folder + "/memory.limit_in_bytes").has_value();
  return is_v1 ? read_v1(host, folder, true, false) : read_v2(host, folder);
}

}  // namespace whywontitstart
