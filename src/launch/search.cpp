#include "launch/search.h"

#include "base/text.h"

namespace whywontitstart {

std::optional<std::string_view> value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string_view(entry).substr(name.size() + 1);
  return std::nullopt;
}

std::vector<std::string> search_places(const std::string& program,
                                       const std::vector<std::string>& environment, const std::string& cwd) {
  if (program.find('/') != std::string::npos) return {absolute_path(cwd, program)};
  std::vector<std::string> places;
  for (const std::string_view folder : split(value_of(environment, "PATH").value_or("/bin:/usr/bin"), ':'))
    places.push_back(absolute_path(cwd, fmt::format("{}/{}", folder.empty() ? "." : folder, program)));
  return places;
}

}  // namespace whywontitstart
