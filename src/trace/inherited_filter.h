#pragma once

#include <map>

#include "base/names.h"
#include "trace/calls.h"

namespace whywontitstart {

/// A seccomp filter that was there before us, and so holds for us and for the program: of a service, of a
/// container. The kernel shows it to nobody who is under it, but answers for it.
class InheritedFilter {
 public:
  InheritedFilter();

  /// Is it the filter that answers this call with this errno, whatever the arguments are? A child of ours
  /// makes the call with arguments that are no good: the kernel would complain about these. Asked once for
  /// each call.
  bool refuses(const SyscallEntry& call, Errno error);

 private:
  bool is_there_;
  bool is_root_;
  std::map<std::pair<std::uint64_t, int>, bool> known_;
};

}  // namespace whywontitstart
