#pragma once

#include <optional>

#include "model/finding.h"

namespace whywontitstart {

/// The command that shows, on the machine that a log comes from, what we would have looked at there. None:
/// there is nothing to be seen, or one of the finding's own fixes shows it.
std::optional<Fix> look_there(const Finding& finding, const std::string& program);

}  // namespace whywontitstart
