#include "trace/samples.h"

#include <unistd.h>

#include <charconv>

#include "base/fd.h"
#include "base/text.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  text = trim(text);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t value_after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  return at == std::string_view::npos ? 0 : number_in(text.substr(at + key.size(), 24));
}

std::chrono::nanoseconds ticks(std::string_view word) {
  static const long a_second = ::sysconf(_SC_CLK_TCK);
  return std::chrono::nanoseconds(1'000'000'000 / a_second) * static_cast<std::int64_t>(number_in(word));
}

}  // namespace

std::optional<ThreadSample> sample_thread(Pid process, Pid thread) {
  const std::string folder = proc_file(process, fmt::format("task/{}/", number(thread)));
  const Result<std::string> stat = read_file(folder + "stat");
  const Result<std::string> status = read_file(folder + "status");
  if (!stat || !status) return std::nullopt;
  // The name may hold blanks and parentheses: "7 (a) b) S 1 …"
  const std::size_t name_end = stat->rfind(") ");
  if (name_end == std::string::npos) return std::nullopt;
  const std::string rest = stat->substr(name_end + 2);
  const std::vector<std::string_view> fields = split(rest, ' ');
  constexpr std::size_t utime = 11, stime = 12;  // counted from the state, the third field of proc(5)
  if (fields.size() <= stime || fields[0].empty()) return std::nullopt;
  ThreadSample sample;
  sample.state = fields[0].front();
  sample.used = ticks(fields[utime]) + ticks(fields[stime]);
  // Where many want the processor, waiting for it is no idling either: the second field of schedstat, see
  // proc(5).
  if (const Result<std::string> schedule = read_file(folder + "schedstat"))
    if (const std::size_t blank = schedule->find(' '); blank != std::string::npos)
      sample.used += std::chrono::nanoseconds(number_in(std::string_view(*schedule).substr(blank)));
  sample.sleeps = value_after(*status, "\nvoluntary_ctxt_switches:");
  return sample;
}

void Samples::take(Pid process, Pid thread) {
  const std::optional<ThreadSample> now = sample_thread(process, thread);
  if (!now) return forget(thread);
  const Clock::time_point time = Clock::now();
  const auto [found, is_new] =
      threads_.try_emplace(thread, Known{*now, time, time, now->sleeps, now->used, time});
  if (is_new) return;
  Known& known = found->second;
  if (known.sample.sleeps != now->sleeps) known.same_since = time;
  known.used_before = known.sample.used;
  known.before = known.at;
  known.sample = *now;
  known.at = time;
}

bool Samples::has_run(Pid process, Pid thread) const {
  const auto found = threads_.find(thread);
  const std::optional<ThreadSample> now = sample_thread(process, thread);
  return now && found != threads_.end() && (now->state == 'R' || now->sleeps != found->second.first_sleeps);
}

Samples::Course Samples::course(Pid process, Pid thread) const {
  Course course;
  const std::optional<ThreadSample> now = sample_thread(process, thread);
  if (!now) return course;
  course.state = now->state;
  const auto found = threads_.find(thread);
  if (found == threads_.end()) return course;
  const Known& known = found->second;
  const Clock::time_point time = Clock::now();
  if (known.sample.sleeps == now->sleeps) course.same_since = time - known.same_since;
  const std::chrono::duration<double> passed = time - known.before;
  const std::chrono::duration<double> used = now->used - known.used_before;
  if (passed.count() > 0.25) course.busy = std::min(1.0, used / passed);
  return course;
}

}  // namespace whywontitstart
