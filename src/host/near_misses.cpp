#include "base/text.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

std::string_view stem_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

/// How far one name is from another; none if nobody would mix them up.
std::optional<std::size_t> distance(std::string_view name, std::string_view other) {
  if (name == other || other.empty()) return std::nullopt;
  if (lower(name) == lower(other)) return 0;
  if (name.size() > 255 || other.size() > 255) return std::nullopt;
  // Of a short name two letters are most of it.
  const std::size_t most = name.size() <= 2 ? 0 : name.size() <= 4 ? 1 : 2;
  const std::size_t letters = edit_distance(name, other);
  if (letters <= most) return letters;
  // "config.yml" for "config.yaml", "nginx.conf.dist" for "nginx.conf".
  const bool same_stem = stem_of(name) == stem_of(other) || stem_of(other) == name || stem_of(name) == other;
  if (same_stem && stem_of(name).size() > 1 && stem_of(other).size() > 1) return 3;
  return std::nullopt;
}

}  // namespace

std::vector<std::string> near_misses(const Host& host, const std::string& folder, const std::string& name) {
  constexpr std::size_t at_most = 3;
  std::vector<std::pair<std::size_t, std::string>> found;
  const Result<std::vector<std::string>> names = host.list(folder);
  if (!names) return {};
  for (const std::string& other : *names)
    if (const auto far = distance(name, other)) found.emplace_back(*far, other);
  std::sort(found.begin(), found.end());
  std::vector<std::string> result;
  for (std::size_t at = 0; at < found.size() && at < at_most; ++at)
    result.push_back(absolute_path(folder, found[at].second));
  return result;
}

}  // namespace whywontitstart
