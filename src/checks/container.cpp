#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// What the place calls itself: "docker", "podman", "lxc", "systemd-nspawn"; empty if it shows no sign.
std::string marker_of(const CheckInput& input) {
  const Host& host = input.host;
  if (variable(input.target.environment, "KUBERNETES_SERVICE_HOST")) return "Kubernetes";
  // Written by systemd in the container itself.
  if (const Result<std::string> name = host.read("/run/systemd/container")) return std::string(trim(*name));
  if (host.status("/run/.containerenv")) return "podman";
  if (host.status("/.dockerenv")) return "docker";
  if (const Result<std::string> environment = host.read("/proc/1/environ"))
    for (const std::string_view entry : split(*environment, '\0'))
      if (entry.starts_with("container=")) return std::string(entry.substr(10));
  if (const Result<std::string> cgroup = host.read("/proc/1/cgroup"))
    if (!parse_supervisor(*cgroup).container.empty()) return "a container";
  return {};
}

bool is_wsl(const Host& host) {
  const std::string version = lower(host.read("/proc/version").value_or(""));
  return version.find("microsoft") != std::string::npos;
}

}  // namespace

CheckResult check_container(const CheckInput& input) {
  Verdict verdict("container");
  const std::string marker = marker_of(input);
  if (is_wsl(input.host)) verdict.detail("kernel", "Windows Subsystem for Linux");
  if (!marker.empty())
    return std::move(verdict).result(CheckStatus::pass, fmt::format("it runs in {}", printable(marker)));
  const Result<FileStatus> docker = input.host.status("/.dockerenv");
  if (docker.error().errno_code != ENOENT)
    return std::move(verdict).result(CheckStatus::unknown, "whether this is a container cannot be seen");
  return std::move(verdict).result(CheckStatus::pass, "no sign of a container");
}

}  // namespace whywontitstart
