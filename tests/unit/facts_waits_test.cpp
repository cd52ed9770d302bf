#include <catch2/catch.hpp>

#include "events.h"
#include "facts/fact_builder.h"

using namespace whywontitstart;
using namespace whywontitstart::events;
using namespace std::chrono_literals;

namespace {

const Pid target{7}, child{8}, stranger{99};

/// A wait that has lasted for long, as a look at the machine told it.
WaitEvent wait(WaitFor on, std::string call = "futex", std::vector<Pid> by = {}) {
  WaitEvent event;
  event.call.name = std::move(call);
  event.call.finished = false;
  event.state = 'S';
  event.on = on;
  event.by = std::move(by);
  event.lasts = 20s;
  return event;
}

Event in_thread(Pid thread, WaitEvent event) { return {target, thread, TraceTime{0}, std::move(event)}; }

Facts watched(std::vector<Event> events, bool attached = false) {
  events.insert(events.begin(), at(target, exec("/bin/app")));
  Outcome outcome;
  outcome.state = State::running;
  outcome.duration = 30s;
  outcome.attached = attached;
  return facts_of(events, outcome);
}

State state_with(WaitEvent event, bool attached = false) {
  return watched({in_thread(target, std::move(event))}, attached).outcome.state;
}

}  // namespace

TEST_CASE("what nobody is about to bring is waited for in vain, work is not") {
  for (const WaitFor on : {WaitFor::lock, WaitFor::connection, WaitFor::answer, WaitFor::fifo, WaitFor::input,
                           WaitFor::storage, WaitFor::randomness, WaitFor::continuation, WaitFor::debugger}) {
    INFO(name(on));
    CHECK(state_with(wait(on)) == State::hung);
  }
  for (const WaitFor on : {WaitFor::work, WaitFor::time, WaitFor::unknown, WaitFor::child, WaitFor::pipe}) {
    INFO(name(on));
    CHECK(state_with(wait(on, "keyctl")) == State::running);
  }
}

TEST_CASE("a pipe that only its own process holds is waited for in vain where no other thread could write") {
  const Pid helper{17};
  const WaitEvent pipe = wait(WaitFor::pipe, "read", {target});
  CHECK(watched({in_thread(target, pipe)}).outcome.state == State::hung);
  CHECK(watched({in_thread(target, pipe), in_thread(helper, wait(WaitFor::thread, "futex", {target}))})
            .outcome.state == State::hung);
  CHECK(watched({in_thread(target, pipe), in_thread(helper, wait(WaitFor::work, "epoll_wait"))})
            .outcome.state == State::running);
}

TEST_CASE("a moment in a lock or in the file system is no wait in vain") {
  for (const WaitFor on : {WaitFor::lock, WaitFor::answer, WaitFor::storage, WaitFor::connection}) {
    WaitEvent event = wait(on);
    event.lasts = 50ms;
    CHECK(state_with(event) == State::running);
  }
}

TEST_CASE("who has answered before may let a client wait, unless somebody says that it hangs") {
  WaitEvent event = wait(WaitFor::answer);
  event.answered = true;
  CHECK(state_with(event) == State::running);
  CHECK(state_with(event, true) == State::hung);
}

TEST_CASE("threads that hold what the others want are a deadlock, also beside one that works") {
  const Pid one{70}, two{71};
  const Facts facts = watched({in_thread(target, wait(WaitFor::work, "epoll_wait")),
                               in_thread(one, wait(WaitFor::thread, "futex", {two})),
                               in_thread(two, wait(WaitFor::thread, "futex", {one}))});
  CHECK(facts.outcome.state == State::hung);
  CHECK_FALSE(facts.processes.at(0).waits.at(0).in_vain);
  CHECK(facts.processes.at(0).waits.at(1).in_vain);
  CHECK(facts.processes.at(0).waits.at(2).in_vain);
}

TEST_CASE("a thread that waits for one that works, or that gives up after a while, is no deadlock") {
  const Pid worker{70};
  CHECK(watched({in_thread(target, wait(WaitFor::thread, "futex", {worker})),
                 in_thread(worker, wait(WaitFor::work, "accept"))})
            .outcome.state == State::running);
  WaitEvent timed = wait(WaitFor::thread);
  timed.timed = true;
  CHECK(watched({in_thread(target, wait(WaitFor::thread)), in_thread(worker, timed)}).outcome.state ==
        State::running);
  CHECK(watched({in_thread(target, wait(WaitFor::thread)), in_thread(worker, wait(WaitFor::thread))})
            .outcome.state == State::hung);
}

TEST_CASE("the cause is looked for in the child that is waited for") {
  const std::vector<Event> events = {in_thread(target, wait(WaitFor::child, "wait4", {child})),
                                     at(target, ForkEvent{child, false}),
                                     at(child, wait(WaitFor::lock, "flock", {stranger}))};
  const Facts facts = watched(events);
  CHECK(facts.outcome.state == State::hung);
  CHECK(facts.blame == std::vector<Pid>{target, child});
  CHECK_FALSE(facts.processes.at(0).waits.at(0).in_vain);
}

TEST_CASE("a parent and a child that wait for each other") {
  const Facts facts =
      watched({in_thread(target, wait(WaitFor::child, "wait4", {child})), at(target, ForkEvent{child, false}),
               at(child, wait(WaitFor::pipe, "write", {target}))});
  CHECK(facts.outcome.state == State::hung);
  CHECK(facts.processes.at(0).waits.at(0).in_vain);
}

TEST_CASE("a child that only sleeps is waited for in vain, one that serves is not") {
  const auto with_child = [](const WaitEvent& of_child) {
    return watched({in_thread(target, wait(WaitFor::child, "wait4", {child})),
                    at(target, ForkEvent{child, false}), at(child, of_child)})
        .outcome.state;
  };
  CHECK(with_child(wait(WaitFor::time, "clock_nanosleep")) == State::hung);
  CHECK(with_child(wait(WaitFor::work, "epoll_wait")) == State::running);
  WaitEvent nap = wait(WaitFor::time, "clock_nanosleep");
  nap.lasts = 2s;
  CHECK(with_child(nap) == State::running);
}

TEST_CASE("a server that waits for clients may have a thread at its console") {
  WaitEvent serves = wait(WaitFor::work, "epoll_wait");
  serves.listens = {"0.0.0.0:80"};
  const Pid console{70};
  CHECK(watched({in_thread(target, serves), in_thread(console, wait(WaitFor::input, "read"))}, true)
            .outcome.state == State::running);
  CHECK(watched({in_thread(target, serves), in_thread(console, wait(WaitFor::storage, "read"))}, true)
            .outcome.state == State::hung);
  CHECK(watched({in_thread(target, serves)}, true).processes.at(0).listens ==
        std::vector<std::string>{"0.0.0.0:80"});
}

TEST_CASE("to compute without a call is a loop, to compute with calls is work") {
  WaitEvent runs = wait(WaitFor::processor, "");
  runs.state = 'R';
  runs.busy = 0.99;
  CHECK(watched({in_thread(target, runs)}).outcome.state == State::hung);
  CHECK(watched({{target, target, 29s, open("/etc/x")}, in_thread(target, runs)}).outcome.state ==
        State::running);
}

TEST_CASE("tries in vain are those that go on until the end, by whichever child") {
  const auto refused_at = [](Pid who, TraceTime when) {
    return Event{who, who, when, socket_call("connect", "127.0.0.1:1", Errno{ECONNREFUSED})};
  };
  CHECK(watched({refused_at(target, 10s), refused_at(target, 20s), refused_at(target, 29s)}).outcome.state ==
        State::hung);
  CHECK(watched({refused_at(target, 1s), refused_at(target, 2s), refused_at(target, 3s)}).outcome.state ==
        State::running);
  CHECK(
      watched({refused_at(Pid{11}, 10s), refused_at(Pid{12}, 20s), refused_at(Pid{13}, 29s)}).outcome.state ==
      State::hung);
}
