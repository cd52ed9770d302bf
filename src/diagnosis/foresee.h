#pragma once

#include "diagnosis/foresight.h"

namespace whywontitstart {

/// What would keep the target from starting, as far as it can be seen without running it: that it is not
/// there, may not be run, lacks its interpreter, a library or a version of one, or something that it intends
/// cannot be had. What surely stops it first; empty: nothing does.
Foresight foresee(const Target& target, const Intentions& intended, const Host& host);

/// Lets the checks of a report say what was foreseen, each where it belongs.
void add_to_checks(const Foresight& foresight, std::vector<CheckResult>& checks);

/// The findings of checks that failed for a reason which no finding has yet.
std::vector<Finding> findings_of_checks(const std::vector<CheckResult>& checks,
                                        const std::vector<Finding>& known);

}  // namespace whywontitstart
