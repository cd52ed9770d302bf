#pragma once

#include "model/comparison.h"
#include "report/view.h"

namespace whywontitstart {

/// What sets a run apart from one that works, in the order of reading.
std::vector<LabelledRow> compared_rows(const Comparison& comparison, bool is_ok);

}  // namespace whywontitstart
