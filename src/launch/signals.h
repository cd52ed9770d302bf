#pragma once

#include <signal.h>

#include <array>
#include <initializer_list>

namespace whywontitstart {

/// The dispositions of some signals and the signal mask as they are now, to be put back later: by us when we
/// are done, by a child before it becomes the program, which is not to see what we changed. See sigaction(2).
class SavedSignals {
 public:
  explicit SavedSignals(std::initializer_list<int> signals);

  /// Async-signal-safe.
  void restore() const;

  /// Did whoever started us want this signal ignored, as nohup(1) does?
  bool was_ignored(int signal) const;

 private:
  struct Saved {
    int signal = 0;
    struct sigaction action {};
  };
  std::array<Saved, 8> saved_{};
  std::size_t count_ = 0;
  sigset_t mask_{};
};

}  // namespace whywontitstart
