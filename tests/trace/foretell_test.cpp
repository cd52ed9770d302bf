#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "recorded.h"
#include "trace/foretell.h"

using namespace whywontitstart;

namespace {

struct Change {
  std::string what;
  int code;
  bool needs_root = false;
};

std::size_t foretold_in(const Recorded& trace) {
  std::size_t count = 0;
  for (const auto& [event, call] : trace.all<SyscallEvent>())
    if (call.foretold) ++count;
  return count;
}

/// Of that name, the last one.
std::optional<SyscallEvent> last_failing(const Recorded& trace, std::string_view name) {
  std::optional<SyscallEvent> last;
  for (const SyscallEvent& call : trace.calls(name))
    if (call.error != Errno::none) last = call;
  return last;
}

/// The folder of the program, which is not there any more for who has given up the rights to it.
void tidy_up(const Recorded& trace) {
  for (const SyscallEvent& call : trace.calls("chdir"))
    if (call.path.starts_with("/tmp/lookups-")) std::filesystem::remove_all(call.path);
}

}  // namespace

TEST_CASE("what is found again and again does not wait for its exit, and a failure always does") {
  const Change change =
      GENERATE(Change{"gone", ENOENT}, Change{"chdir", ENOENT}, Change{"fchdir", ENOENT},
               Change{"thread", ENOENT}, Change{"own", ENOENT}, Change{"mode", EACCES},
               Change{"flags", EINVAL}, Change{"buffer", EFAULT}, Change{"user", EACCES, true},
               Change{"fsuid", EACCES, true}, Change{"chroot", ENOENT, true}, Change{"mount", ENOENT, true});
  if (change.needs_root && ::geteuid() != 0) return;
  INFO(change.what);
  const Recorded trace = record({program("lookups"), change.what}, Backend::filtered);
  tidy_up(trace);
  CHECK(trace.end.outcome.status.code == 0);
  CHECK(trace.written(1) == fmt::format("{}\n", change.code));
  CHECK(foretold_in(trace) > 100);
  const auto failed = last_failing(trace, change.what == "mode" ? "access" : "newfstatat");
  REQUIRE(failed);
  CHECK(failed->error == Errno{change.code});
  CHECK_FALSE(failed->foretold);
}

TEST_CASE("what is foretold is told like any look-up that tells nothing") {
  const Recorded trace = record({program("lookups"), "gone"}, Backend::filtered);
  tidy_up(trace);
  std::size_t looks = 0;
  for (const SyscallEvent& call : trace.calls("newfstatat")) {
    if (!call.foretold) continue;
    ++looks;
    CHECK(call.error == Errno::none);
    CHECK(call.finished);
    CHECK(call.value == 0);
    CHECK(call.arguments.size() == 1);
    CHECK(call.arguments.front().find("thing") != std::string::npos);
    CHECK(call.path.empty());
    CHECK(call.took.count() == 0);
  }
  CHECK(looks > 50);
}

TEST_CASE("the full tracer sees every call to its end") {
  const Recorded trace = record({program("lookups"), "gone"}, Backend::full);
  tidy_up(trace);
  CHECK(foretold_in(trace) == 0);
  CHECK(trace.calls("newfstatat").size() > 100);
}

TEST_CASE("what /proc shows is nobody else's, and neither is a mount that is not there") {
  struct statx status {};
  REQUIRE(::statx(AT_FDCWD, "/proc", 0, STATX_MNT_ID, &status) == 0);
  Mounts mounts;
  CHECK_FALSE(mounts.is_local(status.stx_mnt_id));
  CHECK_FALSE(mounts.is_local(UINT64_MAX));
  mounts.check();
  CHECK_FALSE(mounts.is_local(status.stx_mnt_id));
}

TEST_CASE("we are like ourselves, and not like a process that is not there") {
  CHECK(is_like_us(Pid{::getpid()}));
  CHECK_FALSE(is_like_us(Pid{1 << 30}));
}
