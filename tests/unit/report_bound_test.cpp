#include <catch2/catch.hpp>

#include "report/bound.h"
#include "report/write.h"
#include "report_samples.h"

using namespace whywontitstart;

TEST_CASE("a report of usual size is not cut") {
  const Report report = port_in_use_report();
  CHECK(render(bounded(report), Format::json) == render(report, Format::json));
  CHECK(bounded(report).cut.empty());
}

TEST_CASE("a report stays small whatever the program did, and says what went") {
  Report report = file_missing_report();
  const Process child = report.processes.back();
  for (int index = 0; index < 20000; ++index) {
    report.processes.push_back(child);
    report.processes.back().pid = Pid{1000 + index};
  }
  report.timeline.rows.back().process = report.processes.size() - 1;  // it matters for the end
  report.processes[1].argv.assign(50000, "word");
  report.stderr_tail = "first line\n" + std::string(1 << 20, 'x') + "\nlast line\n";
  report.findings.front().evidence.front().text = "begin " + std::string(1 << 20, 'y') + " end";
  for (int index = 0; index < 500; ++index) report.logs.push_back({"/log", std::string(100000, 'z')});
  const Report small = bounded(report);
  CHECK(small.processes.size() == 400);
  CHECK(small.processes[small.timeline.rows.back().process].pid == Pid{20999});
  CHECK(small.processes[small.timeline.rows.front().process].pid == report.processes.front().pid);
  CHECK(small.stderr_tail.ends_with("last line\n"));
  CHECK(small.stderr_tail.find("first") == std::string::npos);
  CHECK(small.findings.front().evidence.front().text.starts_with("begin y"));
  CHECK(small.findings.front().evidence.front().text.ends_with("y end"));
  CHECK(small.cut == std::vector<std::string>{"19603 processes", "480 logs", "49800 words of command lines",
                                              "21 beginnings of logs", "1 long text"});
  for (const Format format : {Format::text, Format::markdown, Format::html, Format::json}) {
    const std::string text = render(small, format, {.verbose = true});
    CHECK(text.size() < 5'000'000);
    if (format != Format::json) CHECK(text.find("cut for its size: 19603 processes") != std::string::npos);
  }
}

TEST_CASE("a text is cut between characters") {
  Report report = port_in_use_report();
  std::string text;
  while (text.size() < 20000) text += "\xe2\x86\x92";  // three bytes each
  for (int shift = 0; shift < 3; ++shift) {
    report.stderr_tail = report.findings.front().summary =
        std::string(static_cast<std::size_t>(shift), 'a') + text;
    CHECK(render(bounded(report), Format::json).find("\xef\xbf\xbd") == std::string::npos);
  }
}
