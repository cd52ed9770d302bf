#include <catch2/catch.hpp>
#include <csignal>

#include "checks/checks.h"
#include "fake_host.h"
#include "host/absent_host.h"

using namespace whywontitstart;

namespace {

Target web_target() {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  target.cwd = "/srv";
  target.identity = {33, 33, {33}, "www-data", "/var/www", "/bin/false"};
  target.environment = {"PATH=/usr/bin:/bin", "HOME=/srv"};
  return target;
}

Target root_target() {
  Target target = web_target();
  target.identity = {0, 0, {0}, "root", "/root", "/bin/sh"};
  return target;
}

FakeHost plain() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n";
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  host.add_file("/srv/app", "#!/bin/sh\n", 0755)
      .add_file("/bin/sh",
                "\x7f"
                "ELF",
                0755)
      .add_folder("/usr/bin");
  return host;
}

Facts failed_run(const std::string& name, int code, const std::string& path) {
  Facts facts;
  Failure failure;
  failure.call.name = name;
  failure.call.error = Errno{code};
  failure.call.path = path;
  facts.failures.push_back(failure);
  facts.last_failing = failure;
  facts.events = 10;
  facts.failed = 1;
  facts.outcome.state = State::exited;
  facts.outcome.status.code = 1;
  return facts;
}

CheckResult run(CheckResult (*check)(const CheckInput&), const Host& host, const Facts& facts = {},
                const Target& target = web_target()) {
  return check({target, facts, host});
}

}  // namespace

TEST_CASE("the checks come with the ids of the report, in its order") {
  const std::vector<CheckResult> results = run_checks(web_target(), Facts(), plain());
  REQUIRE(results.size() == check_ids().size());
  for (std::size_t at = 0; at < results.size(); ++at) {
    CHECK(results[at].id == check_ids()[at]);
    CHECK_FALSE(results[at].summary.empty());
  }
}

TEST_CASE("of a machine that is not here no check passes or fails") {
  for (const CheckResult& result : run_checks(web_target(), Facts(), AbsentHost())) {
    INFO(result.id << ": " << result.summary);
    CHECK((result.status == CheckStatus::unknown || result.status == CheckStatus::skipped));
  }
}

TEST_CASE("the line in which the program complains is shown") {
  Facts facts = failed_run("openat", ENOENT, "/etc/x");
  facts.lines.push_back({"starting", Pid{1}, 1, TraceTime(1), Stream::standard_output, "", {}});
  facts.lines.push_back(
      {"FATAL: no config", Pid{1}, 2, TraceTime(2), Stream::log_file, "/var/log/app.log", {}});
  facts.lines.push_back({"bye", Pid{1}, 3, TraceTime(3), Stream::standard_error, "", {}});
  const CheckResult result = run(check_logs, FakeHost(), facts);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary == "it wrote: FATAL: no config");
  facts.outcome = Outcome();
  facts.outcome.state = State::running;
  CHECK(run(check_logs, FakeHost(), facts).status == CheckStatus::pass);
  facts = failed_run("openat", ENOENT, "/etc/x");
  CHECK(run(check_logs, FakeHost(), facts).status == CheckStatus::warn);
  CHECK(run(check_logs, FakeHost()).status == CheckStatus::skipped);
}

TEST_CASE("how the process ended is said in words") {
  Facts facts = failed_run("openat", ENOENT, "/etc/x");
  facts.outcome.status.code = 127;
  CHECK(run(check_process, FakeHost(), facts).status == CheckStatus::fail);
  CHECK(run(check_process, FakeHost(), facts).details.back().second ==
        "as of a shell: a command or library was not found");
  facts.outcome.state = State::killed;
  facts.outcome.status.signal = Signal{SIGSEGV};
  CHECK(run(check_process, FakeHost(), facts).summary == "it was ended by SIGSEGV (Segmentation fault)");
  facts.outcome = Outcome();
  facts.outcome.state = State::exited;
  CHECK(run(check_process, FakeHost(), facts).status == CheckStatus::pass);
  facts.swallowed = true;
  CHECK(run(check_process, FakeHost(), facts).status == CheckStatus::warn);
  CHECK(run(check_process, FakeHost()).status == CheckStatus::skipped);
}

TEST_CASE("the holder of a port that could not be bound is named") {
  FakeHost host = plain();
  host.files["/proc/net/tcp"] =
      "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n";
  host.files["/proc/812/cmdline"] = std::string("/usr/sbin/apache2\0", 18);
  host.links["/proc/812/fd/3"] = "socket:[4711]";
  Facts facts = failed_run("bind", EADDRINUSE, "");
  facts.failures[0].call.address = "0.0.0.0:8080";
  const CheckResult result = run(check_ports, host, facts);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary == "0.0.0.0:8080 is taken by apache2 (PID 812)");

  facts.failures[0].healed = true;
  CHECK(run(check_ports, host, facts).status == CheckStatus::skipped);
  facts.processes.push_back({});
  facts.processes[0].listens = {"0.0.0.0:8081"};
  CHECK(run(check_ports, host, facts).status == CheckStatus::pass);
}

TEST_CASE("before a start no call tells of ports") {
  CHECK(run(check_ports, plain()).status == CheckStatus::skipped);
}

TEST_CASE("a refused path is walked, and the folder that denies is named") {
  FakeHost host = plain();
  host.add_folder("/var/lib/app", 0700).add_file("/var/lib/app/db", "", 0644);
  const CheckResult result = run(check_permissions, host, failed_run("openat", EACCES, "/var/lib/app/db"));
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.starts_with("/var/lib/app is drwx------ root:"));
  CHECK(run(check_permissions, host).status == CheckStatus::pass);
}

TEST_CASE("a refusal that modes do not explain is not explained by modes") {
  FakeHost host = plain();
  host.add_file("/srv/data", "", 0644, 33, 33);
  const Facts facts = failed_run("openat", EACCES, "/srv/data");
  CHECK(run(check_permissions, host, facts).summary.find("a security module") != std::string::npos);

  host.files["/sys/fs/selinux/enforce"] = "1";
  CHECK(run(check_selinux, host, facts).status == CheckStatus::warn);
  CHECK(run(check_selinux, host).status == CheckStatus::pass);
  host.files["/sys/fs/selinux/enforce"] = "0";
  CHECK(run(check_selinux, host, facts).status == CheckStatus::pass);

  host.files["/sys/module/apparmor/parameters/enabled"] = "Y\n";
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::unknown);
  host.files["/proc/self/attr/current"] = "docker-default (enforce)\n";
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::warn);
  host.files["/proc/self/attr/current"] = "unconfined\n";
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::unknown);
  host.files["/sys/kernel/security/apparmor/profiles"] = "other (enforce)\n";
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::pass);
}

TEST_CASE("security modules that are not in use are skipped") {
  CHECK(run(check_selinux, plain()).status == CheckStatus::skipped);
  CHECK(run(check_apparmor, plain()).status == CheckStatus::skipped);
}

TEST_CASE("an environment that leads astray is warned of") {
  FakeHost host = plain();
  host.add_folder("/open", 0777);
  Target target = web_target();
  CHECK(run(check_environment, host, {}, target).status == CheckStatus::pass);
  for (const std::string entry : {"PATH=/usr/bin:", "PATH=bin", "PATH=/open", "HOME=/gone", "TMPDIR=/gone",
                                  "LD_PRELOAD=/gone/lib.so"}) {
    INFO(entry);
    target = web_target();
    const std::string name = entry.substr(0, entry.find('='));
    std::erase_if(target.environment,
                  [&](const std::string& other) { return other.starts_with(name + "="); });
    target.environment.push_back(entry);
    CHECK(run(check_environment, host, {}, target).status == CheckStatus::warn);
  }
  target.environment = {"HOME=/srv"};
  CHECK(run(check_environment, host, {}, target).status == CheckStatus::warn);
}

TEST_CASE("limits are those of the program, and a full group of processes stops it") {
  FakeHost host = plain();
  host.files["/proc/self/limits"] =
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max open files            1024                 unlimited            files     \n"
      "Max processes             4                    4                    processes \n";
  Target target = root_target();
  CHECK(run(check_limits, host, {}, web_target()).status == CheckStatus::warn);
  host.files["/proc/7/status"] = "Name:\tx\nUid:\t33\t33\t33\t33\nThreads:\t4\n";
  CHECK(run(check_limits, host, {}, web_target()).status == CheckStatus::fail);

  host.files["/proc/self/limits"] =
      "Max open files            1024                 unlimited            files     \n";
  CHECK(run(check_limits, host, {}, target).status == CheckStatus::pass);
  target.limits = {{"RLIMIT_NOFILE", 3, 3}};
  CHECK(run(check_limits, host, {}, target).summary == "RLIMIT_NOFILE is very low: 3");

  host.files["/proc/self/cgroup"] = "0::/app\n";
  host.files["/sys/fs/cgroup/cgroup.controllers"] = "pids\n";
  host.files["/sys/fs/cgroup/app/pids.max"] = "10\n";
  host.files["/sys/fs/cgroup/app/pids.current"] = "10\n";
  const CheckResult result = run(check_limits, host, {}, target);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.starts_with(
      "pids.max of /sys/fs/cgroup/app is used up: 10 of 10 processes and threads; "));
  CHECK(run(check_limits, FakeHost()).status == CheckStatus::unknown);
}

TEST_CASE("a program that cannot be executed fails the check of its interpreter") {
  FakeHost host = plain();
  host.files["/srv/app"] = "#!/usr/bin/gone\n";
  CHECK(run(check_interpreter, host).status == CheckStatus::fail);
  host.files["/srv/app"] = "#!/bin/sh\n";
  host.errors["/bin/sh"] = EIO;
  CHECK(run(check_interpreter, host).status != CheckStatus::fail);
  Target target = web_target();
  target.executable.clear();
  CHECK(run(check_interpreter, host, {}, target).summary == "/srv/app was not found");
}

TEST_CASE("a full or read-only file system is told") {
  FakeHost host = plain();
  host.filesystems["/"] = {
      .total_bytes = 1000000, .free_bytes = 500000, .total_inodes = 100, .free_inodes = 50};
  CHECK(run(check_filesystem, host).status == CheckStatus::pass);
  host.filesystems["/"].free_inodes = 0;
  CHECK(run(check_filesystem, host).status == CheckStatus::warn);
  host.filesystems["/"].free_bytes = 0;
  const CheckResult full = run(check_filesystem, host, failed_run("write", ENOSPC, "/srv/log/x"));
  CHECK(full.status == CheckStatus::fail);
  CHECK(full.summary == "the file system of /srv is full: 0 of 977 KiB are free (ext4, mounted on /)");
  host.filesystems["/"] = {.total_bytes = 1000, .free_bytes = 900, .read_only = true};
  CHECK(run(check_filesystem, host).status == CheckStatus::pass);
  CHECK(run(check_filesystem, host, failed_run("openat", EROFS, "/srv/x")).status == CheckStatus::fail);
  CHECK(run(check_filesystem, plain()).status == CheckStatus::unknown);
}

TEST_CASE("an address that this machine does not have is told") {
  FakeHost host = plain();
  host.files["/proc/net/fib_trie"] =
      "Local:\n           |-- 127.0.0.1\n              /32 host LOCAL\n           |-- 10.0.0.5\n             "
      " /32 host "
      "LOCAL\n           |-- 10.0.0.255\n              /32 link BROADCAST\n";
  host.files["/proc/net/if_inet6"] = "00000000000000000000000000000001 01 80 10 80       lo\n";
  host.files["/etc/resolv.conf"] = "nameserver 10.0.0.1\n";
  const CheckResult fine = run(check_network, host);
  CHECK(fine.status == CheckStatus::pass);
  CHECK(fine.details.at(0).second == "127.0.0.1, 10.0.0.5, ::1");
  Facts facts = failed_run("bind", EADDRNOTAVAIL, "");
  facts.failures[0].call.address = "10.0.0.6:80";
  CHECK(run(check_network, host, facts).summary ==
        "10.0.0.6 is no address of this machine, which has 127.0.0.1, 10.0.0.5, ::1");
  host.files["/proc/net/fib_trie"] = "";
  CHECK(run(check_network, host).status == CheckStatus::warn);
}

TEST_CASE("memory that is nearly gone is warned of, also of the control group alone") {
  FakeHost host = plain();
  host.files["/proc/meminfo"] = "MemTotal: 1000000 kB\nMemAvailable: 500000 kB\nSwapFree: 0 kB\n";
  CHECK(run(check_memory, host).status == CheckStatus::pass);
  host.files["/proc/self/cgroup"] = "4:memory:/app\n";
  host.files["/sys/fs/cgroup/memory/app/memory.limit_in_bytes"] = "1000000\n";
  host.files["/sys/fs/cgroup/memory/app/memory.usage_in_bytes"] = "999000\n";
  CHECK(run(check_memory, host).status == CheckStatus::warn);
  host.files["/proc/self/cgroup"] = "";
  host.files["/proc/meminfo"] = "MemTotal: 1000000 kB\nMemAvailable: 1000 kB\nSwapFree: 0 kB\n";
  CHECK(run(check_memory, host).summary == "only 1000 KiB of memory and swap are left");
}

TEST_CASE("what root lacks here is said") {
  FakeHost host = plain();
  host.files["/proc/self/status"] =
      "Name:\tx\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_"
      "filters:\t1\n";
  CHECK(run(check_capabilities, host, {}, root_target()).status == CheckStatus::warn);
  CHECK(run(check_capabilities, host).status == CheckStatus::pass);
  host.statuses["/srv/app"].mode |= S_ISUID;
  CHECK(run(check_capabilities, host).status == CheckStatus::warn);
  CHECK(run(check_seccomp, host).status == CheckStatus::warn);
  host.files["/proc/self/status"] = "Name:\tx\nCapEff:\t1ffffffffff\nCapBnd:\t1ffffffffff\nSeccomp:\t0\n";
  CHECK(run(check_capabilities, host, {}, root_target()).status == CheckStatus::pass);
  CHECK(run(check_seccomp, host).status == CheckStatus::pass);
  Facts facts;
  facts.processes.push_back({});
  facts.processes[0].signals.emplace_back();
  facts.processes[0].signals[0].signal = Signal{SIGSYS};
  facts.processes[0].signals[0].call = "ptrace";
  CHECK(run(check_seccomp, host, facts).status == CheckStatus::pass);  // it handled the signal
  facts.processes[0].exit = ExitStatus{.code = 0, .signal = Signal{SIGSYS}, .core_dumped = false};
  CHECK(run(check_seccomp, host, facts).status == CheckStatus::fail);
  CHECK(run(check_seccomp, host, facts).summary.find("ptrace") != std::string::npos);
}

TEST_CASE("a container is known by what it leaves lying about") {
  FakeHost host = plain();
  CHECK(run(check_container, host).status == CheckStatus::unknown);
  host.files["/proc/1/status"] = "Name:\tsystemd\n";
  CHECK(run(check_container, host).summary == "no sign of a container");
  host.files["/proc/1/cgroup"] = "0::/docker/" + std::string(64, 'a') + "\n";
  CHECK(run(check_container, host).summary == "it runs in docker");
  host.files["/.dockerenv"] = "";
  CHECK(run(check_container, host).summary == "it runs in docker");
}

TEST_CASE("the trace is summed up by its failing calls") {
  Facts facts = failed_run("openat", ENOENT, "/etc/x");
  CHECK(run(check_trace, FakeHost(), facts).status == CheckStatus::warn);
  facts.outcome.status.code = 0;
  CHECK(run(check_trace, FakeHost(), facts).status == CheckStatus::pass);
  facts.lost = 3;
  CHECK(run(check_trace, FakeHost(), facts).summary == "3 events are missing from the trace");
}
