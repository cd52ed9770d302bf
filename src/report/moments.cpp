#include "report/moments.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/view.h"

namespace whywontitstart {
namespace {

using Kind = TimelineMark::Kind;

constexpr std::size_t most_moments = 60;

/// A moment with what the order and the choice need.
struct Timed {
  TraceTime at{0};
  int weight = 0;  ///< of too many the light ones go
  Moment moment;
};

std::string who_of(const Process& process) {
  return fmt::format("{}, PID {}", process_name(process), number(process.pid));
}

std::string words_of(const TimelineMark& mark) {
  const std::string text = shown_on_one_line(mark.text);
  switch (mark.kind) {
    case Kind::exec:
      return "becomes " + text;
    case Kind::message:
      return "says: " + text;
    case Kind::signal:
      return "gets " + text;
    case Kind::failure:
      break;
  }
  return mark.count > 1 ? fmt::format("{} ({} times)", text, mark.count) : text;
}

std::string beginning_of(const Report& report, const TimelineRow& row) {
  if (!row.born_of) return row.process == 0 ? "starts" : "appears";
  const Process& parent = report.processes[report.timeline.rows[*row.born_of].process];
  return fmt::format("is forked by PID {}", number(parent.pid));
}

/// Healed failures are in the picture, where they take little room; in words they would hide the rest.
std::vector<Timed> all_moments(const Report& report) {
  std::vector<Timed> all;
  const std::optional<Decision> decision = decision_of(report);
  for (std::size_t index = 0; index < report.timeline.rows.size(); ++index) {
    const TimelineRow& row = report.timeline.rows[index];
    const Process& process = report.processes[row.process];
    const auto add = [&](TraceTime at, int weight, std::string what, bool failed, bool decisive = false) {
      const std::string time = report.timeline.timed ? duration_words(at) : std::string();
      all.push_back({at, weight, {time, who_of(process), std::move(what), failed, decisive}});
    };
    add(row.started, 2, beginning_of(report, row), false);
    for (const TimelineMark& mark : row.marks) {
      if (mark.healed) continue;
      const bool failed = mark.kind == Kind::failure || mark.kind == Kind::signal;
      add(mark.at, mark.kind == Kind::exec ? 0 : 1, words_of(mark), failed);
    }
    if (decision && decision->row == index)
      add(decision->at, 4, shown_on_one_line(decision->text), true, true);
    if (process.exit)
      add(row.ended, process.exit->success() ? 2 : 3, "ends: " + end_words(*process.exit),
          !process.exit->success());
    else
      add(row.ended, 3, "still runs", false);
  }
  return all;
}

/// The decisive call is a mark as well as an evidence.
void drop_twins_of_decision(std::vector<Timed>& all) {
  std::vector<Timed> decisive;
  for (const Timed& one : all)
    if (one.moment.decisive) decisive.push_back(one);
  std::erase_if(all, [&](const Timed& one) {
    return !one.moment.decisive && std::any_of(decisive.begin(), decisive.end(), [&](const Timed& other) {
      return one.at == other.at && one.moment.who == other.moment.who && one.weight == 1;
    });
  });
}

}  // namespace

std::string process_name(const Process& process) {
  std::string name;
  if (!process.argv.empty()) name = shown_on_one_line(base_name(process.argv.front()));
  if (name.starts_with('-')) name.erase(0, 1);  // a shell of a log-in, see login(1)
  if (name.empty()) name = shown_on_one_line(base_name(process.executable));
  return name.empty() ? "a process" : name;
}

std::optional<Decision> decision_of(const Report& report) {
  const Timeline& timeline = report.timeline;
  if (report.findings.empty() || report.is_ok() || !timeline.timed) return std::nullopt;
  std::optional<Decision> found;
  for (const Evidence& evidence : report.verdict().evidence) {
    if (!evidence.at) continue;
    const bool is_call = evidence.kind == "syscall";
    for (std::size_t row = 0; row < timeline.rows.size() && (!found || is_call); ++row)
      if (report.processes[timeline.rows[row].process].pid == evidence.pid)
        found = Decision{row, *evidence.at, evidence.text};
    if (found && is_call) break;
  }
  return found;
}

std::vector<Moment> moments_of(const Report& report) {
  std::vector<Timed> all = all_moments(report);
  drop_twins_of_decision(all);
  if (all.size() > most_moments) {
    std::stable_sort(all.begin(), all.end(),
                     [](const Timed& one, const Timed& other) { return one.weight > other.weight; });
    all.resize(most_moments);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Timed& one, const Timed& other) { return one.at < other.at; });
  std::vector<Moment> moments;
  moments.reserve(all.size());
  for (Timed& one : all) moments.push_back(std::move(one.moment));
  return moments;
}

std::string left_out_of_moments(const Report& report) {
  const Timeline& timeline = report.timeline;
  std::vector<std::string> left_out;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view several) {
    if (count > 0) left_out.push_back(fmt::format("{} {}", count, count == 1 ? one : several));
  };
  add(timeline.processes_left_out, "process", "processes");
  add(timeline.marks_left_out, "call or message", "calls and messages");
  return left_out.empty() ? "" : "Not drawn: " + join(left_out, ", ") + ".";
}

}  // namespace whywontitstart
