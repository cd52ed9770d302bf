#include "cli/deadline.h"

#include <unistd.h>

#include "cli/modes.h"

namespace whywontitstart {

Deadline::Deadline(std::chrono::milliseconds time, std::string message)
    : thread_([this, time, message = std::move(message)] {
        std::unique_lock lock(mutex_);
        if (done_.wait_for(lock, time, [this] { return is_done_; })) return;
        // Whatever holds the other thread may hold the streams as well. No more can be done if this fails.
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
        ::_exit(exit_unable);
      }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
  }
  done_.notify_all();
  thread_.join();
}

}  // namespace whywontitstart
