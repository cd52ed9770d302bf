#pragma once

#include <optional>

#include "cli/options.h"
#include "cli/unit_start.h"
#include "saved/saved_trace.h"

namespace whywontitstart {

/// Why the unit is as it is, by what systemd and the journal kept of its last start. `depth`: how many units
/// lie between this one and the one that was asked for.
SavedTrace trace_of_unit(const UnitCase& with, const Unit& unit, int depth = 0);

/// A start that was watched, and the world of what it is about; nullptr: it was never seen.
struct UnitTrace {
  SavedTrace trace;
  const UnitWorld* world = nullptr;
};

/// The start that was just traced. `start` keeps the world, and must outlive what is given.
UnitTrace trace_of_start(const UnitCase& with, UnitStart& start);

}  // namespace whywontitstart
