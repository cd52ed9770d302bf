#pragma once

#include <string>

#include "model/report.h"

namespace whywontitstart {

/// The picture of a start as one SVG element for a page of HTML: processes as rows over time, with what
/// happened in them; what the verdict stands on is marked. All that comes from outside is escaped in it.
/// Empty where there is nothing to draw. The width is that of the page, the rest is in pixels, so that words
/// stay as large as the page's.
std::string picture_of(const Report& report);

}  // namespace whywontitstart
