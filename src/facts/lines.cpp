#include "facts/lines.h"

#include "base/text.h"
#include "facts/calls.h"

namespace whywontitstart {
namespace {

constexpr std::size_t longest_line = 8192;
constexpr std::size_t first_lines = 1000;  // what was said first and what was said last is kept
constexpr std::size_t most_lines = 8000;

/// "<27>Nov 21 10:00:00 nginx[12]: message", see syslog(3): without priority and time.
std::string_view without_syslog_header(std::string_view text) {
  if (const std::size_t end = text.find('>');
      text.starts_with('<') && end != std::string_view::npos && end < 6)
    text.remove_prefix(end + 1);
  constexpr std::size_t date_length = 16;  // "Nov 21 10:00:00 "
  if (text.size() > date_length && text[3] == ' ' && text[9] == ':' && text[12] == ':')
    text.remove_prefix(date_length);
  return text;
}

/// The MESSAGE= field of a datagram in the journal's format.
std::string_view journal_message(std::string_view datagram) {
  for (const std::string_view field : split(datagram, '\n'))
    if (field.starts_with("MESSAGE=")) return field.substr(8);
  return {};
}

bool is_terminal(std::string_view file) {
  return file.starts_with("/dev/tty") || file.starts_with("/dev/pts/");
}

}  // namespace

bool looks_like_log(std::string_view path) {
  const std::string_view base = base_name(path);
  return path.find("/log/") != std::string_view::npos || path.find("/logs/") != std::string_view::npos ||
         base.ends_with(".log") || base.ends_with(".err") || base.ends_with(".out") ||
         base.find("log") != std::string_view::npos;
}

void LineJoiner::add_call(const Event& event, const SyscallEvent& call, Order order, bool to_standard_error) {
  if (call.data.empty()) return;
  const bool is_cut = call.error == Errno::none && call.value > static_cast<std::int64_t>(call.data.size());
  const Then then = is_cut ? Then::cut : Then::open, of_message = is_cut ? Then::cut : Then::ended;
  if (call.address == "unix:/dev/log" || call.address == "unix:/run/systemd/journal/dev-log") {
    add_text(event, {Stream::syslog, ""}, without_syslog_header(call.data), of_message, order);
  } else if (call.address == "unix:/run/systemd/journal/socket") {
    add_text(event, {Stream::journal, ""}, journal_message(call.data), of_message, order);
  } else if (call.error != Errno::none) {
    return;  // nobody got it
  } else if (to_standard_error || (!call.file.empty() && call.file == standard_error_) ||
             (call.fd != 1 && is_terminal(call.file))) {
    add_text(event, {Stream::standard_error, call.file}, call.data, then, order);
  } else if (call.fd == 1) {
    add_text(event, {Stream::standard_output, call.file}, call.data, then, order);
  } else if (call.file.starts_with('/') && looks_like_log(call.file)) {
    add_text(event, {Stream::log_file, call.file}, call.data, then, order);
  }
}

void LineJoiner::add_log(const Event& event, const LogEvent& log, Order order) {
  add_text(event, {Stream::log_file, log.path}, log.text, Then::ended, order);
}

void LineJoiner::add_text(const Event& event, const Source& source, std::string_view text, Then then,
                          Order order) {
  const auto key = std::pair(event.process, source);
  Line& line = open_[key];
  for (;;) {
    if (line.text.empty()) line.order = order, line.at = event.at;
    const std::size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    if (line.text.size() < longest_line) line.text += piece.substr(0, longest_line - line.text.size());
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    line.process = event.process, line.stream = source.stream, line.where = source.where;
    keep(std::exchange(line, {}));
  }
  line.process = event.process, line.stream = source.stream, line.where = source.where;
  if (then == Then::cut && !line.text.empty()) line.text += cut_mark;
  if (then != Then::open) {
    keep(std::exchange(line, {}));
    open_.erase(key);
  }
}

void LineJoiner::end_process(Pid process) {
  for (auto next = open_.begin(); next != open_.end();) {
    if (next->first.first == process) {
      keep(std::move(next->second));
      next = open_.erase(next);
    } else {
      ++next;
    }
  }
}

void LineJoiner::keep(Line line) {
  line.text = printable(line.text);
  if (trim(line.text).empty()) return;
  if (lines_.size() >= most_lines)
    lines_.erase(lines_.begin() + first_lines, lines_.begin() + (first_lines + most_lines) / 2);
  lines_.push_back(std::move(line));
}

std::vector<Line> LineJoiner::take() {
  for (auto& [key, line] : open_) keep(std::move(line));
  open_.clear();
  std::stable_sort(lines_.begin(), lines_.end(),
                   [](const Line& one, const Line& other) { return one.order < other.order; });
  return std::move(lines_);
}

}  // namespace whywontitstart
