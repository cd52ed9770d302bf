#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "model/event.h"
#include "trace/calls.h"
#include "trace/failed_names.h"

namespace whywontitstart {

/// What decoding asks about the thread that makes a call. What cannot be read is empty: it costs that
/// argument only.
class TraceeView {
 public:
  virtual ~TraceeView() = default;
  /// As many bytes of its memory as there are, up to the size of `to`.
  virtual std::size_t read(std::uint64_t address, std::span<char> to) const = 0;
  /// Its working directory.
  virtual std::string cwd() const = 0;
  /// What its descriptor refers to: "/dev/pts/1", "socket:[17]".
  virtual std::string file(int fd) const = 0;
  /// The address to which its socket is bound, as SyscallEvent::address has it.
  virtual std::string local_address(int fd) const = 0;
};

/// A decoded call, and what only execve has.
struct DecodedCall {
  SyscallEvent event;
  std::vector<std::string> argv;
};

/// Decodes the arguments, and the result where there is one; without it the event is unfinished.
DecodedCall decode_call(const SyscallEntry& entry, const std::optional<SyscallExit>& exit,
                        const TraceeView& tracee);

/// A call that looked a path up (Purpose::looks_up) and found it tells nothing, unless something of the same
/// search name failed before: then nothing is returned, and it is worth decode_call(). Else what it is
/// called in the text, and no `path`: most calls of many programs are such.
std::optional<SyscallEvent> decode_if_dull(const SyscallEntry& entry, const SyscallExit& exit,
                                           const TraceeView& tracee, const FailedNames& failed_names);

/// The same of a path that is known already.
SyscallEvent dull_event(const CallInfo& call, std::string_view path, const SyscallExit& exit);

/// Fills in the result of a call that was decoded at its entry.
void set_result(SyscallEvent& event, const SyscallExit& exit);

/// 512 to 516: the call was interrupted and will be made again by the kernel, see signal(7). No result at
/// all.
bool is_restart(const SyscallExit& exit);

/// The call that an i386 program makes through socketcall(2) or ipc(2), and of its oldest calls (mmap,
/// select) the arguments that lie in memory; others stay as they are. In multiplexed.cpp.
SyscallEntry without_multiplexer(const SyscallEntry& entry, const TraceeView& tracee);

}  // namespace whywontitstart
