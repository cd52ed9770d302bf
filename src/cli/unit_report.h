#pragma once

#include <optional>

#include "cli/options.h"
#include "host/host.h"
#include "model/report.h"
#include "rules/rule.h"
#include "unit/read_unit.h"

namespace whywontitstart {

/// What the report of a unit is made with.
struct UnitCase {
  const Host& host;
  const Manager& manager;
  const Options& options;
  const std::optional<RuleSet>& rules;
  std::vector<std::string> environment;  ///< of the manager
};

/// Why the unit is as it is, by what systemd and the journal kept of its last start. `depth`: how many units
/// lie between this one and the one that was asked for. Errors: a rule file is wrong.
Result<Report> report_of_unit(const UnitCase& with, const Unit& unit, int depth = 0);

struct UnitStart;

/// Why the start that was just traced went as it did.
Result<Report> report_of_start(const UnitCase& with, UnitStart& start);

}  // namespace whywontitstart
