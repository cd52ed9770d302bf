#pragma once

#include <optional>

#include "cli/conclude.h"

namespace whywontitstart {

/// Whether the machine is looked at in all ways that the report of a unit has: of those that are only needed
/// by another one it is not.
enum class UnitChecks { none, all };

/// Why the unit of the trace does not start: its own findings, what the rules and the machine say, and which
/// settings of it stand in the way. Errors: a rule file is wrong.
Result<Report> report_on_unit(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
                              const Machine& machine, const Adjust& adjust = {},
                              UnitChecks checks = UnitChecks::all);

}  // namespace whywontitstart
