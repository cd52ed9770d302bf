#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

#include "archive/pack.h"
#include "base/fd.h"
#include "diagnosis/diagnose.h"
#include "report/redact.h"
#include "rules/load.h"
#include "rules/match.h"
#include "saved/fields.h"
#include "saved/masking.h"
#include "saved/recording_host.h"

using namespace whywontitstart;

namespace {

/// Puts something else than the default into every field.
struct FillIn {
  int next = 1;

  template <typename Value>
  void operator()(const char*, Value& value) {
    fill(value);
  }

  void fill(std::string& text) { text = fmt::format("text {} \xc3\xa4 \xff \n\"", next++); }
  void fill(bool& value) { value = !value; }
  void fill(char& value) { value = 'S'; }
  void fill(double& value) { value = 0.25 * next++; }
  void fill(Pid& pid) { pid = Pid{next++}; }
  void fill(Errno& code) { code = Errno{ENOENT}; }
  void fill(Signal& signal) { signal = Signal{SIGTERM}; }
  void fill(State& state) { state = State::hung; }
  void fill(Stream& stream) { stream = Stream::journal; }
  void fill(WaitFor& what) { what = WaitFor::lock; }
  void fill(Expectation::Kind& kind) { kind = Expectation::Kind::file; }
  template <std::integral Value>
  void fill(Value& value) {
    value = static_cast<Value>(next++);
  }
  template <typename Rep, typename Period>
  void fill(std::chrono::duration<Rep, Period>& time) {
    time = std::chrono::duration<Rep, Period>(next++);
  }
  template <typename Value>
  void fill(std::optional<Value>& value) {
    fill(value.emplace());
  }
  void fill(std::vector<std::size_t>& indices) { indices = {0, 1}; }
  template <typename Value>
  void fill(std::vector<Value>& list) {
    for (int count = 0; count < 2; ++count) fill(list.emplace_back());
  }
  template <typename Value>
  void fill(std::map<std::string, Value, std::less<>>& table) {
    fill(table["Setting"]);
  }
  template <typename Value>
  requires std::is_class_v<Value>
  void fill(Value& value) { fields(value, *this); }
};

SavedTrace filled() {
  SavedTrace trace;
  FillIn all;
  trace.tool = "1.2.3";
  trace.made = "2024-02-29T12:00:00Z";
  trace.mode = "run";
  all.fill(trace.target);
  all.fill(trace.facts);
  all.fill(trace.backend);
  all.fill(trace.lost);
  all.fill(trace.remarks);
  all.fill(trace.of_tracing);
  all.fill(trace.unit);
  all.fill(trace.of_unit);
  all.fill(trace.course.steps);
  all.fill(trace.course.packages);
  all.fill(trace.course.files);
  all.fill(trace.course.around);
  for (Complaint& complaint : trace.facts.complaints) complaint.line = 1;
  tables(trace.answers, [&](const char*, auto& table) {
    auto& row = table[{"a \xfe", "b"}];
    auto& first = row.answers.emplace_back();
    first.times = 3;
    all.fill(*first.value);
    row.answers.push_back({1, error("it is \xff gone")});
  });
  return trace;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

std::string problem_of(const std::string& text) {
  const Result<SavedTrace> read = read_saved_trace(text, "a.trace");
  return read ? "" : read.error().what;
}

}  // namespace

TEST_CASE("everything that is saved is read again") {
  SavedTrace trace = filled();
  const std::string text = text_of(trace);
  CHECK(is_saved_trace(text));
  Result<SavedTrace> again = read_saved_trace(text, "a.trace");
  REQUIRE(again);
  CHECK(text_of(*again) == text);
  CHECK(again->facts.failures.at(1).call.arguments == trace.facts.failures.at(1).call.arguments);
  CHECK(again->facts.processes.at(0).waits.at(1).on == WaitFor::lock);
  CHECK(again->answers.status.begin()->second.answers.at(0).value->inode ==
        trace.answers.status.begin()->second.answers.at(0).value->inode);
  CHECK(again->answers.run.begin()->second.answers.at(1).value.error().what == "it is \xff gone");
}

TEST_CASE("long lists are several lines, and none of them is lost") {
  SavedTrace trace;
  for (int index = 0; index < 1001; ++index) trace.facts.lines.emplace_back().text = std::to_string(index);
  const Result<SavedTrace> again = read_saved_trace(text_of(trace), "a.trace");
  REQUIRE(again);
  REQUIRE(again->facts.lines.size() == 1001);
  CHECK(again->facts.lines.back().text == "1000");
}

TEST_CASE("another version of the format is refused, and both are named") {
  SavedTrace trace = filled();
  const std::string problem = problem_of(replaced(text_of(trace), "\"version\":1", "\"version\":7"));
  CHECK(problem.find(
            "a.trace: this saved trace has version 7 of the format (written by whywontitstart 1.2.3)") == 0);
  CHECK(problem.find("reads version 1 only") != std::string::npos);
}

TEST_CASE("fields that this version does not know are passed over") {
  SavedTrace trace = filled();
  CHECK(problem_of(replaced(text_of(trace), "\"mode\":", "\"later\":{\"a\":[1]},\"mode\":")).empty());
}

TEST_CASE("a value of the wrong kind, or one that points nowhere, is told with its line") {
  SavedTrace trace = filled();
  const std::string text = text_of(trace);
  CHECK(problem_of(replaced(text, "\"swallowed\":true", "\"swallowed\":\"yes\"")) ==
        "a.trace:4: error: this saved trace is damaged: 'swallowed' is not what it should be");
  CHECK(problem_of(replaced(text, "\"named_by\":[0,1]", "\"named_by\":[0,2]")).find("points at lines") !=
        std::string::npos);
  CHECK(problem_of(replaced(text, "\"uid\":", "\"uid\":-")).find("'uid'") != std::string::npos);
}

TEST_CASE("a saved trace that ends too early is an error, wherever it ends") {
  SavedTrace trace = filled();
  const std::string text = text_of(trace);
  for (std::size_t end = 0; end + 1 < text.size(); end += 1 + end / 64)
    CHECK(problem_of(text.substr(0, end)).starts_with("a.trace:"));
}

TEST_CASE("a saved trace with flipped bits is refused, or can be diagnosed") {
  SavedTrace trace = filled();
  const std::string text = text_of(trace);
  const Result<RuleSet> rules = built_in_rules();
  REQUIRE(rules);
  std::uint32_t random = 1;
  for (int round = 0; round < 300; ++round) {
    std::string damaged = text;
    random = random * 1664525 + 1013904223;
    const std::size_t at = random % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1U << (random >> 29U)));
    const Result<SavedTrace> read = read_saved_trace(damaged, "a.trace");
    if (!read) continue;
    Evidences evidences;
    evidences.facts = read->facts;
    evidences.matches = match(*rules, evidences.facts);
    CHECK_FALSE(diagnose(read->target, std::move(evidences), RecordedHost(read->answers)).findings.empty());
  }
}

TEST_CASE("a recorded machine answers as the real one did, in the same order") {
  class Clock : public RecordedHost {
   public:
    using RecordedHost::RecordedHost;
    Result<std::string> read(const std::string& path, std::size_t) const override {
      if (path == "/gone") return errno_error("read /gone", ENOENT);
      return std::to_string(++reads_ / 2);
    }
    Result<std::string> derived(const std::string&, const Derive& derive) const override {
      return derive(*this);
    }

   private:
    mutable int reads_ = 0;
  };
  SavedTrace trace;
  const Answers none;
  const Clock clock(none);
  const RecordingHost recording(clock, trace.answers);
  std::vector<std::string> live;
  for (int count = 0; count < 5; ++count) live.push_back(*recording.read("/clock"));
  CHECK(live == std::vector<std::string>{"0", "1", "1", "2", "2"});
  CHECK_FALSE(recording.read("/gone"));
  const auto derive = [](const Host& host) { return host.read("/clock"); };
  CHECK(recording.derived("time", derive) == "3");
  CHECK(trace.answers.read.size() == 2);  // what the derived one read is not kept

  const Result<SavedTrace> again = read_saved_trace(text_of(trace), "a.trace");
  REQUIRE(again);
  const RecordedHost recorded(again->answers);
  for (const std::string& answer : live) CHECK(recorded.read("/clock") == answer);
  CHECK(recorded.read("/clock") == "2");  // asked more often than then
  CHECK(recorded.read("/gone").error().errno_code == ENOENT);
  CHECK(recorded.derived("time", derive) == "3");
  CHECK_FALSE(recorded.read("/never/asked"));
  CHECK_FALSE(recorded.read("/clock", 5));
}

TEST_CASE("secrets are masked in the report and in the trace by the same stand-ins") {
  SavedTrace trace;
  trace.target.environment = {"DB_PASSWORD=correct-horse", "LANG=C"};
  trace.facts.lines.emplace_back().text = "api_key=0123456789abcdef given";
  trace.facts.lines.emplace_back().text = "cannot log in with correct-horse";
  trace.answers.read[{"/proc/7/environ", "1"}].answers.push_back(
      {1, std::string("A=1\0TOKEN=shorter\0B=2", 21)});
  trace.answers.read[{"/etc/app.conf", "1"}].answers.push_back({1, std::string("uses correct-horse here")});
  trace.answers.read_at[{"/bin/x", "0", "20"}].answers.push_back(
      {1, std::string("\0password=abcdefg\0xyz", 21)});
  Report report;
  report.target = trace.target;
  report.findings.push_back({});
  report.stderr_tail = "cannot log in with correct-horse";
  report.logs.push_back({"/var/log/x", "key 0123456789abcdef"});
  mask_together(report, trace);

  CHECK(report.stderr_tail == "cannot log in with ‹secret-1›");
  CHECK(report.logs[0].tail == "key ‹secret-2›");
  CHECK(report.masked == 2);
  CHECK(trace.facts.lines[0].text == "api_key=‹secret-2› given");
  CHECK(trace.facts.lines[1].text == "cannot log in with ‹secret-1›");
  CHECK(trace.target.environment == std::vector<std::string>{"DB_PASSWORD=‹secret-1›", "LANG=C"});
  CHECK(trace.answers.read.at({"/etc/app.conf", "1"}).answers[0].value == "uses ‹secret-1› here");
  CHECK(trace.answers.read.at({"/proc/7/environ", "1"}).answers[0].value ==
        std::string("A=1\0TOKEN=‹secret-3›\0B=2", 28));
  // Bytes that are no text keep their places.
  CHECK(trace.answers.read_at.begin()->second.answers[0].value->size() == 21);

  // Masked again it stays as it is, and new ones do not get old numbers.
  Report again = report;
  again.not_looked_at.push_back("password=another-one");
  again = redacted(again);
  CHECK(again.stderr_tail == report.stderr_tail);
  CHECK(again.masked == 3);
  CHECK(again.not_looked_at[0].find("‹secret-1›") == std::string::npos);
}

TEST_CASE("a trace is saved for its owner alone, and never through a link") {
  char folder[] = "/tmp/saved-trace-XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  const std::string path = std::string(folder) + "/a.trace", link = std::string(folder) + "/link";
  SavedTrace trace = filled();
  REQUIRE(write_saved_trace(trace, path));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  REQUIRE(::symlink(path.c_str(), link.c_str()) == 0);
  CHECK_FALSE(write_saved_trace(trace, link));
  CHECK_FALSE(can_save_at("/dev/null"));
  CHECK_FALSE(can_save_at(std::string(folder) + "/none/a.trace"));
  for (const std::string& name : {path, link}) ::unlink(name.c_str());
  ::rmdir(folder);
}
