#pragma once

#include <map>
#include <optional>
#include <vector>

#include "model/event.h"

namespace whywontitstart {

/// Which process of the trace killed which: a SIGKILL is not seen when it arrives (it has no
/// signal-delivery-stop, see ptrace(2)), but when it is sent.
class Killers {
 public:
  /// Takes note of a finished call that did not fail.
  void saw(Pid caller, const SyscallEvent& call);

  /// Who sent SIGKILL to a process, or to a group that it may have been in; none: nobody in the trace.
  std::optional<Pid> killer_of(Pid victim, Pid parent) const;

 private:
  struct Kill {
    Pid sender;
    std::optional<pid_t> to;  ///< as kill(2) has it; none: through a pidfd of which the process is not known
  };

  std::vector<Kill> kills_;
  std::map<std::pair<Pid, int>, pid_t> pidfds_;  ///< by their owner and number
};

}  // namespace whywontitstart
