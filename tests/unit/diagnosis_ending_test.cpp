#include <catch2/catch.hpp>
#include <csignal>

#include "base/fill.h"
#include "diagnosis/killed.h"
#include "diagnosis/missed.h"
#include "events.h"
#include "facts/fact_builder.h"
#include "fake_host.h"
#include "host/kernel_log.h"
#include "host/listeners.h"

using namespace whywontitstart;
using namespace whywontitstart::events;
using namespace std::chrono_literals;

namespace {

using Kind = Expectation::Kind;

constexpr Pid target{100}, child{101};

SyscallEvent call(std::string name, std::vector<std::string> arguments, std::int64_t value = 0) {
  SyscallEvent event;
  event.name = std::move(name);
  event.arguments = std::move(arguments);
  event.value = value;
  return event;
}

Candidate asked_of(const std::vector<Event>& events, Pid victim, const Host& host, Target started = {}) {
  const Facts facts = facts_of(events);
  Candidate candidate;
  candidate.match.cause = "killed.signal";
  candidate.match.process = victim;
  candidate.match.is_symptom = true;
  ask_killer(candidate, started, facts, host);
  return candidate;
}

std::string evidence_of(const Candidate& candidate) {
  std::string all;
  for (const Evidence& evidence : candidate.probed) all += evidence.text + "\n";
  return all;
}

constexpr std::string_view kernel_log =
    "[   12.000001] "
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/app,"
    "task_memcg=/app/x,task=java,pid=100,uid=0\n"
    "[   12.000002] Memory cgroup out of memory: Killed process 100 (java) total-vm:2kB, anon-rss:1kB\n"
    "[  990.500000] Out of memory: Killed process 55 (chrome) total-vm:9kB, anon-rss:8kB\n";

FakeHost with_log(std::string_view log, std::string uptime) {
  FakeHost host;
  host.files["/proc/uptime"] = std::move(uptime);
  host.commands["/usr/bin/dmesg"] = {.exit_code = 0, .out = std::string(log), .err = {}};
  return host;
}

Outcome missing(std::vector<Expectation> missed, State state = State::running) {
  Outcome outcome;
  outcome.state = state;
  outcome.duration = 5s;
  outcome.missed = std::move(missed);
  return outcome;
}

Target app() {
  Target started;
  started.argv = {"app", "--config", "app.conf"};
  return started;
}

std::string subject_value(const Candidate& candidate) { return subject_of(candidate.match).value; }

}  // namespace

TEST_CASE("a parent that kills its child with SIGKILL is named, also when it kills a whole group") {
  for (const char* to : {"101", "0", "-100"}) {
    const Candidate candidate =
        asked_of({at(target, exec("/usr/bin/timeout")), at(target, ForkEvent{child, false}),
                  at(target, call("kill", {to, "SIGKILL"})), at(child, killed(SIGKILL))},
                 child, FakeHost());
    CHECK(candidate.match.values.at("sender") == "its parent timeout (PID 100)");
  }
}

TEST_CASE("a process that dies of its own kill of its group is its own killer") {
  SyscallEvent last = call("kill", {"0", "SIGKILL"});
  last.finished = false;
  CHECK(asked_of({at(target, last), at(target, killed(SIGKILL))}, target, FakeHost())
            .match.values.at("sender") == "itself");
}

TEST_CASE("a pidfd leads to the process for which it was opened") {
  const Candidate candidate =
      asked_of({at(target, exec("/sbin/manager")), at(target, ForkEvent{child, false}),
                at(target, call("pidfd_open", {"101", "0"}, 9)),
                at(target, call("pidfd_send_signal", {"9<anon_inode:[pidfd]>", "SIGKILL", "NULL", "0"})),
                at(child, killed(SIGKILL))},
               child, FakeHost());
  CHECK(candidate.match.values.at("sender") == "its parent manager (PID 100)");
}

TEST_CASE("another signal, or to another process, is no kill") {
  const Candidate candidate =
      asked_of({at(target, ForkEvent{child, false}), at(target, call("kill", {"101", "SIGUSR1"})),
                at(target, call("kill", {"999", "SIGKILL"})), at(child, killed(SIGKILL))},
               child, FakeHost());
  CHECK(candidate.match.values.at("sender") == "somebody outside of what was traced");
  CHECK(candidate.match.cause == "killed.signal");
}

TEST_CASE("who sent a SIGTERM is known from the signal itself") {
  SignalEvent signal;
  signal.signal = Signal{SIGTERM};
  signal.sender = Pid{812};
  signal.sender_name = "systemd";
  CHECK(asked_of({at(target, signal), at(target, killed(SIGTERM))}, target, FakeHost())
            .match.values.at("sender") == "systemd (PID 812)");
}

TEST_CASE("the kernel's log tells of a group at its limit, and of a machine without memory") {
  const auto records = parse_oom_records(kernel_log);
  REQUIRE(records.size() == 2);
  CHECK(records[0].pid == Pid{100});
  CHECK(records[0].name == "java");
  CHECK(records[0].group == "/app");
  CHECK(records[1].group.empty());
  CHECK(records[1].at == 990'500'000us);
  CHECK(recent_oom_records(with_log(kernel_log, "1000.0 1.0"), 15s)->size() == 1);
  CHECK_FALSE(recent_oom_records(FakeHost(), 15s));
}

TEST_CASE("killed for lack of memory by the control group, as the kernel's log says") {
  const Candidate candidate =
      asked_of({at(target, killed(SIGKILL))}, target, with_log(kernel_log, "12.5 1.0"));
  CHECK(candidate.match.cause == "killed.oom");
  CHECK(subject_of(candidate.match) == Subject{"limit", "memory.max"});
  CHECK_FALSE(candidate.match.is_symptom);
  CHECK(evidence_of(candidate).find("Killed process 100 (java)") != std::string::npos);
}

TEST_CASE("killed for lack of memory by the control group, as its counts say where the log is closed") {
  const OomKillEvent kill{"/sys/fs/cgroup/app", 1, 64U << 20, 64U << 20};
  const Candidate candidate =
      asked_of({at(target, killed(SIGKILL)), at(Pid::none, kill)}, target, FakeHost());
  CHECK(candidate.match.cause == "killed.oom");
  CHECK(evidence_of(candidate).find("64 MiB") != std::string::npos);
  // A count alone is not held against the log, which says that it was another one.
  CHECK(
      asked_of({at(target, killed(SIGKILL)), at(Pid::none, kill)}, target,
               with_log("[   1.0] Memory cgroup out of memory: Killed process 5 (other) total\n", "2.0 1.0"))
          .match.cause == "killed.signal");
}

TEST_CASE("killed for processor time, by a limit that a shell set before") {
  const auto ending = [](std::chrono::nanoseconds cpu) {
    ExitEvent end = killed(SIGKILL);
    end.cpu = cpu;
    return asked_of({at(target, call("prlimit64", {"0", "RLIMIT_CPU", "{rlim_cur=2, rlim_max=2}", "NULL"})),
                     at(target, ForkEvent{child, false}), at(child, end)},
                    child, FakeHost());
  };
  CHECK(ending(2001ms).match.cause == "limit.cpu-time");
  CHECK(subject_of(ending(2001ms).match) == Subject{"limit", "RLIMIT_CPU"});
  CHECK(ending(500ms).match.cause == "killed.signal");
}

TEST_CASE("an expectation that came true needs no words, nor does one beside a failure") {
  CHECK_FALSE(about_missed(app(), facts_of({}, missing({})), FakeHost()));
  Outcome failed = missing({{Kind::listen, "80"}}, State::exited);
  failed.status.code = 1;
  CHECK_FALSE(about_missed(app(), facts_of({at(target, exited(1))}, failed), FakeHost()));
}

TEST_CASE("a server that listens elsewhere is told where, and where it has that from") {
  FakeHost host;
  host.add_file("/etc/app.conf", "# port 8081\nport = 8081\n");
  const std::vector<Event> events = {at(target, open("/etc/app.conf")),
                                     at(target, socket_call("listen", "0.0.0.0:9000", Errno::none, 4)),
                                     at(target, socket_call("listen", "0.0.0.0:8081"))};
  const auto candidate =
      about_missed(app(), facts_of(events, missing({{Kind::listen, "127.0.0.1:8081"}})), host);
  REQUIRE(candidate);
  CHECK(candidate->match.cause == "ready.wrong-address");
  CHECK(subject_value(*candidate) == "0.0.0.0:8081");  // the port is right, so this one is meant
  const auto other =
      about_missed(app(), facts_of({events[0], events[2]}, missing({{Kind::listen, "80"}})), host);
  REQUIRE(other);
  CHECK(evidence_of(*other).find("/etc/app.conf:2 says: port = 8081") != std::string::npos);
  CHECK(fill(other->match.summary, other->match.values) ==
        "app is up, but listens on 0.0.0.0:8081, not on 80");
}

TEST_CASE("nothing that came in time: the time is the cause, of a path the path") {
  const auto of = [](Expectation missed, State state = State::running) {
    return *about_missed(app(), facts_of({at(target, open("/x"))}, missing({std::move(missed)}, state)),
                         FakeHost());
  };
  CHECK(of({Kind::listen, "80"}).match.cause == "ready.timeout");
  CHECK(of({Kind::notify, ""}).match.cause == "ready.timeout");
  CHECK(of({Kind::exit, "0"}).match.cause == "ready.timeout");
  CHECK(of({Kind::file, "/run/x.pid"}).match.is_symptom);
  CHECK(subject_of(of({Kind::file, "/run/x.pid"}).match) == Subject{"path", "/run/x.pid"});
}

TEST_CASE("who leaves with 0 has ended too early, or gone into the background") {
  const std::vector<Event> alone = {at(target, exec("/bin/app")), at(target, exited(0))};
  const auto early =
      about_missed(app(), facts_of(alone, missing({{Kind::notify, ""}}, State::exited)), FakeHost());
  REQUIRE(early);
  CHECK(early->match.cause == "ready.exited-early");
  CHECK(early->match.title == "It ended too early");
  const std::vector<Event> daemon = {at(target, exec("/bin/app")), at(target, ForkEvent{child, false}),
                                     at(target, exited(0))};
  const auto away =
      about_missed(app(), facts_of(daemon, missing({{Kind::notify, ""}}, State::exited)), FakeHost());
  REQUIRE(away);
  CHECK(away->match.title == "It went into the background");
  CHECK_FALSE(about_missed(app(), facts_of(alone, missing({{Kind::exit, "3"}}, State::exited)), FakeHost()));
}

TEST_CASE("listeners are found by the sockets that processes have open, whoever made them") {
  FakeHost host;
  host.add_link("/proc/100/fd/3", "socket:[77]").add_link("/proc/100/fd/4", "socket:[78]");
  host.files["/proc/100/net/tcp"] =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 "
      "0 0 10 0\n"
      "   1: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 1 0 100 "
      "0 0 10 0\n";
  CHECK(listeners_of(host, {target}) == std::vector<std::string>{"127.0.0.1:8080"});
  CHECK(listeners_of(host, {child}).empty());
}
