#include <catch2/catch.hpp>

#include "cli/idleness.h"

using namespace whywontitstart;
using namespace std::chrono_literals;

namespace {

Event waits(WaitFor what, std::chrono::nanoseconds lasts = 8s) {
  WaitEvent wait;
  wait.on = what;
  wait.state = 'S';
  wait.lasts = lasts;
  return {Pid{7}, Pid{7}, 0s, wait};
}

Event sleeps(int seconds, std::chrono::nanoseconds lasts) {
  Event event = waits(WaitFor::time, lasts);
  auto& wait = std::get<WaitEvent>(event.what);
  wait.call.name = "clock_nanosleep";
  wait.call.arguments = {"CLOCK_REALTIME", "0", "{tv_sec=" + std::to_string(seconds) + ", tv_nsec=0}",
                         "0x7ffc"};
  return event;
}

}  // namespace

TEST_CASE("who waits at a listener that it was handed serves") {
  Event event = waits(WaitFor::work);
  std::get<WaitEvent>(event.what).listens = {"127.0.0.1:80"};
  CHECK(idleness_of({waits(WaitFor::processor), event}).serves);
  CHECK_FALSE(idleness_of({waits(WaitFor::work)}).serves);
}

TEST_CASE("who waits for events, signals or its own threads is up after a while") {
  CHECK(idleness_of({waits(WaitFor::work), waits(WaitFor::thread)}).proves_itself_after == 3s);
  CHECK(idleness_of({waits(WaitFor::child), waits(WaitFor::work)}).proves_itself_after == 3s);
}

TEST_CASE("who is busy, or waits for something that has to come, is not up by that") {
  for (const WaitFor what : {WaitFor::processor, WaitFor::answer, WaitFor::lock, WaitFor::storage,
                             WaitFor::input, WaitFor::connection, WaitFor::unknown})
    CHECK_FALSE(idleness_of({waits(WaitFor::work), waits(what)}).proves_itself_after);
  CHECK_FALSE(idleness_of({}).proves_itself_after);
  CHECK_FALSE(idleness_of({waits(WaitFor::thread), waits(WaitFor::thread)}).proves_itself_after);
  Event event = waits(WaitFor::work);
  std::get<WaitEvent>(event.what).busy = 0.5;
  CHECK_FALSE(idleness_of({event}).proves_itself_after);
}

TEST_CASE(
    "a long sleep is idle, a short one may be a pause on the way, and one after the other is idle again") {
  CHECK(idleness_of({sleeps(1000, 9s)}).proves_itself_after == 10s);
  CHECK_FALSE(idleness_of({sleeps(15, 9s)}).proves_itself_after);
  CHECK(idleness_of({sleeps(1, 500ms)}).proves_itself_after == 10s);
  CHECK_FALSE(idleness_of({waits(WaitFor::child), sleeps(1000, 9s)}).proves_itself_after);
}
