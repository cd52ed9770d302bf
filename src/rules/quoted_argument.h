#pragma once

#include <string>
#include <string_view>

#include "model/facts.h"

namespace whywontitstart {

/// The word of the process's command line, or the value of an option there, that a line quotes: then what it
/// refuses was typed, not read from a file. Empty: none. Names of files and addresses do not count.
std::string quoted_argument(const Process& process, std::string_view line);

}  // namespace whywontitstart
