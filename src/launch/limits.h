#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/target.h"

namespace whywontitstart {

/// RLIMIT_NOFILE's number for "RLIMIT_NOFILE"; see getrlimit(2).
std::optional<int> limit_number(std::string_view name);

/// The names that parse_limit() knows: "nofile", "core", …
std::vector<std::string_view> limit_names();

/// Reads "nofile=16:64", "RLIMIT_NOFILE=16", "LimitCORE=unlimited": soft and hard, or both at once.
/// Values are plain numbers (bytes, seconds, files), or with K, M, G, T as systemd has them, or "unlimited".
Result<Limit> parse_limit(std::string_view text);

/// While it lives we may open as many files as the system lets us; the program gets back what we were given.
/// See RLIMIT_NOFILE in getrlimit(2).
class RoomForFiles {
 public:
  RoomForFiles();
  ~RoomForFiles() { restore(); }
  RoomForFiles(const RoomForFiles&) = delete;
  RoomForFiles& operator=(const RoomForFiles&) = delete;

  /// Async-signal-safe.
  void restore() const;

 private:
  rlimit before_{};
  bool changed_ = false;
};

}  // namespace whywontitstart
