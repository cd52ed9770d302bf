#include "trace/registers.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <cstddef>
#include <cstring>

namespace whywontitstart {
namespace {

void poke(enum __ptrace_request request, Pid thread, std::uint64_t address, std::uint64_t value) {
  ::ptrace(request, number(thread), reinterpret_cast<void*>(address),
           reinterpret_cast<void*>(value));  // NOLINT
}

#if defined(__aarch64__)
/// The first argument and the result of a call share a register, for programs of 32 bits as well, whose set
/// of registers is smaller; see NT_PRSTATUS in ptrace(2).
void set_first_register(Pid thread, std::uint64_t value) {
  user_regs_struct registers{};
  iovec part{&registers, sizeof registers};
  if (::ptrace(PTRACE_GETREGSET, number(thread), NT_PRSTATUS, &part) != 0) return;
  const auto half = static_cast<std::uint32_t>(value);
  if (part.iov_len == sizeof registers)
    registers.regs[0] = value;
  else
    std::memcpy(&registers, &half, sizeof half);
  ::ptrace(PTRACE_SETREGSET, number(thread), NT_PRSTATUS, &part);
}
#endif

}  // namespace

void set_first_argument(Pid thread, [[maybe_unused]] bool is_32bit, std::uint64_t value) {
#if defined(__x86_64__)
  poke(PTRACE_POKEUSER, thread, is_32bit ? offsetof(user_regs_struct, rbx) : offsetof(user_regs_struct, rdi),
       value);
#elif defined(__aarch64__)
  set_first_register(thread, value);
#else
  static_cast<void>(thread), static_cast<void>(value);
#endif
}

void set_return_value(Pid thread, std::int64_t value) {
#if defined(__x86_64__)
  poke(PTRACE_POKEUSER, thread, offsetof(user_regs_struct, rax), static_cast<std::uint64_t>(value));
#elif defined(__aarch64__)
  set_first_register(thread, static_cast<std::uint64_t>(value));
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
