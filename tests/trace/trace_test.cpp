#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "base/fd.h"
#include "recorded.h"

using namespace whywontitstart;

namespace {

bool is_alive(Pid pid) { return ::kill(number(pid), 0) == 0; }

/// Beyond the three standard ones.
int inheritable_descriptors() {
  int count = 0;
  for (int fd = 3; fd < 1024; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ++count;
  }
  return count;
}

std::vector<Backend> backends() { return {Backend::filtered, Backend::full}; }

}  // namespace

TEST_CASE("a missing file is told by its absolute path, whatever it was relative to") {
  const Backend backend = GENERATE(Backend::filtered, Backend::full);
  const Recorded trace = record({program("open_missing")}, backend);

  const auto absolute = trace.call("openat", "/nowhere/app.conf");
  REQUIRE(absolute);
  CHECK(absolute->error == Errno{ENOENT});
  CHECK(to_text(*absolute) ==
        "openat(AT_FDCWD, \"/nowhere/app.conf\", O_RDONLY) = -1 ENOENT (No such file or directory)");
  const auto through_folder = trace.call("openat", "/etc/no-such-dir/app.conf");
  REQUIRE(through_folder);
  CHECK(through_folder->error == Errno{ENOENT});
  CHECK(through_folder->flags == std::vector<std::string>{"O_RDWR", "O_CREAT"});
  CHECK(trace.call("access", "/usr/no-such-file"));
  CHECK(trace.call("chdir", "/usr/lib"));
  CHECK(trace.written(2) == "cannot read app.conf\n");
  CHECK(trace.end.outcome.state == State::exited);
  CHECK(trace.end.outcome.status.code == 3);
}

TEST_CASE("what is written to standard error is an event, and still arrives") {
  const Fd file(::memfd_create("stderr", 0));
  const Fd saved(::dup(2));
  ::dup2(file.get(), 2);
  const Recorded trace = record({program("open_missing")});
  ::dup2(saved.get(), 2);
  char text[64] = "";
  CHECK(::pread(file.get(), text, sizeof text, 0) == 21);
  CHECK(std::string(text) == "cannot read app.conf\n");
  CHECK(trace.written(2) == text);
  CHECK(trace.calls("write").at(0).file.starts_with("/memfd:stderr"));
}

TEST_CASE("socket addresses are told: refused, in use, and a Unix socket that is not there") {
  const Recorded trace = record({program("sockets")}, GENERATE(Backend::filtered, Backend::full));
  const std::string port = trace.written(1).substr(0, trace.written(1).find('\n'));
  const auto refused = trace.failing("connect");
  REQUIRE(refused);
  CHECK(refused->error == Errno{ECONNREFUSED});
  CHECK(refused->address == "127.0.0.1:" + port);
  const auto in_use = trace.failing("bind");
  REQUIRE(in_use);
  CHECK(in_use->error == Errno{EADDRINUSE});
  CHECK(in_use->address == "127.0.0.1:" + port);
  CHECK(in_use->file.starts_with("socket:["));
  const SyscallEvent local = trace.calls("connect").back();
  CHECK(local.address.starts_with("unix:/"));
  CHECK(local.address.ends_with("/no-such.sock"));
  CHECK(local.error == Errno{ENOENT});
}

TEST_CASE("all processes of a tree are followed to their ends") {
  const Recorded trace = record({program("fork_tree")}, GENERATE(Backend::filtered, Backend::full));
  const auto forks = trace.all<ForkEvent>();
  REQUIRE(forks.size() == 4);
  std::multiset<int> codes;
  std::multiset<int> signals;
  for (const auto& [event, fork] : forks) {
    CHECK_FALSE(fork.is_thread);
    const auto status = trace.exit_of(fork.child);
    REQUIRE(status);
    if (status->signal != Signal::none)
      signals.insert(number(status->signal));
    else
      codes.insert(status->code);
  }
  CHECK(codes == std::multiset<int>{0, 3, 4});
  CHECK(signals == std::multiset<int>{SIGUSR1});
  const auto execs = trace.all<ExecEvent>();
  REQUIRE(execs.size() == 2);
  CHECK(execs[1].second.argv == std::vector<std::string>{"true"});
  CHECK(execs[1].second.executable.ends_with("/bin/true"));
  const auto delivered = trace.all<SignalEvent>();
  REQUIRE(delivered.size() == 1);
  CHECK(delivered[0].second.signal == Signal{SIGUSR1});
  CHECK(delivered[0].second.sender == delivered[0].first.process);
  CHECK(trace.end.outcome.status.success());
}

TEST_CASE("threads are threads of their process") {
  const Recorded trace = record({program("threads"), "open"}, GENERATE(Backend::filtered, Backend::full));
  int opens = 0;
  for (const auto& [event, call] : trace.all<SyscallEvent>()) {
    if (call.path != "/nowhere/of-a-thread") continue;
    ++opens;
    CHECK(event.process == trace.target());
    CHECK(event.thread != event.process);
  }
  CHECK(opens == 4);
  CHECK(trace.all<ForkEvent>().size() == 4);
  CHECK(trace.all<ForkEvent>()[0].second.is_thread);
  CHECK(trace.all<ExitEvent>().size() == 1);
}

TEST_CASE("an execve by a thread that is not the leader leaves one process with its id") {
  const Recorded trace = record({program("threads"), "exec"}, GENERATE(Backend::filtered, Backend::full));
  const auto execs = trace.all<ExecEvent>();
  REQUIRE(execs.size() == 2);
  CHECK(execs[1].first.process == trace.target());
  CHECK(execs[1].second.argv == std::vector<std::string>{"true"});
  CHECK(trace.end.outcome.state == State::exited);
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.all<ExitEvent>().size() == 1);
}

TEST_CASE("a leader that leaves first does not end its process") {
  const Recorded trace = record({program("threads"), "leader"}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.call("openat", "/nowhere/after-the-leader"));
  CHECK(trace.end.outcome.status.code == 7);
  CHECK(trace.all<ExitEvent>().size() == 1);
}

TEST_CASE("a crash is told with the address") {
  const Recorded trace = record({program("crash")});
  REQUIRE(trace.all<SignalEvent>().size() == 1);
  CHECK(trace.all<SignalEvent>()[0].second.signal == Signal{SIGSEGV});
  CHECK(trace.all<SignalEvent>()[0].second.fault_address == 0x1230);
  CHECK(trace.end.outcome.state == State::killed);
  CHECK(trace.end.outcome.status.signal == Signal{SIGSEGV});
}

TEST_CASE("a program that is stopped and continued finds its signals delivered") {
  const Recorded trace = record({program("stops")}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.state == State::exited);
  CHECK(trace.end.outcome.status.code == 0);
}

TEST_CASE("a child that is not to be traced finds its calls working, and is traced") {
  const Recorded trace = record({program("untraced_child")}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.call("openat", "/etc/passwd"));
  CHECK(trace.calls("clone").back().flags == std::vector<std::string>{"CLONE_UNTRACED"});
}

TEST_CASE("a signal that is sent to us is passed on to the program") {
  TraceOptions options;
  options.seen_enough = [] {
    ::kill(::getpid(), SIGTERM);
    return false;
  };
  const Recorded trace = record(target_of({program("waits"), "read"}), options);
  CHECK(trace.end.outcome.state == State::killed);
  CHECK(trace.end.outcome.status.signal == Signal{SIGTERM});
  CHECK(trace.all<SignalEvent>().at(0).second.sender == Pid{::getpid()});
  CHECK(trace.end.remarks.front() == "SIGTERM came while the program ran: it was passed on to the program");
}

TEST_CASE("a second signal ends a program that does not mind the first") {
  TraceOptions options;
  options.seen_enough = [] {
    ::kill(::getpid(), SIGTERM);
    return false;
  };
  const Recorded trace = record(target_of({program("stubborn")}), options);
  CHECK(trace.end.outcome.state == State::running);
  CHECK(trace.end.outcome.ended_by_us);
  CHECK_FALSE(is_alive(trace.target()));
}

TEST_CASE("a 32-bit program's calls are decoded as its own") {
  if (::access(program("calls32").c_str(), X_OK) != 0) {
    WARN("no compiler for 32-bit programs: skipped");
    return;
  }
  const Recorded trace = record({program("calls32")}, GENERATE(Backend::filtered, Backend::full));
  if (trace.end.outcome.state == State::not_started) {
    WARN("the kernel runs no 32-bit programs: skipped");
    return;
  }
  CHECK(trace.call("open", "/nowhere/of-32-bits")->error == Errno{ENOENT});
  CHECK(trace.calls("socket").at(0).flags ==
        std::vector<std::string>{"AF_INET", "SOCK_STREAM", "IPPROTO_IP"});
  CHECK(trace.failing("connect")->address == "127.0.0.1:1");
  CHECK(trace.calls("writev").at(0).data == "thirty-two\n");
  CHECK(trace.calls("shmget").at(0).error == Errno{ENOENT});
  CHECK(trace.calls("shmget").at(0).arguments.at(1) == "4096");
  CHECK(trace.calls("msgget").at(0).error == Errno{ENOENT});
  CHECK(trace.failing("mmap")->fd == 77);
  CHECK(trace.failing("mmap")->error == Errno{EBADF});
  CHECK(trace.end.outcome.status.code == 6);
}

TEST_CASE("what the program's own seccomp filter forbids is seen, in its children too") {
  const Recorded trace = record({program("own_filter")}, GENERATE(Backend::filtered, Backend::full));
  const auto forbidden = trace.call("openat", "/etc/passwd");
  REQUIRE(forbidden);
  CHECK(forbidden->error == Errno{EPERM});
  const auto of_child = trace.call("openat", "/etc/group");
  REQUIRE(of_child);
  CHECK(of_child->error == Errno{EPERM});
  CHECK(trace.end.outcome.status.code == 0);
}

TEST_CASE("the program sees the signals and descriptors that our caller gave us, and nothing of ours") {
  const Recorded trace = record({program("signals_seen")}, GENERATE(Backend::filtered, Backend::full));
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.written(2) == fmt::format("{}\n", inheritable_descriptors()));
}

TEST_CASE("a program that cannot be executed is told by the failing call alone") {
  for (const Backend backend : backends()) {
    const Recorded missing = record({"/nowhere/program"}, backend);
    CHECK(missing.end.outcome.state == State::not_started);
    REQUIRE(missing.events.size() == 1);
    const auto call = std::get<SyscallEvent>(missing.events[0].what);
    CHECK(call.name == "execve");
    CHECK(call.path == "/nowhere/program");
    CHECK(call.error == Errno{ENOENT});

    const Recorded forbidden = record({"/etc/passwd"}, backend);
    CHECK(forbidden.end.outcome.state == State::not_started);
    REQUIRE(forbidden.events.size() == 1);
    CHECK(std::get<SyscallEvent>(forbidden.events[0].what).error == Errno{EACCES});
  }
}

TEST_CASE("a name that is in no folder of PATH is looked for in each, and never in the working directory") {
  Target target = target_of({"no-such-program"});
  target.environment = {"PATH=/usr/bin:/nowhere:/bin"};
  const Recorded trace = record(target);
  CHECK(trace.end.outcome.state == State::not_started);
  std::vector<std::string> paths;
  for (const SyscallEvent& call : trace.calls("execve")) paths.push_back(call.path);
  CHECK(paths == std::vector<std::string>{"/usr/bin/no-such-program", "/nowhere/no-such-program",
                                          "/bin/no-such-program"});
}

TEST_CASE("the program starts as the user, in the folder and with the limits that it is to have") {
  Target target = target_of({"/bin/sh", "-c", "id -u; pwd; ulimit -n; grep NoNewPrivs /proc/self/status"});
  target.cwd = "/usr/lib";
  target.limits = {{"RLIMIT_NOFILE", 64, 128}};
  const bool is_root = ::getuid() == 0;
  if (is_root)
    target.identity =
        Identity{.uid = 65534, .gid = 65534, .groups = {65534}, .user = "nobody", .home = "/", .shell = ""};
  const Recorded trace = record(target);
  const bool is_privileged = is_root && trace.end.remarks.empty();
  CHECK(trace.written(1) ==
        fmt::format("{}\n/usr/lib\n64\nNoNewPrivs:\t{}\n", target.identity.uid, is_privileged ? 0 : 1));
  if (is_root)
    CHECK(trace.call("openat", "/etc/ld.so.cache"));  // the memory of another user's process is readable
}

TEST_CASE("a folder that the program cannot be started in is an error in words") {
  Target target = target_of({"/bin/true"});
  target.cwd = "/nowhere";
  const Result<TraceEnd> end = run_traced(target, {}, [](Event&&) { FAIL("no event is the program's own"); });
  REQUIRE_FALSE(end);
  CHECK(end.error().what.starts_with("change to folder /nowhere as user "));
  CHECK(end.error().errno_code == ENOENT);
}

TEST_CASE("of a program that hangs it is told in which call it waits") {
  const Backend backend = GENERATE(Backend::filtered, Backend::full);
  TraceOptions options;
  options.backend = backend;
  const Recorded reads = record_until({program("waits"), "read"}, "up", options);
  CHECK(reads.end.outcome.state == State::running);
  CHECK(reads.end.outcome.ready);
  CHECK(reads.end.outcome.ended_by_us);
  const auto read = reads.wait_in("read");
  REQUIRE(read);
  CHECK_FALSE(read->call.finished);
  CHECK(read->call.file.starts_with("pipe:["));
  CHECK_FALSE(is_alive(reads.target()));

  const Recorded accepts = record_until({program("waits"), "accept"}, "up", options);
  const auto accept = accepts.wait_in("accept");
  REQUIRE(accept);
  CHECK(accept->call.file.starts_with("socket:["));
}

TEST_CASE(
    "a program that neither ends nor comes up is ended after the timeout, with all that descends from it") {
  TraceOptions options;
  options.timeout = std::chrono::milliseconds(300);
  const Recorded trace = record(target_of({program("stubborn")}), options);
  CHECK(trace.end.outcome.state == State::running);
  CHECK_FALSE(trace.end.outcome.ready);
  CHECK(trace.all<ExitEvent>().empty());  // their ends are our doing
  for (const auto& [event, fork] : trace.all<ForkEvent>()) CHECK_FALSE(is_alive(fork.child));
  CHECK_FALSE(is_alive(trace.target()));
  CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("with keep the program is left running, unharmed") {
  TraceOptions options;
  options.keep = true;
  const Recorded trace = record_until({program("waits"), "read"}, "up", options);
  CHECK(trace.end.backend == "ptrace");
  CHECK_FALSE(trace.end.outcome.ended_by_us);
  REQUIRE(is_alive(trace.target()));
  const std::string status = read_file(fmt::format("/proc/{}/status", number(trace.target()))).value();
  CHECK(status.find("TracerPid:\t0\n") != std::string::npos);
  CHECK(state_when(trace.target(), 'S') == 'S');
  ::kill(number(trace.target()), SIGKILL);
  int end = 0;
  CHECK(::waitpid(number(trace.target()), &end, 0) == number(trace.target()));
}

TEST_CASE("a daemon is followed when its parent has left, and its log is read") {
  char log[] = "/tmp/daemon.log.XXXXXX";
  const Fd file(::mkstemp(log));
  REQUIRE(::write(file.get(), "old\n", 4) == 4);
  const Recorded trace = record({program("daemon"), log, "brief"}, Backend::filtered);
  ::unlink(log);
  CHECK(trace.end.outcome.state == State::exited);
  CHECK(trace.end.outcome.status.code == 0);
  CHECK_FALSE(trace.end.outcome.ended_by_us);
  const auto logs = trace.all<LogEvent>();
  REQUIRE(logs.size() == 1);
  CHECK(logs[0].second.path == log);
  CHECK(logs[0].second.text == "the daemon is here\n");
  CHECK(trace.exit_of(logs[0].first.process)->code == 5);
}

TEST_CASE("our caller's timers, handlers and children are as before") {
  struct sigaction before {};
  ::sigaction(SIGTERM, nullptr, &before);
  record({"/bin/true"});
  struct sigaction after {};
  ::sigaction(SIGTERM, nullptr, &after);
  CHECK(before.sa_handler == after.sa_handler);
  itimerval timer{};
  ::getitimer(ITIMER_REAL, &timer);
  CHECK(timer.it_value.tv_usec == 0);
  CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) == -1);
}

namespace {

/// The failing calls, without what differs from run to run.
std::multiset<std::string> failures(const Recorded& of) {
  // Calls that the filter lets pass although they fail: see src/trace/calls.cpp.
  static const std::set<std::string> let_pass = {"ioctl",      "wait4",       "lseek", "statfs",
                                                 "arch_prctl", "prctl",       "read",  "close",
                                                 "fadvise64",  "getpeername", "futex"};
  std::multiset<std::string> result;
  for (const auto& [event, call] : of.all<SyscallEvent>())
    if (call.error != Errno::none && let_pass.count(call.name) == 0)
      result.insert(fmt::format("{} {} {} {}", call.name, call.path, call.address, name(call.error)));
  return result;
}

/// What is in one but not in the other.
std::vector<std::string> beyond(const std::multiset<std::string>& one,
                                const std::multiset<std::string>& other) {
  std::vector<std::string> result;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result));
  return result;
}

}  // namespace

TEST_CASE("the filtered and the full tracer see the same failing calls") {
  const std::vector<std::vector<std::string>> programs = {{program("open_missing")},
                                                          {program("fork_tree")},
                                                          {program("threads"), "open"},
                                                          {program("own_filter")},
                                                          {"/bin/ls", "/nowhere"},
                                                          {"bash", "-c", "ls|cat"},
                                                          {"/usr/bin/python3", "-c", "import json, socket"}};
  for (const std::vector<std::string>& argv : programs) {
    const Recorded full = record(argv, Backend::full);
    const Recorded filtered = record(argv, Backend::filtered);
    INFO(argv.front());
    CHECK(filtered.end.backend == "ptrace+seccomp");
    CHECK(full.end.outcome.status.code == filtered.end.outcome.status.code);
    CHECK(beyond(failures(full), failures(filtered)) == std::vector<std::string>{});
    CHECK(beyond(failures(filtered), failures(full)) == std::vector<std::string>{});
    CHECK(filtered.events.size() < full.events.size());
  }
}
