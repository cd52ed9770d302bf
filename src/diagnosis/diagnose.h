#pragma once

#include "host/host.h"
#include "model/intent.h"
#include "model/report.h"

namespace whywontitstart {

/// What was found out before the weighing.
struct Evidences {
  Facts facts;
  std::vector<Match> matches;
  std::vector<CheckResult> checks;
  std::string backend;
  std::size_t lost = 0;
  std::vector<std::string> remarks;  ///< what could not be seen, in words
  Intentions intended;               ///< what a program that is not run is going to want
  std::vector<Finding> of_tracing;   ///< what tracing itself did to the program, or that it is forbidden
  std::vector<Finding> of_unit;      ///< what systemd says of the unit that was to start
};

/// Is there nothing to explain?
bool went_well(const Target& target, const Facts& facts);

/// From symptoms to the root: asks the machine about the best candidates, weighs them, and puts the report
/// together.
Report diagnose(const Target& target, Evidences evidences, const Host& host);

}  // namespace whywontitstart
