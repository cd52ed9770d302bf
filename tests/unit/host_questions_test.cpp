#include <sys/sysmacros.h>

#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/accounts.h"
#include "host/locks.h"
#include "host/mounts.h"
#include "host/packages.h"
#include "host/processes.h"
#include "host/wanted.h"

using namespace whywontitstart;

TEST_CASE("the holder of a lock is found by the inode of the file") {
  FakeHost host;
  host.add_file("/var/lib/db/lock", "");
  host.statuses["/var/lib/db/lock"].inode = 1234;
  host.statuses["/var/lib/db/lock"].device = ::makedev(8, 1);
  host.files["/proc/locks"] =
      "1: POSIX  ADVISORY  WRITE 81 08:01:1234 0 EOF\n"
      "1: -> POSIX  ADVISORY  WRITE 82 08:01:1234 0 EOF\n"
      "2: FLOCK  ADVISORY  WRITE 83 08:02:1234 0 EOF\n";
  host.files["/proc/81/cmdline"] = std::string("postgres\0", 9);
  const auto holders = lock_holders(host, "/var/lib/db/lock").value();
  REQUIRE(holders.size() == 1);
  CHECK(holders[0].who() == "postgres (PID 81)");
  CHECK(holders[0].lock.exclusive);
}

TEST_CASE("the lock of an open file description is found in the files of the processes") {
  FakeHost host;
  host.add_file("/lock", "");
  host.statuses["/lock"].inode = 55;
  host.files["/proc/locks"] = "1: OFDLCK ADVISORY  WRITE -1 00:1f:55 0 EOF\n";
  host.files["/proc/91/fdinfo/3"] = "pos:\t0\nlock:\t1: OFDLCK ADVISORY  WRITE -1 00:1f:55 0 EOF\n";
  host.files["/proc/91/cmdline"] = std::string("app\0", 4);
  CHECK(lock_holders(host, "/lock").value().at(0).lock.pid == Pid{91});
}

TEST_CASE("a PID file is stale when its process is gone or is another program") {
  FakeHost host;
  host.files["/run/app.pid"] = "77\n";
  CHECK_FALSE(read_pid_file(host, "/run/app.pid", "/usr/bin/app"));
  host.files["/proc/1/cmdline"] = "init";
  CHECK_FALSE(read_pid_file(host, "/run/app.pid", "/usr/bin/app")->alive);
  host.files["/proc/77/cmdline"] = std::string("bash\0", 5);
  CHECK(read_pid_file(host, "/run/app.pid", "/usr/bin/app")->alive);
  CHECK_FALSE(read_pid_file(host, "/run/app.pid", "/usr/bin/app")->same_program);
  host.links["/proc/77/exe"] = "/usr/bin/app";
  CHECK(read_pid_file(host, "/run/app.pid", "/usr/bin/app")->same_program);
}

TEST_CASE("users are found in the file first, then by getent") {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/bash\n# comment\nbroken\n";
  CHECK(find_user(host, "root")->home == "/root");
  CHECK(find_user(host, "0")->name == "root");
  CHECK(find_user(host, "nobody").error().errno_code == ENOENT);
  host.commands["/usr/bin/getent passwd anna"] = {0, "anna:*:5000:5000::/home/anna:/bin/sh\n", ""};
  host.commands["/usr/bin/getent passwd otto"] = {2, "", ""};
  host.commands["/usr/bin/getent passwd slow"] = {1, "", "broken"};
  CHECK(find_user(host, "anna")->uid == 5000);
  CHECK(find_user(host, "otto").error().errno_code == ENOENT);
  CHECK(find_user(host, "slow").error().errno_code == 0);
  CHECK(find_user(host, "--help").error().errno_code == ENOENT);
}

TEST_CASE("the groups of a user are its own one and those that name it") {
  FakeHost host;
  host.files["/etc/group"] = "web:x:33:\nssl:x:101:anna,otto\nadm:x:4:otto\n";
  CHECK(groups_of(host, User{"anna", 33, 33, "", ""}) == std::vector<std::uint32_t>{33, 101});
  CHECK(find_group(host, "ssl")->members.size() == 2);
}

TEST_CASE("mount points are read with their escapes, and the innermost one counts") {
  const auto all = parse_mounts(
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 8:2 / /mnt/my\\040disk rw,noexec,nosuid shared:1 master:2 - vfat /dev/sdb1 ro\n"
      "3 1 0:5 / /mnt/my\\040disk/x ro,nodev - tmpfs tmpfs rw\n"
      "not a mount\n");
  REQUIRE(all.size() == 3);
  CHECK(mount_of(all, "/mnt/my disk/a")->noexec);
  CHECK(mount_of(all, "/mnt/my disk/a")->refuses_writing());
  CHECK(mount_of(all, "/mnt/my disk/x/y")->type == "tmpfs");
  CHECK(mount_of(all, "/mnt/my diskette")->point == "/");
}

TEST_CASE("a process belongs to its unit or container") {
  CHECK(parse_supervisor("0::/user.slice/user-1.slice/user@1.service/app.slice/x.service\n").unit ==
        "x.service");
  const std::string id(64, 'c');
  CHECK(parse_supervisor("0::/system.slice/docker-" + id + ".scope\n").container == std::string(12, 'c'));
  CHECK(parse_supervisor("5:pids:/lxc.payload.web/x\n").container == "web");
  CHECK(parse_supervisor("0::/\n").unit.empty());
  CHECK(capability_names(0x401) == std::vector<std::string>{"CAP_CHOWN", "CAP_NET_BIND_SERVICE"});
}

TEST_CASE("the package of a file is found under both names of a merged folder") {
  FakeHost host;
  host.files["/var/lib/dpkg/info/libc6:amd64.list"] = "/.\n/lib\n/lib/x86_64-linux-gnu/libc.so.6\n";
  CHECK(package_of(host, "/usr/lib/x86_64-linux-gnu/libc.so.6").value() == "libc6:amd64");
  CHECK(package_of(host, "/usr/bin/x").error().errno_code == ENOENT);
  FakeHost alpine;
  alpine.files["/lib/apk/db/installed"] = "P:musl\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:other\nF:bin\nR:x\n";
  CHECK(package_of(alpine, "/lib/ld-musl-x86_64.so.1").value() == "musl");
  FakeHost lists;
  lists.files["/var/lib/apt/lists/deb_dists_stable_main_Contents-amd64"] =
      "usr/lib/x86_64-linux-gnu/libx.so.1.2    libs/other\nusr/lib/x86_64-linux-gnu/libx.so.1    "
      "libs/libx1,libs/libx\n";
  CHECK(package_of_library(lists, "libx.so.1").value() == "libx1");
}

TEST_CASE("what a call wants of its path is read from its name and flags") {
  SyscallEvent call;
  call.name = "openat";
  call.flags = {"O_WRONLY", "O_CREAT"};
  CHECK(wanted_of(call).create);
  CHECK(wanted_of(call).rights.write);
  CHECK_FALSE(wanted_of(call).rights.read);
  call.flags = {"O_RDONLY"};
  CHECK(to_text(wanted_of(call).rights) == "r--");
  call.name = "unlink";
  CHECK(wanted_of(call).remove);
}
