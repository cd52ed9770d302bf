#pragma once

#include <string_view>

#include "model/facts.h"

namespace whywontitstart {

/// Stands at the end of a line of which the rest is not known: strace(1) shows the first bytes of a string.
constexpr std::string_view cut_mark = "\xe2\x80\xa6";

/// A name at the end of a cut line may be cut as well. Where a call failed before with a path, a name or an
/// address that begins like it, it is made whole: "cannot open /etc/app/ap…" is "cannot open
/// /etc/app/app.conf…".
void complete_cut_lines(Facts& facts);

}  // namespace whywontitstart
