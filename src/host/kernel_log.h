#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

/// What the kernel wrote when it killed a process for lack of memory.
struct OomRecord {
  std::chrono::microseconds at{0};  ///< since the machine started
  Pid pid = Pid::none;              ///< as the first PID namespace counts
  std::string name;                 ///< /proc/PID/comm
  std::string
      group;  ///< the control group that was at its limit; empty: the memory of the machine was used up
  std::string text;  ///< the line itself
};

/// All of them in a text such as dmesg(1) writes it, in order.
std::vector<OomRecord> parse_oom_records(std::string_view log);

/// Those of the last `ago`. Errors: the log may not be read (kernel.dmesg_restrict), or there is no dmesg(1).
Result<std::vector<OomRecord>> recent_oom_records(const Host& host, std::chrono::nanoseconds ago);

/// What the kernel wrote about one of these processes ("app[812]: segfault at 0", "task app:812 blocked"), or
/// about storage and mounts that fail ("I/O error", "Remounting filesystem read-only"), in order; the repeats
/// of one line once. See syslog(2).
struct KernelRecord {
  std::chrono::microseconds at{0};  ///< since the machine started
  Pid pid = Pid::none;              ///< one of those asked for; none: it is about the machine
  std::string text;                 ///< without its time
};
std::vector<KernelRecord> parse_kernel_records(std::string_view log, const std::vector<Pid>& about);

/// Those of the last `ago`. Errors: as above.
Result<std::vector<KernelRecord>> recent_kernel_records(const Host& host, std::chrono::nanoseconds ago,
                                                        const std::vector<Pid>& about);

}  // namespace whywontitstart
