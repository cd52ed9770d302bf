#include "trace/untraced.h"

#include <sys/ptrace.h>
#include <sys/user.h>

#include <cstddef>

namespace whywontitstart {
namespace {

constexpr std::uint64_t untraced_flag = 0x00800000;

void poke(enum __ptrace_request request, Pid thread, std::uint64_t address, std::uint64_t value) {
  ::ptrace(request, number(thread), reinterpret_cast<void*>(address),
           reinterpret_cast<void*>(value));  // NOLINT
}

/// The first argument of a call: a register that only this architecture knows.
void set_first_argument(Pid thread, bool is_32bit, std::uint64_t value) {
#if defined(__x86_64__)
  poke(PTRACE_POKEUSER, thread, is_32bit ? offsetof(user_regs_struct, rbx) : offsetof(user_regs_struct, rdi),
       value);
#else
  static_cast<void>(thread), static_cast<void>(is_32bit), static_cast<void>(value);
#endif
}

}  // namespace

std::optional<std::uint64_t> clone_flags(const SyscallEntry& entry, const TraceeView& view) {
  const Purpose purpose = call_info(entry.arch, entry.number).purpose;
  if (purpose == Purpose::clone) return entry.args[0];
  std::uint64_t flags = 0;  // the first member of struct clone_args
  if (purpose != Purpose::clone3 ||
      view.read(entry.args[0], {reinterpret_cast<char*>(&flags), sizeof flags}) != sizeof flags)
    return std::nullopt;
  return flags;
}

bool take_out_untraced(Pid thread, const SyscallEntry& entry, const TraceeView& view) {
  const std::optional<std::uint64_t> flags = clone_flags(entry, view);
  if (!flags || (*flags & untraced_flag) == 0) return false;
  const CallInfo& info = call_info(entry.arch, entry.number);
  if (info.purpose == Purpose::clone)
    set_first_argument(thread, info.is_32bit, *flags & ~untraced_flag);
  else
    poke(PTRACE_POKEDATA, thread, entry.args[0], *flags & ~untraced_flag);
  return true;
}

void put_back_untraced(Pid thread, const SyscallEntry& entry) {
  const CallInfo& info = call_info(entry.arch, entry.number);
  if (info.purpose == Purpose::clone) return set_first_argument(thread, info.is_32bit, entry.args[0]);
  const long word = ::ptrace(PTRACE_PEEKDATA, number(thread), entry.args[0], nullptr);
  poke(PTRACE_POKEDATA, thread, entry.args[0], static_cast<std::uint64_t>(word) | untraced_flag);
}

}  // namespace whywontitstart
