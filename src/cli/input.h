#pragma once

#include <string>

#include "base/result.h"
#include "saved/saved_trace.h"

namespace whywontitstart {

/// Reads what --from names: a trace that --save kept, or the text of strace(1); either may be packed. Where a
/// log cannot be read to its end, what was read before counts, and a remark says so. Errors: there is no such
/// file, it is neither of both, or a saved trace that is damaged.
/// `with_course`: for comparing it with another, and for keeping it. `shows_progress`: on standard error, if
/// that is a terminal.
Result<SavedTrace> read_trace(const std::string& path, bool with_course = true, bool shows_progress = false);

}  // namespace whywontitstart
