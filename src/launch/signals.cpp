#include "launch/signals.h"

namespace whywontitstart {

SavedSignals::SavedSignals(std::initializer_list<int> signals) {
  for (const int signal : signals) {
    Saved& saved = saved_.at(count_++);
    saved.signal = signal;
    ::sigaction(signal, nullptr, &saved.action);
  }
  ::sigprocmask(SIG_SETMASK, nullptr, &mask_);
}

void SavedSignals::restore() const {
  for (std::size_t index = 0; index < count_; ++index)
    ::sigaction(saved_[index].signal, &saved_[index].action, nullptr);
  ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

bool SavedSignals::was_ignored(int signal) const {
  for (std::size_t index = 0; index < count_; ++index)
    if (saved_[index].signal == signal) return saved_[index].action.sa_handler == SIG_IGN;
  return false;
}

}  // namespace whywontitstart
