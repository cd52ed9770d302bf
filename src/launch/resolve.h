#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// What to start, in the user's words.
struct LaunchRequest {
  std::vector<std::string> argv;
  std::optional<std::string> user;   ///< a name or a number
  std::optional<std::string> chdir;  ///< seen from the caller's folder
  std::vector<std::string>
      environment;         ///< "NAME=value" sets; "NAME" removes, or with clean_env keeps the caller's
  bool clean_env = false;  ///< start from what a system service sees
  std::vector<std::string> limits;    ///< "nofile=16:64", see parse_limit
  std::vector<std::string> expected;  ///< "listen:8080", see parse_expectation
};

/// Where a program would run that is started without further words: as whoever runs us.
struct Caller {
  std::vector<std::string> environment;
  std::string cwd;
  Identity identity;
};

/// This very process.
Caller current_caller();

/// The request with everything looked up. A program that is not found is no error: `executable` stays empty,
/// and starting it will show how that ends. Errors: unknown users, limits, folders and expectations, in
/// words.
Result<Target> resolve_target(const LaunchRequest& request, const Host& host,
                              const Caller& caller = current_caller());

}  // namespace whywontitstart
