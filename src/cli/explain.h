#pragma once

#include <optional>

#include "cli/options.h"
#include "model/facts.h"
#include "model/finding.h"
#include "model/target.h"
#include "rules/rule.h"

namespace whywontitstart {

/// The built-in rules and those that the options name. Errors are diagnostics with their place.
Result<RuleSet> rules_of(const Options& options);

/// Rules of the user are read before anything is done, since they may be wrong; ours only once there is
/// something to explain: that takes longer than many a program. None: there are only ours.
Result<std::optional<RuleSet>> rules_given(const Options& options);

/// What the rules say to these facts; nothing where all went well. Without given rules it is the built-in
/// ones.
Result<std::vector<Match>> explanations(const std::optional<RuleSet>& given, const Target& target,
                                        const Facts& facts);

/// The checks explain what went wrong; of a good start only the long forms of the report show them, or a
/// report that is made of the saved trace.
bool wants_checks(const Options& options, const Target& target, const Facts& facts);

}  // namespace whywontitstart
