#include <exception>
#include <iostream>

#include "cli/modes.h"

#include <algorithm>

int main(int argc, char** argv) {
  using namespace whywontitstart;
  try {
    return run_mode(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  } catch (const std::exception& problem) {
    std::cerr << "whywontitstart: this is a mistake of ours: " << problem.what() << '\n';
    return exit_unable;
  }
}
