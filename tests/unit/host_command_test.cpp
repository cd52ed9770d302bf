#include <catch2/catch.hpp>

#include "host/absent_host.h"
#include "host/real_host.h"

using namespace whywontitstart;

TEST_CASE("a helper runs in a clean environment and says what it has to say") {
  const RealHost host;
  const CommandOutput output =
      host.run({"/bin/sh", "-c", "echo $LC_ALL $HOME; echo wrong >&2; cat; exit 3"}).value();
  CHECK(output.exit_code == 3);
  CHECK(output.out == "C\n");
  CHECK(output.err == "wrong\n");
  CHECK(host.run({"/bin/sh", "-c", "kill -9 $$"}).value().exit_code == 137);
}

TEST_CASE("a helper that does not come to an end is ended, with its children") {
  const RealHost host;
  const auto start = std::chrono::steady_clock::now();
  const auto output = host.run({"/bin/sh", "-c", "sleep 60 & sleep 60"}, std::chrono::milliseconds(100));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  REQUIRE_FALSE(output);
  CHECK(output.error().errno_code == ETIMEDOUT);
}

TEST_CASE("a helper's output is bounded") {
  const auto output =
      RealHost().run({"/bin/sh", "-c", "head -c 3000000 /dev/zero"}, std::chrono::seconds(10));
  CHECK(output.value().out.size() == 1U << 20);
}

TEST_CASE("a helper that is absent is an error, and so is a relative path") {
  CHECK(RealHost().run({"/nowhere/tool"}).error().errno_code == ENOENT);
  CHECK_FALSE(RealHost().run({"sh", "-c", "true"}));
}

TEST_CASE("devices and folders are not read") {
  const RealHost host;
  CHECK(host.read("/dev/zero").error().errno_code == EINVAL);
  CHECK(host.read("/").error().errno_code == EISDIR);
  CHECK(host.read("/nowhere").error().errno_code == ENOENT);
  CHECK(host.read("/proc/self/status").value().starts_with("Name:"));
  CHECK(host.read_at("/proc/self/cmdline", 1, 3).value().size() == 3);
}

TEST_CASE("a machine that is not here answers nothing") {
  const AbsentHost host;
  CHECK_FALSE(host.read("/etc/passwd"));
  CHECK_FALSE(host.status("/"));
  CHECK(host.run({"/bin/true"}).error().what == "not this machine");
}
