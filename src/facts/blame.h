#pragma once

#include "model/facts.h"

namespace whywontitstart {

/// Whose end matters: fills `blame` from the target down to the process whose end explains the target's, and
/// `swallowed` where the target ended well although its real work failed.
void find_blame(Facts& facts);

}  // namespace whywontitstart
