#include "host/real_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <memory>

#include "base/fd.h"
#include "host/command.h"

namespace whywontitstart {
namespace {

/// Opens a regular file for reading. What it is gets asked of a descriptor that opens nothing (O_PATH):
/// opening a device can act on it (a watchdog, a tape), and opening a FIFO can wake up its writer.
Result<Fd> open_regular(const std::string& path) {
  Result<Fd> place = open_file(path, O_PATH);
  if (!place) return errno_error("read " + path, place.error().errno_code);
  struct stat status {};
  if (::fstat(place->get(), &status) != 0) return errno_error("read " + path);
  if (S_ISDIR(status.st_mode)) return errno_error("read " + path, EISDIR);
  if (!S_ISREG(status.st_mode)) return errno_error("read " + path, EINVAL);

  Result<Fd> file =
      open_file(fmt::format("/proc/self/fd/{}", place->get()), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  // Without a /proc there is a moment in which the file could be another one; better than to see nothing.
  if (!file && file.error().errno_code == ENOENT) file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) return errno_error("read " + path, file.error().errno_code);
  return file;
}

/// /proc/net is a link to self/net, which a /proc with processes alone (ProcSubset=pid, subset= of proc(5))
/// does not have; what it points at is there.
std::optional<std::string> other_name(const std::string& path, int errno_code) {
  constexpr std::string_view tables = "/proc/net/";
  if (errno_code != ENOENT || !path.starts_with(tables)) return std::nullopt;
  return "/proc/self/net/" + path.substr(tables.size());
}

Result<FileStatus> from_stat(const std::string& path, bool follow) {
  struct stat raw {};
  if (::fstatat(AT_FDCWD, path.c_str(), &raw, AT_NO_AUTOMOUNT | (follow ? 0 : AT_SYMLINK_NOFOLLOW)) != 0)
    return errno_error("stat " + path);
  FileStatus status;
  status.mode = raw.st_mode;
  status.uid = raw.st_uid;
  status.gid = raw.st_gid;
  status.size = static_cast<std::uint64_t>(raw.st_size);
  status.device = raw.st_dev;
  status.inode = raw.st_ino;
  return status;
}

}  // namespace

Result<std::string> RealHost::read(const std::string& path, std::size_t limit) const {
  Result<Fd> file = open_regular(path);
  if (!file)
    if (const auto other = other_name(path, file.error().errno_code)) file = open_regular(*other);
  if (!file) return tl::unexpected(file.error());
  return read_rest(*file, limit, path);
}

Result<std::string> RealHost::read_at(const std::string& path, std::uint64_t offset, std::size_t size) const {
  Result<Fd> file = open_regular(path);
  if (!file) return tl::unexpected(file.error());
  std::string text(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got =
        ::pread(file->get(), text.data() + filled, size - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("read " + path);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

Result<FileStatus> RealHost::status(const std::string& path, bool follow) const {
  struct statx raw {};
  const int flags = AT_NO_AUTOMOUNT | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (::statx(AT_FDCWD, path.c_str(), flags, STATX_BASIC_STATS, &raw) != 0) {
    // Old seccomp filters refuse statx(2) with EPERM, which stat(2) itself never answers.
    if (errno == ENOSYS || errno == EPERM) return from_stat(path, follow);
    if (const auto other = other_name(path, errno)) return status(*other, follow);
    return errno_error("stat " + path);
  }
  FileStatus status;
  status.mode = raw.stx_mode;
  status.uid = raw.stx_uid;
  status.gid = raw.stx_gid;
  status.size = raw.stx_size;
  status.device = ::makedev(raw.stx_dev_major, raw.stx_dev_minor);
  status.inode = raw.stx_ino;
  status.immutable = (raw.stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
  status.append_only = (raw.stx_attributes & STATX_ATTR_APPEND) != 0;
  return status;
}

Result<std::vector<std::string>> RealHost::list(const std::string& folder) const {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return errno_error("list " + folder);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return errno_error("list " + folder);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> RealHost::link(const std::string& path) const {
  std::string target(4096, '\0');
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  if (size < 0) return errno_error("readlink " + path);
  target.resize(static_cast<std::size_t>(size));
  return target;
}

Result<Filesystem> RealHost::filesystem(const std::string& path) const {
  struct statvfs raw {};
  if (::statvfs(path.c_str(), &raw) != 0) return errno_error("statvfs " + path);
  Filesystem filesystem;
  filesystem.total_bytes = std::uint64_t{raw.f_blocks} * raw.f_frsize;
  filesystem.free_bytes = std::uint64_t{raw.f_bavail} * raw.f_frsize;
  filesystem.total_inodes = raw.f_files;
  filesystem.free_inodes = raw.f_favail;
  filesystem.read_only = (raw.f_flag & ST_RDONLY) != 0;
  filesystem.noexec = (raw.f_flag & ST_NOEXEC) != 0;
  return filesystem;
}

Result<std::string> RealHost::attribute(const std::string& path, const std::string& name) const {
  std::string value(4096, '\0');
  ssize_t size = ::getxattr(path.c_str(), name.c_str(), value.data(), value.size());
  if (size < 0 && errno == ERANGE) {
    value.resize(65536);  // the kernel's XATTR_SIZE_MAX
    size = ::getxattr(path.c_str(), name.c_str(), value.data(), value.size());
  }
  if (size < 0) return errno_error(fmt::format("getxattr {} {}", path, name));
  value.resize(static_cast<std::size_t>(size));
  return value;
}

Result<CommandOutput> RealHost::run(const std::vector<std::string>& argv,
                                    std::chrono::milliseconds deadline) const {
  return run_command(argv, deadline);
}

}  // namespace whywontitstart
