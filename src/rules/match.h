#pragma once

#include "rules/rule.h"

namespace whywontitstart {

/// All that the rules have to say to these facts, in no order.
std::vector<Match> match(const RuleSet& rules, const Facts& facts);

}  // namespace whywontitstart
