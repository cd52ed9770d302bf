#pragma once

#include "model/report.h"
#include "unit/exec_steps.h"

namespace whywontitstart {

/// Where a finding is the doing of the unit's own settings (its sandbox, limits, user), says which one, where
/// it is set, and which drop-in would allow what the program wants. The cause stays what it is; what the
/// kernel calls an address family that is switched off is a seccomp filter here.
void name_settings(Report& report, const UnitLook& look);

}  // namespace whywontitstart
