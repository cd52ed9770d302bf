#include <elf.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "checks/checks.h"
#include "elf_image.h"
#include "fake_host.h"
#include "host/exec.h"
#include "host/libraries.h"
#include "host/packages.h"

using namespace whywontitstart;

namespace {

const Identity web{33, 33, {33}, "www-data", "/var/www", "/bin/false"};
const std::string glibc = "/lib64/ld-linux-x86-64.so.2";

FakeHost with_app(const ElfImage& program) {
  FakeHost host;
  host.add_file("/srv/app", program.bytes(), 0755);
  host.add_file("/proc/self/exe", ElfImage{}.bytes(), 0755);
  host.add_file(glibc, ElfImage{}.bytes(), 0755);
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  return host;
}

Target target_with(std::vector<std::string> environment) {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  target.identity = web;
  target.environment = std::move(environment);
  return target;
}

CheckResult check(CheckResult (*look)(const CheckInput&), const FakeHost& host,
                  std::vector<std::string> environment = {"PATH=/usr/bin:/bin"}) {
  const Target target = target_with(std::move(environment));
  return look({target, Facts(), host});
}

std::string word(std::size_t value) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

}  // namespace

TEST_CASE("the loader's old cache is read too, and a broken one is none") {
  const std::string texts = std::string("liba.so.1\0/opt/liba.so.1\0", 25);
  const std::string cache = std::string("ld.so-1.7.0\0", 12) + word(1) + word(3) + word(0) + word(10) + texts;
  const auto libraries = parse_loader_cache(cache);
  REQUIRE(libraries.count("liba.so.1") == 1);
  CHECK(libraries.at("liba.so.1").front() == "/opt/liba.so.1");
  CHECK(parse_loader_cache(std::string("ld.so-1.7.0\0", 12) + word(900000)).empty());
}

TEST_CASE("a program that gains rights does not heed LD_LIBRARY_PATH") {
  FakeHost host = with_app({.interpreter = glibc, .needed = {"liba.so"}});
  host.files["/opt/liba.so"] = ElfImage{.soname = "liba.so"}.bytes();
  CHECK(check(check_libraries, host, {"LD_LIBRARY_PATH=/opt"}).status == CheckStatus::pass);
  host.statuses["/srv/app"].mode |= S_ISUID;
  CHECK(gains_rights(host, "/srv/app", web));
  CHECK_FALSE(gains_rights(host, "/srv/app", Identity{}));
  CHECK(check(check_libraries, host, {"LD_LIBRARY_PATH=/opt"}).status == CheckStatus::fail);
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw,nosuid - ext4 /dev/sda1 rw\n";
  CHECK(check(check_libraries, host, {"LD_LIBRARY_PATH=/opt"}).status == CheckStatus::pass);
}

TEST_CASE("a library that cannot be preloaded is warned of, as the loader does") {
  FakeHost host = with_app({.interpreter = glibc});
  const CheckResult result = check(check_libraries, host, {"LD_PRELOAD=/gone/libhook.so"});
  CHECK(result.status == CheckStatus::warn);
  CHECK(result.summary == "/gone/libhook.so is to be preloaded, and was not found");
  host.files["/gone/libhook.so"] = ElfImage{.soname = "libhook.so", .needed = {"libinner.so"}}.bytes();
  CHECK(check(check_libraries, host, {"LD_PRELOAD=/gone/libhook.so"}).status == CheckStatus::fail);
  host.files["/usr/lib/libinner.so"] = ElfImage{.soname = "libinner.so"}.bytes();
  CHECK(check(check_libraries, host, {"LD_PRELOAD=/gone/libhook.so"}).status == CheckStatus::pass);
}

TEST_CASE("folders for better processors come first, if this one is so good") {
  FakeHost host = with_app({.interpreter = glibc, .needed = {"liba.so"}, .runpath = "/opt"});
  host.files["/opt/liba.so"] = ElfImage{.soname = "liba.so"}.bytes();
  host.files["/opt/glibc-hwcaps/x86-64-v2/liba.so"] = ElfImage{.soname = "liba.so"}.bytes();
  const auto path = [&] { return resolve_libraries(host, "/srv/app", {}).value().libraries.at(0).path; };
  CHECK(path() == "/opt/liba.so");
  host.files["/proc/cpuinfo"] = "processor : 0\nflags : cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3\n";
  CHECK(path() == "/opt/glibc-hwcaps/x86-64-v2/liba.so");
}

TEST_CASE("a library that the program may not read, or that is for another machine, says so") {
  FakeHost host = with_app({.interpreter = glibc, .needed = {"liba.so"}, .runpath = "/opt"});
  host.add_file("/opt/liba.so", ElfImage{.soname = "liba.so"}.bytes(), 0600);
  CHECK(check(check_libraries, host)
            .summary.starts_with("/opt/liba.so cannot be loaded: /opt/liba.so is -rw---"));
  host.add_file("/opt/liba.so", ElfImage{.machine = EM_AARCH64, .soname = "liba.so"}.bytes(), 0644);
  CHECK(check(check_libraries, host).summary ==
        "liba.so, which /srv/app needs, was not found; /opt/liba.so is not taken: it is for aarch64");
}

TEST_CASE("packages of libraries are known by apk, rpm and the repositories' lists") {
  FakeHost alpine;
  alpine.files["/lib/apk/db/installed"] = "P:libssl3\np:so:libssl.so.3=3.1.4\nF:lib\nR:libssl.so.3\n";
  CHECK(package_of_library(alpine, "libssl.so.3").value() == "libssl3");
  FakeHost fedora;
  fedora.add_folder("/var/lib/rpm");
  fedora.commands["/usr/bin/rpm -q --queryformat %{NAME}\\n -f /usr/bin/x"] = {0, "x-core\n", ""};
  CHECK(package_of(fedora, "/usr/bin/x").value() == "x-core");
  CHECK_FALSE(package_of(fedora, "/usr/bin/y"));
  FakeHost debian;
  debian.files["/var/lib/apt/lists/deb_main_binary-amd64_Packages"] = "Package: libpcre2-8-0\nVersion: 1\n";
  CHECK(package_of_library(debian, "libpcre2-8.so.0").value() == "libpcre2-8-0");
  CHECK_FALSE(package_of_library(debian, "libgone.so.1"));
}

TEST_CASE("a registered interpreter of foreign files has to be there, unless it was opened before") {
  FakeHost host = with_app({});
  host.add_file("/srv/app", ElfImage{.machine = EM_AARCH64}.bytes(), 0755);
  const std::string entry = "/proc/sys/fs/binfmt_misc/qemu-aarch64";
  host.files[entry] = "enabled\ninterpreter /usr/bin/qemu\nflags: \noffset 0\nmagic 7f454c46\n";
  const CheckResult result = check(check_interpreter, host);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.find("/usr/bin/qemu") != std::string::npos);
  host.files[entry] = "enabled\ninterpreter /usr/bin/qemu\nflags: OCF\noffset 0\nmagic 7f454c46\n";
  CHECK(check(check_interpreter, host).status == CheckStatus::pass);
  host.files[entry] = "disabled\ninterpreter /usr/bin/qemu\nflags: F\noffset 0\nmagic 7f454c46\n";
  CHECK(check(check_interpreter, host).status == CheckStatus::fail);
  host.add_file("/srv/app", "PK", 0755);
  host.files[entry] = "enabled\ninterpreter /bin/env\nflags: F\nextension .app\n";
  CHECK(check(check_interpreter, host).status == CheckStatus::fail);
  host.files[entry] = "enabled\ninterpreter /bin/env\nflags: F\nextension app\n";
  CHECK(check(check_interpreter, host).status == CheckStatus::pass);
}

TEST_CASE("a first line with several arguments is not what it seems") {
  FakeHost host = with_app({});
  host.add_file("/bin/lang", ElfImage{}.bytes(), 0755);
  host.add_file("/usr/bin/env", ElfImage{}.bytes(), 0755);
  host.add_file("/srv/app", "#!/bin/lang -a -b\n", 0755);
  const CheckResult result = check(check_interpreter, host);
  CHECK(result.status == CheckStatus::warn);
  CHECK(result.summary == "/bin/lang gets '-a -b' as one argument: the kernel does not split it");
  host.add_file("/srv/app", "#!/usr/bin/env lang -a\n", 0755);
  const ExecProblem env = explain_exec(host, "/srv/app", web, {"PATH=/bin"});
  CHECK(env.cause == "exec.interpreter-missing");
  CHECK(env.fixes.at(0).text == "let the first line of /srv/app be '#!/usr/bin/env -S lang -a'");
  host.add_file("/srv/app", "#!bin/lang\n", 0755);
  CHECK(check(check_interpreter, host).status == CheckStatus::warn);
  host.add_file("/srv/app", "#!/bin/lang", 0755);
  CHECK(check(check_interpreter, host).status == CheckStatus::pass);
  host.add_file("/srv/app", "\xff\xfe#\0!\0", 0755);
  CHECK(check(check_interpreter, host).summary.find("UTF-16") != std::string::npos);
  host.errors["/srv/app"] = EIO;
  CHECK(check(check_interpreter, host).status == CheckStatus::unknown);
}

TEST_CASE("an old kernel reads half as much of the first line") {
  FakeHost host = with_app({});
  host.add_file("/srv/app", "#!/" + std::string(150, 'x') + "\n", 0755);
  CHECK(explain_exec(host, "/srv/app", web, {}).cause == "exec.interpreter-missing");
  host.files["/proc/sys/kernel/osrelease"] = "4.19.0-26-amd64\n";
  const ExecProblem old = explain_exec(host, "/srv/app", web, {});
  CHECK(old.cause == "exec.bad-format");
  CHECK(old.summary == "the first line of /srv/app is longer than the 128 bytes that the kernel reads");
}

TEST_CASE("the package of an interpreter that is missing comes from the lists of contents") {
  FakeHost host = with_app({});
  host.add_file("/srv/app", "#!/usr/bin/lang\n", 0755);
  host.files["/var/lib/apt/lists/deb_Contents-amd64"] =
      "usr/share/lang    doc/lang-doc\nusr/bin/lang    interpreters/lang-core\n";
  const ExecProblem problem = explain_exec(host, "/srv/app", web, {});
  CHECK(problem.cause == "exec.interpreter-missing");
  CHECK(problem.fixes.back().command == "apt-get install lang-core");
}

TEST_CASE("a denial without a command is nobody's") {
  FakeHost host = with_app({});
  host.files["/sys/fs/selinux/enforce"] = "1";
  host.files["/var/log/audit/audit.log"] =
      "type=AVC msg=audit(1.0:1): avc:  denied  { read } for  pid=5 scontext=a:b:c tcontext=d:e:f "
      "tclass=file\n";
  Facts facts;
  facts.processes.emplace_back();
  facts.processes[0].pid = Pid{7};
  facts.outcome.state = State::exited;
  facts.outcome.status.code = 1;
  const Target target = target_with({});
  CHECK(check_selinux({target, facts, host}).status == CheckStatus::pass);
}
