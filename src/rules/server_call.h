#pragma once

#include <string>
#include <vector>

#include "rules/config_text.h"
#include "rules/server.h"

namespace whywontitstart {

/// What the words of a call mean to a server.
struct ServerCall {
  std::vector<Statement> settings;  ///< under their keys; "config" and "statement" among them
  std::string first_word;           ///< the first that is no option
  std::vector<std::string> rest;  ///< the words after the first that is no option, where those are another's
  bool starts = true;             ///< false: it only tells or tests something
};

/// Reads the words after the program's name.
ServerCall read_call(const Server& server, const std::vector<std::string>& words);

}  // namespace whywontitstart
