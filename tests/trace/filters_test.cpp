#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "recorded.h"

using namespace whywontitstart;

namespace {

std::optional<SignalEvent> refusal_in(const Recorded& trace) {
  for (const auto& [event, signal] : trace.all<SignalEvent>())
    if (signal.signal == Signal{SIGSYS}) return signal;
  return std::nullopt;
}

}  // namespace

TEST_CASE("an errno that the program's own filter gave is told from one of the kernel's") {
  const Recorded trace = record({program("filters"), "errno"}, GENERATE(Backend::filtered, Backend::full));
  const auto refused = trace.failing("uname");
  REQUIRE(refused);
  CHECK(refused->refused);
  CHECK(refused->error == Errno{EPERM});
  for (const auto& [event, call] : trace.all<SyscallEvent>())
    if (call.name != "uname") CHECK_FALSE(call.refused);
}

TEST_CASE("a filter is inherited by children and kept by what they become") {
  const Recorded trace = record({program("filters"), "exec", "sh", "-c", "uname; uname; exit 4"},
                                GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 4);
  std::set<Pid> processes;
  for (const auto& [event, call] : trace.all<SyscallEvent>())
    if (call.name == "uname" && call.refused) processes.insert(event.process);
  CHECK(processes.size() == 2);
}

TEST_CASE("a filter that is put on all threads holds for those that run already") {
  const Recorded trace = record({program("filters"), "tsync"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 0);
  const auto refused = trace.failing("uname");
  REQUIRE(refused);
  CHECK(refused->refused);
}

TEST_CASE("the call for which a filter ends the process is told") {
  const Recorded trace =
      record({program("filters"), "kill-process"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.state == State::killed);
  CHECK(trace.end.outcome.status.signal == Signal{SIGSYS});
  const auto uname = trace.event_of("uname");
  REQUIRE(uname);
  CHECK_FALSE(std::get<SyscallEvent>(uname->what).finished);
}

TEST_CASE("the call for which a filter ends a thread is told, and the process goes on") {
  const Recorded trace =
      record({program("filters"), "kill-thread"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.state == State::exited);
  CHECK(trace.end.outcome.status.code == 4);
  const auto refusal = refusal_in(trace);
  REQUIRE(refusal);
  CHECK(refusal->call == "uname");
  CHECK(refusal->ended_thread);
}

TEST_CASE("a filter that sends SIGSYS tells the call, whether the signal is handled or not") {
  const auto how = GENERATE(as<std::string>(), "trap", "trap-handled");
  const Recorded trace = record({program("filters"), how}, GENERATE(Backend::filtered, Backend::full));
  const auto refusal = refusal_in(trace);
  REQUIRE(refusal);
  CHECK(refusal->call == "uname");
  CHECK_FALSE(refusal->ended_thread);
  CHECK(trace.end.outcome.state == (how == "trap" ? State::killed : State::exited));
  for (const SyscallEvent& call : trace.calls("uname")) CHECK_FALSE(call.finished);  // it was never made
}

TEST_CASE("filters that let the call pass, or forbid what a tracer uses, change nothing") {
  const auto how = GENERATE(as<std::string>(), "log", "silence");
  const Recorded trace = record({program("filters"), how}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.state == State::exited);
  CHECK(trace.end.outcome.status.code == 0);
  CHECK_FALSE(trace.calls("uname").empty());
  CHECK_FALSE(trace.failing("uname"));
}

TEST_CASE("the program is not told of our filter when it asks whether there is one, but of its own") {
  const Recorded trace = record({program("filters"), "asks"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 2);  // 0 before, SECCOMP_MODE_FILTER afterwards
}
