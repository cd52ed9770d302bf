#include "facts/cut_lines.h"

#include <catch2/catch.hpp>

#include "facts/fact_builder.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

Facts facts_of_log(std::string_view text) {
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); });
  reader.add(text);
  reader.finish();
  return builder.finish();
}

}  // namespace

TEST_CASE("a name that strace cut off is made whole by the call that failed with it") {
  const Facts facts = facts_of_log(
      "openat(AT_FDCWD, \"/etc/prosody/prosody.cfg.lua\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
      "write(2, \"cannot open /etc/prosody/prosody\"..., 60) = 60\n"
      "exit_group(1) = ?\n");
  REQUIRE(facts.lines.size() == 1);
  CHECK(facts.lines[0].text == fmt::format("cannot open /etc/prosody/prosody.cfg.lua {}", cut_mark));
  REQUIRE(facts.failures.size() == 1);
  CHECK(facts.failures[0].named_by == std::vector<std::size_t>{0});
}

TEST_CASE("a cut name that nothing failed with is not made up, and no path") {
  const Facts facts = facts_of_log(
      "write(2, \"No such file or directory: /etc/p\"..., 60) = 60\n"
      "openat(AT_FDCWD, \"/etc/prosody/later\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
      "exit_group(1) = ?\n");
  REQUIRE(facts.lines.size() == 1);
  CHECK(facts.lines[0].text == fmt::format("No such file or directory: /etc/p{}", cut_mark));
  REQUIRE(facts.complaints.size() == 1);
  CHECK(facts.complaints[0].path.empty());
}

TEST_CASE("a cut line that says no errno speaks of what failed right before it") {
  const auto echoed = [](std::string_view between) {
    const Facts facts = facts_of_log(
        fmt::format("openat(AT_FDCWD, \"/etc/a.pem\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
                    "{}write(2, \"app.conf:27: error\"..., 60) = 60\nexit_group(1) = ?\n",
                    between));
    return facts.failures.front().echoed_by.size();
  };
  CHECK(echoed("") == 1);
  CHECK(echoed("openat(AT_FDCWD, \"/usr/share/locale/C/app.mo\", O_RDONLY) = -1 ENOENT (No)\n") == 1);
  std::string much;
  for (int times = 0; times < 20; ++times) much += "close(3) = 0\n";
  CHECK(echoed(much) == 0);
}

TEST_CASE("a write elsewhere in the file does not make good that the disk is full") {
  const std::string full = "pwrite64(3</srv/a.db>, \"x\"..., 4096, 8192) = -1 ENOSPC (No space left)\n";
  CHECK_FALSE(
      facts_of_log(full + "pwrite64(3</srv/a.db>, \"x\"..., 4096, 0) = 4096\n").failures.at(0).healed);
  CHECK(facts_of_log(full + "pwrite64(3</srv/a.db>, \"x\"..., 4096, 8192) = 4096\n").failures.at(0).healed);
}
