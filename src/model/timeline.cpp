#include "model/timeline.h"

#include <numeric>

namespace whywontitstart {
namespace {

using Kind = TimelineMark::Kind;

/// Times, or where a log has none, positions.
class Clockwork {
 public:
  explicit Clockwork(const Facts& facts) {
    const auto has_time = [](const Process& process) {
      return process.started.count() > 0 || process.ended.count() > 0 || process.last_call.count() > 0;
    };
    timed_ = facts.outcome.duration.count() > 0 ||
             std::any_of(facts.processes.begin(), facts.processes.end(), has_time);
  }

  bool timed() const { return timed_; }
  TraceTime operator()(TraceTime at, Order order) const {
    return timed_ ? at : TraceTime(static_cast<TraceTime::rep>(order));
  }

 private:
  bool timed_ = true;
};

/// How much a reader loses with it: the smaller, the sooner it goes.
int weight_of(const TimelineMark& mark) {
  switch (mark.kind) {
    case Kind::signal:
      return 4;
    case Kind::failure:
      return mark.healed ? 0 : 3;
    case Kind::message:
      return 2;
    case Kind::exec:
      return 1;
  }
  return 0;
}

int weight_of(const Process& process, const Facts& facts) {
  const bool is_target = facts.target() == &process;
  if (is_target || facts.is_blamed(process.pid)) return 3;
  if (process.exit && !process.exit->success()) return 2;
  return process.execed ? 1 : 0;
}

/// The indices of the processes to be drawn, by birth.
std::vector<std::size_t> chosen(const Facts& facts, std::size_t most) {
  std::vector<std::size_t> indices(facts.processes.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::stable_sort(indices.begin(), indices.end(), [&](std::size_t one, std::size_t other) {
    return weight_of(facts.processes[one], facts) > weight_of(facts.processes[other], facts);
  });
  if (indices.size() > most) indices.resize(most);
  std::sort(indices.begin(), indices.end());
  return indices;
}

using MarksOf = std::map<Pid, std::vector<TimelineMark>>;

void add_failures(const Facts& facts, const Clockwork& clock, MarksOf& marks) {
  for (const Failure& failure : facts.failures) {
    const auto found = marks.find(failure.process);
    if (found == marks.end()) continue;
    found->second.push_back({Kind::failure, clock(failure.at, failure.order), to_text(failure.call),
                             static_cast<std::size_t>(std::max(failure.count, 1)), failure.healed});
  }
}

void add_lines(const Facts& facts, const Clockwork& clock, MarksOf& marks) {
  for (const Line& line : facts.lines) {
    const auto found = marks.find(line.process);
    const bool is_output = line.stream == Stream::standard_output || line.text.empty();
    if (found == marks.end() || is_output) continue;
    found->second.push_back({Kind::message, clock(line.at, line.order), line.text});
  }
}

void add_events_of(const Process& process, const Clockwork& clock, std::vector<TimelineMark>& marks) {
  for (const Execution& execution : process.executions)
    marks.push_back({Kind::exec, clock(execution.at, execution.order), execution.executable});
  // A signal has no time of its own; the one that ended the process has the time of the end.
  if (process.exit && process.exit->signal != Signal::none)
    marks.push_back(
        {Kind::signal, clock(process.ended, process.ended_order), std::string(name(process.exit->signal))});
}

/// Keeps the weightiest, and of those the last ones: they are nearer to the end. Gives how many went.
std::size_t thin_out(std::vector<TimelineMark>& marks, std::size_t most) {
  std::size_t gone = 0;
  const auto by_time = [](const TimelineMark& one, const TimelineMark& other) { return one.at < other.at; };
  std::stable_sort(marks.begin(), marks.end(), by_time);
  if (marks.size() > most) {
    gone = marks.size() - most;
    std::reverse(marks.begin(), marks.end());
    std::stable_sort(marks.begin(), marks.end(), [](const TimelineMark& one, const TimelineMark& other) {
      return weight_of(one) > weight_of(other);
    });
    marks.resize(most);
    std::reverse(marks.begin(), marks.end());
    std::stable_sort(marks.begin(), marks.end(), by_time);
  }
  return gone;
}

TraceTime end_of(const Facts& facts, const Clockwork& clock) {
  TraceTime end = clock.timed() ? facts.outcome.duration : TraceTime(0);
  for (const Process& process : facts.processes) {
    end = std::max(end, clock(process.started, process.started_order));
    if (process.exit) end = std::max(end, clock(process.ended, process.ended_order));
  }
  if (clock.timed()) return end;
  for (const Failure& failure : facts.failures) end = std::max(end, clock(failure.at, failure.order));
  for (const Line& line : facts.lines) end = std::max(end, clock(line.at, line.order));
  return end;
}

}  // namespace

Timeline timeline_of(const Facts& facts, TimelineBounds bounds) {
  const Clockwork clock(facts);
  Timeline timeline;
  timeline.timed = clock.timed();
  timeline.length = end_of(facts, clock);
  const std::vector<std::size_t> indices = chosen(facts, bounds.rows);
  timeline.processes_left_out = facts.processes.size() - indices.size();

  MarksOf marks;
  std::map<Pid, std::size_t> row_of;
  for (const std::size_t index : indices) marks[facts.processes[index].pid];
  add_failures(facts, clock, marks);
  add_lines(facts, clock, marks);
  for (const std::size_t index : indices) {
    const Process& process = facts.processes[index];
    std::vector<TimelineMark>& of_row = marks[process.pid];
    add_events_of(process, clock, of_row);
    timeline.marks_left_out += thin_out(of_row, bounds.marks);
    TimelineRow row{index, {}, clock(process.started, process.started_order), timeline.length, {}};
    if (process.exit) row.ended = clock(process.ended, process.ended_order);
    if (const auto parent = row_of.find(process.parent); parent != row_of.end()) row.born_of = parent->second;
    for (TimelineMark& mark : of_row)
      mark.at = std::clamp(mark.at, row.started, std::max(row.started, timeline.length));
    row.marks = std::move(of_row);
    row_of[process.pid] = timeline.rows.size();
    timeline.rows.push_back(std::move(row));
  }
  return timeline;
}

}  // namespace whywontitstart
