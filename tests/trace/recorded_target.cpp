#include "recorded_target.h"

#include <unistd.h>

#include "host/host.h"
#include "launch/resolve.h"
#include "launch/search.h"

namespace whywontitstart {

Target target_of(const std::vector<std::string>& argv) {
  const Caller caller = current_caller();
  Target target;
  target.argv = argv;
  target.cwd = caller.cwd;
  target.identity = caller.identity;
  target.environment = caller.environment;
  for (const std::string& place : search_places(argv.front(), target.environment, target.cwd)) {
    if (::access(place.c_str(), F_OK) != 0) continue;
    target.executable = place;
    break;
  }
  return target;
}

}  // namespace whywontitstart
