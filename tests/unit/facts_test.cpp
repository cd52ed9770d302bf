#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "events.h"
#include "facts/fact_builder.h"

using namespace whywontitstart;
using namespace whywontitstart::events;

namespace {

constexpr Pid target{100}, child{101}, second_child{102};
constexpr Errno absent{ENOENT}, refused{ECONNREFUSED}, in_use{EADDRINUSE}, denied{EACCES};

}  // namespace

TEST_CASE("a name that is found in the next place of a search did no harm") {
  const Facts facts = facts_of({at(target, open("/usr/local/lib/libx.so", absent)),
                                at(target, open("/lib/libx.so")), at(target, exited(1))});
  REQUIRE(facts.failures.size() == 1);
  CHECK(facts.failures[0].healed);
}

TEST_CASE("a search that finds nothing is one failure with its places in order") {
  const Facts facts =
      facts_of({at(target, open("/a/app.conf", absent)), at(target, open("/b/app.conf", absent)),
                at(target, open("/a/app.conf", absent)), at(target, exited(1))});
  REQUIRE(facts.failures.size() == 1);
  CHECK_FALSE(facts.failures[0].healed);
  CHECK(facts.failures[0].name == "app.conf");
  CHECK(facts.failures[0].places == std::vector<std::string>{"/a/app.conf", "/b/app.conf"});
  CHECK(facts.failures[0].count == 3);
}

TEST_CASE("calls are counted by name with their failures and times, the slowest first") {
  const auto lasting = [](SyscallEvent call, int milliseconds) {
    call.took = std::chrono::milliseconds(milliseconds);
    return call;
  };
  SyscallEvent unfinished = socket_call("accept", "");
  unfinished.finished = false;
  const Facts facts = facts_of({at(target, lasting(open("/a"), 1)), at(child, lasting(open("/b", absent), 2)),
                                at(target, lasting(write("x\n"), 7)), at(target, unfinished)});
  REQUIRE(facts.calls.size() == 2);
  CHECK(facts.calls[0].name == "write");
  CHECK(facts.calls[1].name == "openat");
  CHECK(facts.calls[1].calls == 2);
  CHECK(facts.calls[1].failed == 1);
  CHECK(facts.calls[1].took == std::chrono::milliseconds(3));
  CHECK(facts.tail.at(0).ends_with(" <0.001000>"));
}

TEST_CASE("refused for writing is not healed by reading") {
  const Facts facts = facts_of({at(target, open("/etc/app", denied, {"O_RDWR"})),
                                at(target, open("/etc/app")), at(target, exited(1))});
  REQUIRE(facts.failures.size() == 1);
  CHECK_FALSE(facts.failures[0].healed);
}

TEST_CASE("a server that answers at its other address heals the refusal") {
  const Facts facts = facts_of({at(target, socket_call("connect", "[::1]:80", refused)),
                                at(target, socket_call("connect", "127.0.0.1:80")), at(target, exited(1))});
  CHECK(facts.failures.at(0).healed);
}

TEST_CASE("another port that worked does not heal the one in use") {
  const Facts facts =
      facts_of({at(target, socket_call("bind", "0.0.0.0:80", in_use)),
                at(target, socket_call("bind", "0.0.0.0:443", Errno::none, 4)), at(target, exited(1))});
  CHECK_FALSE(facts.failures.at(0).healed);
}

TEST_CASE("a non-blocking connect fails when the program asks how it went") {
  SyscallEvent asked;
  asked.name = "getsockopt";
  asked.fd = 3;
  asked.flags = {"SOL_SOCKET", "SO_ERROR"};
  asked.arguments = {"3", "SOL_SOCKET", "SO_ERROR", "[ECONNREFUSED]", "[4]"};
  const Facts facts = facts_of({at(target, socket_call("connect", "127.0.0.1:80", Errno{EINPROGRESS})),
                                at(target, asked), at(target, exited(1))});
  REQUIRE(facts.failures.size() == 1);
  CHECK(facts.failures[0].call.name == "connect");
  CHECK(facts.failures[0].call.address == "127.0.0.1:80");
  CHECK(facts.failures[0].call.error == refused);
}

TEST_CASE("text that comes in pieces is joined to lines, by process and stream") {
  const Facts facts =
      facts_of({at(target, write("can")), at(child, write("other\n")), at(target, write("not open ")),
                at(target, write("\x1b[31mit\x1b[0m\nnext")), at(target, exited(1))});
  REQUIRE(facts.lines.size() == 3);
  CHECK(facts.lines[0].text == "cannot open it");
  CHECK(facts.lines[1].text == "other");
  CHECK(facts.lines[2].text == "next");
}

TEST_CASE("what is written to a copy of standard error is said there, until the copy is replaced") {
  const auto copy = [](int from, int to) {
    SyscallEvent call;
    call.name = "dup2";
    call.fd = from;
    call.value = to;
    return call;
  };
  const Facts facts =
      facts_of({at(target, copy(2, 1)), at(target, write("no way\n", 1)), at(target, copy(10, 1)),
                at(target, write("all is well\n", 1)), at(target, copy(1, 2)),
                at(target, write("hidden\n", 2)), at(target, exited(1))});
  REQUIRE(facts.lines.size() == 3);
  CHECK(facts.lines[0].stream == Stream::standard_error);
  CHECK(facts.lines[1].stream == Stream::standard_output);
  CHECK(facts.lines[2].stream == Stream::standard_error);
}

TEST_CASE("text meets the call whose object it names") {
  const Facts facts = facts_of(
      {at(target, open("/etc/other.conf", absent)), at(target, open("/etc/app.conf", absent)),
       at(target, open("/usr/share/locale/de", absent)),
       at(target, write("app: cannot read 'app.conf': No such file or directory\n")), at(target, exited(1))});
  REQUIRE(facts.failures.size() == 3);
  CHECK(facts.failures[0].named_by.empty());
  CHECK(facts.failures[1].named_by == std::vector<std::size_t>{0});
  CHECK(facts.failures[2].named_by.empty());
  CHECK(facts.failures[1].echoed_by == std::vector<std::size_t>{0});
}

TEST_CASE("a port is named as ':80' or 'port 80', not by any 80 in a text") {
  const auto named = [](std::string text) {
    const Facts facts = facts_of({at(target, socket_call("bind", "0.0.0.0:80", in_use)),
                                  at(target, write(std::move(text))), at(target, exited(1))});
    return !facts.failures.at(0).named_by.empty();
  };
  CHECK(named("cannot listen on *:80\n"));
  CHECK(named("port 80 is taken\n"));
  CHECK(named("bind() to 0.0.0.0:80 failed\n"));
  CHECK_FALSE(named("loaded 80 modules\n"));
  CHECK_FALSE(named("port 8080 is taken\n"));
}

TEST_CASE("a plain word is a name only where the text treats it as one") {
  const auto named = [](std::string text) {
    const Facts facts = facts_of(
        {at(target, open("/srv/data", absent)), at(target, write(std::move(text))), at(target, exited(1))});
    return !facts.failures.at(0).named_by.empty();
  };
  CHECK(named("cannot open 'data'\n"));
  CHECK(named("/srv/data is missing\n"));
  CHECK_FALSE(named("loading the data went wrong\n"));
}

TEST_CASE("blame goes down to the child whose status the parent passes on") {
  const Facts facts = facts_of({at(target, exec("/bin/sh")), at(target, ForkEvent{child, false}),
                                at(child, exec("/usr/bin/server")), at(child, write("fatal: no license\n")),
                                at(child, exited(3)), at(target, exited(3))});
  CHECK(facts.blame == std::vector<Pid>{target, child});
  CHECK_FALSE(facts.swallowed);
}

TEST_CASE("a wrapper that hides the failure of its last command is seen through") {
  const Facts facts = facts_of({at(target, exec("/bin/sh")), at(target, ForkEvent{child, false}),
                                at(child, exec("/usr/bin/server")), at(child, write("fatal: no license\n")),
                                at(child, exited(3)), at(target, exited(0))});
  CHECK(facts.swallowed);
  CHECK(facts.blame == std::vector<Pid>{target, child});
}

TEST_CASE("of a supervisor's children the one that complained matters, not the helper that is not there") {
  constexpr Pid helper{103};
  const auto run = [](Pid pid) {
    return std::vector<Event>{at(target, ForkEvent{pid, false}), at(pid, exec("/bin/sh")),
                              at(pid, write("run: 3: DSN: not set\n")), at(pid, exited(2))};
  };
  std::vector<Event> events = {at(target, exec("/usr/bin/s6-supervise"))};
  for (const Pid pid : {child, second_child})
    for (Event& event : run(pid)) events.push_back(std::move(event));
  events.push_back(at(target, ForkEvent{helper, false}));
  events.push_back(at(helper, exited(127)));
  CHECK(facts_of(events).blame == std::vector<Pid>{target, second_child});
}

TEST_CASE("a worker that says that it gives up is to blame although its parent lives on") {
  const auto blame_when_it_says = [](const char* words) {
    return facts_of({at(target, exec("/usr/sbin/nginx")), at(target, ForkEvent{child, false}),
                     at(child, write(words)), at(child, exited(2))})
        .blame;
  };
  CHECK(blame_when_it_says("[emerg] setgid(33) failed\n") == std::vector<Pid>{target, child});
  CHECK(blame_when_it_says("[notice] nothing to do\n") == std::vector<Pid>{target});
}

TEST_CASE("a server that ends with 0 since its address is taken did not end well") {
  const auto swallowed = [](const char* words) {
    return facts_of({at(target, exec("/usr/bin/starman")),
                     at(target, socket_call("bind", "127.0.0.1:80", in_use)), at(target, write(words)),
                     at(target, exited(0))})
        .swallowed;
  };
  CHECK(swallowed("cannot listen on 127.0.0.1:80: Address already in use\n"));
  CHECK_FALSE(swallowed("using another port\n"));
}

TEST_CASE("a line that says another errno does not speak of the failure whose path it names") {
  const auto named = [](std::string text) {
    return !facts_of({at(target, open("/srv/copy/big", absent)), at(target, write(std::move(text))),
                      at(target, exited(1))})
                .failures.at(0)
                .named_by.empty();
  };
  CHECK(named("cannot open /srv/copy/big\n"));
  CHECK_FALSE(named("write failed on /srv/copy/big: File too large\n"));
}

TEST_CASE("a child that failed was an attempt where its parent writes files after it") {
  SyscallEvent result = open("/srv/build/Makefile");
  result.flags = {"O_WRONLY", "O_CREAT"};
  const Facts facts = facts_of({at(target, exec("/usr/bin/cmake")), at(target, ForkEvent{child, false}),
                                at(child, exec("/usr/bin/cc")), at(child, write("fatal error: no header\n")),
                                at(child, exited(1)), at(target, result), at(target, exited(0))});
  CHECK_FALSE(facts.swallowed);
}

TEST_CASE("a healthy script is not blamed for a silent test, nor for a failure that it went on after") {
  const Facts silent = facts_of({at(target, ForkEvent{child, false}), at(child, exec("/bin/grep")),
                                 at(child, exited(1)), at(target, exited(0))});
  CHECK_FALSE(silent.swallowed);
  const Facts went_on =
      facts_of({at(target, ForkEvent{child, false}), at(child, exec("/bin/ls")),
                at(child, write("ls: cannot access 'x'\n")), at(child, exited(2)),
                at(target, ForkEvent{second_child, false}), at(second_child, exec("/bin/echo")),
                at(second_child, exited(0)), at(target, exited(0))});
  CHECK_FALSE(went_on.swallowed);
  SyscallEvent unheard = write("ls: cannot access 'x'\n");
  unheard.file = "/dev/null";
  const Facts quiet = facts_of({at(target, ForkEvent{child, false}), at(child, exec("/bin/ls")),
                                at(child, unheard), at(child, exited(2)), at(target, exited(0))});
  CHECK_FALSE(quiet.swallowed);
}

TEST_CASE("of a log without an end the events tell the outcome") {
  CHECK(facts_of({at(target, killed(SIGSEGV))}).outcome.state == State::killed);
  CHECK(facts_of({at(target, exec("/bin/x"))}).outcome.state == State::running);
  SyscallEvent exec_call;
  exec_call.name = "execve";
  exec_call.path = "/bin/x";
  exec_call.error = absent;
  CHECK(facts_of({at(target, exec_call)}).outcome.state == State::not_started);
}

TEST_CASE("a program that waits for a lock, or tries the same in vain, hangs") {
  SyscallEvent lock;
  lock.name = "flock";
  lock.fd = 3;
  lock.finished = false;
  CHECK(facts_of({at(target, lock)}).outcome.state == State::hung);
  std::vector<Event> tries(3, at(target, socket_call("connect", "127.0.0.1:1", refused)));
  CHECK(facts_of(tries).outcome.state == State::hung);
}

TEST_CASE("however much fails, what is kept is bounded, and what is dropped is counted") {
  FactBuilder builder;
  constexpr std::size_t missing = 30000;
  for (std::size_t index = 0; index < missing; ++index)
    builder.add(at(target, open(fmt::format("/nowhere/{}", index), absent)));
  const Facts facts = builder.finish();
  CHECK(facts.failures.size() < 10000);
  CHECK(facts.failures.size() + facts.lost == missing);
  CHECK(facts.failures.back().call.path == "/nowhere/29999");  // what is near the end stays
}

TEST_CASE("what healed makes room first, and is not counted as lost") {
  FactBuilder builder;
  builder.add(at(target, open("/needed", absent)));
  for (int index = 0; index < 30000; ++index) {
    builder.add(at(target, open(fmt::format("/a/{}", index), absent)));
    builder.add(at(target, open(fmt::format("/b/{}", index))));
  }
  const Facts facts = builder.finish();
  CHECK(facts.lost == 0);
  CHECK(facts.failures.front().call.path == "/needed");
}

TEST_CASE("of very many processes those are kept that failed, and their ids may come again") {
  FactBuilder builder;
  builder.add(at(target, exec("/bin/sh")));
  const Pid failing{100'000};
  for (int round = 0; round < 2; ++round)
    for (int id = 200'000; id < 220'000; ++id) {
      builder.add(at(target, ForkEvent{Pid{id}, false}));
      builder.add(at(Pid{id}, exited(0)));
    }
  builder.add(at(target, ForkEvent{failing, false}));
  builder.add(at(failing, exited(3)));
  const Facts facts = builder.finish();
  CHECK(facts.processes.size() < 20'000);
  REQUIRE(facts.find(failing) != nullptr);
  CHECK(facts.find(failing)->exit->code == 3);
}

TEST_CASE("of very many processes that fail the first and the last ones are kept") {
  FactBuilder builder;
  builder.add(at(Pid{1}, exec("/bin/sh")));
  constexpr int many = 60000;
  for (int number = 2; number <= many; ++number) {
    builder.add(at(Pid{1}, ForkEvent{Pid{number}, false}));
    builder.add(at(Pid{number}, exited(1)));
  }
  const Facts facts = builder.finish();
  CHECK(facts.processes.size() < 20000);
  CHECK(facts.target()->pid == Pid{1});
  CHECK(facts.processes.back().pid == Pid{many});
}
