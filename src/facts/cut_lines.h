#pragma once

#include "model/facts.h"

namespace whywontitstart {

/// A name at the end of a cut line may be cut as well. Where a call failed before with a path, a name or an
/// address that begins like it, it is made whole: "cannot open /etc/app/ap…" is "cannot open
/// /etc/app/app.conf…".
void complete_cut_lines(Facts& facts);

}  // namespace whywontitstart
