#include "trace/mounts.h"

#include <fcntl.h>
#include <poll.h>

#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::string_view local_kinds[] = {"ext2", "ext3",  "ext4",     "xfs",   "btrfs",    "f2fs",
                                            "zfs",  "jfs",   "bcachefs", "tmpfs", "ramfs",    "rootfs",
                                            "vfat", "exfat", "devtmpfs", "erofs", "squashfs", "overlay"};

/// Of the kernel's own, which answer at once as well, but not everybody the same.
constexpr std::string_view kernel_kinds[] = {"proc",   "sysfs",      "devpts",     "cgroup",    "cgroup2",
                                             "mqueue", "securityfs", "debugfs",    "tracefs",   "configfs",
                                             "pstore", "efivarfs",   "bpf",        "hugetlbfs", "fusectl",
                                             "nsfs",   "selinuxfs",  "binfmt_misc"};

bool is_among(std::span<const std::string_view> kinds, std::string_view kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

bool Mounts::is_local(std::uint64_t id) {
  if (!known_) read();
  const auto found = local_.find(id);
  return found != local_.end() && found->second;
}

bool Mounts::may_block() {
  if (!known_) read();
  return may_block_;
}

void Mounts::check() {
  if (!known_) return;
  pollfd changes{changes_.get(), POLLPRI, 0};
  if (!changes_ || ::poll(&changes, 1, 0) != 0) known_ = false;
}

/// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw"
void Mounts::read() {
  known_ = true;
  may_block_ = true;
  local_.clear();
  constexpr std::size_t most = 16U << 20;
  Result<Fd> file = open_file("/proc/self/mountinfo", O_RDONLY);
  if (!file) return;
  changes_ = std::move(*file);
  const std::string text = read_rest(changes_, most, "mountinfo").value_or("");
  may_block_ = text.empty();
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const std::vector<std::string_view> fields = split(line, ' ');
    const std::string_view kind = split(line.substr(dash + 3), ' ').front();
    std::uint64_t id = 0;
    std::from_chars(line.data(), line.data() + line.size(), id);
    const bool local = is_among(local_kinds, kind);
    local_[id] = local;
    // What is mounted on demand below /proc comes from the kernel, too.
    const bool is_harmless = local || is_among(kernel_kinds, kind) || fields.at(4).starts_with("/proc/");
    may_block_ = may_block_ || !is_harmless;
  }
}

}  // namespace whywontitstart
