#pragma once

#include <string_view>

namespace whywontitstart {

/// How loudly a line complains, by its own words.
enum class Severity {
  remark,  ///< a hint, a level of a log below a warning, a frame of a stack
  plain,
  fatal,  ///< the program says itself that it gives up for this
};

Severity severity_of(std::string_view line);

}  // namespace whywontitstart
