#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>

#include "checks/checks.h"
#include "checks/exit_status.h"
#include "fake_host.h"
#include "host/journal.h"
#include "host/kernel_log.h"
#include "host/locales.h"

using namespace whywontitstart;

namespace {

Target app() {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  target.cwd = "/srv";
  target.identity = {1000, 1000, {1000}, "app", "/srv", "/bin/sh"};
  target.environment = {"PATH=/usr/bin:/bin", "HOME=/srv"};
  return target;
}

FakeHost machine() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/srv:/bin/sh\n";
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  host.add_folder("/usr/bin")
      .add_folder("/bin")
      .add_folder("/srv", 0755, 1000, 1000)
      .add_file("/srv/app", "", 0755);
  host.filesystems["/"] = {.total_bytes = 1U << 30, .free_bytes = 1U << 29};
  return host;
}

Facts failed(const std::string& name, int code, const std::string& path = {}) {
  Facts facts;
  if (code != 0) {
    Failure failure;
    failure.call.name = name;
    failure.call.error = Errno{code};
    failure.call.path = path;
    facts.failures.push_back(failure);
  }
  facts.processes.push_back({});
  facts.processes[0].pid = Pid{812};
  facts.processes[0].executable = "/srv/app";
  facts.blame = {Pid{812}};
  facts.outcome.state = State::exited;
  facts.outcome.status.code = 1;
  facts.outcome.duration = std::chrono::seconds(1);
  return facts;
}

Facts killed(int signal, bool dumped) {
  Facts facts = failed("", 0);
  facts.outcome.state = State::killed;
  facts.outcome.status = {.code = 0, .signal = Signal{signal}, .core_dumped = dumped};
  facts.processes[0].exit = facts.outcome.status;
  return facts;
}

CheckResult look(CheckResult (*check)(const CheckInput&), const Host& host, const Facts& facts = {},
                 const Target& target = app()) {
  return check({target, facts, host});
}

std::string detail(const CheckResult& result, std::string_view name) {
  for (const auto& [key, value] : result.details)
    if (key == name) return value;
  return {};
}

CheckResult with_variable(const Host& host, const std::string& entry, const Facts& facts = {}) {
  Target target = app();
  std::erase_if(target.environment, [&](const std::string& other) {
    return other.starts_with(entry.substr(0, entry.find('=') + 1));
  });
  target.environment.push_back(entry);
  return look(check_environment, host, facts, target);
}

}  // namespace

TEST_CASE("a failure that the program outlived by far is no more than a warning") {
  FakeHost host = machine();
  host.files["/proc/self/limits"] =
      "Max open files            20                   20                   files     \n";
  Facts facts = failed("openat", EMFILE, "/dev/null");
  CHECK(look(check_limits, host, facts).status == CheckStatus::fail);
  facts.failures[0].calls_after = 1000;
  CHECK(look(check_limits, host, facts).status == CheckStatus::warn);
  facts.failures[0].named_by = {0};
  CHECK(look(check_limits, host, facts).status == CheckStatus::fail);
  facts.outcome.state = State::running;
  CHECK(look(check_limits, host, facts).status == CheckStatus::warn);
}

TEST_CASE("what programs try and do without is no more than a warning") {
  FakeHost host = machine();
  host.files["/proc/self/limits"] =
      "Max open files            1024                 1024                 files     \n";
  host.files["/proc/sys/kernel/io_uring_disabled"] = "2\n";
  Facts facts = failed("io_uring_setup", EPERM);
  CHECK(look(check_limits, host, facts).status == CheckStatus::warn);
  facts.failures[0].named_by = {0};
  const CheckResult result = look(check_limits, host, facts);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary ==
        "io_uring_setup failed with EPERM: kernel.io_uring_disabled is 2: io_uring is switched off");
}

TEST_CASE("a process that is attached to is judged by its own limits and group") {
  FakeHost host = machine();
  host.files["/proc/self/limits"] =
      "Max open files            20                   20                   files     \n";
  host.files["/proc/812/limits"] =
      "Max open files            2                    9                    files     \n";
  host.links["/proc/812/fd/0"] = host.links["/proc/812/fd/1"] = "/dev/null";
  Facts facts = failed("", 0);
  facts.outcome.attached = true;
  facts.outcome.state = State::hung;
  const CheckResult result = look(check_limits, host, facts);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.starts_with("RLIMIT_NOFILE is used up: 2 of 2 open files, hard limit 9; raise"));
}

TEST_CASE("what cannot be counted is not called fine") {
  FakeHost host = machine();
  host.files["/proc/self/limits"] =
      "Max processes             50                   50                   processes \n";
  host.files["/proc/meminfo"] = "MemTotal: 1048576 kB\nMemAvailable: 500000 kB\n";
  host.files["/proc/7/status"] = "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nThreads:\t2\n";
  const CheckResult hidden = look(check_limits, host);
  CHECK(hidden.status == CheckStatus::unknown);
  CHECK(
      hidden.summary ==
      "RLIMIT_NPROC: at least 2 of 50 processes and threads of user app, but processes of others are hidden "
      "(hidepid, ProtectProc=)");
  host.files["/proc/1/status"] = "Name:\tsystemd\nUid:\t0\t0\t0\t0\n";
  CHECK(look(check_limits, host).status == CheckStatus::pass);
  CHECK(look(check_memory, host).status == CheckStatus::pass);
  host.files["/proc/self/cgroup"] = "0::/app.service\n";
  CHECK(look(check_limits, host).status == CheckStatus::unknown);
  CHECK(look(check_memory, host).status == CheckStatus::unknown);
}

TEST_CASE("memory that was refused is explained, or said to be unexplained") {
  FakeHost host = machine();
  host.files["/proc/meminfo"] = "MemTotal: 1048576 kB\nMemAvailable: 500000 kB\nSwapTotal: 0 kB\n";
  host.files["/proc/sys/vm/overcommit_memory"] = "0\n";
  Facts facts = failed("mmap", ENOMEM);
  facts.failures[0].call.arguments = {"NULL", "2147483648", "PROT_READ"};
  const CheckResult huge = look(check_memory, host, facts);
  CHECK(huge.status == CheckStatus::fail);
  CHECK(
      huge.summary.starts_with("mmap of 2.0 GiB was refused (ENOMEM): vm.overcommit_memory allows 1.0 GiB"));
  facts.failures[0].call.arguments = {"NULL", "4096", "PROT_READ"};
  CHECK(look(check_memory, host, facts).status == CheckStatus::warn);
  host.files["/proc/sys/vm/max_map_count"] = "100\n";
  CHECK(look(check_memory, host, facts).summary.find("perhaps vm.max_map_count is reached") !=
        std::string::npos);
  facts.failures.clear();
  facts.oom_kills.push_back({"/sys/fs/cgroup/app", 1, 1U << 20, {}});
  CHECK(
      look(check_memory, host, facts).summary ==
      "the kernel killed 1 of its processes for lack of memory: memory.max of /sys/fs/cgroup/app is 1.0 MiB");
  CHECK(look(check_memory, FakeHost()).status == CheckStatus::unknown);
}

TEST_CASE("no space is told with the numbers, the inodes and the mount") {
  FakeHost host = machine();
  host.filesystems["/"].free_bytes = 0;
  CHECK(look(check_filesystem, host, failed("write", ENOSPC, "/srv/log")).summary ==
        "the file system of /srv is full: 0 of 1.0 GiB are free (ext4, mounted on /)");
  host.filesystems["/"] = {.total_bytes = 1000, .free_bytes = 900, .total_inodes = 10, .free_inodes = 0};
  CHECK(look(check_filesystem, host, failed("openat", ENOSPC, "/srv/log")).summary ==
        "the file system of /srv has no inodes left for new files: 0 of 10 (ext4, mounted on /)");
  host.filesystems["/"].free_inodes = 5;
  CHECK(look(check_filesystem, host, failed("openat", ENOSPC, "/srv/log")).summary ==
        "/srv/log was refused space (ENOSPC); now its file system has 900 bytes of 1000 bytes free, 5 of 10 "
        "inodes (ext4, mounted on /)");
  host.files["/proc/sys/fs/inotify/max_user_watches"] = "8\n";
  CHECK(look(check_filesystem, host, failed("inotify_add_watch", ENOSPC, "/srv/log")).status ==
        CheckStatus::pass);
  CHECK(look(check_filesystem, host, failed("write", EDQUOT, "/srv/log")).summary ==
        "the quota of disk space or files is used up for /srv/log");
  CHECK(look(check_filesystem, host, failed("read", EIO, "/srv/db")).status == CheckStatus::fail);
}

TEST_CASE("a mount that a unit made read-only is told from a disk that is") {
  FakeHost host = machine();
  host.files["/proc/self/mountinfo"] += "2 1 8:1 /srv /srv ro - ext4 /dev/sda1 rw\n";
  host.filesystems["/srv"] = {.total_bytes = 1000, .free_bytes = 900, .read_only = true};
  const CheckResult result = look(check_filesystem, host, failed("openat", EROFS, "/srv/x"));
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.find("ProtectSystem=") != std::string::npos);
}

TEST_CASE("a file system of another machine is not asked unless it failed") {
  FakeHost host = machine();
  host.files["/proc/self/mountinfo"] += "2 1 0:9 / /srv rw - nfs4 server:/srv rw\n";
  host.errors["/srv"] = EIO;  // whoever asks it gets no answer
  host.add_folder("/tmp", 01777);
  const CheckResult result = look(check_filesystem, host);
  CHECK(result.status == CheckStatus::pass);
}

TEST_CASE("an environment that differs from a clean one is described by names alone") {
  FakeHost host = machine();
  const CheckResult result = with_variable(host, "PYTHONPATH=/secret/place");
  CHECK(result.status == CheckStatus::pass);
  CHECK(detail(result, "not in a clean environment") == "PYTHONPATH");
  CHECK(detail(with_variable(host, "EMPTY="), "set, but empty") == "EMPTY");
  Target target = app();
  target.environment.emplace_back("HOME=/tmp");
  CHECK(look(check_environment, host, {}, target).summary.starts_with("HOME is set twice"));
  target = app();
  target.environment.emplace_back("NOVALUE");
  CHECK(look(check_environment, host, {}, target).status == CheckStatus::warn);
}

TEST_CASE("what leads a loader or a shell astray is warned of") {
  FakeHost host = machine();
  CHECK(
      with_variable(host, "LD_LIBRARY_PATH=/usr/lib:").summary ==
      "LD_LIBRARY_PATH has an empty entry, which stands for the working directory: libraries are loaded from "
      "/srv first");
  CHECK(with_variable(host, "LD_LIBRARY_PATH=").status == CheckStatus::pass);
  CHECK(with_variable(host, "LD_LIBRARY_PATH=$ORIGIN/lib").status == CheckStatus::pass);
  CHECK(with_variable(host, "LD_LIBRARY_PATH=lib").status == CheckStatus::warn);
  CHECK(with_variable(host, "PATH=/opt/bin").summary == "PATH has neither /usr/bin nor /bin: /opt/bin");
  CHECK(with_variable(host, "HOME=relative").status == CheckStatus::warn);
  host.add_folder("/home/other", 0755, 1001, 1001);
  CHECK(with_variable(host, "HOME=/home/other").summary ==
        "HOME is /home/other, which belongs to another user, 1001");
  host.add_folder("/root", 0700);
  CHECK(with_variable(host, "HOME=/root").summary.starts_with("HOME is /root, which user app may not enter"));
  CHECK(with_variable(host, "XDG_RUNTIME_DIR=/run/user/7").status == CheckStatus::warn);
  host.errors["/usr/bin"] = EACCES;
  CHECK(look(check_environment, host).status == CheckStatus::unknown);
}

TEST_CASE("a locale that is not installed is told, by the archive and the folders of the C library") {
  FakeHost host = machine();
  CHECK(with_variable(host, "LANG=de_DE.UTF-8").status == CheckStatus::pass);  // nothing says which there are
  host.add_folder("/usr/lib/locale/C.utf8");
  CHECK(with_variable(host, "LANG=C.UTF-8").status == CheckStatus::pass);
  const CheckResult missing = with_variable(host, "LANG=de_DE.UTF-8");
  CHECK(missing.status == CheckStatus::warn);
  CHECK(missing.summary.starts_with("LANG is de_DE.UTF-8, a locale that is not installed"));
  const std::uint32_t header[8] = {0xde020109, 0, 0, 0, 0, sizeof header, 22, 64};
  std::string archive(sizeof header, '\0');
  std::memcpy(archive.data(), header, sizeof header);
  host.files["/usr/lib/locale/locale-archive"] = archive + std::string("de_DE.utf8\0en_US.utf8\0", 22);
  CHECK(with_variable(host, "LANG=de_DE.UTF-8").status == CheckStatus::pass);
  CHECK(with_variable(host, "LC_TIME=fr_FR").status == CheckStatus::warn);
  CHECK(normal_locale("de_DE.ISO-8859-15@euro") == "de_DE.iso885915@euro");
}

TEST_CASE("a variable that the program misses is named with its words") {
  FakeHost host = machine();
  Facts facts = failed("", 0);
  facts.lines.push_back(
      {"FATAL: DATABASE_URL is not set", Pid{812}, 1, TraceTime(1), Stream::standard_error, "", {}});
  CHECK(look(check_environment, host, facts).summary ==
        "DATABASE_URL is not set, and the program complains: FATAL: DATABASE_URL is not set");
  CHECK(with_variable(host, "DATABASE_URL=x", facts).status == CheckStatus::pass);
  CHECK(with_variable(host, "DATABASE_URL=", facts).status == CheckStatus::warn);
}

TEST_CASE("exit statuses mean what those mean who gave them") {
  Target target = app();
  CHECK(meaning_of_status(78, target) == "by the convention of sysexits: wrong configuration");
  CHECK(meaning_of_status(137, target) == "as of a shell: ended by SIGKILL");
  CHECK(meaning_of_status(226, target).empty());
  target.environment.emplace_back("INVOCATION_ID=1");
  CHECK(meaning_of_status(226, target).find("NAMESPACE") != std::string::npos);
  target = app();
  CHECK(meaning_of_status(5, target).empty());
  target.argv = {"/etc/init.d/nginx", "start"};
  CHECK(meaning_of_status(5, target) == "as of an init script: the program is not installed");
}

TEST_CASE("where a core dump went, or why there is none") {
  FakeHost host = machine();
  const std::string name = "core dump of /srv/app (PID 812)";
  host.files["/proc/sys/kernel/core_pattern"] = "|/usr/lib/systemd/systemd-coredump %P %u\n";
  CHECK(detail(look(check_process, host, killed(SIGSEGV, true)), name) ==
        "it was handed to /usr/lib/systemd/systemd-coredump: coredumpctl info 812");
  host.files["/proc/sys/kernel/core_pattern"] = "/var/crash/%e.%p.%s\n";
  host.files["/var/crash/app.812.11"] = "";
  CHECK(detail(look(check_process, host, killed(SIGSEGV, true)), name) == "it is at /var/crash/app.812.11");
  host.files["/proc/sys/kernel/core_pattern"] = "core\n";
  host.files["/proc/sys/kernel/core_uses_pid"] = "1\n";
  CHECK(detail(look(check_process, host, killed(SIGSEGV, true)), name) == "it is to be at /srv/core.812");
  host.files["/proc/self/limits"] =
      "Max core file size        0                    unlimited            bytes     \n";
  CHECK(
      detail(look(check_process, host, killed(SIGSEGV, false)), name).starts_with("none: RLIMIT_CORE is 0"));
  CHECK(detail(look(check_process, host, killed(SIGTERM, false)), name).empty());
}

TEST_CASE("the kernel's words about a process are shown, and of storage that fails") {
  const std::string log =
      "[   10.000000] app[812]: segfault at 0 ip 0000 sp 0000 error 4\n"
      "[  100.000000] app[812]: segfault at 8 ip 0000 sp 0000 error 4\n"
      "[  100.100000] other[813]: segfault at 0\n"
      "[  100.200000] blk_update_request: I/O error, dev sdb, sector 8\n"
      "[  100.300000] blk_update_request: I/O error, dev sdb, sector 8\n"
      "[  100.400000] INFO: task app:812 blocked for more than 120 seconds.\n";
  CHECK(parse_kernel_records(log, {Pid{812}}).size() == 4);
  FakeHost host = machine();
  host.files["/proc/uptime"] = "101.50 1.00\n";
  host.commands["/usr/bin/dmesg"] = {.exit_code = 0, .out = log, .err = {}};
  const CheckResult result = look(check_logs, host, killed(SIGSEGV, true));
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary == "the kernel wrote: app[812]: segfault at 8 ip 0000 sp 0000 error 4");
  host.commands["/usr/bin/dmesg"] = {.exit_code = 1, .out = {}, .err = "Operation not permitted"};
  CHECK(detail(look(check_logs, host, killed(SIGSEGV, true)), "not looked at") ==
        "the kernel's log: Operation not permitted");
}

TEST_CASE("the journal of the invocation is asked for its last complaint") {
  FakeHost host = machine();
  Target target = app();
  target.environment.emplace_back("INVOCATION_ID=abc");
  const std::string question =
      "/usr/bin/journalctl --no-pager --quiet --output=cat --lines=20 _SYSTEMD_INVOCATION_ID=abc";
  host.commands[question] = {.exit_code = 0, .out = "starting\nerror: no config\nbye\n", .err = {}};
  CHECK(detail(look(check_logs, host, failed("", 0), target), "journal, the last complaint") ==
        "error: no config");
  host.commands[question] = {.exit_code = 0, .out = "starting\n", .err = {}};
  CHECK(detail(look(check_logs, host, failed("", 0), target), "journal, the last line") == "starting");
  host.commands[question] = {.exit_code = 0, .out = {}, .err = "No journal files were opened"};
  CHECK_FALSE(journal_lines(host, "_SYSTEMD_INVOCATION_ID", "abc", 20).has_value());
  Facts attached = failed("", 0);
  attached.outcome.attached = true;
  attached.outcome.state = State::hung;
  CHECK(look(check_logs, host, attached).status == CheckStatus::unknown);
}

TEST_CASE("what a container takes away explains what failed for it") {
  FakeHost host = machine();
  host.add_file("/.dockerenv", "");
  CHECK(look(check_container, host).summary == "it runs in docker");
  host.files["/proc/self/status"] = "Name:\tx\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\nNoNewPrivs:\t1\n";
  host.files["/proc/sys/kernel/cap_last_cap"] = "40\n";
  host.files["/proc/self/mountinfo"] =
      "1 0 0:1 / / ro - overlay overlay ro\n2 1 0:2 / /proc/sys ro - proc proc rw\n";
  CHECK(look(check_container, host).summary ==
        "it runs in docker, which takes away 27 capabilities, some system calls (seccomp), new rights "
        "(no_new_privs), writing to its root file system, 1 place of /proc and /sys");
  const CheckResult root = look(check_container, host, failed("mkdir", EROFS, "/srv/data"));
  CHECK(root.status == CheckStatus::fail);
  CHECK(root.summary.starts_with("/srv/data is read-only in docker: give it a volume"));
  CHECK(look(check_container, host, failed("openat", EROFS, "/proc/sys/vm/max_map_count"))
            .summary.ends_with("set it outside, on the machine itself"));
  CHECK(look(check_container, host, failed("mount", EPERM)).summary ==
        "mount takes CAP_SYS_ADMIN, which docker takes away (--cap-add=SYS_ADMIN)");
  Facts went_on = failed("mount", EPERM);
  went_on.outcome.state = State::running;
  CHECK(look(check_container, host, went_on).status == CheckStatus::warn);
}

TEST_CASE("each kind of container is known by its own sign") {
  const auto kind = [](auto prepare) {
    FakeHost host = machine();
    prepare(host);
    return look(check_container, host).summary;
  };
  CHECK(kind([](FakeHost& host) { host.files["/run/systemd/container"] = "systemd-nspawn\n"; }) ==
        "it runs in systemd-nspawn");
  CHECK(kind([](FakeHost& host) { host.files["/run/.containerenv"] = ""; }) == "it runs in podman");
  CHECK(kind([](FakeHost& host) {
          host.files["/proc/1/environ"] = std::string("A=1\0container=lxc\0", 18);
        }) == "it runs in lxc");
  CHECK(kind([](FakeHost& host) { host.add_folder("/var/run/secrets/kubernetes.io"); }) ==
        "it runs in Kubernetes");
  CHECK(kind([](FakeHost& host) {
          host.files["/proc/1/cgroup"] = "0::/machine.slice/libpod-" + std::string(64, 'b') + ".scope\n";
        }) == "it runs in podman");
  FakeHost wsl = machine();
  wsl.files["/proc/version"] = "Linux version 5.15-microsoft-standard-WSL2\n";
  CHECK(detail(look(check_container, wsl), "kernel") == "Windows Subsystem for Linux");
}
