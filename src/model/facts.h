#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/target.h"

namespace whywontitstart {

/// What became of the program.
enum class State { exited, killed, running, hung, not_started, not_run };

/// "exited", "not-started", as in the report.
std::string_view name(State state);

struct Outcome {
  State state = State::not_run;
  ExitStatus status;   ///< of the target; meaningless while it runs
  bool ready = false;  ///< it does what it was started for: listens, said READY=1, waits for work
  TraceTime duration{0};
  bool attached = false;     ///< it ran before we looked: that it does not come up is somebody's word
  bool ended_by_us = false;  ///< it was running, and we ended it when we had seen enough
  bool settled = false;      ///< it runs, waits for work in all its threads, and nothing happened any more
  bool open_end = false;     ///< the trace ends before the program does, and does not show it at work
  std::vector<Expectation> missed;  ///< what was expected of it and did not come true while it was watched
};

/// Position in the trace: whatever has the smaller one happened earlier.
using Order = std::size_t;

/// Whom a process has made of itself with setuid(2), setgid(2), setgroups(2) and their like; empty: it is
/// still who started it.
struct Credentials {
  std::optional<std::uint32_t> uid;  ///< the effective one
  std::optional<std::uint32_t> gid;
  bool groups_set = false;                           ///< it has called setgroups(2)
  std::optional<std::vector<std::uint32_t>> groups;  ///< with these, where they are known
  bool landlocked = false;                           ///< it has called landlock_restrict_self(2)

  bool operator==(const Credentials&) const = default;
};

/// Failing calls on one object with one errno, by one process: what may be the cause.
struct Failure {
  SyscallEvent call;  ///< the last one
  Pid process = Pid::none;
  Order order = 0;  ///< of the last one
  TraceTime at{0};
  Order first_order = 0;
  TraceTime first_at{0};
  int count = 1;                    ///< how often
  Credentials as;                   ///< who the process was at the last one
  std::vector<std::string> places;  ///< a search: all paths where the same name was looked for, in order
  std::string name;                 ///< what was looked for: the base name in a search, else the whole object
  bool healed = false;              ///< the same thing, or the next place of the search, worked later
  std::string healed_by;            ///< how, in words
  std::size_t calls_after =
      0;  ///< what this process still did: its successful traced calls after the failure
  std::vector<std::size_t> named_by;  ///< indices of the lines, written later, that name the object
  std::vector<std::size_t>
      echoed_by;  ///< indices of the lines, written later, that say the errno in words or symbol

  bool is_search() const { return places.size() > 1; }
};

enum class Stream { standard_error, standard_output, log_file, syslog, journal, file };

/// "standard error", "log file".
std::string_view name(Stream stream);

/// Stands at the end of a line of which the rest is not known: strace(1) shows the first bytes of a string.
constexpr std::string_view cut_mark = "\xe2\x80\xa6";

/// One line that a process wrote, without terminal escapes and line ends.
struct Line {
  std::string text;
  Pid process = Pid::none;
  Order order = 0;
  TraceTime at{0};
  Stream stream = Stream::standard_error;
  std::string where;  ///< the file, where it is one
  std::string names;  ///< the path that a complaint names; empty if it names none
};

/// What a line says of something that failed: an errno, in whatever words, and what it is about. The call
/// that failed may lie outside the trace: cut off, on another machine, inside a filtered call, or put into
/// words by a library.
struct Complaint {
  std::size_t line = 0;  ///< index into Facts::lines
  Errno error = Errno::none;
  bool exact = false;   ///< said as errno(3) has it, not in words of the program's own
  std::string path;     ///< as it was written
  std::string address;  ///< "127.0.0.1:80"; "*:80" where only the port is said
  bool traced = false;  ///< the trace has the failing call: that one speaks
};

/// A file that was opened, and is no part of a program (a library, a script, a message of another language).
struct OpenedFile {
  std::string path;
  Pid process = Pid::none;
  Order order = 0;       ///< of the last time
  bool written = false;  ///< it was opened for writing, at least once
};

/// What a thread of a process that lives at the end waits for.
struct Wait : WaitEvent {
  Pid thread = Pid::none;
  bool in_vain = false;  ///< nothing that is under way will end it
};

/// A successful execve(2).
struct Execution {
  std::string executable;
  TraceTime at{0};
  Order order = 0;
};

/// One process of the trace (a thread group).
struct Process {
  Pid pid = Pid::none;
  Pid parent = Pid::none;  ///< none for the target
  std::string executable;
  std::vector<std::string> argv;
  TraceTime started{0};
  Order started_order = 0;
  std::optional<ExitStatus> exit;  ///< none: it lived when the trace ended
  TraceTime ended{0};
  Order ended_order = 0;
  std::size_t calls = 0;             ///< traced calls
  TraceTime last_call{0};            ///< when the last of them ended
  std::vector<Wait> waits;           ///< of its threads that live at the end
  std::vector<std::string> listens;  ///< addresses on which it listens (a UDP socket: is bound to)
  std::vector<SignalEvent> signals;  ///< delivered ones, in order; and a SIGKILL of which the sender is known
  std::chrono::nanoseconds cpu{0};   ///< CPU time in all; 0: not known
  std::uint64_t peak_memory = 0;     ///< bytes that were resident at most; 0: not known
  std::vector<Limit> limits;         ///< that were set by itself, or by an ancestor before it was born
  Credentials credentials;           ///< at its end
  bool execed = false;
  std::vector<Execution> executions;  ///< in order, the first ones
  std::string cwd;                    ///< its working folder at its end; empty where it is not known
};

/// All traced calls of one name, as strace -c counts them.
struct CallCount {
  std::string name;
  std::size_t calls = 0;
  std::size_t failed = 0;
  std::chrono::nanoseconds took{0};  ///< in all, waiting included
};

/// All that a trace tells, in context; a function of its events alone.
struct Facts {
  std::vector<Process> processes;     ///< by birth, the target first
  std::vector<Failure> failures;      ///< by `order`
  std::vector<Line> lines;            ///< by `order`
  std::vector<Complaint> complaints;  ///< by `line`
  std::vector<Pid> blame;             ///< from the target down to the process whose end explains the target's
  bool swallowed = false;  ///< the target ended well although the last of `blame`, its real work, failed
  std::vector<std::string> tail;  ///< the last calls before the end, as text with their times
  std::vector<CallCount> calls;   ///< of all processes, those first that took most time
  std::vector<OomKillEvent> oom_kills;
  std::optional<Failure> last_failing;
  std::vector<OpenedFile> opened;  ///< in the order in which they were opened last, bounded
  std::vector<std::string>
      connected;  ///< addresses of the peers that it was connected with, in order, bounded
  std::vector<std::string> queried_names;  ///< host names that DNS was asked for, in order, bounded
  std::size_t events = 0;
  std::size_t failed = 0;
  std::size_t lost = 0;
  Outcome outcome;

  const Process* find(Pid pid) const;
  const Process* target() const { return processes.empty() ? nullptr : &processes.front(); }
  /// Is the process on the way from the target to the process whose end matters?
  bool is_blamed(Pid pid) const;
};

}  // namespace whywontitstart
