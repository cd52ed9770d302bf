#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/unit_report.h"
#include "cli/unit_world.h"
#include "facts/fact_builder.h"
#include "trace/group.h"

namespace whywontitstart {

/// One process that systemd started for the unit, with all that came of it.
struct StartedCommand {
  std::size_t at = 0;  ///< the first, the second … that systemd started
  Pid pid = Pid::none;
  bool launched = false;  ///< systemd's own steps are over: it is the program
  FactBuilder facts;
  std::optional<UnitWorld> world;
  std::string invocation;
  std::optional<ExitStatus> end;
  bool left_children = false;  ///< when it ended
};

/// What a start under our eyes showed.
struct UnitStart {
  TraceEnd trace;
  std::vector<StartedCommand> commands;
  Unit before, after;
  std::optional<Error> refused;  ///< systemd did not even take the job
};

/// Has systemd start the unit, and traces all that it starts. Errors: the start cannot be held back, or
/// traced.
Result<UnitStart> start_unit(const UnitCase& with, const Unit& unit);

/// The unit with what was seen of its commands: systemd may have begun anew meanwhile. `told`: the index of
/// the command of `start` that the report is about; none: none was started.
Unit as_seen(const UnitStart& start, std::optional<std::size_t>& told);

}  // namespace whywontitstart
