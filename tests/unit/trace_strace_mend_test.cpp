#include "trace/strace_mend.h"

#include <catch2/catch.hpp>

#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

struct Log {
  std::vector<Event> events;
  StraceStats stats;

  std::vector<SyscallEvent> calls() const {
    std::vector<SyscallEvent> found;
    for (const Event& event : events)
      if (const auto* call = std::get_if<SyscallEvent>(&event.what)) found.push_back(*call);
    return found;
  }
};

Log read(std::string_view text, std::size_t chunk = 1U << 20) {
  Log log;
  StraceReader reader([&](Event&& event) { log.events.push_back(std::move(event)); });
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size()))) reader.add(text.substr(0, chunk));
  log.stats = reader.finish();
  return log;
}

/// All that a line tells of the one failing open that each of these tests has.
void check_open(const Log& log, Pid process = Pid{1}) {
  REQUIRE(log.calls().size() == 1);
  const SyscallEvent call = log.calls().front();
  CHECK(call.name == "openat");
  CHECK(call.path == "/etc/x.conf");
  CHECK(call.error == Errno{ENOENT});
  CHECK(log.events.front().process == process);
  CHECK(log.stats.not_understood == 0);
}

constexpr std::string_view plain = R"(openat(AT_FDCWD, "/etc/x.conf", O_RDONLY) = -1 ENOENT (No such file))";

}  // namespace

TEST_CASE("stamps, names and bullets before the lines of a strace log are taken off") {
  for (const char* stamp :
       {"Nov 21 10:00:00 web1 strace[411]: ", "2026-11-21T10:00:00.123456789Z ", "web_1  | ", "* `", "- ",
        "[10:14] <tobi> ", "17:", "<pre><code>", "2026-11-21 10:00:00,123 INFO  [main] out: ", "> > ",
        "\xef\xbb\xbf", "\x1b[32;1m2026-11-21T10:00:00Z\x1b[0m ", "Loading plugins... ", "\t",
        "1.\xc2\xa0"}) {
    INFO(stamp);
    check_open(read(fmt::format("{}{}\n", stamp, plain)));
  }
  check_open(read(fmt::format("Nov 21 10:00:00 web1 strace[411]: [pid 17] {}\n", plain)), Pid{17});
  check_open(read(fmt::format("/tmp/trace.4711:88:{}\n", plain)), Pid{4711});
}

TEST_CASE("what editors, browsers and terminals make of a line of strace is undone") {
  for (
      const char* line : {
          "openat(AT_FDCWD, &quot;/etc/x.conf&quot;, O_RDONLY) = -1 ENOENT (No such file)<br />",
          "openat(AT_FDCWD, \xe2\x80\x9c/etc/x.conf\xe2\x80\x9d, O_RDONLY) = \xe2\x88\x92"
          "1 ENOENT",
          "openat(AT_FDCWD,\xc2\xa0\"/etc/x.conf\",\xc2\xa0O_RDONLY)\xc2\xa0=\xc2\xa0-1\xc2\xa0"
          "ENOENT (No)",
          "openat(AT_FDCWD, \"/etc/x.conf\", O_RDONLY)\t=\t-1\tENOENT (No such file)\r",
          R"({"log":"openat(AT_FDCWD, \"/etc/x.conf\", O_RDONLY) = -1 ENOENT (No such file)\n","stream":"stderr"})",
          "openat(AT_FDCWD, \"/etc/x.conf\", O_RDONLY) = -1\nENOENT (No such file)",
          "openat(AT_FDCWD,\n\"/etc/x.conf\",\nO_RDONLY) = -1 ENOENT (No such\nfile)",
      }) {
    INFO(line);
    check_open(read(fmt::format("{}\n", line)));
  }
  CHECK(read("7 futex(0x7f, FUTEX_WAIT, 0, NULL &lt;unfinished ...&gt;\n").calls().front().finished == false);
  CHECK(read("\xe2\x80\x94 SIGSEGV {si_signo=SIGSEGV} \xe2\x80\x94\n").stats.ends == 1);
}

TEST_CASE("entities that the program wrote stay") {
  const Log log = read("write(1, \"a &lt; b &amp;&amp; c\\n\", 21) = 21\n");
  CHECK(log.calls().front().data == "a &lt; b &amp;&amp; c\n");
}

TEST_CASE("lines that a terminal of 80 columns broke are put together without a blank") {
  const std::string path = "/srv/" + std::string(70, 'a') + "/x.conf";
  const std::string line = fmt::format("openat(AT_FDCWD, \"{}\", O_RDONLY) = 3\n", path);
  const Log log = read(line.substr(0, 80) + "\n" + line.substr(80));
  REQUIRE(log.calls().size() == 1);
  CHECK(log.calls().front().path == path);
}

TEST_CASE("UTF-16 is read, in pieces of any size") {
  for (const bool little : {true, false}) {
    std::string text;
    const auto add = [&](unsigned unit) {
      const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8U);
      text += little ? std::string{low, high} : std::string{high, low};
    };
    add(0xfeff);
    for (const char byte : fmt::format("{}\r\n", plain)) add(static_cast<unsigned char>(byte));
    for (const std::size_t chunk : {1U, 2U, 3U, 1000U}) check_open(read(text, chunk));
  }
}

TEST_CASE("the numbers of 'cat -n' are no processes") {
  const Log log = read("     1\tclose(3) = 0\n     2\tclose(4) = 0\n     3\tclose(5) = 0\n");
  REQUIRE(log.events.size() == 3);
  for (const Event& event : log.events) CHECK(event.process == Pid{1});
  // A first process with the number 1 lives in a container.
  const Log container = read("1 close(3) = 0\n1 close(4) = 0\n2 close(4) = 0\n");
  REQUIRE(container.events.size() == 3);
  CHECK(container.events[1].thread == Pid{1});
  CHECK(container.events[2].thread == Pid{2});
}

TEST_CASE("old versions of strace are read") {
  const Log log = read(
      "SYS_292(0x1, 0) = 5\n"
      "clone(Process 12 attached (waiting for parent)\n"
      "Process 12 resumed (parent 11 ready)\n"
      "child_stack=0, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0xb7) = 12\n"
      "[pid    11] waitpid(-1, Process 11 suspended\n"
      " <unfinished ...>\n"
      "[pid    12] _exit(3) = ?\n"
      "Process 11 resumed\n"
      "Process 12 detached\n"
      "<... waitpid resumed> [WIFEXITED(s) && WEXITSTATUS(s) == 3], 0) = 12\n"
      "--- SIGCHLD (Child exited) @ 0 (0) ---\n");
  CHECK(log.stats.not_understood == 0);
  std::vector<std::pair<Pid, int>> ends;
  for (const Event& event : log.events)
    if (const auto* exit = std::get_if<ExitEvent>(&event.what))
      ends.emplace_back(event.process, exit->status.code);
  CHECK(ends == std::vector<std::pair<Pid, int>>{{Pid{12}, 3}});
}

TEST_CASE("the table of strace -C is no part of the calls") {
  const Log log = read(
      "close(3) = 0\n"
      "% time     seconds  usecs/call     calls    errors syscall\n"
      "------ ----------- ----------- --------- --------- ----------------\n"
      " 25.50    0.000076           1        39        20 openat\n"
      "------ ----------- ----------- --------- --------- ----------------\n"
      "100.00    0.000298           1       159        28 total\n");
  CHECK(log.stats.not_understood == 0);
  CHECK(log.calls().size() == 1);
}

TEST_CASE("output that stands within its write is the whole text, where strace shows its beginning") {
  const Log log = read(
      "write(2, \"app: canno\"..., 25app: cannot open /etc/x!\n"
      ") = 25\n"
      "write(2, \"one\\ntwo\"..., 14one\n"
      "two\n"
      "three\n"
      ") = 14\n");
  CHECK(log.stats.not_understood == 0);
  REQUIRE(log.calls().size() == 2);
  CHECK(log.calls()[0].data == "app: cannot open /etc/x!\n");
  CHECK(log.calls()[1].data == "one\ntwo\nthree\n");
}

TEST_CASE("a thread that is in no call at the end of a log runs") {
  const Log log = read(
      "7 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 8\n"
      "8 futex(0x7f, FUTEX_WAIT, 0, NULL <unfinished ...>\n"
      "7 close(3) = 0\n");
  std::vector<Pid> running;
  for (const Event& event : log.events)
    if (std::holds_alternative<WaitEvent>(event.what)) running.push_back(event.thread);
  CHECK(running == std::vector<Pid>{Pid{7}});
}
