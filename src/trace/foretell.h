#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "trace/calls.h"
#include "trace/mounts.h"
#include "trace/tracees.h"

namespace whywontitstart {

/// What a look-up asks: stat(2), access(2) and their like.
struct LookUp {
  std::uint64_t path = 0;             ///< its address
  bool follows = true;                ///< a symbolic link at the end of the path
  std::optional<std::uint64_t> mode;  ///< of access(2)
  int access_flags = 0;               ///< of faccessat2(2)
  std::uint64_t result = 0;           ///< address where the answer goes; 0: there is none
  std::size_t result_size = 0;
};

/// Finds out at the entry of a look-up that it will succeed, by asking the kernel the same: then the stop at
/// its exit can be saved, which takes several times as long. What does not surely succeed waits for its exit:
/// every failure is told by the call itself.
///
/// Asked is only about what is on local file systems, and where anything else is mounted only what the kernel
/// has cached (RESOLVE_CACHED of openat2(2)): nothing blocks, nothing gets mounted. And only for processes
/// that see what we see, as who we are. What remains is chance: that somebody else takes the file away in the
/// microseconds between; that a link leads through the caller's own /proc/self; that the answer is to go into
/// memory which can be read, and not written (EFAULT).
class Foreteller {
 public:
  /// `wanted`: false where every call is to be seen to its end.
  explicit Foreteller(bool wanted);

  /// Before the call: it may be one after which nothing is foretold of its process, or of any.
  void before(const CallInfo& call, const Thread& thread, Tracees& tracees);

  /// A new thread or process. clone(2) can make threads with folders of their own, and processes that share
  /// one.
  void greet(const Thread& child, const Thread& parent);

  /// The look-up that this call is, where it can be foretold.
  std::optional<LookUp> look_up(const Thread& thread, const SyscallEntry& entry) const;
  /// `path`: what it asks about.
  bool will_succeed(const Thread& thread, const SyscallEntry& entry, const LookUp& asked,
                    const std::string& path);

  /// Asked from time to time: what is mounted may have changed.
  void tick() { mounts_.check(); }

 private:
  bool is_local(const struct statx& status);
  bool is_found(int folder, const char* path, const LookUp& asked);
  bool is_found_in_cache(int folder, const char* path, const LookUp& asked);

  bool wanted_;
  Mounts mounts_;
};

/// Is this process who we are, and are its file names ours: users, groups, capabilities, root, namespaces,
/// and the label of a security module? What cannot be seen differs.
bool is_like_us(Pid thread);

}  // namespace whywontitstart
