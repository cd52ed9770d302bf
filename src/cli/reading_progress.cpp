#include "cli/reading_progress.h"

#include <unistd.h>

#include <cstdio>

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto first_after = 1s;
constexpr auto again_after = 250ms;
constexpr double megabyte = 1e6;

}  // namespace

ReadingProgress::ReadingProgress(bool wanted)
    : wanted_(wanted && ::isatty(STDERR_FILENO) == 1), next_(Clock::now() + first_after) {}

ReadingProgress::~ReadingProgress() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void ReadingProgress::add(std::uint64_t bytes) {
  read_ += bytes;
  if (!wanted_ || Clock::now() < next_) return;
  next_ = Clock::now() + again_after;
  shown_ = true;
  fmt::print(stderr, "\rread {:.0f} MB of the log\x1b[K", static_cast<double>(read_) / megabyte);
}

}  // namespace whywontitstart
