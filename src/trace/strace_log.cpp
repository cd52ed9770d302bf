#include "trace/strace_log.h"

#include "base/text.h"
#include "trace/strace_ends.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

constexpr int most_pieces = 8;  // of one call; each is read again with those before it

/// Takes what says that the call goes on elsewhere off the end of the line.
bool take_begun_mark(std::string_view& line) {
  for (const std::string_view mark : {"<unfinished ...>", "<detached ...>"}) {
    if (!line.ends_with(mark)) continue;
    line.remove_suffix(mark.size());
    return true;
  }
  return false;
}

}  // namespace

StraceReader::Reading StraceReader::read(std::string_view line, std::optional<Pid> known) {
  if (line.starts_with(" > ")) return Reading::remark;  // a stack of strace -k
  skip_blanks(line);
  if (read_remark(line)) return Reading::remark;
  std::optional<Pid> written = take_strace_pid(line);
  if (written && is_line_number(*written)) written.reset();
  if (!written) written = known;
  StraceClock clock = clock_;
  const TraceTime at = clock.take(line);
  skip_strace_marks(line);
  if (read_remark(line)) return Reading::remark;
  const bool begins = take_begun_mark(line);
  const bool is_call = !line.starts_with("+++ ") && !line.starts_with("--- ") && !line.starts_with("<... ");
  if (is_call && !begins) {
    std::optional<StraceCall> call = read_strace_call(line, detail_);
    if (!call) return Reading::unknown;
    if (!call->event.finished) return Reading::open;
    clock_ = clock;
    const Pid thread = thread_of(written, at, call->event.name.starts_with("execve"));
    emit_call(thread, std::move(*call), at);
    return Reading::understood;
  }
  if (is_call && !starts_strace_call(line)) return Reading::unknown;
  clock_ = clock;
  return read_event(written, line, at, begins) ? Reading::understood : Reading::unknown;
}

/// The calls in which threads still are at the end.
void StraceReader::finish_begun() {
  std::vector<std::pair<Pid, Begun>> begun(begun_.begin(), begun_.end());
  std::sort(begun.begin(), begun.end(),
            [](const auto& one, const auto& other) { return one.second.line < other.second.line; });
  for (const auto& [thread, first] : begun) {
    std::optional<StraceCall> call = read_strace_call(first.text);
    if (!call || threads_.has_ended(threads_.process_of(thread))) continue;
    ++stats_.calls;
    emit(thread, first.at, std::move(call->event));
  }
  // Beside threads that wait, one that is in no call runs: it may yet wake them.
  std::set<Pid> waiting;
  for (const auto& [thread, first] : begun) waiting.insert(threads_.process_of(thread));
  for (const Pid thread : threads_.living())
    if (!begun_.contains(thread) && waiting.contains(threads_.process_of(thread)))
      emit(thread, clock_.last(), WaitEvent{});
  begun_.clear();
  forking_.clear();
}

bool StraceReader::read_event(std::optional<Pid> written, std::string_view line, TraceTime at, bool begins) {
  const Pid thread = thread_of(written, at, false);
  stats_.ends += line.starts_with("+++ ") || line.starts_with("--- ") ? 1 : 0;
  if (line.starts_with("+++ ")) return read_end(thread, line, at);
  if (line.starts_with("--- ")) return read_signal(thread, line, at);
  if (line.starts_with("<... ")) return read_resumed(thread, line, begins);
  begin(thread, {std::string(line), at, Pid::none, stats_.lines, 1});
  return true;
}

/// The thread of a line, which has its process from now on.
Pid StraceReader::thread_of(std::optional<Pid> written, TraceTime at, bool executes) {
  if (last_.version == threads_.version() && last_.written == written) return last_.thread;
  const Pid thread = threads_.of_line(written);
  find_parent_of(thread, at, executes);
  last_ = {written, thread, threads_.process_of(thread), threads_.version()};
  return thread;
}

void StraceReader::begin(Pid thread, Begun&& call) {
  take_begun(thread);
  if (makes_process(std::string_view(call.text).substr(0, call.text.find('('))) && call.child == Pid::none)
    forking_[call.line] = thread;
  begun_[thread] = std::move(call);
}

std::optional<StraceReader::Begun> StraceReader::take_begun(Pid thread) {
  const auto found = begun_.find(thread);
  if (found == begun_.end()) return std::nullopt;
  Begun call = std::move(found->second);
  begun_.erase(found);
  forking_.erase(call.line);
  return call;
}

bool StraceReader::read_resumed(Pid thread, std::string_view line, bool begins_again) {
  constexpr std::string_view word = " resumed>";
  const std::size_t end = line.find(word);
  if (end == std::string_view::npos) return false;
  std::optional<Begun> first = take_begun(thread);
  if (!first) return true;  // its beginning is before the beginning of the log
  line.remove_prefix(end + word.size());
  if (first->pieces >= most_pieces || first->text.size() + line.size() > longest_strace_line) return false;
  // "<... read resumed> <unfinished ...>) = ?": it died in the call.
  if (constexpr std::string_view died = " <unfinished ...>"; line.starts_with(died))
    line.remove_prefix(died.size());
  first->text += line;
  ++first->pieces;
  std::optional<StraceCall> call = read_strace_call(first->text, detail_);
  if (!call || (!call->event.finished && !begins_again)) return false;
  if (!call->event.finished)
    begin(thread, std::move(*first));
  else
    emit_call(thread, std::move(*call), first->at, first->child);
  return true;
}

/// A dull call that worked may make good for one that failed before, and is told whole then.
void StraceReader::note_dull(Pid process, const StraceName& name, bool worked) {
  if (!worked)
    failed_.emplace(process, &name);
  else if (!name.has_file && !failed_.empty())
    failed_.erase({process, &name});
}

/// `known_child`: its ForkEvent was made already, when its first line came.
void StraceReader::emit_call(Pid thread, StraceCall&& call, TraceTime at, Pid known_child) {
  ++stats_.calls;
  if (!call.has_result) return emit_no_result(thread, call.event, at);
  const bool worked = call.event.error == Errno::none;
  const StraceName* name = strace_name(call.event.name);
  if (name != nullptr && name->is_dull) note_dull(threads_.process_of(thread), *name, worked);
  const bool executes = worked && call.event.name.starts_with("execve");
  const bool forks = worked && name != nullptr && name->makes_process && call.child != known_child;
  ExecEvent exec;
  if (executes) {
    exec.executable = call.event.path;
    exec.argv = call.argv.empty() ? std::vector<std::string>{call.event.path} : std::move(call.argv);
  }
  emit(thread, at, std::move(call.event));
  if (executes) emit(thread, at, std::move(exec));
  if (forks && call.child != Pid::none) emit_fork(thread, call.child, call.makes_thread, at);
}

/// "= ?": it will be started again, or its thread died in it, or it is an end for which `strace -qq` has no
/// other line.
void StraceReader::emit_no_result(Pid thread, const SyscallEvent& call, TraceTime at) {
  const bool ends_thread = call.name == "exit" || call.name == "_exit";
  if (call.name != "exit_group" && (!ends_thread || !threads_.is_alone(thread))) return;
  const int code = call.arguments.empty() ? 0 : StraceWord{call.arguments.front()}.integer().value_or(0);
  emit_end(threads_.process_of(thread), {code & 0xff, Signal::none, false}, at);
}

void StraceReader::emit_fork(Pid parent, Pid child, bool is_thread, TraceTime at) {
  threads_.add(child, is_thread ? threads_.process_of(parent) : child);
  emit(parent, at, ForkEvent{child, is_thread});
}

void StraceReader::emit_end(Pid process, ExitStatus status, TraceTime at) {
  if (threads_.has_ended(process)) return;
  threads_.end(process);
  std::erase_if(failed_, [&](const auto& one) { return one.first == process; });
  emit(process, at, ExitEvent{status});
}

bool StraceReader::read_signal(Pid thread, std::string_view line, TraceTime at) {
  if (line.starts_with("--- stopped by ") || line.starts_with("--- SIGCHLD ")) return true;
  std::optional<SignalEvent> signal = read_strace_signal(line);
  if (!signal) return false;
  emit(thread, at, std::move(*signal));
  return true;
}

bool StraceReader::read_end(Pid thread, std::string_view line, TraceTime at) {
  if (take_prefix(line, "+++ superseded by execve in pid ")) {
    // Another thread called execve and is now the leader: its call goes on under the leader's id.
    const auto number = take_number(line);
    if (!number || *number <= 0 || *number > INT32_MAX) return false;
    const Pid other{static_cast<pid_t>(*number)};
    if (std::optional<Begun> call = take_begun(other)) begin(thread, std::move(*call));
    if (other != thread) threads_.forget(other);
    return true;
  }
  const std::optional<ExitStatus> status = read_strace_end(line);
  if (!status) return false;
  // strace tells of the first thread when all have gone.
  if (threads_.process_of(thread) == thread) emit_end(thread, *status, at);
  threads_.forget(thread);
  take_begun(thread);
  return true;
}

/// What strace says of itself: "strace: Process 12 attached", "Process 12 detached", "Process 12 suspended",
/// "[ Process PID=12 runs in 32 bit mode. ]".
bool StraceReader::read_remark(std::string_view line) {
  if (line.starts_with("[ Process PID=")) return true;
  const bool of_strace = take_prefix(line, "strace: ");
  if (!take_prefix(line, "Process ")) return of_strace;
  const auto pid = take_number(line);
  if (!pid || *pid <= 0 || *pid > INT32_MAX) return of_strace;
  if (line.starts_with(" attached")) threads_.announce(Pid{static_cast<pid_t>(*pid)});
  constexpr std::string_view words[] = {" attached", " detached", " suspended", " resumed"};
  return of_strace || std::any_of(std::begin(words), std::end(words),
                                  [&](std::string_view word) { return line.starts_with(word); });
}

/// A thread whose first line comes before the result of the fork that made it belongs to whoever has been in
/// such a call for the longest time. Where nobody is, it was there before the log began: then it is most
/// likely a thread of the first process, unless it executes a program.
void StraceReader::find_parent_of(Pid child, TraceTime at, bool executes) {
  if (threads_.is_known(child)) return;
  if (forking_.empty()) {
    const Pid first = threads_.process_of(threads_.first());
    const bool is_thread = !executes && first != Pid::none && !threads_.has_ended(first);
    return threads_.add(child, is_thread ? first : child);
  }
  const Pid parent = forking_.begin()->second;
  forking_.erase(forking_.begin());
  Begun& fork = begun_.at(parent);
  fork.child = child;
  emit_fork(parent, child, fork.text.find("CLONE_THREAD") != std::string::npos, at);
}

}  // namespace whywontitstart
