#pragma once

#include <string_view>

#include "base/fill.h"
#include "rules/fields.h"

namespace whywontitstart {

/// Takes what the named groups of a pattern found in the text as placeholders. "x2" stands for "x" where the
/// pattern has several ways to say the same. False: what it found is no name, but a word such as "the".
bool add_groups(const Pattern& pattern, std::string_view text, Values& values);

}  // namespace whywontitstart
