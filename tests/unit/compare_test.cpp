#include <catch2/catch.hpp>

#include "base/text.h"
#include "compare/compare.h"
#include "facts/course_builder.h"
#include "facts/fact_builder.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

/// A run as a log of strace tells it.
struct Told {
  Target target;
  Facts facts;
  Course course;

  explicit Told(std::string_view log) {
    FactBuilder builder;
    CourseBuilder steps;
    StraceReader reader([&](Event&& event) {
      steps.add(event);
      builder.add(std::move(event));
    });
    reader.add(log);
    reader.finish();
    facts = builder.finish();
    course = steps.finish();
  }

  Run run() const { return {target, facts, course}; }
};

std::string log(std::string_view pid, std::string_view middle, int status) {
  std::string text = fmt::format("{0} execve(\"/usr/bin/app\", [\"app\"], 0x7ff /* 3 vars */) = 0\n", pid);
  for (const std::string_view line : split(middle, '\n'))
    if (!line.empty()) text += fmt::format("{} {}\n", pid, line);
  return text + fmt::format("{0} exit_group({1}) = ?\n{0} +++ exited with {1} +++\n", pid, status);
}

std::vector<std::string> objects(const std::vector<std::size_t>& failures, const Facts& facts) {
  std::vector<std::string> names;
  for (const std::size_t at : failures) names.push_back(facts.failures[at].name);
  return names;
}

std::vector<std::string> suspects(const Parting& parting, const Facts& facts) {
  std::vector<std::size_t> all;
  for (const Suspect& suspect : parting.suspects) all.push_back(suspect.failure);
  return objects(all, facts);
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("what differs from run to run gets one name") {
  Told told(log("4711", "", 0));
  told.target.cwd = "/srv/app";
  told.target.environment = {"HOME=/home/joe"};
  const Alike alike(told.target, told.facts);
  CHECK(alike.object("/run/app.4711.sock") == "/run/app.PID.sock");
  CHECK(alike.object("/proc/4711/maps") == "/proc/PID/maps");
  CHECK(alike.object("/tmp/app-aB3x9Q/lock") == "/tmp/app-CHANCE/lock");
  CHECK(alike.object("/tmp/app.conf") == "/tmp/app.conf");
  CHECK(alike.object("/usr/lib/libssl.so.3") == "/usr/lib/libssl.so.3");
  CHECK(alike.object("127.0.0.1:5432") == "127.0.0.1:5432");
  CHECK(alike.from_own_folders("/srv/app/conf/x") == "./conf/x");
  CHECK(alike.from_own_folders("/home/joe/.config") == "~/.config");
  CHECK(alike.from_own_folders("/srv/application").empty());
  CHECK(Alike::line("[4711] 12:30:01.5 failed at 0x7ffe12") ==
        Alike::line("[99] 08:00:59.25 failed at 0x55d0"));
  CHECK(Alike::line("cannot open a") != Alike::line("cannot open b"));
}

TEST_CASE("a failure is suspect where the good run could do the same, and no cause where it failed as well") {
  const Told good(
      log("10",
          "openat(AT_FDCWD, \"/etc/optional\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
          "openat(AT_FDCWD, \"/etc/app.conf\", O_RDONLY) = 3\n"
          "connect(4, {sa_family=AF_UNIX, sun_path=\"/run/db.10.sock\"}, 110) = 0\n"
          "setuid(33) = 0\n",
          0));
  const Told bad(
      log("99",
          "openat(AT_FDCWD, \"/etc/optional\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
          "openat(AT_FDCWD, \"/etc/app.conf\", O_RDONLY) = -1 EACCES (Permission denied)\n"
          "connect(4, {sa_family=AF_UNIX, sun_path=\"/run/db.99.sock\"}, 110) = -1 ECONNREFUSED (Connection "
          "refused)\n"
          "setuid(33) = -1 EPERM (Operation not permitted)\n"
          "openat(AT_FDCWD, \"/etc/fallback\", O_RDONLY) = -1 ENOENT (No such file or directory)\n",
          1));
  const Parting parting = parting_of(good.run(), bad.run(), true);
  CHECK(suspects(parting, bad.facts) == Names{"/etc/app.conf", "unix:/run/db.99.sock", ""});
  CHECK(objects(parting.common, bad.facts) == Names{"/etc/optional"});
  CHECK(objects(parting.only_here, bad.facts) == Names{"/etc/fallback"});
  CHECK(parting.suspects.front().good == "openat of /etc/app.conf worked");
  Facts facts = bad.facts;
  set_common_aside(parting, facts);
  CHECK(facts.failures.front().healed);
  // What a run that fails has in common with another that fails may be the cause of both.
  CHECK(parting_of(good.run(), bad.run(), false).common.empty());
}

TEST_CASE("a search that finds nothing is suspect where the good run found it, also elsewhere") {
  const Told good(log("10", "stat(\"/opt/bin/helper\", {st_mode=S_IFREG|0755, st_size=9, ...}) = 0\n", 0));
  const Told bad(log("10",
                     "stat(\"/usr/bin/helper\", 0x7ff) = -1 ENOENT (No such file or directory)\n"
                     "stat(\"/bin/helper\", 0x7ff) = -1 ENOENT (No such file or directory)\n",
                     127));
  const Parting parting = parting_of(good.run(), bad.run(), true);
  REQUIRE(parting.suspects.size() == 1);
  CHECK(parting.suspects[0].good == "helper was found as /opt/bin/helper");
}

TEST_CASE("a retry without end is no failure that the good run had as well") {
  const std::string refused =
      "connect(4, {sa_family=AF_INET, sin_port=htons(5432), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = -1 "
      "ECONNREFUSED (Connection refused)\n";
  std::string often;
  for (int count = 0; count < 50; ++count) often += refused;
  const Told good(log("10", refused, 0)), bad(log("10", often, 1));
  CHECK(parting_of(good.run(), bad.run(), true).common.empty());
  CHECK(parting_of(bad.run(), good.run(), true).common.size() == 1);
}

TEST_CASE("what both runs said explains nothing, numbers apart") {
  const Told good(log("10", "write(2, \"warning: old config (pid 10)\\n\", 29) = 29\n", 0));
  const Told bad(log("77",
                     "write(2, \"warning: old config (pid 77)\\n\", 29) = 29\n"
                     "write(2, \"bad port\\n\", 9) = 9\n",
                     1));
  const Parting parting = parting_of(good.run(), bad.run(), true);
  REQUIRE(parting.new_lines.size() == 1);
  CHECK(bad.facts.lines[parting.new_lines[0]].text == "bad port");
  std::vector<Match> matches(2);
  matches[0].line = 0;
  matches[1].line = 1;
  weigh_by(parting, bad.facts, matches);
  CHECK(matches[0].weight < 0.1);
  CHECK(matches[1].weight == 0.5);
}

TEST_CASE("a comparison names where the runs part, what follows, and what differs around them") {
  Told good(log("10",
                "openat(AT_FDCWD, \"/etc/app.conf\", O_RDONLY) = 3\n"
                "openat(AT_FDCWD, \"/srv/data\", O_RDONLY) = 3\n",
                0));
  Told bad(log("20",
               "openat(AT_FDCWD, \"/etc/app.conf\", O_RDONLY) = -1 EACCES (Permission denied)\n"
               "write(2, \"app: no config\\n\", 15) = 15\n",
               3));
  for (Told* told : {&good, &bad}) {
    told->target.environment = {"LANG=C", "SHLVL=" + std::to_string(told == &good ? 1 : 2)};
    told->course.around.status = "Uid:\t0\t0\t0\t0\nCapEff:\t0000000000000000\n";
    told->course.around.limits = fmt::format("{:<26}{:<21}{:<21}files     \n", "Max open files", 1024, 4096);
  }
  good.target.environment.emplace_back("APP_HOME=/srv");
  bad.target.limits = {{"RLIMIT_NOFILE", 64, UINT64_MAX}};
  good.course.files = {{"/etc/app.conf", "", true, 10, 0100644, 0, 0, "aa"},
                       {"/lib/libx.so.1", "", true, 5, 0100644, 0, 0, "aa", "libx1"}};
  good.course.packages = {{"libx1", "1.0-2"}, {"only-here", "1"}, {"same", "1"}};
  bad.course.files = {{"/etc/app.conf", "", true, 10, 0100600, 0, 0, ""},
                      {"/lib/libx.so.1", "", true, 5, 0100644, 0, 0, "bb", "libx1"}};
  bad.course.packages = {{"libx1", "1.1-1"}, {"same", "1"}};
  Finding verdict;
  verdict.cause = "file.permission";
  verdict.subject = {"path", "/etc/app.conf"};
  verdict.summary = "app may not read /etc/app.conf";
  const Comparison comparison =
      comparison_of(good.run(), bad.run(), parting_of(good.run(), bad.run(), true), verdict);
  REQUIRE(comparison.first);
  CHECK(comparison.first->good == "openat of /etc/app.conf worked");
  CHECK(comparison.first->follows == Names{"it said: app: no config",
                                           "it never came to what the good run did then: /srv/data",
                                           "it exited with 3; the good run: exited with 0"});
  std::vector<std::string> told;
  for (const Difference& one : comparison.differences)
    told.push_back(fmt::format("{} {}: {} | {}", one.area, one.name, one.good, one.bad));
  CHECK(told == Names{"file /etc/app.conf: 10 bytes, mode 0644, owner 0:0 | 10 bytes, mode 0600, owner 0:0",
                      "package libx1: 1.0-2 | 1.1-1", "environment APP_HOME: /srv | ",
                      "library /lib/libx.so.1: 5 bytes, mode 0644, owner 0:0, hash aa, of libx1 1.0-2 | "
                      "5 bytes, mode 0644, owner 0:0, hash bb, of libx1 1.1-1",
                      "limit RLIMIT_NOFILE: 1024:4096 | 64:unlimited", "opened /srv/data: openat | "});
}

TEST_CASE("a course has each thing once, and no more than fits") {
  CourseBuilder builder;
  Event event;
  event.process = Pid{1};
  for (int count = 0; count < 200'000; ++count) {
    SyscallEvent call;
    call.name = "openat";
    call.path = fmt::format("/x/{}", count % 100'000);
    event.what = call;
    builder.add(event);
  }
  const Course course = builder.finish();
  CHECK(course.steps.size() == 50'000);
  CHECK(course.steps.front().count == 2);
  CHECK(course.left_out == 100'000);
}
