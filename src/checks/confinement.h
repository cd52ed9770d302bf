#pragma once

#include <string>
#include <vector>

#include "checks/checks.h"

namespace whywontitstart {

/// Paths that were refused (EACCES, EPERM) although modes, mounts and attributes allow it: what a security
/// module does.
std::vector<std::string> unexplained_refusals(const CheckInput& input);

}  // namespace whywontitstart
