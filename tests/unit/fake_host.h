#pragma once

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "host/host.h"

namespace whywontitstart {

/// A machine made of maps, for tests. What stands in none of them does not exist; folders above a file do.
/// Symbolic links are followed, in the middle of a path too.
class FakeHost : public Host {
 public:
  FakeHost() = default;
  FakeHost(std::initializer_list<std::pair<const std::string, std::string>> contents) : files(contents) {}

  std::map<std::string, std::string> files;  ///< regular files by path
  std::map<std::string, FileStatus>
      statuses;                              ///< where 0644 (0755 for a folder) of root is not what is wanted
  std::map<std::string, std::string> links;  ///< symbolic links
  std::map<std::string, Filesystem> filesystems;                          ///< by mount point
  std::map<std::pair<std::string, std::string>, std::string> attributes;  ///< by path and name
  std::map<std::string, CommandOutput> commands;      ///< by the words with a blank between
  std::optional<std::vector<SocketRecord>> records;   ///< of sock_diag(7); none: it is not to be had
  std::map<std::pair<int, int>, SocketInfo> sockets;  ///< by PID and descriptor
  std::map<std::string, int> errors;                  ///< an errno that every question about this path gets

  FakeHost& add_file(const std::string& path, std::string text, mode_t mode = 0644, uid_t uid = 0,
                     gid_t gid = 0) {
    FileStatus& status = add_status(path, S_IFREG | mode, uid, gid);
    status.size = text.size();
    files[path] = std::move(text);
    return *this;
  }
  FakeHost& add_folder(const std::string& path, mode_t mode = 0755, uid_t uid = 0, gid_t gid = 0) {
    add_status(path, S_IFDIR | mode, uid, gid);
    return *this;
  }
  FakeHost& add_link(const std::string& path, std::string target) {
    links[path] = std::move(target);
    return *this;
  }
  /// `mode` with its type: S_IFSOCK | 0755, S_IFIFO, S_IFCHR …
  FakeHost& add_special(const std::string& path, mode_t mode, uid_t uid = 0, gid_t gid = 0) {
    add_status(path, mode, uid, gid);
    return *this;
  }

  Result<std::string> read(const std::string& path, std::size_t limit = 1U << 20) const override {
    const Result<std::string> place = resolve(path, true);
    if (!place) return tl::unexpected(place.error());
    const auto file = files.find(*place);
    if (file != files.end()) return file->second.substr(0, limit);
    return errno_error("read " + path, is_folder(*place)            ? EISDIR
                                       : statuses.count(*place) > 0 ? EINVAL
                                                                    : ENOENT);
  }

  Result<FileStatus> status(const std::string& path, bool follow = true) const override {
    const Result<std::string> place = resolve(path, follow);
    if (!place) return tl::unexpected(place.error());
    FileStatus status;
    status.inode = inode_of(*place);
    if (const auto known = statuses.find(*place); known != statuses.end()) {
      status = known->second;
      if (status.inode == 0) status.inode = inode_of(*place);
    } else if (links.count(*place) > 0) {
      status.mode = S_IFLNK | 0777;
    } else if (const auto file = files.find(*place); file != files.end()) {
      status.mode = S_IFREG | 0644;
      status.size = file->second.size();
    } else if (is_folder(*place)) {
      status.mode = S_IFDIR | 0755;
    } else {
      return errno_error("stat " + path, ENOENT);
    }
    return status;
  }

  Result<std::vector<std::string>> list(const std::string& folder) const override {
    const Result<std::string> place = resolve(folder, true);
    if (!place) return tl::unexpected(place.error());
    if (!is_folder(*place)) return errno_error("list " + folder, exists(*place) ? ENOTDIR : ENOENT);
    const std::string prefix = *place == "/" ? "/" : *place + "/";
    std::set<std::string> names;
    for (const std::string& path : all_paths())
      if (path.starts_with(prefix) && path.size() > prefix.size())
        names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<std::string> link(const std::string& path) const override {
    const Result<std::string> place = resolve(path, false);
    if (!place) return tl::unexpected(place.error());
    const auto found = links.find(*place);
    if (found == links.end()) return errno_error("readlink " + path, exists(*place) ? EINVAL : ENOENT);
    return found->second;
  }

  Result<Filesystem> filesystem(const std::string& path) const override {
    const Result<std::string> place = resolve(path, true);
    if (!place) return tl::unexpected(place.error());
    const Filesystem* best = nullptr;
    std::size_t length = 0;
    for (const auto& [point, filesystem] : filesystems)
      if (point.size() >= length && (point == "/" || *place == point || place->starts_with(point + "/"))) {
        best = &filesystem;
        length = point.size();
      }
    if (best == nullptr) return errno_error("statvfs " + path, ENOENT);
    return *best;
  }

  Result<std::string> attribute(const std::string& path, const std::string& name) const override {
    const Result<std::string> place = resolve(path, true);
    if (!place) return tl::unexpected(place.error());
    const auto found = attributes.find({*place, name});
    if (found == attributes.end()) return errno_error("getxattr " + path, exists(*place) ? ENODATA : ENOENT);
    return found->second;
  }

  Result<std::vector<SocketRecord>> socket_records() const override {
    return records ? Result<std::vector<SocketRecord>>(*records) : Host::socket_records();
  }

  Result<SocketInfo> socket(Pid process, int fd) const override {
    const auto found = sockets.find({number(process), fd});
    return found == sockets.end() ? Host::socket(process, fd) : found->second;
  }

  Result<CommandOutput> run(const std::vector<std::string>& argv, std::chrono::milliseconds) const override {
    const auto found = commands.find(join(argv, " "));
    if (found == commands.end()) return errno_error(argv.empty() ? "" : argv.front(), ENOENT);
    return found->second;
  }

 private:
  FileStatus& add_status(const std::string& path, mode_t mode, uid_t uid, gid_t gid) {
    FileStatus& status = statuses[path];
    status.mode = mode;
    status.uid = uid;
    status.gid = gid;
    return status;
  }

  std::set<std::string> all_paths() const {
    std::set<std::string> paths;
    for (const auto& entry : files) paths.insert(entry.first);
    for (const auto& entry : statuses) paths.insert(entry.first);
    for (const auto& entry : links) paths.insert(entry.first);
    return paths;
  }

  bool exists(const std::string& path) const {
    return files.count(path) > 0 || statuses.count(path) > 0 || links.count(path) > 0 || is_folder(path);
  }

  bool is_folder(const std::string& path) const {
    if (path == "/") return true;
    if (const auto known = statuses.find(path); known != statuses.end()) return S_ISDIR(known->second.mode);
    for (const std::string& other : all_paths())
      if (other.starts_with(path + "/")) return true;
    return false;
  }

  std::uint64_t inode_of(const std::string& path) const {
    std::uint64_t number = 1000;
    for (const std::string& other : all_paths()) {
      if (other == path) return number;
      ++number;
    }
    return 999;
  }

  Result<std::string> resolve(const std::string& path, bool follow_last) const {
    if (const auto wrong = errors.find(path); wrong != errors.end()) return errno_error(path, wrong->second);
    std::vector<std::string> rest;
    for (const std::string_view piece : split(path, '/')) rest.emplace_back(piece);
    std::reverse(rest.begin(), rest.end());
    std::string place;
    for (int followed = 0; !rest.empty();) {
      const std::string piece = rest.back();
      rest.pop_back();
      if (piece.empty() || piece == ".") continue;
      if (piece == "..") {
        place = place.substr(0, place.rfind('/') == std::string::npos ? 0 : place.rfind('/'));
        continue;
      }
      if (!place.empty() && exists(place) && !is_folder(place)) return errno_error(path, ENOTDIR);
      place += "/" + piece;
      const auto next = links.find(place);
      if (next == links.end() || (rest.empty() && !follow_last)) continue;
      if (++followed > 40) return errno_error(path, ELOOP);
      place = next->second.starts_with('/') ? std::string() : place.substr(0, place.rfind('/'));
      const std::vector<std::string_view> pieces = split(next->second, '/');
      for (auto last = pieces.rbegin(); last != pieces.rend(); ++last) rest.emplace_back(*last);
    }
    return place.empty() ? "/" : place;
  }
};

}  // namespace whywontitstart
