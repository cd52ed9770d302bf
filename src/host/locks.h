#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

/// One line of /proc/locks, see proc(5).
struct FileLock {
  std::string kind;  ///< "POSIX", "FLOCK", "OFDLCK", "LEASE"
  bool exclusive = false;
  bool is_waiting = false;  ///< it waits for the lock
  Pid pid = Pid::none;      ///< none of an open file description's lock, which belongs to no process
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

std::vector<FileLock> parse_locks(std::string_view text);

/// Who holds a lock.
struct LockHolder {
  FileLock lock;
  std::string command;
  std::string unit;

  /// "postgres (PID 81, postgresql.service)".
  std::string who() const;
};

/// Those who hold a lock on the file, not those who wait. Errors: the file or /proc/locks cannot be read.
Result<std::vector<LockHolder>> lock_holders(const Host& host, const std::string& path);

/// Whose number a PID file has.
struct PidFile {
  Pid pid = Pid::none;  ///< none: the file has no number in it
  bool alive = false;   ///< a process of that number runs
  std::string command;  ///< its command
  bool same_program =
      false;  ///< it runs the program that was asked about: else the number was given to another one
};

/// Reads a PID file. `program`: the executable that is said to write it. Errors: the file cannot be read; it
/// cannot be said whether the process runs.
Result<PidFile> read_pid_file(const Host& host, const std::string& path, std::string_view program);

}  // namespace whywontitstart
