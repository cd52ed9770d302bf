#include "trace/strace_prefix.h"

#include "base/text.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

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
std::optional<TraceTime> time_of_day(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t second = text.find(':', first + 1);
  if (first == text.npos || first > 2 || second == text.npos || second - first > 3) return std::nullopt;
  const std::string_view hours = text.substr(0, first);
  const std::string_view minutes = text.substr(first + 1, second - first - 1);
  const auto seconds = seconds_of(text.substr(second + 1));
  if (!is_digits(hours) || !is_digits(minutes) || !seconds) return std::nullopt;
  return *seconds_of(hours) * 3600 + *seconds_of(minutes) * 60 + *seconds;
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
  std::string_view rest = line;
  const bool in_brackets = take_prefix(rest, "(+ ");
  skip_blanks(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" )"));
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
