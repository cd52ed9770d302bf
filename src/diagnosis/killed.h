#pragma once

#include "diagnosis/weigh.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// Who ended the process of the candidate by a signal, and why: another process (in the trace or outside),
/// the kernel for lack of memory, or a limit of processor time. Sharpens cause, subject and words.
void ask_killer(Candidate& candidate, const Target& target, const Facts& facts, const Host& host);

}  // namespace whywontitstart
