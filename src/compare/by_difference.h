#pragma once

#include <optional>

#include "compare/run.h"
#include "model/comparison.h"
#include "model/finding.h"

namespace whywontitstart {

/// Where neither calls nor words explain the end of a run, what is different around it may: the file that it
/// read last and that is another one now, a variable that leads to what the good run used, a limit. The
/// likeliest of `differences`, the less sure the more of them there are.
std::optional<Finding> finding_by_difference(const Run& good, const Run& bad, const std::string& program,
                                             const std::vector<Difference>& differences);

}  // namespace whywontitstart
