#include "report/time_axis.h"

#include <algorithm>
#include <cmath>

namespace whywontitstart {
namespace {

constexpr std::size_t most_cuts = 4;
constexpr TraceTime longest_whole = std::chrono::milliseconds(100);
constexpr double far_longer = 6;   // as all the rest together
constexpr double drawn_as = 0.12;  // the share of the line that a cut gets

double units(TraceTime time) { return static_cast<double>(time.count()); }

/// 1, 2 or 5 times a power of ten.
double round_step(double at_least) {
  const double power = std::pow(10, std::floor(std::log10(at_least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= at_least) return factor * power;
  return 10 * power;
}

std::string time_words(TraceTime at, double step) {
  constexpr double second = 1e9, millisecond = 1e6;
  if (at.count() == 0) return "0";
  if (step >= second) return fmt::format("{:.0f} s", units(at) / second);
  if (step >= second / 10) return fmt::format("{:.1f} s", units(at) / second);
  if (units(at) >= second) return fmt::format("{:.3f} s", units(at) / second);
  if (step >= millisecond) return fmt::format("{:.0f} ms", units(at) / millisecond);
  return fmt::format("{:.2f} ms", units(at) / millisecond);
}

}  // namespace

TimeAxis::TimeAxis(std::vector<TraceTime> times, TraceTime length) : length_(std::max(length, TraceTime(1))) {
  times.emplace_back(0);
  times.push_back(length_);
  for (TraceTime& time : times) time = std::clamp(time, TraceTime(0), length_);
  std::sort(times.begin(), times.end());
  std::vector<Cut> silences;
  for (std::size_t index = 1; index < times.size(); ++index)
    if (times[index] - times[index - 1] > longest_whole) silences.push_back({times[index - 1], times[index]});
  std::stable_sort(silences.begin(), silences.end(), [](const Cut& one, const Cut& other) {
    return one.to - one.from > other.to - other.from;
  });

  // The fewest of the longest silences that together dwarf all the rest.
  double left = units(length_);
  for (std::size_t count = 1; count <= std::min(most_cuts, silences.size()) && cuts_.empty(); ++count) {
    left -= units(silences[count - 1].to - silences[count - 1].from);
    if (left >= 1 && units(length_) - left > far_longer * left)
      cuts_.assign(silences.begin(), silences.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (cuts_.empty()) left = units(length_);
  std::sort(cuts_.begin(), cuts_.end(),
            [](const Cut& one, const Cut& other) { return one.from < other.from; });
  const auto count = static_cast<double>(cuts_.size());
  cut_units_ = left * drawn_as / (1 - count * drawn_as);
  units_ = left + count * cut_units_;
}

double TimeAxis::units_until(TraceTime at) const {
  at = std::clamp(at, TraceTime(0), length_);
  double sum = units(at);
  for (const Cut& cut : cuts_) {
    if (at <= cut.from) break;
    const double span = units(cut.to - cut.from);
    const double inside = units(std::min(at, cut.to) - cut.from);
    sum += inside / span * cut_units_ - inside;
  }
  return sum;
}

double TimeAxis::place_of(TraceTime at) const { return units_until(at) / units_; }

std::string TimeAxis::words_of_end(double distance) const {
  return time_words(length_, round_step(distance * units_));
}

std::vector<TimeAxis::Tick> TimeAxis::ticks(double distance, double from_end) const {
  const double step = round_step(distance * units_);
  std::vector<double> taken;
  for (const Cut& cut : cuts_) taken.push_back((place_of(cut.from) + place_of(cut.to)) / 2);
  std::vector<Tick> ticks;
  const auto add = [&](TraceTime at) {
    const double place = place_of(at);
    if (1 - place < from_end) return;
    for (const double other : taken)
      if (std::abs(place - other) < distance) return;
    taken.push_back(place);
    ticks.push_back({at, place, time_words(at, step)});
  };
  add(TraceTime(0));
  // Between two cuts time runs evenly, so that a step is wide enough there; inside a cut nothing is labelled.
  TraceTime from{0};
  for (std::size_t part = 0; part <= cuts_.size(); ++part) {
    const TraceTime to = part < cuts_.size() ? cuts_[part].from : length_;
    const auto last = static_cast<std::int64_t>(units(to) / step);
    for (auto count = static_cast<std::int64_t>(std::ceil(units(from) / step)); count <= last; ++count)
      add(TraceTime(static_cast<TraceTime::rep>(static_cast<double>(count) * step)));
    if (part < cuts_.size()) from = cuts_[part].to;
  }
  std::sort(ticks.begin(), ticks.end(), [](const Tick& one, const Tick& other) { return one.at < other.at; });
  return ticks;
}

}  // namespace whywontitstart
