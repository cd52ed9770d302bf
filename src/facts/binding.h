#pragma once

#include "model/facts.h"

namespace whywontitstart {

/// Text meets call: for each failure the later lines that name its object (`named_by`) or say its errno in
/// words, by symbol or by number (`echoed_by`). Linear in the size of the text.
void bind_text_to_failures(Facts& facts);

}  // namespace whywontitstart
