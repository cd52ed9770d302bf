#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "trace/strace_names.h"

namespace whywontitstart {

/// A call as a line of strace(1) tells it, without the process and the time before it.
struct StraceCall {
  SyscallEvent event;
  std::vector<std::string> argv;  ///< of execve
  bool makes_thread = false;      ///< clone with CLONE_THREAD
  Pid child = Pid::none;          ///< of a fork: the number by which the log calls the new one
  bool has_result = true;         ///< false: "= ?", it never came back, or will be started again
};

/// How much of a call is wanted.
enum class StraceDetail {
  all,
  facts,  ///< what facts are made of: a call that worked has its typed fields, and arguments only where they
          ///< look into those
};

/// Reads "openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>"; without
/// ") = …" it is a call that has not come back. Nothing if the line is no call.
std::optional<StraceCall> read_strace_call(std::string_view line, StraceDetail detail = StraceDetail::all);

/// The result of a call, and where its arguments end.
struct StraceResult {
  std::string_view text;          ///< "3", "0x7f0012345000", "3</etc/x>"
  std::size_t arguments_end = 0;  ///< position of the closing parenthesis
  std::chrono::nanoseconds took{0};
};

/// The result of a line that plainly ends with ") = NUMBER", perhaps with a time: a call that worked. Nothing
/// where more is to be weighed.
std::optional<StraceResult> plain_strace_success(std::string_view line);

/// Reads a call of this name that worked, without the arguments of which no fact is made. False: this one has
/// to be read whole.
bool read_plain_success(std::string_view line, const StraceName& name, StraceResult result, StraceCall& call);

/// The length of the name before the parenthesis with which a call begins; 0 if the line does not begin as a
/// call does. "SYS_292" is what an old strace says of a call that it does not know.
std::size_t strace_call_name_length(std::string_view line);

/// Does the line begin as a call does?
bool starts_strace_call(std::string_view line);

/// Is it the name of a call that Linux has or had, as strace writes it? "openat", "old_mmap", "SYS_292".
bool is_strace_call_name(std::string_view name);

/// Does this call send bytes that strace shows? To a terminal they also stand within the line of the call.
bool sends_data(std::string_view name);

/// Does this call make a process or a thread?
bool makes_process(std::string_view name);

}  // namespace whywontitstart
