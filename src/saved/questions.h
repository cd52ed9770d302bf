#pragma once

#include "saved/answers.h"

namespace whywontitstart {

// How the questions of a Host are written down, the same for whoever records and whoever replays.

inline Question read_question(const std::string& path, std::size_t limit) {
  return {path, std::to_string(limit)};
}
inline Question read_at_question(const std::string& path, std::uint64_t offset, std::size_t size) {
  return {path, std::to_string(offset), std::to_string(size)};
}
inline Question status_question(const std::string& path, bool follow) {
  return {path, follow ? "stat" : "lstat"};
}
inline Question socket_question(Pid process, int fd) {
  return {std::to_string(number(process)), std::to_string(fd)};
}

}  // namespace whywontitstart
