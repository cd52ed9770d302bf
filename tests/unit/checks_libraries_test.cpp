#include <catch2/catch.hpp>

#include "checks/checks.h"
#include "elf_image.h"
#include "fake_host.h"

using namespace whywontitstart;

namespace {

CheckResult run(const FakeHost& host) {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  return check_libraries({target, Facts(), host});
}

const std::string loader = "/lib64/ld-linux-x86-64.so.2";

}  // namespace

TEST_CASE("a missing library fails the check, with where it was looked for and what brings it") {
  FakeHost host;
  host.add_file("/srv/app", ElfImage{.interpreter = loader, .needed = {"libgone.so.1"}}.bytes(), 0755);
  host.add_folder("/usr/lib");
  host.files["/var/lib/dpkg/info/libgone1:amd64.shlibs"] = "libgone 1 libgone1 (>= 1.0)\n";
  const CheckResult result = run(host);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary == "libgone.so.1, which /srv/app needs, was not found");
  const auto has = [&](const std::string& name, const std::string& value) {
    return std::find(result.details.begin(), result.details.end(), std::pair(name, value)) !=
           result.details.end();
  };
  CHECK(has("looked for libgone.so.1", "/usr/lib/libgone.so.1 (default folder)"));
  CHECK(has("package of libgone.so.1", "libgone1"));
}

TEST_CASE("a missing version fails the check too") {
  FakeHost host;
  host.add_file(
      "/srv/app",
      ElfImage{.interpreter = loader, .needed = {"liba.so"}, .version_needs = {{"liba.so", {"A_2"}}}}.bytes(),
      0755);
  host.files["/usr/lib/liba.so"] = ElfImage{.soname = "liba.so", .versions = {"A_1"}}.bytes();
  CHECK(run(host).summary == "/srv/app needs version A_2 of liba.so, and /usr/lib/liba.so goes up to A_1");
}

TEST_CASE("of a script it is the interpreter whose libraries count") {
  FakeHost host;
  host.add_file("/srv/app", "#!/usr/bin/lang\n", 0755);
  host.add_file("/usr/bin/lang", ElfImage{.interpreter = loader, .needed = {"libgone.so"}}.bytes(), 0755);
  host.add_file(loader, ElfImage{}.bytes(), 0755);
  CHECK(run(host).summary == "libgone.so, which /usr/bin/lang needs, was not found");
}

TEST_CASE("a static program passes, a program that is not there is unknown") {
  FakeHost host;
  CHECK(run(host).status == CheckStatus::unknown);
  host.add_file("/srv/app", ElfImage{.type = ET_EXEC}.bytes(), 0755);
  CHECK(run(host).status == CheckStatus::pass);
}
