#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/host.h"

namespace whywontitstart {

/// Runs a helper and waits for it: `argv[0]` is an absolute path, the environment is PATH and LC_ALL=C alone,
/// standard input is empty, standard output and error are kept up to 1 MiB each. At `deadline` it is killed,
/// with all that it started in its process group; that is an Error (ETIMEDOUT). Never while a trace runs: the
/// tracer's waitpid(2) would take the helper's exit.
Result<CommandOutput> run_command(const std::vector<std::string>& argv, std::chrono::milliseconds deadline);

}  // namespace whywontitstart
