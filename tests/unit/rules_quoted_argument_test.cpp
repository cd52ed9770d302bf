#include <catch2/catch.hpp>

#include "rules/quoted_argument.h"

using namespace whywontitstart;

namespace {

std::string quoted(std::vector<std::string> argv, std::string_view line) {
  Process process;
  process.argv = std::move(argv);
  return quoted_argument(process, line);
}

}  // namespace

TEST_CASE("a line quotes a word of the command line, or the value of an option") {
  CHECK(quoted({"Xvfb", "-screen", "1024by768"}, "Invalid configuration 1024by768 for it") == "1024by768");
  CHECK(quoted({"git", "statsu"}, "git: 'statsu' is not a git command") == "statsu");
  CHECK(quoted({"app", "--mode=turbo"}, "unknown mode: turbo") == "turbo");
  CHECK(quoted({"rsync", "--delete-aftr", "a"}, "rsync: --delete-aftr: unknown option") == "--delete-aftr");
}

TEST_CASE("a plain word in a sentence, a file and an address are no quotation") {
  CHECK(quoted({"service", "start"}, "could not start").empty());
  CHECK(quoted({"app", "/etc/app.conf"}, "error in '/etc/app.conf'").empty());
  CHECK(quoted({"app", "10.0.0.1"}, "cannot use '10.0.0.1'").empty());
  CHECK(quoted({"app", "mode1"}, "unknown mode12").empty());
  CHECK(quoted({}, "anything").empty());
}
