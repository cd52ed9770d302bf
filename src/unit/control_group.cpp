#include "unit/control_group.h"

namespace whywontitstart {

std::string path_of_slice(std::string_view slice) {
  if (slice == "-.slice" || slice.empty()) return {};
  std::string path;
  const std::string_view stem = unit_stem(slice);
  for (std::size_t at = stem.find('-'); at != std::string_view::npos; at = stem.find('-', at + 1))
    path += fmt::format("/{}.slice", stem.substr(0, at));
  return path + "/" + std::string(slice);
}

Result<std::string> group_of(const Host& host, const Manager& manager, const Unit& unit) {
  std::string mounted;
  for (const char* const place : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
    if (mounted.empty() && host.status(std::string(place) + "/cgroup.procs")) mounted = place;
  if (mounted.empty())
    return error("there are no control groups of version 2, in which a start can be held back");
  if (!unit.word("ControlGroup").empty()) return mounted + unit.word("ControlGroup");
  const Result<std::string> root = manager_property(host, manager, "ControlGroup");
  if (!root) return tl::unexpected(root.error());
  return mounted + (*root == "/" ? "" : *root) + path_of_slice(unit.word("Slice")) + "/" + unit.name;
}

}  // namespace whywontitstart
