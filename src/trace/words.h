#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// A constant of the system's interface and its name.
struct Word {
  std::uint64_t value;
  std::string_view name;
};

/// The names of a flag argument's bits, as strace(1) would have them; what has no name comes last, in
/// hexadecimal.
std::vector<std::string> flag_words(std::span<const Word> words, std::uint64_t flags);

/// The name of a value; empty if it has none.
std::string_view word_of(std::span<const Word> words, std::uint64_t value);

std::vector<std::string> open_flag_words(std::uint64_t flags);
/// "SOCK_STREAM", "SOCK_CLOEXEC", …
std::vector<std::string> socket_type_words(std::uint64_t type);
std::vector<std::string> futex_words(std::uint64_t operation);

namespace words {
extern const std::span<const Word> at_flags, unlink_flags, access_modes, protections, map_flags, clone_flags,
    mount_flags, send_flags, flock_operations, poll_events;  // bits
extern const std::span<const Word> families, protocols, levels, socket_options, fcntl_commands, lock_types,
    prctl_options, resources, seccomp_operations, ptrace_requests, epoll_operations, ioctls;  // values
}  // namespace words

}  // namespace whywontitstart
