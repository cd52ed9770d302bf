#pragma once

#include "model/report.h"
#include "saved/saved_trace.h"

namespace whywontitstart {

/// Masks the secrets of a trace and of the report on it, so that both have the same stand-ins for the same:
/// what either of them shows to be a secret is masked in both.
void mask_together(Report& report, SavedTrace& trace);

}  // namespace whywontitstart
