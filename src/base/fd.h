#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace whywontitstart {

/// The one owner of an open file descriptor; closes it when it goes out of scope.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Opens with O_CLOEXEC, so that nothing of ours reaches the traced program. See open(2).
Result<Fd> open_file(const std::string& path, int flags, unsigned mode = 0);

/// What is left to read of an open file, up to `limit` bytes. `path` is what an error calls it.
Result<std::string> read_rest(const Fd& file, std::size_t limit, const std::string& path);

/// Up to `limit` bytes of a regular or /proc file. Never blocks: a FIFO or a device is refused (EINVAL).
Result<std::string> read_file(const std::string& path, std::size_t limit = 1U << 20);

/// Writes the file whole or not at all: beside it first, with mode 0600, then renamed over it.
Result<> replace_file(const std::string& path, std::string_view text);

}  // namespace whywontitstart
