#include "launch/search.h"

#include "base/text.h"

namespace whywontitstart {

std::vector<std::string> search_places(const std::string& program,
                                       const std::vector<std::string>& environment, const std::string& cwd) {
  if (program.find('/') != std::string::npos) return {absolute_path(cwd, program)};
  std::vector<std::string> places;
  const std::string path = variable(environment, "PATH").value_or("/bin:/usr/bin");
  for (const std::string_view folder : split(path, ':'))
    places.push_back(absolute_path(cwd, fmt::format("{}/{}", folder.empty() ? "." : folder, program)));
  return places;
}

}  // namespace whywontitstart
