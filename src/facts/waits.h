#pragma once

#include "model/facts.h"

namespace whywontitstart {

/// Which waits of the processes that live will not end by what is under way (`Wait::in_vain`): each by
/// itself, threads and processes that wait for each other, children that only sleep. True if there is one
/// that keeps the program from coming up.
bool judge_waits(Facts& facts);

/// Does the program, or a child of it after the other, try the same again and again, until the end, and fail?
bool tries_in_vain(const Facts& facts);

/// The processes that could end what this one waits for, as far as they are part of the trace.
std::vector<Pid> waited_for(const Facts& facts, const Process& process);

/// Does it wait in vain itself, and not only for another process?
bool is_stuck_itself(const Process& process);

}  // namespace whywontitstart
