#pragma once

#include <cstdint>

#include "base/names.h"

namespace whywontitstart {

// What we change in a tracee that is in a syscall-stop, and what only its architecture knows. On others than
// x86-64 and arm64 the registers stay as they are.

void set_first_argument(Pid thread, bool is_32bit, std::uint64_t value);
/// What the call is to return; at its syscall-exit-stop.
void set_return_value(Pid thread, std::int64_t value);

/// PTRACE_PEEKDATA; 0 where there is nothing.
std::uint64_t word_at(Pid thread, std::uint64_t address);
/// PTRACE_POKEDATA.
void set_word(Pid thread, std::uint64_t address, std::uint64_t value);

}  // namespace whywontitstart
