#include "host/path_rules.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "host/accounts.h"
#include "host/mounts.h"

namespace whywontitstart {
namespace {

bool is_device(const FileStatus& status) { return S_ISCHR(status.mode) || S_ISBLK(status.mode); }

/// Writing to these changes nothing on the file system.
bool is_special(const FileStatus& status) {
  return is_device(status) || S_ISFIFO(status.mode) || S_ISSOCK(status.mode);
}

Prohibition by_attribute(const std::string& path, std::string_view attribute) {
  return {Barrier::immutable, EPERM, fmt::format("{} has the attribute {}", path, attribute)};
}

constexpr std::string_view immutable = "'immutable' (chattr +i)";
constexpr std::string_view append_only = "'append only' (chattr +a)";

/// The value of a switch of the kernel: 0 off, 1 on, 2 more of it; 0 too where it cannot be read.
int knob(const Host& host, const std::string& name) {
  const std::string text = host.read("/proc/sys/fs/" + name).value_or("0");
  return text.empty() || text[0] < '0' || text[0] > '9' ? 0 : text[0] - '0';
}

/// Somebody else's thing in a sticky folder that others may write to.
bool is_foreign_in_sticky(const PathEnd& end, bool also_of_group) {
  const mode_t writable = S_IWOTH | (also_of_group ? S_IWGRP : 0U);
  return (end.folder.mode & S_ISVTX) != 0 && (end.folder.mode & writable) != 0 &&
         end.status.uid != end.identity.uid && end.status.uid != end.folder.uid;
}

std::optional<Prohibition> hardlink_against(const Host& host, const PathEnd& end) {
  if (end.status.uid == end.identity.uid || end.privileges.own_all) return std::nullopt;
  const bool raises =
      (end.status.mode & S_ISUID) != 0 || (end.status.mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
  const Answer answer =
      ask_permission(end.status, {}, end.identity, end.privileges, {.read = true, .write = true});
  if (S_ISREG(end.status.mode) && !raises && answer.allowed) return std::nullopt;
  if (knob(host, "protected_hardlinks") == 0) return std::nullopt;
  return Prohibition{
      Barrier::sticky_folder, EPERM,
      fmt::format("{} belongs to {}: the kernel lets nobody else link a file that is not theirs to "
                  "read and write (fs.protected_hardlinks)",
                  end.path, user_name(host, end.status.uid))};
}

}  // namespace

std::optional<Prohibition> attribute_against(const PathEnd& end, const Wanted& wanted) {
  const std::string folder = folder_of(end.path);
  if (wanted.remove) {
    if (end.folder.immutable) return by_attribute(folder, immutable);
    if (end.folder.append_only) return by_attribute(folder, append_only);
  }
  const bool changes =
      wanted.remove || wanted.own || wanted.link || (wanted.rights.write && !is_special(end.status));
  if (!changes) return std::nullopt;
  if (end.status.immutable) return by_attribute(end.path, immutable);
  // A folder that is append only takes new names.
  const bool appends = wanted.append && !wanted.truncate;
  const bool into_folder = S_ISDIR(end.status.mode) && !wanted.remove && !wanted.own;
  if (end.status.append_only && !appends && !into_folder) return by_attribute(end.path, append_only);
  return std::nullopt;
}

std::optional<Prohibition> mount_against(const Host& host, const PathEnd& end, const Wanted& wanted,
                                         std::vector<std::string>& not_looked_at) {
  const bool writes = wanted.rights.write || wanted.remove || wanted.own || wanted.link || wanted.create;
  const bool asks_writing = writes && (!is_special(end.status) || wanted.remove || wanted.own);
  const bool asks_executing = wanted.rights.execute && S_ISREG(end.status.mode);
  const bool asks_device = is_device(end.status) && (wanted.rights.read || wanted.rights.write);
  if (!asks_writing && !asks_executing && !asks_device) return std::nullopt;
  if (const Result<Mount> mount = mount_of(host, end.path)) {
    const auto lies = [&](Barrier barrier, int code, std::string_view how) {
      return Prohibition{barrier, code,
                         fmt::format("{} lies on {}, which is mounted {}", end.path, mount->point, how)};
    };
    if (asks_writing && mount->refuses_writing())
      return lies(Barrier::read_only_mount, EROFS, fmt::format("read-only ({})", mount->type));
    if (asks_executing && mount->noexec) return lies(Barrier::noexec_mount, EACCES, "with noexec");
    if (asks_device && mount->nodev)
      return lies(Barrier::nodev_mount, EACCES, "with nodev, so its device files cannot be opened");
    return std::nullopt;
  }
  const Result<Filesystem> filesystem = host.filesystem(end.path);
  if (!filesystem) {
    if (asks_writing) not_looked_at.push_back(fmt::format("whether {} lies on a read-only mount", end.path));
    if (asks_executing) not_looked_at.push_back(fmt::format("whether {} lies on a noexec mount", end.path));
    return std::nullopt;
  }
  if (asks_writing && filesystem->read_only)
    return Prohibition{Barrier::read_only_mount, EROFS,
                       fmt::format("{} lies on a read-only file system", end.path)};
  if (asks_executing && filesystem->noexec)
    return Prohibition{Barrier::noexec_mount, EACCES,
                       fmt::format("{} lies on a mount with noexec", end.path)};
  return std::nullopt;
}

std::optional<Prohibition> ownership_against(const Host& host, const PathEnd& end, const Wanted& wanted) {
  if (end.status.uid == end.identity.uid || end.privileges.own_all) return std::nullopt;
  if (wanted.own)
    return Prohibition{
        Barrier::not_owner, EPERM,
        fmt::format("{} belongs to {}, and only its owner or root (CAP_FOWNER) may change its mode "
                    "or times",
                    end.path, user_name(host, end.status.uid))};
  if (!wanted.remove || (end.folder.mode & S_ISVTX) == 0 || end.folder.uid == end.identity.uid)
    return std::nullopt;
  return Prohibition{
      Barrier::sticky_folder, EPERM,
      fmt::format("{} is sticky ({} {}:{}), so only {} or root may remove {}", folder_of(end.path),
                  mode_text(end.folder.mode), user_name(host, end.folder.uid),
                  group_name(host, end.folder.gid), user_name(host, end.status.uid), end.path)};
}

std::optional<Prohibition> knob_against(const Host& host, const PathEnd& end, const Wanted& wanted) {
  if (wanted.link) return hardlink_against(host, end);
  const std::string owner = user_name(host, end.status.uid);
  if (S_ISLNK(end.status.mode)) {
    if (!is_foreign_in_sticky(end, false) || knob(host, "protected_symlinks") == 0) return std::nullopt;
    return Prohibition{
        Barrier::sticky_folder, EACCES,
        fmt::format("{} is a link of {} in a folder that everybody may write to: the kernel lets "
                    "nobody else follow it (fs.protected_symlinks)",
                    end.path, owner)};
  }
  const bool fifo = S_ISFIFO(end.status.mode);
  if (!wanted.create || (!S_ISREG(end.status.mode) && !fifo)) return std::nullopt;
  const std::string name = fifo ? "protected_fifos" : "protected_regular";
  const int value = knob(host, name);
  // An existing file of somebody else, opened with O_CREAT in a folder such as /tmp: refused to root as well.
  if (value == 0 || !is_foreign_in_sticky(end, value > 1)) return std::nullopt;
  return Prohibition{
      Barrier::sticky_folder, EACCES,
      fmt::format("{} belongs to {} and lies in a sticky folder that {} may write to: the kernel "
                  "refuses to open it for anybody else with O_CREAT (fs.{})",
                  end.path, owner, (end.folder.mode & S_IWOTH) != 0 ? "everybody" : "its group", name)};
}

}  // namespace whywontitstart
