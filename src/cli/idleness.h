#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "model/event.h"

namespace whywontitstart {

/// What the waits of all threads tell of a program that says nothing and was not seen to listen.
struct Idleness {
  bool serves = false;  ///< a thread waits at a listening socket
  /// Without news for so long it is up, and not on its way; none: not by waiting as it does now.
  std::optional<std::chrono::seconds> proves_itself_after;
};

/// `waits` are WaitEvents that the machine was asked about. A program that computes, or waits for an answer,
/// a lock, a disk, somebody who types, is not idle. One that sleeps may go on when it wakes: it is idle when
/// it sleeps for long, or has woken again and again.
Idleness idleness_of(const std::vector<Event>& waits);

}  // namespace whywontitstart
