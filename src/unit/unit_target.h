#pragma once

#include "host/host.h"
#include "model/target.h"
#include "unit/read_unit.h"
#include "unit/unit.h"

namespace whywontitstart {

/// The unit's command as systemd would start it: user, groups, folder, environment, limits. What cannot be
/// found out (a user that does not exist) is left as it is for root; why_no_start() speaks of that.
Target target_of(const Host& host, const Unit& unit, const UnitCommand& command,
                 const std::vector<std::string>& manager_environment);

/// A path of the unit as seen from outside of its RootDirectory=.
std::string outside_root(const Unit& unit, const std::string& path);

}  // namespace whywontitstart
