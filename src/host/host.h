#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"
#include "base/result.h"

namespace whywontitstart {

/// What stat(2) says of a file.
struct FileStatus {
  mode_t mode = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::uint64_t size = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool immutable = false;    ///< chattr +i; false also where the file system does not say
  bool append_only = false;  ///< chattr +a; likewise
};

/// What statvfs(3) says of a file system.
struct Filesystem {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;    ///< for others than root
  std::uint64_t total_inodes = 0;  ///< 0: it does not count them
  std::uint64_t free_inodes = 0;
  bool read_only = false;
  bool noexec = false;
};

/// What a socket says of itself, see getsockopt(2), tcp(7), unix(7). Addresses are as in SyscallEvent.
struct SocketInfo {
  std::string local;
  std::string peer;   ///< empty: it has none (yet)
  std::string state;  ///< of TCP: "SYN_SENT", "ESTABLISHED", "LISTEN"
  bool is_stream = false;
  bool is_unix = false;
  bool listens = false;
  Pid peer_process = Pid::none;           ///< of a Unix socket: who connected, or listened
  std::optional<bool> reuse_address;      ///< SO_REUSEADDR, see socket(7)
  std::optional<bool> reuse_port;         ///< SO_REUSEPORT
  std::optional<std::uint64_t> received;  ///< bytes that came, of TCP
  std::chrono::milliseconds silent{0};    ///< how long ago the last came, or since it is connected; of TCP
};

/// What sock_diag(7) tells of a socket beyond /proc/net.
struct SocketRecord {
  std::string protocol;         ///< "tcp", "udp"
  std::string local;            ///< as in SyscallEvent
  std::string state;            ///< "LISTEN", "UNCONN", "BOUND": bound, and no more than that
  std::optional<bool> v6_only;  ///< IPV6_V6ONLY, see ipv6(7); of IPv6 alone
  std::uint32_t uid = 0;
  std::uint64_t inode = 0;
  std::uint64_t cgroup = 0;  ///< the inode of the control group (version 2) that made it; 0: not told
};

/// What a helper command said.
struct CommandOutput {
  int exit_code = 0;  ///< 128+N when signal N ended it
  std::string out;
  std::string err;
};

class Host;

/// Makes an answer of many smaller ones of this machine.
using Derive = std::function<Result<std::string>(const Host& host)>;

/// The one door to the machine. Every answer may be "could not look": an Error, never a guess.
class Host {
 public:
  virtual ~Host() = default;

  /// The first `limit` bytes of a regular file or a file of /proc or /sys; never blocks. ENOENT, EACCES, … as
  /// errno_code.
  virtual Result<std::string> read(const std::string& path, std::size_t limit = 1U << 20) const = 0;
  /// Up to `size` bytes of a regular file from `offset` on, fewer at its end: for files of which only parts
  /// matter.
  virtual Result<std::string> read_at(const std::string& path, std::uint64_t offset, std::size_t size) const;
  /// See stat(2), and lstat(2) with `follow` false.
  virtual Result<FileStatus> status(const std::string& path, bool follow = true) const = 0;
  /// The names in a folder, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& folder) const = 0;
  /// See readlink(2).
  virtual Result<std::string> link(const std::string& path) const = 0;
  /// See statvfs(3).
  virtual Result<Filesystem> filesystem(const std::string& path) const = 0;
  /// The value of an extended attribute, see getxattr(2).
  virtual Result<std::string> attribute(const std::string& path, const std::string& name) const = 0;
  /// The socket behind a descriptor of another process, by a copy of that (pidfd_getfd(2)): nothing is taken
  /// from it. Takes the right to trace the process.
  virtual Result<SocketInfo> socket(Pid process, int fd) const;
  /// The Internet sockets of our network namespace that listen or are bound, by sock_diag(7). Errors: the
  /// kernel or a sandbox (RestrictAddressFamilies=) does not offer it.
  virtual Result<std::vector<SocketRecord>> socket_records() const;
  /// Runs a helper: absolute path, clean environment, LC_ALL=C, no standard input, output bounded. Ended at
  /// `deadline`.
  virtual Result<CommandOutput> run(const std::vector<std::string>& argv,
                                    std::chrono::milliseconds deadline = std::chrono::seconds(2)) const = 0;
  /// An answer that takes a walk through far more of the machine than it says: `derive`, asked of this one.
  /// Whoever keeps answers keeps this one under `question` and not what was read for it.
  virtual Result<std::string> derived(const std::string& question, const Derive& derive) const;
};

}  // namespace whywontitstart
