#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trace/decode.h"

namespace whywontitstart {

/// One call while its arguments are decoded, from left to right: each printer says how its argument looks and
/// fills in the typed fields of the event.
struct ArgumentDecoder {
  const SyscallEntry& entry;
  const std::optional<SyscallExit>& exit;
  bool is_32bit;
  const TraceeView& tracee;
  SyscallEvent& event;
  std::vector<std::string>& argv;
  std::optional<int> dirfd;  ///< for the next path; none: the working directory

  std::uint64_t raw(std::size_t index) const { return index < entry.args.size() ? entry.args[index] : 0; }
  int as_int(std::size_t index) const { return static_cast<int>(raw(index)); }
  bool finished() const { return exit.has_value(); }
};

/// How the argument looks to strace(1); empty where the call has none.
using ArgumentPrinter = std::string (*)(ArgumentDecoder& call, std::size_t index);

/// The printer for a word of KnownCall::signature. Every word of the table has one: that is tested.
ArgumentPrinter argument_printer(std::string_view word);
bool is_argument_word(std::string_view word);

/// At most this much of what a call wrote becomes part of its event.
constexpr std::size_t data_limit = 4096;

/// A text up to its zero byte, or the limit; nothing where it cannot be read so far.
std::optional<std::string> read_text(const TraceeView& tracee, std::uint64_t address,
                                     std::size_t limit = 4096);

/// Up to `size` bytes.
std::string read_bytes(const TraceeView& tracee, std::uint64_t address, std::size_t size);

/// A pointer or a long of the tracee, which may be a 32-bit program.
std::optional<std::uint64_t> read_word(const ArgumentDecoder& call, std::uint64_t address);

// Structures, in arguments_structures.cpp.
std::string print_sockaddr(ArgumentDecoder& call, std::size_t index);
std::string print_iovec(ArgumentDecoder& call, std::size_t index);
std::string print_msghdr(ArgumentDecoder& call, std::size_t index);
std::string print_mmsghdr(ArgumentDecoder& call, std::size_t index);
std::string print_argv(ArgumentDecoder& call, std::size_t index);
std::string print_envp(ArgumentDecoder& call, std::size_t index);
std::string print_rlimit(ArgumentDecoder& call, std::size_t index);
std::string print_fcntl_argument(ArgumentDecoder& call, std::size_t index);
std::string print_pollfds(ArgumentDecoder& call, std::size_t index);
std::string print_so_error(ArgumentDecoder& call, std::size_t index);
std::string print_timespec(ArgumentDecoder& call, std::size_t index);
std::string print_open_how(ArgumentDecoder& call, std::size_t index);
std::string print_clone_args(ArgumentDecoder& call, std::size_t index);

}  // namespace whywontitstart
