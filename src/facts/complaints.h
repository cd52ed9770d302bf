#pragma once

#include "model/facts.h"

namespace whywontitstart {

/// Fills `complaints` from the lines: which errno each says, and about what. Call it when text and failures
/// are bound, since a complaint whose call the trace has only repeats it.
void find_complaints(Facts& facts);

}  // namespace whywontitstart
