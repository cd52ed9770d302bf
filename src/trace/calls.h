#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// What GET_SYSCALL_INFO says at a syscall-enter-stop, see ptrace(2).
struct SyscallEntry {
  std::uint32_t arch = 0;  ///< AUDIT_ARCH_…
  std::uint64_t number = 0;
  std::array<std::uint64_t, 6> args{};
  std::uint64_t stack_pointer = 0;  ///< 0 where it is not known
};

/// … and at a syscall-exit-stop.
struct SyscallExit {
  std::int64_t value = 0;  ///< negative errno if `is_error`
  bool is_error = false;
};

/// A test on one argument that the kernel makes for us, so that calls that tell nothing do not stop the
/// program.
struct ArgumentTest {
  enum class Kind { bits, differs, at_least } kind = Kind::bits;
  unsigned index = 0;
  std::uint64_t mask = 0;  ///< only for bits: (argument & mask) == value
  std::uint64_t value = 0;
};

/// A system call that we know: its arguments, and when the filtered tracer looks at it.
struct KnownCall {
  std::string_view name;
  std::string_view signature;  ///< the kinds of its arguments, words that decode.cpp knows
  bool traced = false;         ///< does the filtered tracer stop at it?
  std::vector<std::vector<ArgumentTest>> only_if;  ///< … where all tests of one of these hold; empty: always
  bool decode_at_entry = false;  ///< afterwards its arguments mean something else, or are gone
};

/// All of them.
const std::vector<KnownCall>& known_calls();

/// What the tracer itself has to do about a call, beside telling of it.
enum class Purpose {
  none,
  exec,
  clone,
  clone3,
  restart,      ///< restart_syscall(2)
  filters,      ///< seccomp(2): may install a filter of the program's own
  sets_option,  ///< prctl(2): may do that, too, or ask for it
  uses_io_uring,
  asks_for_cpus,    ///< sched_getaffinity(2)
  binds_to_cpus,    ///< … or cannot do with one of them
  looks_up,         ///< stat(2), access(2), readlink(2): asks about a path, and changes nothing
  writes,           ///< write(2)
  changes_folder,   ///< may change what /proc/PID/cwd says
  changes_rights,   ///< … or what paths mean and who looks them up: setuid(2), chroot(2), setns(2)
  changes_mounts,   ///< mount(2), umount2(2)
  confines,         ///< landlock_restrict_self(2)
  makes_descriptor  ///< returns one, which may be 0, 1 or 2
};

/// The name of a call, and what we know of it.
struct CallInfo {
  std::string name;  ///< "openat"; "syscall_457" if it has none
  Purpose purpose = Purpose::none;
  const KnownCall* known = nullptr;
  bool is_32bit = false;  ///< pointers and longs of the caller have 4 bytes
};

/// Looked up once for each number, then remembered.
const CallInfo& call_info(std::uint32_t arch, std::uint64_t number);

}  // namespace whywontitstart
