#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "facts/fact_builder.h"
#include "saved/saved_trace.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

/// Facts of a log of which all, or nothing, but its last `window` bytes is passed over where it can be.
std::string facts_as_text(std::string_view log, std::size_t window) {
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); }, window);
  reader.add(log);
  const StraceStats stats = reader.finish();
  SavedTrace trace;
  trace.facts = builder.finish();
  trace.facts.tail.clear();  // shows the arguments, and is at the end of the log
  return fmt::format("{} {} {} {}\n{}", stats.lines, stats.calls, stats.ends, stats.not_understood,
                     text_of(trace));
}

}  // namespace

TEST_CASE("what is passed over in a long log changes no fact") {
  std::size_t logs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_FOLDER "/tests/corpus/logs")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string log{std::istreambuf_iterator<char>(file), {}};
    INFO(entry.path());
    CHECK(facts_as_text(log, 0) == facts_as_text(log, 100U << 20));
    ++logs;
  }
  CHECK(logs > 40);
}

TEST_CASE("a dull call that worked makes good for one that failed, in a long log as well") {
  const std::string log =
      "7 mprotect(0x1000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)\n"
      "7 mprotect(0x1000, 4096, PROT_READ) = 0\n"
      "7 lseek(3</a>, 0, SEEK_SET) = -1 EINVAL (Invalid argument)\n"
      "7 lseek(4</b>, 0, SEEK_SET) = 0\n"
      "7 ioctl(1, TCGETS, 0x7f) = -1 ENOTTY (Inappropriate ioctl for device)\n"
      "8 execve(\"/bin/x\", [\"x\"], 0x7f /* 3 vars */) = 0\n"
      "8 ioctl(1, TCGETS, {B38400}) = 0\n";
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); }, 0);
  reader.add(log);
  reader.finish();
  const Facts facts = builder.finish();
  REQUIRE(facts.failures.size() == 3);
  CHECK(facts.failures[0].healed);
  CHECK_FALSE(facts.failures[1].healed);
  CHECK_FALSE(facts.failures[2].healed);
}

TEST_CASE("the last calls of a long log are shown whole") {
  std::string log;
  for (int number = 0; number < 5000; ++number) log += "munmap(0x7f0012345000, 4096) = 0 <0.000012>\n";
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); }, 4096);
  for (std::string_view rest = log; !rest.empty();
       rest.remove_prefix(std::min<std::size_t>(1000, rest.size())))
    reader.add(rest.substr(0, 1000));
  CHECK(reader.finish().calls == 5000);
  const Facts facts = builder.finish();
  REQUIRE(facts.tail.size() == 30);
  for (const std::string& call : facts.tail) CHECK(call == "munmap(0x7f0012345000, 4096) = 0 <0.000012>");
  REQUIRE(facts.calls.size() == 1);
  CHECK(facts.calls[0].calls == 5000);
  CHECK(facts.calls[0].took == std::chrono::microseconds(60000));
}

TEST_CASE("a plain success is known by its end alone") {
  const auto result = [](std::string_view line) {
    const auto found = plain_strace_success(line);
    return found ? std::string(found->text) : "none";
  };
  CHECK(result("close(3) = 0") == "0");
  CHECK(result("mmap(NULL, 8192) = 0x7f00 <0.000012>") == "0x7f00");
  CHECK(result("getpid()                = 12") == "12");
  CHECK(result("open(\"/x\", O_RDONLY) = 3</a>") == "3</a>");
  for (const char* line :
       {"close(3) = -1 EBADF (Bad)", "exit(0) = ?", "poll([], 1) = 1 ([{fd=3, revents=POLLIN}])", "a = 1",
        "=", " = 1", "close(3) =", ""})
    CHECK(result(line) == "none");
}
