#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/open_files.h"
#include "host/waits.h"

using namespace whywontitstart;

namespace {

const Pid process{7};

FakeHost machine() {
  FakeHost host;
  host.add_file("/proc/7/status", "Name:\tapp\nState:\tS (sleeping)\nPPid:\t1\n");
  host.add_file("/proc/7/cmdline", std::string("/usr/bin/app\0", 13));
  return host;
}

WaitEvent wait_in(std::string call, int fd = -1, std::vector<std::string> arguments = {}) {
  WaitEvent wait;
  wait.call.name = std::move(call);
  wait.call.fd = fd;
  wait.call.arguments = std::move(arguments);
  wait.call.finished = false;
  wait.state = 'S';
  return wait;
}

WaitEvent explained(const FakeHost& host, WaitEvent wait) {
  explain_wait(host, process, process, wait);
  return wait;
}

}  // namespace

TEST_CASE("the members of an epoll instance are read from fdinfo") {
  CHECK(epoll_members("pos:\t0\nflags:\t02\ntfd:        5 events:       19 data: 5 pos:0 ino:1 sdev:8\n"
                      "tfd:       12 events: 1 data: c\n") == std::vector<int>{5, 12});
}

TEST_CASE("standard input that another process has the other end of is named") {
  FakeHost host = machine();
  host.add_link("/proc/7/fd/0", "pipe:[17]").add_link("/proc/9/fd/1", "pipe:[17]");
  host.add_file("/proc/7/fdinfo/0", "flags:\t0100000\n").add_file("/proc/9/fdinfo/1", "flags:\t0100001\n");
  host.add_file("/proc/9/status", "Name:\tsleep\nPPid:\t1\n");
  host.add_file("/proc/9/cmdline", std::string("sleep\0"
                                               "100\0",
                                               10));
  const WaitEvent wait = explained(host, wait_in("read", 0));
  CHECK(wait.on == WaitFor::input);
  CHECK(wait.by == std::vector<Pid>{Pid{9}});
  CHECK(wait.who == "sleep (PID 9)");
}

TEST_CASE("a pipe of which a process has both ends is a wait for itself") {
  FakeHost host = machine();
  host.add_link("/proc/7/fd/3", "pipe:[17]").add_link("/proc/7/fd/4", "pipe:[17]");
  host.add_file("/proc/7/fdinfo/3", "flags:\t00\n").add_file("/proc/7/fdinfo/4", "flags:\t01\n");
  const WaitEvent wait = explained(host, wait_in("read", 3));
  CHECK(wait.on == WaitFor::pipe);
  CHECK(wait.by == std::vector<Pid>{process});
}

TEST_CASE("the child that is waited for is named, and only that one") {
  FakeHost host = machine();
  for (const char* pid : {"8", "9"}) {
    host.add_file(fmt::format("/proc/{}/status", pid), "Name:\tx\nState:\tS (sleeping)\nPPid:\t7\n");
    host.add_file(fmt::format("/proc/{}/cmdline", pid), std::string("worker\0", 7));
  }
  CHECK(explained(host, wait_in("wait4", -1, {"-1", "NULL", "0", "NULL"})).by.size() == 2);
  const WaitEvent one = explained(host, wait_in("wait4", -1, {"9", "NULL", "0", "NULL"}));
  CHECK(one.by == std::vector<Pid>{Pid{9}});
  CHECK(one.thing == "worker (PID 9)");
}

TEST_CASE("a thread waits for the owner that its mutex has written down") {
  FakeHost host = machine();
  host.add_folder("/proc/7/task/70").add_file("/proc/7/task/70/comm", "other\n");
  host.add_file("/proc/7/task/7/comm", "app\n");
  const std::uint32_t words[3] = {2, 1, 70};
  host.add_file("/proc/7/mem", std::string(16, '\0') + std::string(reinterpret_cast<const char*>(words), 12));
  const WaitEvent wait = explained(host, wait_in("futex", -1, {"0x10", "FUTEX_WAIT_PRIVATE", "2", "NULL"}));
  CHECK(wait.on == WaitFor::thread);
  CHECK(wait.by == std::vector<Pid>{Pid{70}});
  CHECK(wait.who == "thread 7 (app) waits for a mutex that thread 70 (other) has locked");
  CHECK_FALSE(wait.timed);
  // A condition variable does not tell who will signal it.
  CHECK(explained(host, wait_in("futex", -1, {"0x10", "FUTEX_WAIT_PRIVATE", "0", "NULL"})).by.empty());
}

TEST_CASE("a stop by the terminal and a stop by a tracer are told apart") {
  FakeHost host = machine();
  WaitEvent wait = wait_in("read", 0);
  wait.state = 'T';
  wait.call.file = "/dev/pts/1";
  wait = explained(host, wait);
  CHECK(wait.on == WaitFor::continuation);
  CHECK(wait.thing == "/dev/pts/1");
  host.add_file("/proc/7/status", "Name:\tapp\nTracerPid:\t9\nPPid:\t1\n");
  wait.state = 't';
  wait = explained(host, wait);
  CHECK(wait.on == WaitFor::debugger);
  CHECK(wait.by == std::vector<Pid>{Pid{9}});
}

TEST_CASE("uninterruptible sleep is a wait for storage, whatever the call, and names the mount") {
  FakeHost host = machine();
  host.add_file("/proc/7/mountinfo",
                "1 0 0:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:2 / /mnt rw - nfs4 srv:/x rw\n");
  host.add_file("/proc/7/task/7/wchan", "rpc_wait_bit_killable");
  WaitEvent wait = wait_in("openat");
  wait.state = 'D';
  wait.call.path = "/mnt/data";
  wait = explained(host, wait);
  CHECK(wait.on == WaitFor::storage);
  CHECK(wait.thing == "/mnt/data");
  CHECK(wait.who == "nfs4 mounted from srv:/x at /mnt");
}
