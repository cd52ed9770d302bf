#pragma once

#include <optional>

#include "cli/options.h"
#include "host/host.h"
#include "model/report.h"
#include "rules/rule.h"
#include "saved/saved_trace.h"

namespace whywontitstart {

// From what a trace told to the report, the same for a run of now and for one that was saved.

/// For whoever knows more of what the rules say before it is weighed.
using Adjust = std::function<void(std::vector<Match>& matches)>;

/// What the rules, the checks and the machine say to it. Errors: the rules are at fault.
Result<Report> report_on(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
                         const Host& host, const Adjust& adjust = {});

/// Writes the report wherever the options ask for it, and keeps the trace where they say so. Gives the exit
/// status.
int conclude(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace, const Host& host);

}  // namespace whywontitstart
