#pragma once

#include <map>
#include <string>

#include "compare/alike.h"
#include "model/course.h"

namespace whywontitstart {

/// One of two runs. What it refers to must outlive it.
struct Run {
  const Target& target;
  const Facts& facts;
  const Course& course;
  std::string file = {};  ///< what a person calls it
};

/// The program as it is in the end: of "env -i app" the app.
std::string executable_of(const Run& run);

/// What a run did with what result, to be asked by another run that did the same.
class DoneBy {
 public:
  explicit DoneBy(const Run& run);

  /// A step that worked although this call on this object failed elsewhere with `error`; none: there is none.
  /// `alike` are the names of the run that asks.
  const Step* worked(const SyscallEvent& call, const std::string& object, const Alike& alike) const;
  /// Something of this base name that was opened, executed or found, anywhere.
  const Step* found_by_name(std::string_view name) const;
  /// How often the same call on the same object failed here with the same error.
  std::size_t failed(const SyscallEvent& call, const std::string& object, const Alike& alike) const;
  /// Did it do anything with this object?
  bool touched(const std::string& object, const Alike& alike) const;
  bool said(std::string_view line) const;

 private:
  struct Results {
    const Step* worked = nullptr;
    std::map<Errno, std::size_t> failed;
  };

  const Results* results(const std::string& group, const std::string& object, const Alike& alike) const;
  void add(const Step& step);

  Alike alike_;
  std::map<std::string, Results, std::less<>> by_call_;
  std::map<std::string, const Step*, std::less<>> by_name_;
  std::set<std::string, std::less<>> objects_;
  std::set<std::string, std::less<>> lines_;
};

}  // namespace whywontitstart
