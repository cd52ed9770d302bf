#pragma once

#include <string>

#include "model/report.h"

namespace whywontitstart {

/// The report for a ticket, in GitHub's Markdown.
std::string to_markdown(const Report& report);

}  // namespace whywontitstart
