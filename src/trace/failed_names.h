#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "base/search_name.h"

namespace whywontitstart {

/// The search names under which something failed: what is found under another one is dull. Beyond a bound it
/// forgets which they were, and any may matter.
class FailedNames {
 public:
  void add(std::string_view path) {
    if (names_.size() < most) names_.emplace(search_name(path));
  }
  bool is_dull(std::string_view path) const {
    return names_.size() < most && !names_.contains(search_name(path));
  }
  std::size_t size() const { return names_.size(); }

  static constexpr std::size_t most = 100'000;

 private:
  std::unordered_set<std::string, TextHash, std::equal_to<>> names_;
};

}  // namespace whywontitstart
