#pragma once

#include "host/host.h"
#include "model/event.h"

namespace whywontitstart {

/// What a thread waits for at one socket: its peer, or, where it listens, its clients.
void ask_socket(const Host& host, Pid process, int fd, WaitEvent& wait);

/// What a thread waits for in poll(2), select(2), epoll_wait(2) and their kin: the most telling of the
/// descriptors, since a server's clients come before what else it looks after.
void ask_events(const Host& host, Pid process, WaitEvent& wait);

}  // namespace whywontitstart
