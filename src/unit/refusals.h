#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "unit/exec_steps.h"

namespace whywontitstart {

/// Says why another unit does not start: the best finding; none where nothing is wrong with it.
using ExplainUnit = std::function<std::optional<Finding>(const Unit&)>;

/// systemd has no such unit, or was told to refuse it, or cannot understand it: no start was, or would be,
/// tried.
std::optional<Finding> why_not_loaded(const UnitLook& look);

/// A Condition…= or Assert…= that did not hold at the last try.
std::optional<Finding> why_skipped(const UnitLook& look);

/// A unit that this one needs and that is not there, or failed. `explain` goes on from there.
std::optional<Finding> why_dependency(const UnitLook& look, const ExplainUnit& explain);

/// It was started too often; see StartLimitBurst= of systemd.unit(5).
std::optional<Finding> why_start_limit(const UnitLook& look);

/// The file of the unit is newer than what systemd has read of it: said of any finding.
std::optional<Evidence> needs_reload(const Unit& unit);

}  // namespace whywontitstart
