#include <fcntl.h>
#include <unistd.h>

#include <exception>
#include <iostream>

#include "cli/modes.h"

#include <algorithm>

namespace {

/// Whoever starts us may have closed standard input, output or error: no file of ours must land there. These
/// cannot be read or written either, and the program finds them closed, as it would without us.
void hold_standard_descriptors() {
  int fd = 0;
  do fd = ::open("/", O_PATH | O_CLOEXEC);
  while (fd >= STDIN_FILENO && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace whywontitstart;
  hold_standard_descriptors();
  try {
    return run_mode(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  } catch (const std::exception& problem) {
    std::cerr << "whywontitstart: this is a mistake of ours: " << problem.what() << '\n';
    return exit_unable;
  }
}
