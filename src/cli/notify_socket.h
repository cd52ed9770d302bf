#pragma once

#include <string>

#include "base/fd.h"
#include "model/target.h"

namespace whywontitstart {

/// A socket to which a program can say that it is ready, see sd_notify(3), in a folder of its own that nobody
/// else may enter. Both are gone when this is.
class NotifySocket {
 public:
  /// For a program that runs as `identity`. Errors: no place where such a folder could be made.
  static Result<NotifySocket> make(const Identity& identity);

  NotifySocket(NotifySocket&& other) noexcept;
  NotifySocket& operator=(NotifySocket&&) = delete;
  ~NotifySocket();

  const std::string& path() const { return path_; }

  /// Takes what has come meanwhile; a program may wait until somebody does. True when READY=1 was ever among
  /// it.
  bool said_ready();

 private:
  NotifySocket(Fd socket, std::string path) : socket_(std::move(socket)), path_(std::move(path)) {}

  Fd socket_;
  std::string path_;
  bool said_ready_ = false;
};

}  // namespace whywontitstart
