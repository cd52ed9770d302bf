#pragma once

#include <cstdint>
#include <span>

#include "base/fd.h"
#include "base/names.h"

namespace whywontitstart {

/// The memory of a tracee. Reading it may be refused on one way and allowed on another: a program that gave
/// up its user id is not "dumpable", and what process_vm_readv(2) may not read then, a /proc/PID/mem opened
/// before still can.
class Memory {
 public:
  explicit Memory(Pid thread) : thread_(thread) {}

  /// Opens /proc/PID/mem now, for later. A new program (execve) is a new memory: open it again.
  void open_early();

  /// As many bytes from `address` on as there are, up to the size of `to`. Only while the tracee is in a
  /// ptrace-stop, or where a failure does not matter.
  std::size_t read(std::uint64_t address, std::span<char> to) const;

  /// All of `bytes`, or nothing. For what the kernel has just written there.
  void write(std::uint64_t address, std::span<const char> bytes) const;

 private:
  std::size_t read_some(std::uint64_t address, std::span<char> to) const;

  Pid thread_;
  Fd mem_;
};

}  // namespace whywontitstart
