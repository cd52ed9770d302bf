#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// What /proc/PID/status says, see proc(5). What an old kernel does not say is empty.
struct ProcessStatus {
  std::string name;
  char state = '?';
  Pid parent = Pid::none;
  Pid tracer = Pid::none;
  std::uint32_t real_uid = 0;
  std::uint32_t uid = 0;  ///< the effective ones
  std::uint32_t gid = 0;
  std::uint32_t threads = 1;
  std::vector<std::uint32_t> groups;
  std::optional<std::uint64_t> effective;  ///< capability sets, bit N for capability N
  std::optional<std::uint64_t> permitted;
  std::optional<std::uint64_t> inheritable;
  std::optional<std::uint64_t> bounding;
  std::optional<std::uint64_t> ambient;
  std::optional<int> seccomp;  ///< 0 none, 1 strict, 2 filter
  std::optional<int> seccomp_filters;
  std::optional<bool> no_new_privileges;
};

/// In all of these Pid::none stands for ourselves.
Result<ProcessStatus> process_status(const Host& host, Pid pid);
Result<std::vector<std::string>> process_arguments(const Host& host, Pid pid);

/// "nginx: master process": its arguments as one line, else its name in brackets; empty if it is gone.
std::string process_command(const Host& host, Pid pid);

/// /proc/PID/limits with the names of setrlimit(2).
Result<std::vector<Limit>> process_limits(const Host& host, Pid pid);

/// All processes that we see.
Result<std::vector<Pid>> all_processes(const Host& host);

/// Who looks after a process, as its cgroup tells.
struct Supervisor {
  std::string unit;       ///< "nginx.service"; empty if none
  std::string container;  ///< its id or name; empty if none
  std::string runtime;    ///< "docker", "podman", "lxc", "kubernetes"; empty where the path does not tell
  bool of_user = false;   ///< the unit is of a user's own systemd: systemctl --user
};

Supervisor supervisor_of(const Host& host, Pid pid);
/// The same of the text of /proc/PID/cgroup.
Supervisor parse_supervisor(std::string_view cgroup);

/// "CAP_NET_BIND_SERVICE"; "CAP_63" where it has no name.
std::string capability_name(unsigned number);
std::vector<std::string> capability_names(std::uint64_t set);

}  // namespace whywontitstart
