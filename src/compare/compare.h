#pragma once

#include "compare/parting.h"
#include "model/comparison.h"

namespace whywontitstart {

/// What sets the run that fails apart from the good one: the first thing that went another way and matters
/// for `verdict`, what came of it, and what differs.
Comparison comparison_of(const Run& good, const Run& bad, const Parting& parting, const Finding& verdict);

}  // namespace whywontitstart
