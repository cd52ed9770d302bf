#include <catch2/catch.hpp>

#include "report/html.h"
#include "report/moments.h"
#include "report/picture.h"
#include "report/time_axis.h"
#include "report_samples.h"

using namespace whywontitstart;
using namespace std::chrono_literals;

namespace {

std::size_t count_of(std::string_view text, std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("an axis without a long silence is linear", "[picture]") {
  const TimeAxis axis({10ms, 25ms, 50ms, 75ms, 90ms}, 100ms);
  CHECK(axis.cuts().empty());
  CHECK(axis.place_of(0ms) == Approx(0));
  CHECK(axis.place_of(25ms) == Approx(0.25));
  CHECK(axis.place_of(100ms) == Approx(1));
  CHECK(axis.place_of(200ms) == Approx(1));
}

TEST_CASE("an axis cuts a silence that would leave no room for the rest", "[picture]") {
  const TimeAxis axis({1ms, 5ms, 9ms, 29s}, 29s + 10ms);
  REQUIRE(axis.cuts().size() == 1);
  CHECK(axis.cuts()[0].from == 9ms);
  CHECK(axis.cuts()[0].to == 29s);
  CHECK(axis.place_of(29s) - axis.place_of(9ms) == Approx(0.12));
  CHECK(axis.place_of(5ms) > 0.15);
  CHECK(axis.place_of(29s + 10ms) == Approx(1));
  double before = -1;
  for (const TraceTime time :
       {TraceTime(0), TraceTime(1ms), TraceTime(9ms), TraceTime(1s), TraceTime(28s), TraceTime(29s)}) {
    CHECK(axis.place_of(time) > before);
    before = axis.place_of(time);
  }
}

TEST_CASE("a start that is over in a moment has no silence to cut", "[picture]") {
  CHECK(TimeAxis({1ms, 60ms, 61ms, 62ms}, 63ms).cuts().empty());
}

TEST_CASE("an axis has no label beside another one, nor a length of nothing", "[picture]") {
  const TimeAxis axis({1ms, 5ms, 9ms, 29s}, 29s + 10ms);
  const std::vector<TimeAxis::Tick> ticks = axis.ticks(0.15, 0.15);
  REQUIRE_FALSE(ticks.empty());
  for (std::size_t index = 1; index < ticks.size(); ++index)
    CHECK(ticks[index].place - ticks[index - 1].place >= 0.15);
  CHECK(ticks.back().place <= 0.85);
  std::set<std::string> words;
  for (const TimeAxis::Tick& tick : ticks) words.insert(tick.words);
  CHECK(words.size() == ticks.size());
  const TimeAxis nothing({}, 0ms);
  CHECK(nothing.place_of(0ms) == Approx(0));
}

TEST_CASE("the picture marks the call that the verdict stands on", "[picture]") {
  const Report report = port_in_use_report();
  const std::optional<Decision> decision = decision_of(report);
  REQUIRE(decision);
  CHECK(decision->row == 0);
  CHECK(decision->text.starts_with("bind("));
  const std::string svg = picture_of(report);
  CHECK(count_of(svg, "class=\"decision") == 3);  // the ring, and the words in two lengths
  const std::vector<Moment> moments = moments_of(report);
  CHECK(std::count_if(moments.begin(), moments.end(), [](const Moment& moment) { return moment.decisive; }) ==
        1);
  CHECK(moments.front().what == "starts");
  CHECK(moments.back().what == "ends: exit code 1");
}

TEST_CASE("a start that went well has a picture without a decision", "[picture]") {
  const Report report = healthy_report();
  CHECK_FALSE(decision_of(report));
  CHECK(count_of(picture_of(report), "class=\"decision") == 0);
  CHECK(moments_of(report).back().what == "still runs");
}

TEST_CASE("nothing is drawn of a program that did not run", "[picture]") {
  Report report = port_in_use_report();
  report.timeline = {};
  CHECK(picture_of(report).empty());
  CHECK(to_html(report).find("<svg class=\"picture\"") == std::string::npos);
}

TEST_CASE("what the picture leaves out is said", "[picture]") {
  Report report = port_in_use_report();
  CHECK(left_out_of_moments(report).empty());
  report.timeline.processes_left_out = 30;
  report.timeline.marks_left_out = 1;
  CHECK(left_out_of_moments(report) == "Not drawn: 30 processes, 1 call or message.");
}
