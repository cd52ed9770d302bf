#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace whywontitstart {

/// A call as a line of strace(1) tells it, without the process and the time before it.
struct StraceCall {
  SyscallEvent event;
  std::vector<std::string> argv;  ///< of execve
  bool makes_thread = false;      ///< clone with CLONE_THREAD
  Pid child = Pid::none;          ///< of a fork: the number by which the log calls the new one
  bool has_result = true;         ///< false: "= ?", it never came back, or will be started again
};

/// Reads "openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>"; without
/// ") = …" it is a call that has not come back. Nothing if the line is no call.
std::optional<StraceCall> read_strace_call(std::string_view line);

/// Does the line begin as a call does?
bool starts_strace_call(std::string_view line);

/// Is it the name of a call that Linux has or had, as strace writes it? "openat", "old_mmap", "SYS_292".
bool is_strace_call_name(std::string_view name);

/// Does this call send bytes that strace shows? To a terminal they also stand within the line of the call.
bool sends_data(std::string_view name);

/// Does this call make a process or a thread?
bool makes_process(std::string_view name);

}  // namespace whywontitstart
