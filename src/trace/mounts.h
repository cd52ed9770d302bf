#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/fd.h"

namespace whywontitstart {

/// Which of our mounts are local file systems, that answer at once and the same each time. See the mountinfo
/// of proc(5).
class Mounts {
 public:
  /// By the mount id of statx(2).
  bool is_local(std::uint64_t id);
  /// May a look-up of any path end up where it blocks, or mounts something: on the network, in a program?
  bool may_block();
  /// Asks the machine anew when next asked, if something was mounted or unmounted meanwhile.
  void check();
  void forget() { known_ = false; }

 private:
  void read();

  Fd changes_;  ///< mountinfo, which poll(2) watches
  bool known_ = false;
  bool may_block_ = true;
  std::unordered_map<std::uint64_t, bool> local_;
};

}  // namespace whywontitstart
