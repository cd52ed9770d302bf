#pragma once

#include "host/host.h"
#include "model/event.h"

namespace whywontitstart {

/// Asks the machine what a thread waits for, while it does: who holds the lock, who is at the other end of
/// the pipe or connection, which child, which thread. Fills in all fields of `wait` but `call` and the times,
/// as far as they can be known; it stops and changes nothing.
void explain_wait(const Host& host, Pid process, Pid thread, WaitEvent& wait);

}  // namespace whywontitstart
