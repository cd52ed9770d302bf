#pragma once

#include <vector>

#include "model/finding.h"

namespace whywontitstart {

/// What only a look at the running program can tell of a wait in vain, so that no rule could be tried on a
/// log of its calls: that it computes, is stopped, is dead, or waits for a process that waits for it.
std::vector<Match> matches_of_waits(const Facts& facts);

/// What a process that nothing stands in the way of is at, in words: "waits for work: it listens on
/// 0.0.0.0:80".
std::string words_of_work(const Process& process);

}  // namespace whywontitstart
