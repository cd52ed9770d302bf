#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "trace/strace_call.h"
#include "trace/strace_mend.h"
#include "trace/strace_names.h"
#include "trace/strace_prefix.h"
#include "trace/strace_threads.h"

namespace whywontitstart {

/// Bytes; what is longer is dropped.
constexpr std::size_t longest_strace_line = 1U << 20;

/// What became of the lines of a log.
struct StraceStats {
  std::size_t lines = 0;
  std::size_t calls = 0;
  std::size_t ends = 0;            ///< signals, and ends of processes
  std::size_t not_understood = 0;  ///< neither a call nor anything else that strace writes
  std::vector<std::size_t> first_not_understood_lines;  ///< their numbers, from 1; the first few
};

/// Reads the text that strace(1) writes, with or without -f, -t, -tt, -ttt, -r, -T, -i, -k, -n, -x, -y, -yy,
/// -Y, -C, -X, -Z, -o, old dialects too, and makes events of it. What mail programs, terminals, browsers and
/// log collectors did to the lines is undone where it can be. One pass, in pieces of any size; memory grows
/// with the number of threads that live, not with the log. No line is fatal: what is not understood is
/// counted.
///
/// The first process of the log is the target. A log without process ids is one process, Pid{1}. SIGCHLD is
/// no event: the ends of the children are.
class StraceReader {
 public:
  /// Of all but the last `window` bytes only what facts are made of becomes events: calls that worked have
  /// no arguments there, unless they matter, and those that tell nothing have no other fields than their
  /// names and times.
  explicit StraceReader(EventSink sink, std::size_t window = 1U << 20);

  void add(std::string_view chunk);
  /// The end of the log: the calls that did not come back, as unfinished ones, and the count.
  StraceStats finish();

 private:
  enum class Reading {
    understood,
    remark,   ///< strace speaks of itself, perhaps in the midst of a call
    open,     ///< a call whose end is not on this line
    unknown,  ///< not from strace, or damaged
  };

  /// A call that has begun: its text up to "<unfinished ...>".
  struct Begun {
    std::string text;
    TraceTime at{0};
    Pid child = Pid::none;  ///< of a fork: the new process, where its first line came before the result
    std::size_t line = 0;
    int pieces = 1;
  };

  /// A line that something else cut in two: to a terminal, what the program writes or strace remarks.
  struct Cut {
    std::string text;
    std::size_t line = 0;   ///< of its last piece
    std::size_t width = 0;  ///< of its last piece
    std::size_t lines = 1;  ///< how many it has by now
    bool by_remark = false;
    int tries = 0;  ///< to read it with what came after it
  };

  // Lines, in strace_lines.cpp.
  void take(std::string_view text);
  bool read_plainly(std::string_view line);
  void add_line(std::string_view line);
  Reading read_within(std::string_view line);
  bool is_no_call(std::string_view line);
  bool is_line_number(Pid written);
  void count_unknown(std::size_t line);
  void drop_cut();
  bool add_piece(std::string_view line, bool has_remark);
  bool add_wrapped(std::string_view line);
  bool add_written(std::string_view line);

  // What they tell, in strace_log.cpp.
  Reading read(std::string_view line, std::optional<Pid> known = std::nullopt);
  void finish_begun();
  bool read_event(std::optional<Pid> written, std::string_view line, TraceTime at, bool begins);
  bool read_resumed(Pid thread, std::string_view line, bool begins_again);
  bool read_signal(Pid thread, std::string_view line, TraceTime at);
  bool read_end(Pid thread, std::string_view line, TraceTime at);
  bool read_remark(std::string_view line);

  Pid thread_of(std::optional<Pid> written, TraceTime at, bool executes);
  void begin(Pid thread, Begun&& call);
  std::optional<Begun> take_begun(Pid thread);
  void find_parent_of(Pid child, TraceTime at, bool executes = false);
  void emit_call(Pid thread, StraceCall&& call, TraceTime at, Pid known_child = Pid::none);
  void emit_no_result(Pid thread, const SyscallEvent& call, TraceTime at);
  void emit_fork(Pid parent, Pid child, bool is_thread, TraceTime at);
  void emit_end(Pid process, ExitStatus status, TraceTime at);
  void note_dull(Pid process, const StraceName& name, bool worked);
  template <typename What>
  void emit(Pid thread, TraceTime at, What&& what) {
    const Pid process = thread == last_.thread && last_.version == threads_.version()
                            ? last_.process
                            : threads_.process_of(thread);
    sink_(Event{process, thread, at, std::forward<What>(what)});
  }

  EventSink sink_;
  StraceStats stats_;
  StraceEncoding encoding_;
  std::size_t window_;
  std::string held_;  ///< what may be the end of the log
  StraceDetail detail_ = StraceDetail::facts;
  std::string rest_;       ///< of a line whose end has not come yet
  bool too_long_ = false;  ///< this line is dropped up to its end
  std::optional<Cut> cut_;
  bool may_go_on_ = false;  ///< the last line, on the next one
  bool in_summary_ = false;
  bool has_line_numbers_ = true;  ///< all so far
  bool ignored_number_ = false;   ///< … of which there was one

  StraceClock clock_;
  StraceThreads threads_;

  /// Whose the line before was.
  struct Speaker {
    std::optional<Pid> written;
    Pid thread = Pid::none;
    Pid process = Pid::none;
    std::size_t version = SIZE_MAX;
  };
  Speaker last_;
  std::set<std::pair<Pid, const StraceName*>> failed_;  ///< dull calls that may yet be made good, by process

  std::map<Pid, Begun> begun_;
  std::map<std::size_t, Pid> forking_;  ///< whose fork has begun and has no child yet, oldest first
};

}  // namespace whywontitstart
