#pragma once

#include <string>

#include "model/facts.h"
#include "model/target.h"

namespace whywontitstart {

/// What the program is called in sentences: the base name of its first word.
std::string program_name(const Target& target, const Facts& facts);

/// "12 ms", "2.5 s".
std::string time_words(TraceTime time);

/// "ended with exit status 1", "was ended by SIGTERM (Terminated)", "neither ended nor came up in 30.0 s".
std::string ending_of(const Facts& facts);

}  // namespace whywontitstart
