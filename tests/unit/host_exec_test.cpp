#include <catch2/catch.hpp>

#include "elf_image.h"
#include "fake_host.h"
#include "host/exec.h"

using namespace whywontitstart;

namespace {

const Identity web{33, 33, {33}, "www-data", "/var/www", "/bin/false"};
const std::string glibc = "/lib64/ld-linux-x86-64.so.2";

FakeHost plain() {
  FakeHost host;
  host.files["/proc/self/mountinfo"] =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /tmp rw,noexec - tmpfs tmpfs rw\n";
  host.add_file("/proc/self/exe", ElfImage{}.bytes(), 0755);
  host.add_file(glibc, ElfImage{}.bytes(), 0755);
  host.add_file("/bin/sh", ElfImage{.interpreter = glibc}.bytes(), 0755);
  host.add_file("/usr/bin/env", ElfImage{.interpreter = glibc}.bytes(), 0755);
  host.add_file("/usr/bin/bash", ElfImage{.interpreter = glibc}.bytes(), 0755);
  return host;
}

ExecProblem explain(const FakeHost& host, const std::string& path) {
  return explain_exec(host, path, web, {"PATH=/usr/bin:/bin"});
}

}  // namespace

TEST_CASE("what can be started has no problem") {
  FakeHost host = plain();
  host.add_file("/srv/run.sh", "#!/bin/sh -e\necho\n", 0755);
  CHECK(explain(host, "/srv/run.sh").cause.empty());
  CHECK(explain(host, "/srv/run.sh").kind == "script");
  CHECK(explain(host, "/bin/sh").cause.empty());
  CHECK(explain(host, "/bin/sh").interpreter == glibc);
}

TEST_CASE("a program that is not there, a folder, and one without the right are told apart") {
  FakeHost host = plain();
  host.add_file("/srv/run.sh", "#!/bin/sh\n", 0644).add_file("/srv/own.sh", "#!/bin/sh\n", 0700);
  host.add_file("/tmp/x", "#!/bin/sh\n", 0755).add_folder("/srv/dir").add_file("/root/x", "", 0755);
  host.add_folder("/root", 0700);
  CHECK(explain(host, "/srv/run").cause == "exec.not-found");
  CHECK(explain(host, "/srv/dir").cause == "exec.is-a-directory");
  const ExecProblem mode = explain(host, "/srv/run.sh");
  CHECK(mode.cause == "exec.not-executable");
  CHECK(mode.summary == "/srv/run.sh is not executable: its mode is -rw-r--r--");
  CHECK(mode.fixes.at(0).command == "chmod +x /srv/run.sh");
  CHECK(explain(host, "/srv/own.sh").cause == "exec.not-executable");
  CHECK(explain(host, "/tmp/x").cause == "exec.noexec-mount");
  CHECK(explain(host, "/root/x").cause == "file.permission");
  CHECK(explain(host, "/root/x").subject.value == "/root");
}

TEST_CASE("Windows line ends are called by their name") {
  FakeHost host = plain();
  host.add_file("/srv/a.sh", "#!/bin/sh\r\necho\r\n", 0755)
      .add_file("/srv/b.sh", "#!/usr/bin/env bash\r\n", 0755);
  for (const std::string path : {"/srv/a.sh", "/srv/b.sh"}) {
    const ExecProblem problem = explain(host, path);
    CHECK(problem.cause == "exec.interpreter-missing");
    CHECK(problem.subject.value == path);
    CHECK(problem.summary.find("Windows line ends") != std::string::npos);
  }
  CHECK(explain(host, "/srv/a.sh").interpreter == "/bin/sh");
}

TEST_CASE("a missing interpreter is the subject, and another place for it is offered") {
  FakeHost host = plain();
  host.add_file("/srv/a.sh", "#!/bin/bash\n", 0755).add_file("/srv/b", "#!/usr/bin/env nothere\n", 0755);
  const ExecProblem problem = explain(host, "/srv/a.sh");
  CHECK(problem.cause == "exec.interpreter-missing");
  CHECK(problem.subject.value == "/bin/bash");
  CHECK(problem.fixes.at(0).text == "let the first line of /srv/a.sh name /usr/bin/bash");
  CHECK(explain(host, "/srv/b").subject.value == "nothere");
}

TEST_CASE("a script whose interpreter is a script is followed, and a circle ends") {
  FakeHost host = plain();
  host.add_file("/srv/a", "#!/srv/b\n", 0755).add_file("/srv/b", "#!/gone\n", 0755);
  CHECK(explain(host, "/srv/a").cause == "exec.interpreter-missing");
  CHECK(explain(host, "/srv/a").subject.value == "/gone");
  host.add_file("/srv/b", "#!/srv/a\n", 0755);
  CHECK(explain(host, "/srv/a").cause == "file.symlink-loop");
}

TEST_CASE("a program whose loader is missing names the loader") {
  FakeHost host = plain();
  host.add_file("/srv/app", ElfImage{.interpreter = "/lib/ld-musl-x86_64.so.1"}.bytes(), 0755);
  host.files["/lib/ld-linux-x86-64.so.2"] = "";
  const ExecProblem problem = explain(host, "/srv/app");
  CHECK(problem.cause == "exec.interpreter-missing");
  CHECK(problem.subject.value == "/lib/ld-musl-x86_64.so.1");
  CHECK(problem.evidence.back().text == "this system is built on glibc, and the program was built for musl");
}

TEST_CASE("what is no program for this machine is a bad format") {
  FakeHost host = plain();
  host.add_file("/srv/arm", ElfImage{.machine = EM_AARCH64}.bytes(), 0755).add_file("/srv/empty", "", 0755);
  host.add_file("/srv/cut", ElfImage{}.bytes().substr(0, 100), 0755).add_file("/srv/text", "hello\n", 0755);
  CHECK(explain(host, "/srv/arm").summary == "/srv/arm is a program for aarch64, and this machine is x86-64");
  for (const char* path : {"/srv/arm", "/srv/empty", "/srv/cut", "/srv/text"})
    CHECK(explain(host, path).cause == "exec.bad-format");
  host.files["/proc/sys/fs/binfmt_misc/qemu-aarch64"] =
      "enabled\ninterpreter /usr/bin/qemu-aarch64\nflags: \noffset 0\nmagic 7f454c46\n";
  host.add_file("/usr/bin/qemu-aarch64", ElfImage{}.bytes(), 0755);
  CHECK(explain(host, "/srv/arm").cause.empty());
}

TEST_CASE("the first line of a script is read as the kernel reads it") {
  CHECK(parse_shebang("#! /bin/sh  -a b \nx")->interpreter == "/bin/sh");
  CHECK(parse_shebang("#! /bin/sh  -a b \nx")->argument == "-a b");
  CHECK_FALSE(parse_shebang("/bin/sh"));
  CHECK(parse_shebang("#!/" + std::string(300, 'x'))->is_cut_off);
  CHECK_FALSE(parse_shebang("#!/bin/sh " + std::string(300, 'x'))->is_cut_off);
}
