#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/absent_host.h"
#include "host/bounds.h"
#include "host/tallies.h"

using namespace whywontitstart;

namespace {

constexpr std::uint32_t app = 1000;

Bearer bearer(std::vector<Limit> limits = {}) {
  Bearer who;
  who.identity.uid = app;
  who.limits = std::move(limits);
  return who;
}

SyscallEvent failed(const std::string& name, int code, std::vector<std::string> arguments = {},
                    std::vector<std::string> flags = {}) {
  SyscallEvent call;
  call.name = name;
  call.error = Errno{code};
  call.arguments = std::move(arguments);
  call.flags = std::move(flags);
  return call;
}

/// The likeliest bound, in words.
std::string first(const Host& host, const SyscallEvent& call, const Bearer& who = bearer()) {
  const std::vector<Bound> bounds = bounds_behind(host, call, who);
  if (bounds.empty()) return "none";
  const std::string how = bounds.front().reached ? *bounds.front().reached ? "" : "not " : "maybe ";
  return how + to_text(bounds.front());
}

std::string status_of(std::uint32_t uid, int threads) {
  return fmt::format("Name:\tx\nUid:\t{0}\t{0}\t{0}\t{0}\nThreads:\t{1}\n", uid, threads);
}

FakeHost machine() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/srv:/bin/false\n";
  host.files["/proc/1/status"] = status_of(0, 1);
  host.links["/proc/self/ns/pid"] = "pid:[4026531836]";
  return host;
}

}  // namespace

TEST_CASE("too many open files are those of the process, of the machine, or inotify's") {
  FakeHost host = machine();
  const Bearer who = bearer({{"RLIMIT_NOFILE", 20, 1024}});
  CHECK(first(host, failed("openat", EMFILE), who) == "RLIMIT_NOFILE: 20 open files, hard limit 1024");
  host.files["/proc/sys/fs/file-max"] = "100\n";
  host.files["/proc/sys/fs/file-nr"] = "100\t0\t100\n";
  CHECK(first(host, failed("socket", ENFILE)) == "fs.file-max: 100 of 100 open files of the whole machine");

  host.files["/proc/sys/fs/inotify/max_user_instances"] = "2\n";
  host.files["/proc/7/status"] = status_of(app, 1);
  host.links["/proc/7/fd/3"] = "anon_inode:inotify";
  host.links["/proc/7/fd/4"] = "anon_inode:inotify";
  CHECK(first(host, failed("inotify_init1", EMFILE), who) ==
        "fs.inotify.max_user_instances: 2 of 2 inotify instances of user app");
  host.files["/proc/sys/fs/inotify/max_user_instances"] = "8192\n";
  CHECK(first(host, failed("inotify_init1", EMFILE), who) ==
        "maybe RLIMIT_NOFILE: 20 open files, hard limit 1024");
}

TEST_CASE("watches are counted, and what could not be counted is said") {
  FakeHost host = machine();
  host.files["/proc/sys/fs/inotify/max_user_watches"] = "2\n";
  host.files["/proc/7/status"] = status_of(app, 1);
  host.links["/proc/7/fd/3"] = "anon_inode:inotify";
  host.files["/proc/7/fdinfo/3"] = "pos:\t0\ninotify wd:2 ino:1 sdev:1\ninotify wd:1 ino:2 sdev:1\n";
  const SyscallEvent call = failed("inotify_add_watch", ENOSPC);
  CHECK(first(host, call) == "fs.inotify.max_user_watches: 2 of 2 inotify watches of user app");
  host.files["/proc/sys/user/max_inotify_watches"] = "1\n";
  CHECK(first(host, call) == "user.max_inotify_watches: 2 of 1 inotify watches of user app");
  host.files["/proc/sys/user/max_inotify_watches"] = "2147483647\n";
  host.errors["/proc/7/fd"] = EACCES;
  CHECK(first(host, call) == "fs.inotify.max_user_watches: at least 0 of 2 inotify watches of user app");
  CHECK(bounds_behind(host, call, bearer()).front().unseen ==
        "the open files of some processes may not be looked at");
}

TEST_CASE("no more processes: of the user, the control group or the machine, the tightest first") {
  FakeHost host = machine();
  host.files["/proc/7/status"] = status_of(app, 4);
  host.files["/proc/loadavg"] = "0.00 0.01 0.05 1/135 4711\n";
  host.files["/proc/sys/kernel/threads-max"] = "15000\n";
  const SyscallEvent call = failed("clone", EAGAIN);
  CHECK(first(host, call, bearer({{"RLIMIT_NPROC", 4, 4}})) ==
        "RLIMIT_NPROC: 4 of 4 processes and threads of user app");
  CHECK(first(host, call, bearer({{"RLIMIT_NPROC", 5000, 5000}})) ==
        "maybe RLIMIT_NPROC: 4 of 5000 processes and threads of user app");
  host.files["/proc/self/cgroup"] = "0::/a.slice/b.service\n";
  host.files["/sys/fs/cgroup/cgroup.controllers"] = "pids\n";
  host.files["/sys/fs/cgroup/a.slice/pids.max"] = "33\n";
  host.files["/sys/fs/cgroup/a.slice/pids.current"] = "3\n";
  host.files["/sys/fs/cgroup/a.slice/b.service/pids.max"] = "100\n";
  host.files["/sys/fs/cgroup/a.slice/b.service/pids.current"] = "2\n";
  const Bearer who = bearer({{"RLIMIT_NPROC", 5000, 5000}});
  CHECK(first(host, call, who) == "maybe pids.max of /sys/fs/cgroup/a.slice: 3 of 33 processes and threads");
  host.files["/sys/fs/cgroup/a.slice/b.service/pids.events"] = "max 7\n";
  CHECK(first(host, call, who) ==
        "maybe pids.max of /sys/fs/cgroup/a.slice/b.service: 2 of 100 processes and threads");
  CHECK(bounds_behind(host, call, who).front().fix.command ==
        "systemctl set-property b.service TasksMax=infinity");
  host.files["/proc/loadavg"] = "0.00 0.01 0.05 1/15000 4711\n";
  CHECK(first(host, call, who) ==
        "kernel.threads-max: 15000 of 15000 processes and threads of the whole machine");
  Bearer root = who;
  root.identity.uid = 0;
  for (const Bound& bound : bounds_behind(host, call, root))
    if (bound.name == "RLIMIT_NPROC") CHECK(bound.reached == false);
}

TEST_CASE("memory: by a limit, by what may be promised, else not by a bound") {
  FakeHost host = machine();
  host.files["/proc/sys/vm/overcommit_memory"] = "0\n";
  host.files["/proc/meminfo"] =
      "MemTotal: 1048576 kB\nMemAvailable: 500000 kB\nSwapTotal: 0 kB\nCommitLimit: 524288 kB\nCommitted_AS: "
      "524288 kB\n";
  const std::vector<Limit> unlimited = {{"RLIMIT_AS", no_bound, no_bound}};
  const SyscallEvent huge = failed("mmap", ENOMEM, {"NULL", "2147483648", "PROT_READ"});
  const SyscallEvent small = failed("mmap", ENOMEM, {"NULL", "4096", "PROT_READ"});
  CHECK(first(host, huge, bearer({{"RLIMIT_AS", 104857600, no_bound}})) ==
        "RLIMIT_AS: 100 MiB for address space, hard limit unlimited");
  CHECK(
      first(host, huge, bearer(unlimited)).starts_with("vm.overcommit_memory: 1.0 GiB for memory and swap"));
  CHECK(first(host, small, bearer(unlimited)).starts_with("not "));
  host.files["/proc/sys/vm/max_map_count"] = "65530\n";
  CHECK(first(host, small, bearer(unlimited)) == "maybe vm.max_map_count: 65530 memory areas of the process");
  host.files["/proc/sys/vm/overcommit_memory"] = "2\n";
  CHECK(first(host, small, bearer(unlimited)) ==
        "vm.overcommit_memory: 512 MiB of 512 MiB for memory that may be promised (vm.overcommit_memory=2)");
}

TEST_CASE("of a process that lives, its own use is read") {
  FakeHost host = machine();
  Bearer who = bearer({{"RLIMIT_NOFILE", 2, 2}, {"RLIMIT_AS", 2048, 2048}});
  who.pid = Pid{9};
  host.links["/proc/9/fd/0"] = host.links["/proc/9/fd/1"] = "/dev/null";
  host.files["/proc/9/status"] = "Name:\tx\nVmSize:\t       2 kB\n";
  CHECK(first(host, failed("openat", EMFILE), who) == "RLIMIT_NOFILE: 2 of 2 open files");
  CHECK(first(host, failed("mmap", ENOMEM, {"NULL", "4096"}), who) ==
        "RLIMIT_AS: 2.0 KiB of 2.0 KiB for address space");
}

TEST_CASE("System V objects, queues, asynchronous requests and keys have bounds of the kernel") {
  FakeHost host = machine();
  host.files["/proc/sys/kernel/shmmni"] = "2\n";
  host.files["/proc/sys/kernel/shmall"] = "4\n";
  host.files["/proc/sys/kernel/shmmax"] = "4096\n";
  host.files["/proc/sysvipc/shm"] =
      "       key      shmid perms                  size\n         0          0   600       4096\n";
  CHECK(first(host, failed("shmget", ENOSPC, {"0", "16384"})) ==
        "kernel.shmall: 5 of 4 pages of System V shared memory");
  CHECK(first(host, failed("shmget", EINVAL, {"0", "8192"})) ==
        "kernel.shmmax: 8.0 KiB of 4.0 KiB for one segment of System V shared memory");
  host.files["/proc/sys/kernel/sem"] = "32000\t20\t500\t1\n";
  host.files["/proc/sysvipc/sem"] = "key semid perms nsems\n 0 0 600 5\n";
  CHECK(first(host, failed("semget", ENOSPC, {"0", "1"})) ==
        "kernel.sem: 1 of 1 sets of System V semaphores (SEMMNI)");
  host.files["/proc/sys/fs/aio-max-nr"] = "1000\n";
  host.files["/proc/sys/fs/aio-nr"] = "900\n";
  CHECK(first(host, failed("io_setup", EAGAIN, {"128"})) ==
        "fs.aio-max-nr: 900 of 1000 asynchronous requests of the machine");
  host.files["/proc/key-users"] =
      "    0:     9 8/8 3/1000000 40/25000000\n 1000:   200 200/200 200/200 40/20000\n";
  host.files["/proc/sys/kernel/keys/maxkeys"] = "200\n";
  host.files["/proc/sys/kernel/keys/maxbytes"] = "20000\n";
  CHECK(first(host, failed("add_key", EDQUOT)) == "kernel.keys.maxkeys: 200 of 200 keys of user app");
}

TEST_CASE("what a setting switches off is told as that") {
  FakeHost host = machine();
  host.files["/proc/sys/kernel/unprivileged_userns_clone"] = "0\n";
  CHECK(first(host, failed("unshare", EPERM, {}, {"CLONE_NEWUSER"})) ==
        "kernel.unprivileged_userns_clone is 0: only root may make user namespaces");
  CHECK(first(host, failed("unshare", EPERM, {}, {"CLONE_NEWNS"})) == "none");
  host.files["/proc/sys/user/max_user_namespaces"] = "0\n";
  CHECK(first(host, failed("unshare", ENOSPC, {}, {"CLONE_NEWUSER"})) ==
        "user.max_user_namespaces: 0 namespaces of kind user of user app");
  host.files["/proc/sys/kernel/io_uring_disabled"] = "2\n";
  CHECK(first(host, failed("io_uring_setup", EPERM)) ==
        "kernel.io_uring_disabled is 2: io_uring is switched off");
}

TEST_CASE("of a machine that is not here only what the call itself says is known") {
  CHECK(first(AbsentHost(), failed("openat", EMFILE)) == "none");
  CHECK(first(AbsentHost(), failed("openat", EMFILE), bearer({{"RLIMIT_NOFILE", 8, 8}})) ==
        "RLIMIT_NOFILE: 8 open files");
  CHECK(first(FakeHost(), failed("openat", ENOENT)) == "none");
  CHECK_FALSE(threads_of_user(AbsentHost(), 0).has_value());
  CHECK(hidden_processes(FakeHost()) == "processes of others are hidden (hidepid, ProtectProc=)");
}
