#include "checks/confinement.h"

#include <cerrno>

#include "checks/failures.h"
#include "host/wanted.h"

namespace whywontitstart {

std::vector<std::string> unexplained_refusals(const CheckInput& input) {
  std::vector<std::string> paths;
  for (const Failure* failure : open_failures(input.facts, {EACCES, EPERM})) {
    const std::string& path = failure->call.path;
    if (!path.starts_with('/') || std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
    if (walk(input.host, path, input.target.identity, wanted_of(failure->call)).allowed())
      paths.push_back(path);
  }
  return paths;
}

}  // namespace whywontitstart
