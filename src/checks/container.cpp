#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/amounts.h"
#include "host/mounts.h"
#include "host/needed_capability.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// What process 1 says of itself, or its control group.
std::string told_by_first_process(const Host& host) {
  if (const Result<std::string> environment = host.read("/proc/1/environ"))
    for (const std::string_view entry : split(*environment, '\0'))
      if (entry.starts_with("container=")) return std::string(entry.substr(10));
  const Result<std::string> cgroup = host.read("/proc/1/cgroup");
  const Supervisor supervisor = cgroup ? parse_supervisor(*cgroup) : Supervisor();
  if (supervisor.container.empty()) return {};
  return supervisor.runtime.empty() ? "a container" : supervisor.runtime;
}

/// What the place calls itself: "docker", "podman", "lxc", "systemd-nspawn"; empty if it shows no sign.
std::string marker_of(const CheckInput& input) {
  const Host& host = input.host;
  if (variable(input.target.environment, "KUBERNETES_SERVICE_HOST") ||
      host.status("/var/run/secrets/kubernetes.io"))
    return "Kubernetes";
  // Written by systemd in the container itself.
  if (const Result<std::string> name = host.read("/run/systemd/container")) return std::string(trim(*name));
  if (host.status("/run/.containerenv")) return "podman";
  if (host.status("/.dockerenv")) return "docker";
  if (host.status("/dev/lxd/sock")) return "lxc";
  if (host.status("/proc/vz") && !host.status("/proc/bc")) return "openvz";
  return told_by_first_process(host);
}

bool is_wsl(const Host& host) {
  const std::string version = lower(host.read("/proc/version").value_or(""));
  return version.find("microsoft") != std::string::npos;
}

/// What a container, or a sandbox of systemd, keeps from the program. It holds without either, too: then all
/// of it is there.
struct Taken {
  std::vector<std::string> words;
  std::vector<Mount> mounts;
  std::optional<std::uint64_t> bounding;
};

void take_rights(const Host& host, Taken& taken) {
  const Result<ProcessStatus> status = process_status(host, Pid::none);
  if (!status) return;
  taken.bounding = status->bounding;
  const auto last = sysctl_value(host, "kernel.cap_last_cap").value_or(40);
  const std::uint64_t all = last >= 63 ? UINT64_MAX : (1ULL << (last + 1)) - 1;
  const std::size_t lacking = status->bounding ? capability_names(all & ~*status->bounding).size() : 0;
  if (lacking > 0)
    taken.words.push_back(fmt::format("{} {}", lacking, lacking == 1 ? "capability" : "capabilities"));
  if (status->seccomp.value_or(0) == 2) taken.words.emplace_back("some system calls (seccomp)");
  if (status->no_new_privileges.value_or(false)) taken.words.emplace_back("new rights (no_new_privs)");
  const Result<std::string> map = host.read("/proc/self/uid_map");
  if (map && map->find("4294967295") == std::string::npos)
    taken.words.emplace_back("the machine's users (a user namespace)");
}

bool is_part_of_kernel_files(const Mount& mount) {
  return mount.point.starts_with("/proc/") || mount.point.starts_with("/sys/");
}

void take_files(const Host& host, Taken& taken) {
  taken.mounts = mounts(host).value_or(std::vector<Mount>());
  const Mount* root = mount_of(taken.mounts, "/");
  if (root != nullptr && root->refuses_writing()) taken.words.emplace_back("writing to its root file system");
  const auto masked = std::count_if(taken.mounts.begin(), taken.mounts.end(), [](const Mount& mount) {
    return is_part_of_kernel_files(mount) && (mount.read_only || mount.type == "tmpfs") &&
           !mount.point.starts_with("/sys/fs/cgroup") && !mount.point.starts_with("/sys/fs/bpf");
  });
  if (masked > 0)
    taken.words.push_back(fmt::format("{} {} of /proc and /sys", masked, masked == 1 ? "place" : "places"));
  constexpr std::uint64_t usual = 64ULL << 20;  // of docker and podman, unless asked for more
  const Result<Filesystem> shared = host.filesystem("/dev/shm");
  if (shared && shared->total_bytes > 0 && shared->total_bytes <= usual)
    taken.words.push_back(fmt::format("shared memory beyond {}", size_text(shared->total_bytes)));
}

/// Failures that come of what is taken away.
void judge_failures(const CheckInput& input, const Taken& taken, const std::string& place, Verdict& verdict) {
  for (const Failure* failure : open_failures(input.facts, {EROFS, EPERM, EACCES})) {
    const SyscallEvent& call = failure->call;
    if (call.refused) continue;  // the check of seccomp has it
    const CheckStatus weight = weight_of(input, *failure);
    const Mount* mount = call.path.empty() ? nullptr : mount_of(taken.mounts, call.path);
    const bool is_kernels = mount != nullptr && is_part_of_kernel_files(*mount);
    if (mount != nullptr && mount->refuses_writing() && (is_kernels || mount->point == "/")) {
      verdict.note(weight,
                   fmt::format("{} is read-only in {}{}", call.path, place,
                               is_kernels ? ": set it outside, on the machine itself"
                                          : ": give it a volume there, or a root that can be written"));
      continue;
    }
    if (number(call.error) == EROFS || !taken.bounding) continue;
    const std::string_view needed = needed_capability(input.host, call);
    const auto bit = capability_number(needed);
    if (bit && (*taken.bounding >> *bit & 1) == 0)
      verdict.note(weight, fmt::format("{} takes {}, which {} takes away (--cap-add={})", call.name, needed,
                                       place, needed.substr(4)));
  }
}

/// Process 1 has another root: chroot(2), or RootDirectory= of a unit.
bool has_other_root(const Host& host) {
  const Result<FileStatus> first = host.status("/proc/1/root"), own = host.status("/");
  return first && own && (first->inode != own->inode || first->device != own->device);
}

}  // namespace

CheckResult check_container(const CheckInput& input) {
  Verdict verdict("container");
  const std::string marker = marker_of(input);
  if (is_wsl(input.host)) verdict.detail("kernel", "Windows Subsystem for Linux");
  if (has_other_root(input.host))
    verdict.detail("root", "is not that of process 1: a chroot, or RootDirectory= of a unit");
  const Result<FileStatus> docker = input.host.status("/.dockerenv");
  if (marker.empty() && !docker && docker.error().errno_code != ENOENT)
    return std::move(verdict).result(CheckStatus::unknown, "whether this is a container cannot be seen");
  Taken taken;
  take_rights(input.host, taken);
  take_files(input.host, taken);
  const std::string what = join(taken.words, ", ");
  if (!what.empty()) verdict.detail("taken away", what);
  if (marker.empty() && !input.host.status("/proc/1"))
    return std::move(verdict).result(CheckStatus::unknown,
                                     "the first process is hidden; else there is no sign of a container");
  if (marker.empty()) return std::move(verdict).result(CheckStatus::pass, "no sign of a container");
  judge_failures(input, taken, printable(marker), verdict);
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("it runs in {}{}", printable(marker),
                                               what.empty() ? std::string() : ", which takes away " + what));
}

}  // namespace whywontitstart
