#include "host/apparmor.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr int most_braces = 16;  // each of them may double the number of patterns

/// A pattern without braces.
bool matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.starts_with("**")) {
    for (std::size_t at = 0; at <= path.size(); ++at)
      if (matches(pattern.substr(2), path.substr(at))) return true;
    return false;
  }
  if (pattern.front() == '*') {
    for (std::size_t at = 0; at <= path.size(); ++at) {
      if (matches(pattern.substr(1), path.substr(at))) return true;
      if (at < path.size() && path[at] == '/') return false;
    }
    return false;
  }
  if (path.empty()) return false;
  if (pattern.front() == '[') {
    const std::size_t close = pattern.find(']');
    if (close == std::string_view::npos) return false;
    const bool is_in = pattern.substr(1, close - 1).find(path.front()) != std::string_view::npos;
    return is_in && matches(pattern.substr(close + 1), path.substr(1));
  }
  const bool escaped = pattern.front() == '\\' && pattern.size() > 1;
  if (escaped) pattern.remove_prefix(1);
  const bool any = !escaped && pattern.front() == '?' && path.front() != '/';
  return (any || pattern.front() == path.front()) && matches(pattern.substr(1), path.substr(1));
}

/// The first pair of braces is replaced by each of its words.
bool covers_to_depth(const std::string& pattern, std::string_view path, int depth) {
  const std::size_t open = pattern.find('{');
  if (open == std::string::npos || depth > most_braces) return matches(pattern, path);
  std::size_t start = open + 1;
  int inner = 0;
  std::vector<std::string> words;
  for (std::size_t at = start; at < pattern.size(); ++at) {
    const char letter = pattern[at];
    if (letter == '{') ++inner;
    if (inner == 0 && (letter == ',' || letter == '}')) {
      words.push_back(pattern.substr(start, at - start));
      start = at + 1;
      if (letter == '}') break;
    }
    if (letter == '}') --inner;
  }
  const std::string before = pattern.substr(0, open), after = pattern.substr(std::min(start, pattern.size()));
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return covers_to_depth(fmt::format("{}{}{}", before, word, after), path, depth + 1);
  });
}

/// The profiles of a folder of securityfs, and those that are in them.
void gather(const Host& host, const std::string& folder, int depth, std::vector<AppArmorProfile>& profiles) {
  for (const std::string& entry : host.list(folder).value_or(std::vector<std::string>())) {
    const std::string place = folder + "/" + entry;
    const auto text = [&](const char* file) {
      return std::string(trim(host.read(place + "/" + file).value_or("")));
    };
    AppArmorProfile profile{text("name"), text("mode"), text("attach")};
    if (profile.attachment == "<unknown>") profile.attachment.clear();
    if (!profile.name.empty()) profiles.push_back(std::move(profile));
    if (depth < 2) gather(host, place + "/profiles", depth + 1, profiles);
  }
}

}  // namespace

Result<std::vector<AppArmorProfile>> apparmor_profiles(const Host& host) {
  std::vector<AppArmorProfile> profiles;
  gather(host, "/sys/kernel/security/apparmor/policy/profiles", 0, profiles);
  if (!profiles.empty()) return profiles;
  // Older kernels: one line for each, such as "/usr/sbin/mysqld (enforce)".
  const Result<std::string> lines = host.read("/sys/kernel/security/apparmor/profiles");
  if (!lines) return tl::unexpected(lines.error());
  for (const std::string_view line : split(*lines, '\n'))
    if (const std::size_t open = line.rfind(" ("); open != std::string_view::npos)
      profiles.push_back({std::string(line.substr(0, open)),
                          std::string(line.substr(open + 2, line.find(')', open) - open - 2)), ""});
  return profiles;
}

bool covers(std::string_view pattern, std::string_view path) {
  return covers_to_depth(std::string(pattern), path, 0);
}

AppArmorProfile profile_for(const std::vector<AppArmorProfile>& profiles, const std::string& path) {
  AppArmorProfile best;
  std::size_t length = 0;
  for (const AppArmorProfile& profile : profiles) {
    const std::string& pattern = profile.attachment.empty() ? profile.name : profile.attachment;
    if (!pattern.starts_with('/') || !covers(pattern, path)) continue;
    if (pattern.size() < length) continue;
    length = pattern.size();
    best = profile;
  }
  return best;
}

}  // namespace whywontitstart
