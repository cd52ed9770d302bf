#pragma once

#include <unordered_map>

#include "model/course.h"

namespace whywontitstart {

/// What a call is about, in one word, the same in two runs of one program: a path, an address, an option.
std::string object_in_course(const SyscallEvent& call);

/// Folds events into the steps of a course: each call on each object with each result once. Memory is bounded
/// by how many different things were done, and by a number.
class CourseBuilder {
 public:
  void add(const Event& event);
  /// The steps; files and surroundings are for others to fill in.
  Course finish();

 private:
  void add_call(const Event& event, const SyscallEvent& call);
  void note(const Event& event, const std::string& call, const std::string& object, Errno error);

  Course course_;
  std::size_t order_ = 0;
  std::unordered_map<std::string, std::size_t> known_;  ///< index of a step, by what makes it one
};

}  // namespace whywontitstart
