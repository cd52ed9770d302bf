#pragma once

#include "model/finding.h"

namespace whywontitstart {

/// A match with what the machine said about it.
struct Candidate {
  Match match;
  std::vector<Evidence> probed;
  double doubt = 0;  ///< log-odds that a probe takes away (or, below zero, adds)
};

/// Weighs the candidates against each other and turns them into findings, best first; such that say the same
/// of the same thing become one. The confidence is the probability that the finding is the root cause.
std::vector<Finding> weigh(const Facts& facts, const std::vector<Candidate>& candidates);

}  // namespace whywontitstart
