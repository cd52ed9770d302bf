#include "trace/strace_prefix.h"

#include "base/text.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

/// "5.25" as nanoseconds; none if it is no number or no time that a log could have.
std::optional<TraceTime> seconds_of(std::string_view text) {
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "" : text.substr(point + 1);
  const auto seconds = take_number(whole);
  constexpr long long latest = 1LL << 33;
  if (!seconds || !whole.empty() || *seconds < 0 || *seconds > latest || part.size() > 9) return std::nullopt;
  if (part.empty()) return TraceTime(std::chrono::seconds(*seconds));
  long long nanoseconds = 0;
  for (std::size_t at = 0; at < 9; ++at) {
    if (at < part.size() && (part[at] < '0' || part[at] > '9')) return std::nullopt;
    nanoseconds = nanoseconds * 10 + (at < part.size() ? part[at] - '0' : 0);
  }
  return TraceTime(std::chrono::seconds(*seconds)) + TraceTime(nanoseconds);
}

/// Two digits; -1 if they are none.
int two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

/// "12:34:56.789" as time since midnight.
std::optional<TraceTime> time_of_day(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const int hours = two_digits(text.substr(0, 2)), minutes = two_digits(text.substr(3, 2));
  if (hours < 0 || minutes < 0) return std::nullopt;
  const auto seconds = seconds_of(text.substr(6));
  if (!seconds) return std::nullopt;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + *seconds;
}

}  // namespace

std::optional<Pid> take_strace_pid(std::string_view& line) {
  std::string_view rest = line;
  const bool in_brackets = take_prefix(rest, "[pid");
  skip_blanks(rest);
  const auto pid = take_number(rest);
  if (!pid || *pid <= 0 || *pid > (1 << 30)) return std::nullopt;
  if (rest.starts_with('<')) rest.remove_prefix(std::min(rest.find('>'), rest.size() - 1) + 1);
  if (in_brackets ? !take_prefix(rest, "]") : !rest.starts_with(' ')) return std::nullopt;
  skip_blanks(rest);
  line = rest;
  return Pid{static_cast<pid_t>(*pid)};
}

void skip_strace_marks(std::string_view& line) {
  constexpr std::size_t longest_mark = 20;
  for (int marks = 0; marks < 2 && line.starts_with('['); ++marks) {
    const std::size_t end = line.substr(0, longest_mark).find(']');
    if (end == line.npos) return;
    line.remove_prefix(end + 1);
    skip_blanks(line);
  }
}

TraceTime StraceClock::take(std::string_view& line) {
  // Most logs have none, or begin with a digit.
  if (line.empty() || (line.front() != ' ' && line.front() != '(' && line.front() != '\t' &&
                       (line.front() < '0' || line.front() > '9')))
    return last_;
  std::string_view rest = line;
  const bool in_brackets = take_prefix(rest, "(+ ");
  skip_blanks(rest);
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != ' ' && rest[end] != ')') ++end;
  const std::string_view word = rest.substr(0, end);
  const std::optional<TraceTime> clock = time_of_day(word);
  const std::optional<TraceTime> seconds =
      !clock && word.find('.') != word.npos ? seconds_of(word) : std::nullopt;
  if (!clock && !seconds) return last_;
  rest.remove_prefix(word.size());
  if (in_brackets) take_prefix(rest, ")");
  skip_blanks(rest);
  constexpr auto longest_run = std::chrono::hours(24 * 365);
  if (seconds && *seconds < longest_run)
    last_ += *seconds;  // -r: since the line before
  else
    advance_to(clock.value_or(seconds.value_or(TraceTime{0})), clock.has_value());
  if (rest.starts_with("(+ ")) {  // -r beside another time
    rest.remove_prefix(std::min(rest.find(')'), rest.size() - 1) + 1);
    skip_blanks(rest);
  }
  line = rest;
  return last_;
}

void StraceClock::advance_to(TraceTime now, bool is_time_of_day) {
  now += days_;
  if (!first_) first_ = now;
  constexpr TraceTime day = std::chrono::hours(24);
  if (is_time_of_day && now - *first_ + day / 2 < last_) {
    days_ += day;
    now += day;
  }
  last_ = std::max(last_, now - *first_);
}

}  // namespace whywontitstart
