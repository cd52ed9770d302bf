#pragma once

#include <vector>

#include "compare/run.h"
#include "model/comparison.h"

namespace whywontitstart {

/// What is not the same around the two runs and in their files, by areas. What is not known of one of them,
/// as of a log of strace, is no difference.
std::vector<Difference> differences_of(const Run& good, const Run& bad);

/// What only one of both opened, connected to, listened on or said.
std::vector<Difference> deeds_of_one(const Run& good, const Run& bad);

}  // namespace whywontitstart
