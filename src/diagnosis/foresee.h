#pragma once

#include "host/host.h"
#include "model/finding.h"
#include "model/target.h"

namespace whywontitstart {

/// What would keep the target from starting, as far as it can be seen without running it: that it is not
/// there, may not be run, lacks its interpreter, a library or a version of one. The surest first; empty:
/// nothing does.
std::vector<Finding> foresee(const Target& target, const Host& host);

}  // namespace whywontitstart
