#pragma once

#include <string>

#include "host/host.h"
#include "host/path_walk.h"

namespace whywontitstart {

/// The way in lines, as namei(1) shows it: "drwxr-xr-x root:root /var", links with what they point at, and in
/// the end what is missing.
std::string step_lines(const Host& host, const PathWalk& way);

}  // namespace whywontitstart
