#pragma once

#include <string_view>

namespace whywontitstart {

/// How loudly a line complains, by its own words.
enum class Severity {
  remark,   ///< a hint, a level of a log below a warning, a frame of a stack, a farewell
  warning,  ///< it goes on, and says so
  plain,
  complaint,  ///< it has a word for something that failed
  fatal,      ///< the program says itself that it gives up for this
};

/// Does it have a word for something that failed?
bool sounds_like_failure(std::string_view line);

Severity severity_of(std::string_view line);

/// Does it say no more than that something is not as it might be? The frames of a stack belong to a
/// complaint.
bool is_mild(std::string_view line);

}  // namespace whywontitstart
