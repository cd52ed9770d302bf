#pragma once

#include <chrono>
#include <cstdint>

namespace whywontitstart {

/// Says on standard error how far the reading of a long file is, on one line that goes away in the end.
/// Silent where that is no terminal, and in the first second.
class ReadingProgress {
 public:
  explicit ReadingProgress(bool wanted);
  ~ReadingProgress();
  ReadingProgress(const ReadingProgress&) = delete;
  ReadingProgress& operator=(const ReadingProgress&) = delete;

  void add(std::uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;

  bool wanted_;
  bool shown_ = false;
  std::uint64_t read_ = 0;
  Clock::time_point next_;
};

}  // namespace whywontitstart
