#include "trace/registers.h"

#include <sys/ptrace.h>
#include <sys/user.h>

#include <cstddef>

namespace whywontitstart {
namespace {

void poke(enum __ptrace_request request, Pid thread, std::uint64_t address, std::uint64_t value) {
  ::ptrace(request, number(thread), reinterpret_cast<void*>(address),
           reinterpret_cast<void*>(value));  // NOLINT
}

}  // namespace

void set_first_argument(Pid thread, bool is_32bit, std::uint64_t value) {
#if defined(__x86_64__)
  poke(PTRACE_POKEUSER, thread, is_32bit ? offsetof(user_regs_struct, rbx) : offsetof(user_regs_struct, rdi),
       value);
#else
  static_cast<void>(thread), static_cast<void>(is_32bit), static_cast<void>(value);
#endif
}

void set_return_value(Pid thread, std::int64_t value) {
#if defined(__x86_64__)
  poke(PTRACE_POKEUSER, thread, offsetof(user_regs_struct, rax), static_cast<std::uint64_t>(value));
#else
  static_cast<void>(thread), static_cast<void>(value);
#endif
}

std::uint64_t word_at(Pid thread, std::uint64_t address) {
  errno = 0;
  const long word = ::ptrace(PTRACE_PEEKDATA, number(thread), address, nullptr);
  return errno == 0 ? static_cast<std::uint64_t>(word) : 0;
}

void set_word(Pid thread, std::uint64_t address, std::uint64_t value) {
  poke(PTRACE_POKEDATA, thread, address, value);
}

}  // namespace whywontitstart
