#include "host/mounts.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

/// The kernel writes blanks, tabs, line feeds and backslashes in names as "\040".
std::string without_escapes(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size() && is_octal(text[at + 1]) && is_octal(text[at + 2]) &&
        is_octal(text[at + 3])) {
      const int code = (text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0');
      result += static_cast<char>(code);
      at += 3;
    } else {
      result += text[at];
    }
  }
  return result;
}

bool has_option(std::string_view options, std::string_view wanted) {
  const std::vector<std::string_view> all = split(options, ',');
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

std::optional<Mount> parse_mount(std::string_view line) {
  // "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"
  const std::vector<std::string_view> words = split(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 6 || words.end() - dash < 4 || dash - words.begin() < 6) return std::nullopt;
  Mount mount;
  mount.root = without_escapes(words[3]);
  mount.point = without_escapes(words[4]);
  mount.type = std::string(dash[1]);
  mount.source = without_escapes(dash[2]);
  mount.read_only = has_option(words[5], "ro");
  mount.noexec = has_option(words[5], "noexec");
  mount.nosuid = has_option(words[5], "nosuid");
  mount.nodev = has_option(words[5], "nodev");
  mount.filesystem_read_only = has_option(dash[3], "ro");
  return mount;
}

bool lies_on(std::string_view path, std::string_view point) {
  return point == "/" || path == point || (path.starts_with(point) && path[point.size()] == '/');
}

}  // namespace

std::vector<Mount> parse_mounts(std::string_view mountinfo) {
  std::vector<Mount> result;
  for (const std::string_view line : split(mountinfo, '\n'))
    if (std::optional<Mount> mount = parse_mount(line)) result.push_back(std::move(*mount));
  return result;
}

Result<std::vector<Mount>> mounts(const Host& host) {
  Result<std::string> text = host.read("/proc/self/mountinfo", 8U << 20);
  if (!text) return tl::unexpected(text.error());
  return parse_mounts(*text);
}

const Mount* mount_of(const std::vector<Mount>& mounts, std::string_view path) {
  const Mount* best = nullptr;
  // Of two mounts on the same point the later one covers the other.
  for (const Mount& mount : mounts)
    if (lies_on(path, mount.point) && (best == nullptr || mount.point.size() >= best->point.size()))
      best = &mount;
  return best;
}

Result<Mount> mount_of(const Host& host, std::string_view path) {
  const Result<std::vector<Mount>> all = mounts(host);
  if (!all) return tl::unexpected(all.error());
  const Mount* found = mount_of(*all, path);
  if (found == nullptr) return error(fmt::format("no mount is known for {}", path));
  return *found;
}

}  // namespace whywontitstart
