#pragma once

#include <optional>
#include <vector>

#include "model/event.h"
#include "model/facts.h"
#include "unit/exec_steps.h"

namespace whywontitstart {

/// What systemd kept of the last start, as events of a trace that knows no calls: the command that failed (or
/// else the main one), what it and systemd said about it, and how it ended.
std::vector<Event> events_of_start(const UnitLook& look);

/// The command that those events are about: the one that failed, else the main one; nullptr: there is none.
const UnitCommand* told_command(const Unit& unit);

/// How the last start ended, as systemd counts it; State::not_run where there was none, or where it is over
/// and went well.
Outcome outcome_of_start(const UnitLook& look);

/// In its last start it was up before it ended.
bool was_up(const Unit& unit);

/// Why systemd counts the start as failed though no command failed by itself: it was not up in time, ended
/// before it was up, was killed for lack of memory, did not write its PID file.
std::optional<Finding> why_not_up(const UnitLook& look);

/// It is not up yet, after so long.
Finding not_up_in_time(const UnitLook& look, TraceTime waited);

/// All that can be seen, before a start, of what systemd has to do for it: user, folders, environment file.
std::vector<Finding> foresee_steps(const UnitLook& look);

}  // namespace whywontitstart
