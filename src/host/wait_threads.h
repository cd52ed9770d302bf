#pragma once

#include "host/host.h"
#include "model/event.h"

namespace whywontitstart {

/// What a thread waits for in futex(2): the thread that has the mutex, or whose end it waits for, as the
/// words in memory tell. Nothing where it is a condition: nobody writes down who will signal that.
void ask_futex(const Host& host, Pid process, Pid thread, WaitEvent& wait);

}  // namespace whywontitstart
