#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "model/event.h"

namespace whywontitstart {

/// One line on the terminal while a program is watched: how long, how many processes and calls, what it waits
/// for. The program writes to the same terminal, so the line stands below the cursor, which stays where the
/// program left it; it goes before the program writes, and comes only when that was silent for a while.
/// Nothing of it where standard error is no terminal, or one that we do not own, or the program paints on it.
class StatusLine {
 public:
  explicit StatusLine(bool wanted);
  ~StatusLine() { erase(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  void saw(const Event& event);
  /// The program is about to write to what may be the terminal.
  void erase();
  /// Asked a few times a second. `waits`: of the program's threads, as far as it is known.
  void show(const std::vector<WaitEvent>& waits);

  /// Is there a terminal to show it on?
  bool possible() const { return possible_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool possible_ = false;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_output_ = start_;
  Clock::time_point last_shown_;
  std::size_t calls_ = 0;
  std::set<Pid> living_;
};

/// Does a text move the cursor about, or do more than colour what it says? See ECMA-48.
bool paints(std::string_view text);

/// "3 s, waits for an answer of 10.0.0.5:5432 (2 processes, 412 calls)": a narrow terminal cuts the end.
std::string status_words(std::chrono::seconds elapsed, std::size_t processes, std::size_t calls,
                         const std::vector<WaitEvent>& waits);

}  // namespace whywontitstart
