#pragma once

#include <string>
#include <vector>

namespace whywontitstart {

constexpr int exit_started = 0;
constexpr int exit_not_started = 1;
constexpr int exit_unusable = 2;  ///< the call, a rule file or an input file
constexpr int exit_unable = 3;    ///< the tool was not able to look

/// Does what the words of the command line ask for, and gives the exit status.
int run_mode(const std::vector<std::string>& words);

}  // namespace whywontitstart
