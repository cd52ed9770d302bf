#pragma once

#include <functional>
#include <optional>
#include <string>

#include "unit/unit.h"

namespace whywontitstart {

/// A variable of the environment; none: it is not set.
using Variable = std::function<std::optional<std::string>(const char*)>;

/// A unit that OnFailure= has started is told by MONITOR_… of systemd.exec(5) which start of which unit
/// failed, and how. By the time it looks, that unit may have been started anew: then what it was told counts.
void heed_monitor(Unit& unit, const Variable& variable);

}  // namespace whywontitstart
