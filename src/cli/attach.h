#pragma once

#include "base/names.h"
#include "host/host.h"
#include "model/event.h"
#include "model/target.h"

namespace whywontitstart {

/// A running process as a target: what it is, where, who and with which environment it was started. Errors,
/// for the person at the terminal: there is no such process, or it is none that could be looked at (a thread
/// of the kernel, ourselves).
Result<Target> target_of_process(const Host& host, Pid process);

/// Completes what the tracer says of a thread with what the machine knows.
void explain_attached(const Host& host, Event& event);

/// Where neither tracing nor looking was allowed: why, as the tracer remarked it, and what is seen all the
/// same.
Error why_unseen(const Host& host, Pid process, const std::vector<std::string>& remarks);

/// May we look at what its threads wait for? Errors: why not.
Result<> may_look_at(const Host& host, Pid process);

}  // namespace whywontitstart
