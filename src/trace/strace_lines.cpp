// How lines become calls: those that something cut, wrapped, stamped or bent, too.
#include "base/text.h"
#include "trace/strace_log.h"
#include "trace/strace_mend.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_line_numbers = 5;
constexpr int most_tries = 8;  // to read one call; each is as long as all of it
constexpr std::size_t most_written_lines = 1000;
constexpr std::size_t most_written_bytes = 64U << 10;

/// Only what follows a cut call begins like this.
bool is_continuation(std::string_view line) {
  skip_blanks(line);
  return line.starts_with(')') || line.starts_with(',') || line.starts_with("<unfinished") ||
         line.starts_with("<detached");
}

bool ends_remark(std::string_view line) {
  constexpr std::string_view words[] = {" attached", " detached", " suspended",
                                        " resumed",  " parent)",  " ready)"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return line.ends_with(word); });
}

/// "strace: Process 12 attached", "Process 12 resumed (parent 11 ready)" at the end of a line: where that
/// begins; else the line's end.
std::size_t remark_at_end(std::string_view line) {
  if (!ends_remark(line)) return line.size();
  std::size_t start = line.rfind("Process ");
  if (start == line.npos) return line.size();
  std::string_view rest = line.substr(start + std::string_view("Process ").size());
  if (!take_number(rest)) return line.size();
  if (rest.ends_with(')') && !rest.starts_with(" attached (waiting") && !rest.starts_with(" resumed (parent"))
    return line.size();
  if (!rest.ends_with(')') && rest.find(' ', 1) != rest.npos) return line.size();
  constexpr std::string_view speaker = "strace: ";
  return line.substr(0, start).ends_with(speaker) ? start - speaker.size() : start;
}

constexpr std::size_t widest_mail = 79;  // a line that is broken there is one of a terminal

/// Was the line perhaps broken where it can be read already: within the words for an errno, before them, in a
/// number?
bool may_go_on(std::string_view line) {
  const char last = line.back();
  if (last == ')' || last == '>' || last == '?' || last == '+' || last == '-') return false;
  const std::size_t equals = line.rfind('=');
  if (equals == line.npos || !line.substr(equals).starts_with("= -1 E")) return line.size() > widest_mail;
  return line.find(')', equals) == line.npos;
}

/// Is it a call that writes, after the process and the time?
bool is_of_writing(std::string_view line) {
  skip_blanks(line);
  take_strace_pid(line);
  StraceClock().take(line);
  skip_strace_marks(line);
  return starts_strace_call(line) && sends_data(line.substr(0, line.find('(')));
}

/// Is this what the line before would have gone on with?
bool is_rest(std::string_view line) {
  if (line.starts_with('(') || line.find_first_not_of("0123456789abcdef") == line.npos) return true;
  return line.find(')') < line.find('(');
}

}  // namespace

StraceReader::StraceReader(EventSink sink, std::size_t window) : sink_(std::move(sink)), window_(window) {}

void StraceReader::add(std::string_view chunk) {
  held_ += encoding_.utf8(chunk);
  if (held_.size() <= 2 * window_) return;
  const std::size_t size = held_.size() - window_;
  take(std::string_view(held_).substr(0, size));
  held_.erase(0, size);
}

void StraceReader::take(std::string_view text) {
  for (;;) {
    const std::size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    const std::size_t room = longest_strace_line - rest_.size();
    too_long_ = too_long_ || piece.size() > room;
    if (end == std::string_view::npos) {
      rest_ += piece.substr(0, room);
      return;
    }
    if (rest_.empty() && !too_long_) {
      if (!read_plainly(piece)) add_line(piece);  // the usual case: no copy
    } else {
      rest_ += piece.substr(0, room);
      add_line(rest_);
      rest_.clear();
    }
    text.remove_prefix(end + 1);
  }
}

/// Most lines are calls that worked, as strace wrote them. They need no more than a look at their ends, as
/// long as no line before is open; and those that tell nothing not even at their arguments.
bool StraceReader::read_plainly(std::string_view line) {
  if (detail_ == StraceDetail::all || cut_) return false;
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string_view rest = line;
  const std::optional<Pid> written = take_strace_pid(rest);
  if (written && has_line_numbers_) return false;
  StraceClock clock = clock_;
  const TraceTime at = clock.take(rest);
  skip_strace_marks(rest);
  const StraceName* name = strace_name(rest.substr(0, strace_call_name_length(rest)));
  if (name == nullptr || name->executes) return false;
  const std::optional<StraceResult> result = plain_strace_success(rest);
  if (!result) return false;
  const Pid thread = thread_of(written, at, false);
  StraceCall call;
  if (name->is_dull && (failed_.empty() || !failed_.contains({last_.process, name}))) {
    call.event.name = name->name;
    call.event.took = result->took;
  } else {
    if (may_be_bent(rest) || !read_plain_success(rest, *name, *result, call)) return false;
  }
  clock_ = clock;
  ++stats_.lines;
  may_go_on_ = line.size() > widest_mail && may_go_on(line);
  in_summary_ = false;
  emit_call(thread, std::move(call), at);
  return true;
}

StraceStats StraceReader::finish() {
  detail_ = StraceDetail::all;
  take(held_);
  held_.clear();
  if (!rest_.empty() || too_long_) add_line(rest_);
  rest_.clear();
  if (cut_ && cut_->line == stats_.lines) {  // whoever ended strace did so in this call
    cut_->text += "<unfinished ...>";
    read(cut_->text);
    cut_.reset();
  }
  drop_cut();
  finish_begun();
  return stats_;
}

void StraceReader::count_unknown(std::size_t line) {
  ++stats_.not_understood;
  std::vector<std::size_t>& first = stats_.first_not_understood_lines;
  first.insert(std::upper_bound(first.begin(), first.end(), line), line);  // a cut line is counted late
  if (first.size() > most_line_numbers) first.pop_back();
}

void StraceReader::drop_cut() {
  if (!cut_) return;
  for (std::size_t before = 0; before < cut_->lines; ++before) count_unknown(cut_->line - before);
  cut_.reset();
}

void StraceReader::add_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++stats_.lines;
  if (std::exchange(too_long_, false)) return count_unknown(stats_.lines);
  std::optional<std::string> plain;
  if (may_be_bent(line)) plain = plain_strace_line(line);
  if (plain) line = *plain;
  while (line.starts_with('>')) line.remove_prefix(line.starts_with("> ") ? 2 : 1);  // quoted in a mail
  if (trim(line).empty()) return;
  const std::size_t mark = remark_at_end(line);
  const bool has_remark = mark < line.size();
  if (has_remark) read_remark(line.substr(mark));
  if (has_remark && mark == 0) return;
  line = line.substr(0, mark);
  if (cut_ && add_piece(line, has_remark)) return;
  Reading reading = read(line);
  if (reading == Reading::unknown) reading = read_within(line);
  switch (reading) {
    case Reading::understood:
      may_go_on_ = may_go_on(line);
      in_summary_ = false;
      return drop_cut();
    case Reading::remark:
      return;
    case Reading::open:
      drop_cut();
      may_go_on_ = false;
      cut_ = Cut{std::string(line), stats_.lines, line.size(), 1, has_remark, 0};
      return;
    case Reading::unknown:
      if (!add_wrapped(line) && !add_written(line) && !is_no_call(line)) count_unknown(stats_.lines);
  }
}

/// The text of strace may stand behind a stamp, a name, a bullet; or behind what the program wrote to the
/// same terminal without a line end.
StraceReader::Reading StraceReader::read_within(std::string_view line) {
  constexpr int most_tries = 4;  // each may be linear in the length of the line
  while (line.ends_with('`') || line.ends_with(' ')) line.remove_suffix(1);
  std::size_t start = strace_start(line, 1);
  for (int tries = 0; tries < most_tries && start != line.npos; ++tries) {
    std::optional<Pid> known;
    if (const auto number = number_of_file(line.substr(0, start))) known = Pid{*number};
    if (const Reading reading = read(line.substr(start), known); reading != Reading::unknown) return reading;
    start = strace_start(line, start + 1);
  }
  return Reading::unknown;
}

/// The table of strace -C at the end, and the rest of words that a mailer broke.
bool StraceReader::is_no_call(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.starts_with("% time ")) in_summary_ = true;
  if (in_summary_) {
    if (text.ends_with(" total")) in_summary_ = false;
    return true;
  }
  return std::exchange(may_go_on_, false) && is_rest(text);
}

/// In a log with numbered lines a number is no process.
bool StraceReader::is_line_number(Pid written) {
  if (!has_line_numbers_) return false;
  has_line_numbers_ = static_cast<std::size_t>(number(written)) == stats_.lines;
  if (!has_line_numbers_ && ignored_number_) threads_.had_number();
  ignored_number_ = has_line_numbers_;
  return has_line_numbers_;
}

/// A mailer breaks long lines at blanks, a terminal anywhere: is this the rest of the call of which the line
/// before has the beginning?
bool StraceReader::add_wrapped(std::string_view line) {
  if (!cut_ || cut_->line + 1 != stats_.lines || cut_->tries >= most_tries ||
      cut_->text.size() + line.size() > longest_strace_line)
    return false;
  ++cut_->tries;
  std::string joined = cut_->width > widest_mail ? cut_->text + std::string(line)
                                                 : fmt::format("{} {}", trim(cut_->text), trim(line));
  const Reading reading = read(joined);
  if (reading == Reading::understood) {
    may_go_on_ = may_go_on(line);
    cut_.reset();
    return true;
  }
  if (reading != Reading::open || is_of_writing(joined)) return false;
  cut_->text = std::move(joined);
  cut_->line = stats_.lines;
  cut_->width = line.size();
  ++cut_->lines;
  return true;
}

/// To a terminal, what a program writes stands within the line of the call that writes it, and may have any
/// number of lines. They are that call's, if it ends after them.
bool StraceReader::add_written(std::string_view line) {
  if (!cut_ || cut_->line + 1 != stats_.lines || !is_of_writing(cut_->text) ||
      cut_->lines >= most_written_lines || cut_->text.size() + line.size() > most_written_bytes)
    return false;
  cut_->text.append(1, '\n').append(line);
  cut_->line = stats_.lines;
  ++cut_->lines;
  return true;
}

/// Is this the rest of the call that was cut? After a remark of strace's it is.
bool StraceReader::add_piece(std::string_view line, bool has_remark) {
  if (!cut_->by_remark && !is_continuation(line)) return false;
  if (cut_->tries >= most_tries || cut_->text.size() + line.size() > longest_strace_line) return false;
  ++cut_->tries;
  const std::size_t size = cut_->text.size();
  // The line end before the rest is the program's.
  if (!cut_->by_remark && is_of_writing(cut_->text)) cut_->text += '\n';
  cut_->text += line;
  const Reading reading = read(cut_->text);
  if (reading == Reading::understood) {
    cut_.reset();
    return true;
  }
  if (has_remark && reading == Reading::open) {
    cut_->line = stats_.lines;
    ++cut_->lines;
    return true;
  }
  cut_->text.resize(size);
  return false;
}

}  // namespace whywontitstart
