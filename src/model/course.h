#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/event.h"

namespace whywontitstart {

/// One thing that a process did, with the same result each time: what another run may have done, too.
struct Step {
  Pid process = Pid::none;
  std::string call;    ///< "openat"
  std::string object;  ///< a path, an address, what a signal or an exit was; as the call names it
  Errno error = Errno::none;
  std::size_t count = 1;
  std::size_t order = 0;  ///< position of the first one in the trace
  TraceTime at{0};        ///< of the first one

  bool operator==(const Step&) const = default;
};

/// A file that the run wanted, as it was when the run was over.
struct SeenFile {
  std::string path;
  std::string target;  ///< of a symbolic link: what it points at, as written
  bool there = false;
  std::uint64_t size = 0;  ///< bytes
  std::uint32_t mode = 0;  ///< st_mode of what it points at, see stat(2)
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string hash;  ///< FNV-1a (64 bits) of a file that all may read and that is not too big; else empty
  std::string package = {};  ///< that it belongs to; empty: to none, or not known
};

/// A package of which the run used files.
struct SeenPackage {
  std::string name;     ///< "libssl3"
  std::string version;  ///< as its package manager writes it: "3.0.11-1~deb12u2"
};

/// Where a run took place. Texts as the kernel has them; empty: not known.
struct Surroundings {
  std::string host;     ///< its name
  std::string kernel;   ///< its release, as uname(2) says
  std::string system;   ///< PRETTY_NAME of os-release(5)
  std::string limits;   ///< /proc/PID/limits
  std::string status;   ///< the lines of /proc/PID/status that say who it is and what it may
  std::string profile;  ///< /proc/PID/attr/current: what AppArmor or SELinux has it under
};

/// What a run did and where, as far as another run can be compared with it. Bounded.
struct Course {
  std::vector<Step> steps;   ///< by `order`
  std::size_t left_out = 0;  ///< steps beyond the bound
  std::vector<SeenFile> files;
  std::vector<SeenPackage> packages;  ///< of these files
  Surroundings around;
};

}  // namespace whywontitstart
