#include <catch2/catch.hpp>
#include <cstdio>
#include <memory>

#include "recorded.h"

using namespace whywontitstart;

namespace {

std::string said_without_us(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  for (char piece[256]; std::fgets(piece, sizeof piece, pipe.get()) != nullptr;) text += piece;
  return text;
}

}  // namespace

TEST_CASE("the program is told of all its processors, and may bind itself to any") {
  const std::vector<std::string> argv = GENERATE(std::vector<std::string>{program("cpus")},
                                                 std::vector<std::string>{program("cpus"), "status"});
  const std::string expected = said_without_us(argv.front() + (argv.size() > 1 ? " status" : ""));
  REQUIRE(expected.find("bound child: ") != std::string::npos);
  CHECK(record(argv, GENERATE(Backend::filtered, Backend::full)).written(1) == expected);
}

TEST_CASE("our own processors are as before") {
  const std::string before = said_without_us("nproc");
  record({program("cpus")});
  CHECK(said_without_us("nproc") == before);
}
