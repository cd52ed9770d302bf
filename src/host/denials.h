#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

/// What a security module wrote to the audit log or the kernel's log when it said no, or would have.
struct Denial {
  enum class Module { selinux, apparmor } module = Module::selinux;
  double at = 0;  ///< seconds since 1970
  Pid pid = Pid::none;
  std::string command;      ///< /proc/PID/comm: at most 15 bytes
  bool enforced = true;     ///< false: permissive or complain mode, nothing was refused
  std::string operation;    ///< of AppArmor: "open", "exec", "capable"
  std::string who;          ///< the context of the process, or its profile
  std::string what;         ///< path, port or name of a capability; empty where the record has none
  std::string label;        ///< of SELinux: the context of the object
  std::string kind;         ///< of SELinux the class: "file", "tcp_socket"; of AppArmor the family: "inet"
  std::string rights;       ///< "read open", "rw"
  std::string text;         ///< the line itself
  std::string socket_type;  ///< of AppArmor's network: "stream"
  std::string peer;         ///< of AppArmor's signal, ptrace and unix: the other side
  std::string detail;       ///< of AppArmor's signal: which one
};

/// All denials in a text of either log, in order. Lines that are none are left out.
std::vector<Denial> parse_denials(std::string_view log);

/// What both logs have, and whether they could be read.
struct DenialLog {
  std::vector<Denial> denials;
  std::vector<std::string> not_looked_at;  ///< which log, and why not
  double now = 0;                          ///< seconds since 1970, as the kernel counts; 0: not known

  bool same_pids = true;  ///< the logs count processes as we do: we are in the first PID namespace
  bool is_readable =
      false;  ///< one of them could be, so that a denial would be seen unless its policy hides it
};

/// Reads the end of /var/log/audit/audit.log, and what dmesg(1) says.
DenialLog read_denials(const Host& host);

/// "httpd_t" of "system_u:system_r:httpd_t:s0"; empty if it is no context.
std::string_view selinux_type(std::string_view context);

/// The line that the AppArmor profile lacks, see apparmor.d(5): "/etc/x r,"; empty if it is not known.
std::string missing_profile_line(const Denial& denial);

}  // namespace whywontitstart
