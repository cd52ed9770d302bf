#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/unit_world.h"
#include "facts/course_builder.h"
#include "facts/fact_builder.h"
#include "rules/rule.h"
#include "trace/group.h"
#include "unit/read_unit.h"

namespace whywontitstart {

/// What a unit is looked at with.
struct UnitCase {
  const Host& host;
  const Manager& manager;
  const Options& options;
  const std::optional<RuleSet>& rules;
  std::vector<std::string> environment;  ///< of the manager
};

/// One process that systemd started for the unit, with all that came of it.
struct StartedCommand {
  std::size_t at = 0;  ///< the first, the second … that systemd started
  Pid pid = Pid::none;
  bool launched = false;  ///< systemd's own steps are over: it is the program
  FactBuilder facts;
  CourseBuilder course;                ///< only if the trace is to be saved
  std::optional<Surroundings> around;  ///< likewise
  std::optional<Target> seen;          ///< as it was when it was launched
  std::optional<UnitWorld> world;
  std::string invocation;
  std::optional<ExitStatus> end;
  std::size_t ended_as = 0;    ///< the first, the second … to end, from 1 on; 0: it has not
  bool is_of_start = true;     ///< false: it came after a failure: ExecStopPost=, or another try
  bool left_children = false;  ///< when it ended
};

/// What a start under our eyes showed.
struct UnitStart {
  TraceEnd trace;
  std::vector<StartedCommand> commands;
  Unit before, after;
  std::optional<Error> refused;   ///< systemd did not even take the job
  bool is_to_be_stopped = false;  ///< what came up is not to stay
};

/// Has systemd start the unit, and traces all that it starts. Errors: the start cannot be held back, or
/// traced.
Result<UnitStart> start_unit(const UnitCase& with, const Unit& unit);

/// The unit with what was seen of its commands: systemd may have begun anew meanwhile. `told`: the index of
/// the command of `start` that the report is about; none: none was started.
Unit as_seen(const UnitStart& start, std::optional<std::size_t>& told);

}  // namespace whywontitstart
