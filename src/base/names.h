#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace whywontitstart {

/// A process id that cannot be mistaken for a file descriptor, a user id or a count.
/// A thread has one too: ptrace(2) and /proc speak of threads by the same numbers.
enum class Pid : pid_t { none = 0 };

/// An error number, see errno(3).
enum class Errno : int { none = 0 };

/// A signal number, see signal(7).
enum class Signal : int { none = 0 };

/// Time since the start of the trace, monotonic.
using TraceTime = std::chrono::nanoseconds;

constexpr pid_t number(Pid pid) { return static_cast<pid_t>(pid); }
constexpr int number(Errno code) { return static_cast<int>(code); }
constexpr int number(Signal signal) { return static_cast<int>(signal); }

/// "ENOENT"; the bare number where it has no name.
std::string name(Errno code);

/// "No such file or directory", in English whatever the locale.
std::string description(Errno code);

std::optional<Errno> errno_from_name(std::string_view name);

/// "SIGSEGV", "SIGRT_3"; the bare number where it has no name.
std::string name(Signal signal);

/// "Segmentation fault", in English whatever the locale.
std::string description(Signal signal);

std::optional<Signal> signal_from_name(std::string_view name);

}  // namespace whywontitstart
