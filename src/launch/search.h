#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/target.h"

namespace whywontitstart {

/// The paths at which execvp(3) would look for a program: itself where it has a slash, else in each folder of
/// PATH.
std::vector<std::string> search_places(const std::string& program,
                                       const std::vector<std::string>& environment, const std::string& cwd);

}  // namespace whywontitstart
