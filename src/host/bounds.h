#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "model/event.h"
#include "model/facts.h"
#include "model/finding.h"
#include "model/target.h"

namespace whywontitstart {

constexpr std::uint64_t no_bound = UINT64_MAX;

/// Something of which the kernel gives a process, a user, a control group or the whole machine only so much;
/// or a setting that switches something off.
struct Bound {
  enum class Unit { count, bytes, setting };

  std::string name;   ///< "RLIMIT_NOFILE", "pids.max", "fs.file-max"
  std::string cause;  ///< the cause code of a failure for it
  std::string place;  ///< the control group's folder; else empty
  std::string what;   ///< "open files", "processes and threads of user app"; of a setting: what it does
  Unit unit = Unit::count;
  std::optional<std::uint64_t>
      used;                       ///< none: it cannot be seen, or it was given back when the process ended
  std::uint64_t soft = no_bound;  ///< the one that counts; of a setting: its value
  std::uint64_t hard = no_bound;  ///< how high a process may raise it for itself, see getrlimit(2)
  bool was_met = false;           ///< the kernel counts refusals, and there were some
  std::optional<bool> reached;    ///< none: it may well be this one
  Fix fix;
  std::string unseen;  ///< why `used` is not known, or is too low
};

/// "RLIMIT_NOFILE: 20 of 20 open files, hard limit 1024"
std::string to_text(const Bound& bound);

/// "20 of 20 open files", "512 MiB"
std::string amounts_of(const Bound& bound);

/// Who is held to the bounds.
struct Bearer {
  Identity identity;
  std::vector<Limit> limits;  ///< all that it has, as far as they are known
  Pid pid = Pid::none;  ///< a process that lives and is looked at; none: it was started by us and is gone
};

/// The limits of a process that was started for this target: what it (or its ancestors) set, what was set for
/// it, else what it gets from us; those of `pid` itself where it lives. Errors: /proc tells no limits; then
/// only what was set is known.
struct ProgramLimits {
  std::vector<Limit> limits;
  std::optional<Error> unread;
};
ProgramLimits program_limits(const Host& host, const Target& target, const Process* process, Pid pid);

/// How much a call asks for: bytes of memory, semaphores, requests; 0 where it names no amount.
std::uint64_t amount_wanted(const SyscallEvent& call);

/// What can be behind this error of this call: those that are surely reached first, then by how likely it is
/// the one. Empty: no bound gives that error there. See the ERRORS of the call's manual page.
std::vector<Bound> bounds_behind(const Host& host, const SyscallEvent& call, const Bearer& who);

/// The same where a failure is told in words alone, which mostly stand for the bound of this name.
std::vector<Bound> bounds_like(const Host& host, std::string_view name, const Bearer& who);

/// The bounds by which one of everybody's programs may fail, as they are used now: of processes, open files
/// and memory.
std::vector<Bound> common_bounds(const Host& host, const Bearer& who);

}  // namespace whywontitstart
