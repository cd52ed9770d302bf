#pragma once

#include <string>

#include "host/host.h"
#include "unit/read_unit.h"

namespace whywontitstart {

/// The folder of the control group (version 2) in which systemd is going to start the unit, whether it is
/// there yet or not. Errors: there is no such file system, or systemd does not tell.
Result<std::string> group_of(const Host& host, const Manager& manager, const Unit& unit);

/// "/a.slice/a-b.slice" of "a-b.slice", see systemd.slice(5); "" of "-.slice".
std::string path_of_slice(std::string_view slice);

}  // namespace whywontitstart
