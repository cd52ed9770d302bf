#pragma once

#include <vector>

#include "model/finding.h"

namespace whywontitstart {

/// What only a look at the running program can tell of a wait in vain, so that no rule could be tried on a
/// log of its calls: that it computes, is stopped, is dead, or waits for a process that waits for it.
std::vector<Match> matches_of_waits(const Facts& facts);

}  // namespace whywontitstart
