#pragma once

#include <string>

#include "model/report.h"

namespace whywontitstart {

/// What the terminal can show.
struct TextStyle {
  bool colour = false;
  bool utf8 = true;
  int width = 100;       ///< columns; commands and paths are never broken
  bool brief = false;    ///< the verdict alone
  bool verbose = false;  ///< also the checks, the processes and the last calls
};

/// The report for a terminal: the verdict, at most three lines of evidence, what to do, what it is not.
std::string to_text(const Report& report, TextStyle style = {});

}  // namespace whywontitstart
