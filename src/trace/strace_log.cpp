#include "trace/strace_log.h"

#include <charconv>

#include "base/text.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t longest_line = 1U << 20;
constexpr std::size_t most_line_numbers = 5;
constexpr Pid the_only_one{1};
constexpr std::string_view unfinished_mark = "<unfinished ...>";
constexpr std::string_view detached_mark = "<detached ...>";

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Takes what says that the call goes on elsewhere off the end of the line.
bool take_begun_mark(std::string_view& line) {
  for (const std::string_view mark : {unfinished_mark, detached_mark}) {
    if (!line.ends_with(mark)) continue;
    line.remove_suffix(mark.size());
    return true;
  }
  return false;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// "5.25" as nanoseconds; none if it is no number or no time that a log could have.
std::optional<TraceTime> seconds_of(std::string_view text) {
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "" : text.substr(point + 1);
  const auto seconds = take_number(whole);
  constexpr long long latest = 1LL << 33;
  if (!seconds || !whole.empty() || *seconds < 0 || *seconds > latest || part.size() > 9) return std::nullopt;
  if (part.empty()) return TraceTime(std::chrono::seconds(*seconds));
  if (!is_digits(part)) return std::nullopt;
  long long nanoseconds = 0;
  for (std::size_t at = 0; at < 9; ++at)
    nanoseconds = nanoseconds * 10 + (at < part.size() ? part[at] - '0' : 0);
  return TraceTime(std::chrono::seconds(*seconds)) + TraceTime(nanoseconds);
}

/// "12:34:56.789" as time since midnight.
std::optional<TraceTime> clock_time_of(std::string_view text) {
  const std::vector<std::string_view> pieces = split(text, ':');
  if (pieces.size() != 3 || !is_digits(pieces[0]) || !is_digits(pieces[1])) return std::nullopt;
  const auto hours = seconds_of(pieces[0]), minutes = seconds_of(pieces[1]), seconds = seconds_of(pieces[2]);
  if (!hours || !minutes || !seconds || pieces[0].size() > 2 || pieces[1].size() > 2) return std::nullopt;
  return *hours * 3600 + *minutes * 60 + *seconds;
}

/// The number after "name=" in "{si_signo=SIGSEGV, si_pid=7, …}".
std::uint64_t number_of_field(const StraceWord& structure, std::string_view name) {
  const std::string_view text = structure.field(name).text;
  const bool is_hex = text.starts_with("0x");
  std::uint64_t value = 0;
  const std::string_view digits = is_hex ? text.substr(2) : text;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
  return value;
}

int signal_code_of(std::string_view word) {
  // The codes that tell apart who sent it; see sigaction(2).
  static const std::unordered_map<std::string_view, int> codes = {
      {"SI_USER", 0},       {"SI_KERNEL", 0x80}, {"SI_QUEUE", -1},   {"SI_TIMER", -2},   {"SI_TKILL", -6},
      {"SEGV_MAPERR", 1},   {"SEGV_ACCERR", 2},  {"SEGV_BNDERR", 3}, {"SEGV_PKUERR", 4}, {"BUS_ADRALN", 1},
      {"BUS_ADRERR", 2},    {"BUS_OBJERR", 3},   {"ILL_ILLOPC", 1},  {"ILL_ILLOPN", 2},  {"ILL_ILLADR", 3},
      {"ILL_ILLTRP", 4},    {"ILL_PRVOPC", 5},   {"FPE_INTDIV", 1},  {"FPE_INTOVF", 2},  {"FPE_FLTDIV", 3},
      {"CLD_EXITED", 1},    {"CLD_KILLED", 2},   {"CLD_DUMPED", 3},  {"CLD_TRAPPED", 4}, {"CLD_STOPPED", 5},
      {"CLD_CONTINUED", 6}, {"SYS_SECCOMP", 1}};
  const auto found = codes.find(word);
  return found != codes.end() ? found->second : StraceWord{word}.integer().value_or(0);
}

}  // namespace

StraceReader::StraceReader(EventSink sink) : sink_(std::move(sink)) {}

void StraceReader::add(std::string_view chunk) {
  for (;;) {
    const std::size_t end = chunk.find('\n');
    const std::string_view piece = chunk.substr(0, end);
    const std::size_t room = longest_line - rest_.size();
    too_long_ = too_long_ || piece.size() > room;
    if (end == std::string_view::npos) {
      rest_ += piece.substr(0, room);
      return;
    }
    if (rest_.empty() && !too_long_) {
      add_line(piece);  // the usual case: no copy
    } else {
      rest_ += piece.substr(0, room);
      add_line(rest_);
      rest_.clear();
    }
    chunk.remove_prefix(end + 1);
  }
}

StraceStats StraceReader::finish() {
  is_last_ = true;
  if (!rest_.empty() || too_long_) add_line(rest_);
  rest_.clear();
  for (const auto& [thread, begun] : begun_) {
    std::optional<StraceCall> call = read_strace_call(begun.text);
    if (!call || ended_.contains(process_of(thread))) continue;
    ++stats_.calls;
    emit(thread, begun.at, std::move(call->event));
  }
  begun_.clear();
  return stats_;
}

void StraceReader::add_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++stats_.lines;
  const bool dropped = std::exchange(too_long_, false);
  if (!dropped && (trim(line).empty() || read_line(line))) return;
  ++stats_.not_understood;
  if (stats_.first_not_understood_lines.size() < most_line_numbers)
    stats_.first_not_understood_lines.push_back(stats_.lines);
}

bool StraceReader::read_line(std::string_view line) {
  if (line.starts_with(" > ")) return true;  // a stack of strace -k
  skip_blanks(line);
  if (line == unfinished_mark) return true;  // the rest of a line into which "Process 12 attached" came
  if (read_remark(line)) return true;
  const std::optional<int> pid = take_pid(line);
  const TraceTime at = take_time(line);
  // "[00007f12a4b5c6d7]" of -i, "[ 257]" of -n.
  if (line.starts_with('[') && line.find(']') < 20) line.remove_prefix(line.find(']') + 1);
  skip_blanks(line);
  if (read_remark(line)) return true;
  const bool begins = take_attached_mark(line) || take_begun_mark(line);
  const bool is_event = line.starts_with("+++ ") || line.starts_with("--- ") || line.starts_with("<... ");
  std::optional<StraceCall> call;
  if (!is_event) {
    call = read_strace_call(line);
    // Only the end of the log may cut a line.
    if (!call || (!call->event.finished && !begins && !is_last_)) return false;
  }
  const Pid thread = thread_of(pid);
  find_parent_of(thread, at);
  if (line.starts_with("+++ ")) return read_end(thread, line, at);
  if (line.starts_with("--- ")) return read_signal(thread, line, at);
  if (line.starts_with("<... ")) return read_resumed(thread, line, begins);
  if (call->event.finished)
    emit_call(thread, std::move(*call), at);
  else
    begun_[thread] = {std::string(line), at, Pid::none};
  return true;
}

bool StraceReader::read_resumed(Pid thread, std::string_view line, bool begins_again) {
  constexpr std::string_view word = " resumed>";
  const std::size_t end = line.find(word);
  if (end == std::string_view::npos) return false;
  if (const auto other = superseded_.find(thread); other != superseded_.end()) {
    // Another thread called execve and is now the leader: its call goes on under the leader's id.
    if (const auto its = begun_.find(other->second); its != begun_.end()) begun_[thread] = its->second;
    forget(other->second);
    superseded_.erase(other);
  }
  const auto begun = begun_.find(thread);
  if (begun == begun_.end()) return true;  // its beginning is before the beginning of the log
  Begun first = std::move(begun->second);
  begun_.erase(begun);
  first.text += line.substr(end + word.size());
  if (first.text.size() > longest_line) return false;
  std::optional<StraceCall> call = read_strace_call(first.text);
  if (!call || (!call->event.finished && !begins_again)) return false;
  if (!call->event.finished)
    begun_[thread] = std::move(first);
  else if (first.child != Pid::none && call->event.value == number(first.child))
    emit_known_fork(thread, std::move(*call), first.at);
  else
    emit_call(thread, std::move(*call), first.at);
  return true;
}

/// The ForkEvent was made already, when the first line of the child came.
void StraceReader::emit_known_fork(Pid thread, StraceCall&& call, TraceTime at) {
  ++stats_.calls;
  if (call.has_result) emit(thread, at, std::move(call.event));
}

void StraceReader::emit_call(Pid thread, StraceCall&& call, TraceTime at) {
  ++stats_.calls;
  const bool worked = call.event.error == Errno::none;
  if (!call.has_result) {
    // It will be started again, or died with its thread, or is an end for which strace -q has no other line.
    const Pid process = process_of(thread);
    if (call.event.name != "exit_group" && (call.event.name != "exit" || has_other_threads(thread))) return;
    const auto& arguments = call.event.arguments;
    const int code = arguments.empty() ? 0 : StraceWord{arguments.front()}.integer().value_or(0);
    emit_end(process, {code & 0xff, Signal::none, false}, at);
    ended_.insert(process);
    return;
  }
  const bool executes = call.event.name == "execve" || call.event.name == "execveat";
  const bool forks = makes_process(call.event.name) && call.event.value > 0;
  ExecEvent exec;
  if (executes && worked) {
    exec.executable = call.event.path;
    exec.argv = call.argv.empty() ? std::vector<std::string>{call.event.path} : std::move(call.argv);
  }
  const Pid child{static_cast<pid_t>(forks && worked ? call.event.value : 0)};
  emit(thread, at, std::move(call.event));
  if (executes && worked) emit(thread, at, std::move(exec));
  if (child != Pid::none) emit_fork(thread, child, call.makes_thread, at);
}

void StraceReader::emit_fork(Pid parent, Pid child, bool is_thread, TraceTime at) {
  announced_.insert(child);
  process_of_[child] = is_thread ? process_of(parent) : child;
  ended_.erase(child);
  emit(parent, at, ForkEvent{child, is_thread});
}

void StraceReader::emit_end(Pid process, ExitStatus status, TraceTime at) {
  if (ended_.contains(process)) return;
  emit(process, at, ExitEvent{status});
}

bool StraceReader::read_signal(Pid thread, std::string_view line, TraceTime at) {
  take_prefix(line, "--- ");
  const std::string_view word = line.substr(0, line.find(' '));
  if (word == "stopped") return true;  // "--- stopped by SIGSTOP ---"
  const std::optional<Signal> signal = signal_from_name(word);
  if (!signal) return false;
  SignalEvent event;
  event.signal = *signal;
  if (const std::size_t open = line.find('{'); open != std::string_view::npos) {
    const StraceWord info{line.substr(open)};
    event.code = signal_code_of(info.field("si_code").text);
    event.sender = Pid{static_cast<pid_t>(number_of_field(info, "si_pid"))};
    event.fault_address = number_of_field(info, "si_addr");
  }
  emit(thread, at, std::move(event));
  return true;
}

bool StraceReader::read_end(Pid thread, std::string_view line, TraceTime at) {
  take_prefix(line, "+++ ");
  if (take_prefix(line, "superseded by execve in pid ")) {
    if (const auto other = take_number(line)) superseded_[thread] = Pid{static_cast<pid_t>(*other)};
    return true;
  }
  ExitStatus status;
  if (take_prefix(line, "exited with ")) {
    status.code = static_cast<int>(take_number(line).value_or(0));
  } else if (take_prefix(line, "killed by ")) {
    status.signal = signal_from_name(line.substr(0, line.find(' '))).value_or(Signal::none);
    status.core_dumped = line.find("core dumped") != std::string_view::npos;
  } else {
    return false;
  }
  const Pid process = process_of(thread);
  if (process == thread) {  // strace tells of the leader when all threads have gone
    emit_end(process, status, at);
    ended_.erase(process);
  }
  announced_.erase(thread);
  forget(thread);
  return true;
}

/// To a terminal strace tells of a new process in the midst of the call that makes it.
bool StraceReader::take_attached_mark(std::string_view& line) {
  const std::size_t start = line.ends_with(" attached") ? line.rfind("strace: Process ") : line.npos;
  if (start == line.npos) return false;
  read_remark(line.substr(start));
  line = line.substr(0, start);
  return true;
}

/// What strace says of itself: "strace: Process 12 attached", "Process 12 detached".
bool StraceReader::read_remark(std::string_view line) {
  const bool of_strace = take_prefix(line, "strace: ");
  if (!take_prefix(line, "Process ")) return of_strace;
  const auto pid = take_number(line);
  if (!pid) return of_strace;
  if (line.starts_with(" attached")) announced_.insert(Pid{static_cast<pid_t>(*pid)});
  return true;
}

/// "[pid  12] ", "12 ", and with -Y "12<sh> ".
std::optional<int> StraceReader::take_pid(std::string_view& line) {
  std::string_view rest = line;
  const bool in_brackets = take_prefix(rest, "[pid");
  skip_blanks(rest);
  const auto pid = take_number(rest);
  if (!pid || *pid <= 0 || *pid > (1 << 30)) return std::nullopt;
  if (rest.starts_with('<')) rest.remove_prefix(std::min(rest.find('>'), rest.size() - 1) + 1);
  if (in_brackets ? !take_prefix(rest, "]") : !rest.starts_with(' ')) return std::nullopt;
  skip_blanks(rest);
  line = rest;
  return static_cast<int>(*pid);
}

/// The time of -t, -tt, -ttt or -r; the last one where there is none.
TraceTime StraceReader::take_time(std::string_view& line) {
  take_prefix(line, "(+ ");
  skip_blanks(line);
  std::string_view word = line.substr(0, line.find(' '));
  const bool closes = word.ends_with(')');
  if (closes) word.remove_suffix(1);
  const std::optional<TraceTime> clock = clock_time_of(word);
  const std::optional<TraceTime> seconds =
      !clock && word.find('.') != std::string_view::npos ? seconds_of(word) : std::nullopt;
  if (!clock && !seconds) return last_at_;
  line.remove_prefix(std::min(word.size() + (closes ? 1 : 0), line.size()));
  skip_blanks(line);
  constexpr auto oldest = std::chrono::hours(24 * 365);
  if (seconds && *seconds < oldest) {  // -r: since the line before
    last_at_ += *seconds;
  } else {
    TraceTime now = clock ? *clock + days_ : *seconds;
    if (!first_at_) first_at_ = now;
    constexpr auto half_a_day = std::chrono::hours(12);
    if (clock && now - *first_at_ + half_a_day < last_at_) {
      days_ += std::chrono::hours(24);
      now += std::chrono::hours(24);
    }
    last_at_ = std::max(last_at_, now - *first_at_);
  }
  if (line.starts_with("(+ ")) {  // -r beside another time
    line.remove_prefix(std::min(line.find(')'), line.size() - 1) + 1);
    skip_blanks(line);
  }
  return last_at_;
}

/// strace to a terminal names the process only where there are several, so lines without an id belong to the
/// one that is left; and the first line with an id that nobody announced tells the id of the first process.
Pid StraceReader::thread_of(std::optional<int> pid) {
  Pid thread = the_only_one;
  if (pid) {
    has_ids_ = true;
    thread = Pid{*pid};
    if (began_without_id_ && !nameless_ && !announced_.contains(thread)) nameless_ = *pid;
    if (nameless_ == *pid) thread = the_only_one;
  } else if (first_ == Pid::none) {
    began_without_id_ = true;
  } else {
    thread = first_;
    std::size_t living = 0;
    Pid last = first_;
    for (const auto& [one, process] : process_of_)
      if (!ended_.contains(process)) last = one, ++living;
    if (living == 1) thread = last;
  }
  if (first_ == Pid::none) first_ = thread, process_of_.emplace(thread, thread);
  return thread;
}

/// A process whose first line comes before the result of the fork that made it: it belongs to who is in such
/// a call.
void StraceReader::find_parent_of(Pid child, TraceTime at) {
  if (process_of_.contains(child)) return;
  process_of_[child] = child;
  for (auto& [thread, begun] : begun_) {
    const std::string_view name = std::string_view(begun.text).substr(0, begun.text.find('('));
    if (!makes_process(name) || begun.child != Pid::none) continue;
    begun.child = child;
    emit_fork(thread, child, begun.text.find("CLONE_THREAD") != std::string::npos, at);
    return;
  }
}

bool StraceReader::has_other_threads(Pid thread) const {
  return std::any_of(process_of_.begin(), process_of_.end(), [&](const auto& entry) {
    return entry.first != thread && entry.second == process_of(thread);
  });
}

Pid StraceReader::process_of(Pid thread) const {
  const auto found = process_of_.find(thread);
  return found == process_of_.end() ? thread : found->second;
}

void StraceReader::forget(Pid thread) {
  process_of_.erase(thread);
  begun_.erase(thread);
}

template <typename What>
void StraceReader::emit(Pid thread, TraceTime at, What&& what) {
  sink_(Event{process_of(thread), thread, at, std::forward<What>(what)});
}

}  // namespace whywontitstart
