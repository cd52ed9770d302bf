#pragma once

#include <string_view>

#include "model/event.h"

namespace whywontitstart {

/// What a system call is about, as far as healing and grouping care.
enum class CallKind {
  lookup,  ///< asks for a path that should exist: open for reading, stat, access, readlink, chdir
  create,  ///< makes a path: open with O_CREAT, mkdir, mknod, symlink, link, rename
  exec,
  remove,  ///< unlink, rmdir
  bind,
  connect,
  lock,  ///< flock, fcntl(F_SETLK…)
  send,  ///< writes bytes to a descriptor
  other,
};

CallKind kind_of(const SyscallEvent& call);

/// Opens for writing, or makes or changes something at the path.
bool wants_to_write(const SyscallEvent& call);

/// A look-up that worked, told without its path since nothing of that name failed before.
bool tells_nothing(const SyscallEvent& call);

/// Failures that a search goes on after: it is not there.
bool means_absent(Errno code);

/// An errno that says "not now" or "as expected" and is part of a healthy program's life:
/// EAGAIN of a non-blocking read, EINTR, the restarts of ptrace(2). Locks and clone are judged by their
/// callers.
bool is_flow_control(const SyscallEvent& call);

/// "8080" of "0.0.0.0:8080" and "[::1]:8080"; empty for a Unix socket.
std::string_view port_of(std::string_view address);

/// "/run/x.sock" of "unix:/run/x.sock"; empty for others and abstract ones.
std::string_view socket_path_of(std::string_view address);

}  // namespace whywontitstart
