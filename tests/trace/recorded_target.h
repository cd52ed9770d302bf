#pragma once

#include <string>
#include <vector>

#include "model/target.h"

namespace whywontitstart {

/// As our own user, here, with our environment; argv[0] is a path or looked for in PATH.
Target target_of(const std::vector<std::string>& argv);

}  // namespace whywontitstart
