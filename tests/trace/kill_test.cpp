#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "recorded.h"

using namespace whywontitstart;

namespace {

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG | __WALL) != -1; }

/// Runs the program and kills its first process at the event of that number, while a tracee is in a
/// ptrace-stop.
Recorded killed_at(std::size_t number_of_event, const std::vector<std::string>& argv, Backend backend) {
  Recorded recorded;
  TraceOptions options;
  options.backend = backend;
  Result<TraceEnd> end = run_traced(target_of(argv), options, [&](Event&& event) {
    recorded.events.push_back(std::move(event));
    if (recorded.events.size() == number_of_event) ::kill(number(recorded.target()), SIGKILL);
  });
  REQUIRE(end);
  recorded.end = *end;
  return recorded;
}

}  // namespace

TEST_CASE("a program that is killed while it is stopped is told as killed, whenever that is") {
  const std::vector<std::string> argv = GENERATE(
      std::vector<std::string>{program("processes"), "threads", "20"},
      std::vector<std::string>{program("processes"), "vfork"}, std::vector<std::string>{program("fork_tree")},
      std::vector<std::string>{program("threads"), "exec"});
  const Backend backend = GENERATE(Backend::filtered, Backend::full);
  const std::size_t all = record(argv, backend).events.size();
  INFO(argv.at(0) << " " << all << " events");
  const std::size_t step = std::max<std::size_t>(1, all / 40);
  for (std::size_t at = 2; at < all; at += step) {
    const Recorded trace = killed_at(at, argv, backend);
    INFO("killed at " << at);
    // The last events may come when all is over already, and how many there are differs a little between
    // runs.
    if (at < all * 3 / 4) CHECK(trace.end.outcome.state == State::killed);
    if (trace.end.outcome.state == State::killed) CHECK(trace.end.outcome.status.signal == Signal{SIGKILL});
    REQUIRE_FALSE(has_children());
  }
}

TEST_CASE("a program that is killed while it runs is told as killed, whenever that is") {
  for (unsigned run = 0; run < 60; ++run) {
    const Target target = target_of({program("processes"), "busy"});
    TraceOptions options;
    options.backend = run % 2 == 0 ? Backend::filtered : Backend::full;
    pid_t killer = -1;
    const Result<TraceEnd> end = run_traced(target, options, [&](const Event& event) {
      if (killer >= 0) return;
      const pid_t victim = number(event.process);
      killer = ::fork();
      if (killer == 0) {
        ::usleep(run * 317 % 9000);
        ::kill(victim, SIGKILL);
        ::_exit(0);
      }
    });
    REQUIRE(end);
    ::waitpid(killer, nullptr, 0);  // unless the tracer has done it: it takes whatever ends
    CHECK(end->outcome.state == State::killed);
    CHECK(end->outcome.status.signal == Signal{SIGKILL});
    REQUIRE_FALSE(has_children());
  }
}
