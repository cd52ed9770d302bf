#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "checks/failures.h"
#include "host/denials.h"

namespace whywontitstart {

/// Paths and addresses that were refused (EACCES, EPERM) although modes, mounts and attributes allow it: what
/// a security module does.
std::vector<std::string> unexplained_refusals(const CheckInput& input);

/// The denials of one module that are about the processes of the trace.
struct OwnDenials {
  std::vector<Denial> denials;
  std::vector<std::string> not_looked_at;
  bool is_readable = false;
};

OwnDenials denials_of_run(const CheckInput& input, Denial::Module module);

/// fail where a denial can have stopped it, warn where it came up all the same.
CheckStatus weight_of_denial(const CheckInput& input);

/// Tells each denial in the words of `say`; of one that is in force `advise` adds what would help. True:
/// there is such a one, and it says more than anything else.
bool judge_denials(const CheckInput& input, const OwnDenials& own, Verdict& verdict,
                   const std::function<std::string(const Denial&)>& say,
                   const std::function<void(const Denial&)>& advise);

}  // namespace whywontitstart
