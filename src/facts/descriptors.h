#pragma once

#include <string>
#include <unordered_map>

#include "model/event.h"

namespace whywontitstart {

/// What one descriptor of a process is, as far as its calls told.
struct Descriptor {
  std::string file;                ///< path, or empty
  std::string bound;               ///< address it was bound to
  std::string peer;                ///< address it is connected, or being connected, to
  bool received = false;           ///< something came from the peer
  bool connecting = false;         ///< a non-blocking connect has not ended yet
  bool is_standard_error = false;  ///< a copy of descriptor 2: a shell's "echo … >&2" writes to such a one
};

/// The descriptors and the folder of one process, folded from its calls: a strace log says "write(3, …)", and
/// only the calls before tell what 3 is. Where the recorder knew (`SyscallEvent::file`), its word counts.
class Descriptors {
 public:
  explicit Descriptors(std::string cwd = {}) : cwd_(std::move(cwd)) {}

  /// Makes relative paths of the call absolute, where the folder is known, and fills in `file` of its
  /// descriptor.
  void complete(SyscallEvent& call) const;

  /// Learns from a finished call that did not fail.
  void learn(const SyscallEvent& call);

  /// The folder of the process; empty where it is not known.
  const std::string& cwd() const { return cwd_; }
  Descriptor& at(int fd) { return table_[fd]; }
  const Descriptor* find(int fd) const;
  bool is_standard_error(int fd) const;

 private:
  std::unordered_map<int, Descriptor> table_;
  std::string cwd_;
};

}  // namespace whywontitstart
