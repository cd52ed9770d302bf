#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "recorded.h"

using namespace whywontitstart;

TEST_CASE("of a thousand threads every call is seen") {
  const Recorded trace =
      record({program("processes"), "threads", "1000"}, GENERATE(Backend::filtered, Backend::full));
  std::set<Pid> threads;
  for (const auto& [event, call] : trace.all<SyscallEvent>())
    if (call.path == "/nowhere/of-a-thread") threads.insert(event.thread);
  CHECK(threads.size() == 1000);
  CHECK(trace.end.outcome.status.success());
  CHECK(trace.all<ExitEvent>().size() == 1);
  CHECK(trace.end.lost == 0);
}

TEST_CASE("five thousand children that end at once are all followed to their ends") {
  const Recorded trace =
      record({program("processes"), "children", "5000"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.all<ForkEvent>().size() == 5000);
  std::map<int, int> codes;
  for (const auto& [event, end] : trace.all<ExitEvent>()) ++codes[end.status.code];
  CHECK(trace.all<ExitEvent>().size() == 5001);
  CHECK(codes[6] == 5000 / 7);
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.end.lost == 0);
}

TEST_CASE("vfork and posix_spawn make processes, and an execve that fails in one is its own") {
  const Recorded trace = record({program("processes"), "vfork"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 0);
  const auto missing = trace.call("execve", "/nowhere/program");
  REQUIRE(missing);
  CHECK(missing->error == Errno{ENOENT});
  for (const auto& [event, call] : trace.all<SyscallEvent>())
    if (call.path == "/nowhere/program") CHECK(event.process != trace.target());
  std::multiset<int> codes;
  for (const auto& [event, end] : trace.all<ExitEvent>()) codes.insert(end.status.code);
  CHECK(codes == std::multiset<int>{0, 0, 1, 9});
}

TEST_CASE(
    "children by clone3 are traced, those that are not to be, too, and the caller's flags are put back") {
  const auto how = GENERATE(as<std::string>(), "clone3", "clone3-untraced");
  const Recorded trace = record({program("processes"), how}, GENERATE(Backend::filtered, Backend::full));
  if (trace.end.outcome.status.code == 77) {
    WARN("the kernel has no clone3: skipped");
    return;
  }
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.call("openat", "/etc/passwd"));
  CHECK(trace.all<ExitEvent>().size() == 2);
}

TEST_CASE("a thread may become another program while others start threads and processes") {
  for (int run = 0; run < 10; ++run) {
    const Recorded trace =
        record({program("processes"), "race"}, run % 2 == 0 ? Backend::filtered : Backend::full);
    CHECK(trace.end.outcome.state == State::exited);
    CHECK(trace.end.outcome.status.success());
    CHECK(trace.all<ExecEvent>().back().second.argv == std::vector<std::string>{"true"});
    CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) == -1);
  }
}

TEST_CASE("the call in which a thread was when its process ended is told as unfinished") {
  const Recorded trace = record({program("processes"), "in-flight"}, Backend::full);
  CHECK(trace.end.outcome.status.code == 5);
  bool told = false;
  for (const auto& [event, call] : trace.all<SyscallEvent>())
    if (call.name == "read" && !call.finished) told = event.thread != event.process;
  CHECK(told);
}

TEST_CASE("what cannot be read of a call's arguments costs these only") {
  const Recorded trace = record({program("pointers")}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.call("openat", "/nowhere/edge"));
  int faults = 0;
  for (const SyscallEvent& call : trace.calls("openat"))
    if (call.error == Errno{EFAULT}) ++faults;
  CHECK(faults == 5);
  CHECK_FALSE(trace.call("openat", target_of({"x"}).cwd + "/xxxxxxxx"));
  CHECK(trace.failing("clone3"));
}

TEST_CASE("interrupted calls go on as they would, and are told once") {
  const auto what = GENERATE(as<std::string>(), "sleep", "handled", "eintr");
  const Recorded trace = record({program("restarts"), what}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 0);
  for (const auto& [event, call] : trace.all<SyscallEvent>()) {
    CHECK(call.name != "restart_syscall");
    CHECK((number(call.error) < 512 || number(call.error) > 516));
  }
  CHECK(trace.end.lost == 0);
}

TEST_CASE("what is written to /dev/null may fail, where it was opened for reading") {
  const Recorded trace =
      record({"/bin/sh", "-c", "exec 2</dev/null; echo lost >&2; exec 2>/dev/null; echo gone >&2; exit 0"},
             GENERATE(Backend::filtered, Backend::full));
  const auto failed = trace.failing("write");
  REQUIRE(failed);
  CHECK(failed->error == Errno{EBADF});
  CHECK(trace.calls("write").back().error == Errno::none);
}

TEST_CASE("arguments of a megabyte, and bytes that are no text, arrive and are told") {
  const std::string long_word(100'000, 'x');
  std::vector<std::string> argv = {
      "/bin/sh", "-c", "test ${#1} = 100000 && test $# = 10 && cat $1 \xff\xfe/no 2>/dev/null", "sh"};
  for (int count = 0; count < 10; ++count) argv.push_back(long_word);
  const Recorded trace = record(argv, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 1);  // cat's
  CHECK(trace.all<ExecEvent>().size() == 2);
  const auto bytes = trace.call("openat", target_of({"x"}).cwd + "/\xff\xfe/no");
  REQUIRE(bytes);
  CHECK(bytes->error == Errno{ENOENT});
  CHECK(trace.failing("openat")->error != Errno::none);
}
