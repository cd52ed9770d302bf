#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace whywontitstart {

/// Ends this very process with exit_unable and a message if it lives longer than it should: a look at a dead
/// network file system blocks where nothing else can reach it, and a service waits for us.
class Deadline {
 public:
  Deadline(std::chrono::milliseconds time, std::string message);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::thread thread_;
};

}  // namespace whywontitstart
