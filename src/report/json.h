#pragma once

#include <string>

#include "model/report.h"

namespace whywontitstart {

/// The report as docs/report.schema.json describes it, indented by two. Bytes that are no UTF-8 become
/// U+FFFD; what steers a terminal is written as \uXXXX.
std::string to_json(const Report& report);

}  // namespace whywontitstart
