#pragma once

#include <string>

#include "model/report.h"

namespace whywontitstart {

/// The report as one HTML file that loads nothing and runs nothing.
std::string to_html(const Report& report);

}  // namespace whywontitstart
