#include <catch2/catch.hpp>

#include "events.h"
#include "facts/fact_builder.h"
#include "model/timeline.h"

using namespace whywontitstart;
using namespace whywontitstart::events;
using namespace std::chrono_literals;
using Kind = TimelineMark::Kind;

namespace {

Event when(TraceTime time, Pid process, auto what) { return {process, process, time, std::move(what)}; }

Facts facts_of(std::vector<Event> events, TraceTime length) {
  FactBuilder builder;
  for (Event& event : events) builder.add(std::move(event));
  Outcome outcome;
  outcome.state = State::exited;
  outcome.status.code = 1;
  outcome.duration = length;
  return builder.finish(outcome);
}

constexpr Pid shell{10};
constexpr Pid child{11};

std::vector<Event> start_with_a_child() {
  return {when(0ms, shell, exec("/bin/sh")),
          when(2ms, shell, ForkEvent{child, false}),
          when(3ms, child, exec("/usr/bin/cat")),
          when(5ms, child, open("/srv/a.conf", Errno{ENOENT})),
          when(6ms, child, write("cat: /srv/a.conf: No such file or directory\n")),
          when(7ms, child, exited(1)),
          when(9ms, shell, exited(1))};
}

std::vector<Kind> kinds_of(const TimelineRow& row) {
  std::vector<Kind> kinds;
  for (const TimelineMark& mark : row.marks) kinds.push_back(mark.kind);
  return kinds;
}

}  // namespace

TEST_CASE("a timeline has a row for each process, with what happened in it by time", "[timeline]") {
  const Facts facts = facts_of(start_with_a_child(), 9ms);
  const Timeline timeline = timeline_of(facts);
  REQUIRE(timeline.rows.size() == 2);
  CHECK(timeline.timed);
  CHECK(timeline.length == 9ms);
  CHECK(timeline.rows[0].ended == 9ms);
  CHECK_FALSE(timeline.rows[0].born_of);
  const TimelineRow& cat = timeline.rows[1];
  CHECK(cat.born_of == 0U);
  CHECK(cat.started == 2ms);
  CHECK(cat.ended == 7ms);
  CHECK(kinds_of(cat) == std::vector{Kind::exec, Kind::failure, Kind::message});
  CHECK(cat.marks[1].at == 5ms);
  CHECK_FALSE(cat.marks[1].healed);
  CHECK(cat.marks[2].text == "cat: /srv/a.conf: No such file or directory");
}

TEST_CASE("a timeline says by which signal a process was ended", "[timeline]") {
  const Timeline timeline =
      timeline_of(facts_of({when(0ms, shell, exec("/bin/sh")), when(4ms, shell, killed(11))}, 4ms));
  REQUIRE(timeline.rows.size() == 1);
  CHECK(timeline.rows[0].marks.back().kind == Kind::signal);
  CHECK(timeline.rows[0].marks.back().text == "SIGSEGV");
  CHECK(timeline.rows[0].marks.back().at == 4ms);
}

TEST_CASE("of a trace without times the timeline has the order", "[timeline]") {
  std::vector<Event> events = start_with_a_child();
  for (Event& event : events) event.at = TraceTime(0);
  const Timeline timeline = timeline_of(facts_of(std::move(events), TraceTime(0)));
  CHECK_FALSE(timeline.timed);
  REQUIRE(timeline.rows.size() == 2);
  CHECK(timeline.rows[0].started < timeline.rows[1].started);
  CHECK(timeline.rows[1].marks[0].at < timeline.rows[1].marks[1].at);
  CHECK(timeline.rows[1].ended < timeline.rows[0].ended);
  CHECK(timeline.length == timeline.rows[0].ended);
}

TEST_CASE("a timeline stays small, and keeps what matters", "[timeline]") {
  std::vector<Event> events{when(0ms, shell, exec("/bin/sh"))};
  for (int index = 0; index < 50; ++index) {
    const Pid pid{100 + index};
    events.push_back(when(1ms, shell, ForkEvent{pid, false}));
    for (int file = 0; file < 30; ++file)
      events.push_back(when(2ms, pid, open("/f" + std::to_string(file), Errno{EACCES})));
    events.push_back(when(3ms, pid, exited(index == 40 ? 7 : 0)));
  }
  events.push_back(when(4ms, shell, exited(1)));
  const Facts facts = facts_of(std::move(events), 4ms);
  const Timeline timeline = timeline_of(facts, {.rows = 5, .marks = 10});
  REQUIRE(timeline.rows.size() == 5);
  CHECK(timeline.processes_left_out == 46);
  CHECK(timeline.marks_left_out >= 4 * 20);
  CHECK(timeline.rows[0].process == 0);
  const auto failed = std::find_if(timeline.rows.begin(), timeline.rows.end(), [&](const TimelineRow& row) {
    return facts.processes[row.process].pid == Pid{140};
  });
  REQUIRE(failed != timeline.rows.end());
  CHECK(failed->marks.size() <= 10);
}

TEST_CASE("a timeline of nothing is empty", "[timeline]") { CHECK(timeline_of(Facts()).rows.empty()); }
