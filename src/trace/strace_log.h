#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "trace/strace_call.h"

namespace whywontitstart {

/// What became of the lines of a log.
struct StraceStats {
  std::size_t lines = 0;
  std::size_t calls = 0;
  std::size_t not_understood = 0;  ///< neither a call nor anything else that strace writes
  std::vector<std::size_t> first_not_understood_lines;  ///< their numbers, from 1; the first few
};

/// Reads the text that strace(1) writes, with or without -f, -t, -tt, -ttt, -r, -T, -y, -yy, -o, and makes
/// events of it. One pass, in pieces of any size; memory grows with the number of threads that live, not with
/// the log. No line is fatal: what is not understood is counted.
///
/// The first process of the log is the target. A log without process ids is one process, Pid{1}.
class StraceReader {
 public:
  explicit StraceReader(EventSink sink);

  void add(std::string_view chunk);
  /// The end of the log: the calls that did not come back, as unfinished ones, and the count.
  StraceStats finish();

 private:
  /// A call that has begun: its text up to "<unfinished ...>".
  struct Begun {
    std::string text;
    TraceTime at{0};
    Pid child = Pid::none;  ///< of a fork: the new process, where its first line came before the result
  };

  void add_line(std::string_view line);
  bool read_line(std::string_view line);
  bool read_resumed(Pid thread, std::string_view line, bool begins_again);
  bool read_signal(Pid thread, std::string_view line, TraceTime at);
  bool read_end(Pid thread, std::string_view line, TraceTime at);
  bool read_remark(std::string_view line);
  bool take_attached_mark(std::string_view& line);

  std::optional<int> take_pid(std::string_view& line);
  TraceTime take_time(std::string_view& line);
  Pid thread_of(std::optional<int> pid);
  void find_parent_of(Pid child, TraceTime at);
  void emit_call(Pid thread, StraceCall&& call, TraceTime at);
  void emit_known_fork(Pid thread, StraceCall&& call, TraceTime at);
  void emit_fork(Pid parent, Pid child, bool is_thread, TraceTime at);
  void emit_end(Pid process, ExitStatus status, TraceTime at);
  void forget(Pid thread);
  bool has_other_threads(Pid thread) const;
  Pid process_of(Pid thread) const;
  template <typename What>
  void emit(Pid thread, TraceTime at, What&& what);

  EventSink sink_;
  StraceStats stats_;
  std::string rest_;       ///< of a line whose end has not come yet
  bool is_last_ = false;   ///< the line that is read is the last, and may be cut
  bool too_long_ = false;  ///< this line is dropped up to its end

  std::optional<TraceTime> first_at_;
  TraceTime last_at_{0};
  TraceTime days_{0};  ///< midnights passed; -t and -tt do not tell the day

  std::map<Pid, Pid> process_of_;  ///< of each thread that lives; the leader's is its own
  std::map<Pid, Begun> begun_;
  std::map<Pid, Pid> superseded_;  ///< a process to its thread that calls execve and becomes its leader
  std::set<Pid> announced_;        ///< "strace: Process 12 attached", or returned by fork
  std::set<Pid> ended_;            ///< processes whose exit_group was seen, until strace tells their end
  std::optional<int> nameless_;    ///< the id of the process whose first lines had none
  bool has_ids_ = false;
  bool began_without_id_ = false;
  Pid first_ = Pid::none;
};

}  // namespace whywontitstart
