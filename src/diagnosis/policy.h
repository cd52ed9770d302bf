#pragma once

#include <vector>

#include "diagnosis/weigh.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// Where a call was refused, asks the logs whether a security module (SELinux, AppArmor) did that: adds a
/// candidate for each refusal that goes with a call, and doubts what others make of that call. Modes and
/// capabilities are asked before the modules, so that who is denied by one had the rights otherwise.
void add_denials(std::vector<Candidate>& candidates, const Target& target, const Facts& facts,
                 const Host& host);

}  // namespace whywontitstart
