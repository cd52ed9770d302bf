#pragma once

#include <vector>

#include "model/finding.h"

namespace whywontitstart {

/// Adds what tracing itself did to processes that the end hangs on: a program is not to blame for rights that
/// it lost to us. Where it complains of rights, or one of its calls was refused, that is the likeliest cause;
/// else it is one that the person should know of, behind whatever explains the failure.
void add_our_doing(const std::vector<Finding>& of_tracing, const Facts& facts,
                   std::vector<Finding>& findings);

}  // namespace whywontitstart
