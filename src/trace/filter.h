#pragma once

#include <linux/filter.h>

#include <span>

namespace whywontitstart {

/// The program for seccomp(2) that has the calls stop which known_calls() says are traced, on all
/// architectures of the machine, and lets all others run free. Made by tools/make_filter.cpp when the tool is
/// built.
std::span<const sock_filter> call_filter();

}  // namespace whywontitstart
