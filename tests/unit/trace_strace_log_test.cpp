#include "trace/strace_log.h"

#include <catch2/catch.hpp>
#include <csignal>

#include "trace/strace_text.h"

using namespace whywontitstart;

namespace {

struct Read {
  std::vector<Event> events;
  StraceStats stats;

  template <typename T>
  std::vector<std::pair<Pid, T>> all() const {
    std::vector<std::pair<Pid, T>> found;
    for (const Event& event : events)
      if (const T* what = std::get_if<T>(&event.what)) found.emplace_back(event.process, *what);
    return found;
  }
  const SyscallEvent& call(std::size_t index = 0) const {
    std::size_t at = 0;
    for (const Event& event : events)
      if (const auto* what = std::get_if<SyscallEvent>(&event.what); what != nullptr && at++ == index)
        return *what;
    throw std::out_of_range("no such call");
  }
};

Read read(std::string_view text, std::size_t chunk = 1U << 20) {
  Read result;
  StraceReader reader([&](Event&& event) { result.events.push_back(std::move(event)); });
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size()))) reader.add(text.substr(0, chunk));
  result.stats = reader.finish();
  return result;
}

SyscallEvent call_of(std::string_view line) {
  const Read log = read(line);
  INFO(line);
  REQUIRE(log.stats.not_understood == 0);
  return log.call();
}

}  // namespace

TEST_CASE("a failing open of a strace log has its path, flags and errno") {
  const SyscallEvent call = call_of(
      "openat(AT_FDCWD, \"/etc/a b.conf\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)\n");
  CHECK(call.name == "openat");
  CHECK(call.path == "/etc/a b.conf");
  CHECK(call.flags == std::vector<std::string>{"O_RDONLY", "O_CLOEXEC"});
  CHECK(call.error == Errno{ENOENT});
  CHECK(call.finished);
  CHECK(call.arguments == std::vector<std::string>{"AT_FDCWD", "\"/etc/a b.conf\"", "O_RDONLY|O_CLOEXEC"});
}

TEST_CASE("process ids stand before a line in several forms") {
  for (const char* line : {"[pid    12] close(3) = 0\n", "12 close(3) = 0\n", "12    close(3)    = 0\n",
                           "12<sh> close(3) = 0\n", "[pid 12<sh>] close(3) = 0\n"}) {
    const Read log = read(line);
    INFO(line);
    REQUIRE(log.events.size() == 1);
    CHECK(log.events.front().process == Pid{12});
  }
  CHECK(read("close(3) = 0\n").events.front().process == Pid{1});
}

TEST_CASE("times of all kinds are counted from the first one") {
  using namespace std::chrono_literals;
  const auto second_time = [](std::string_view text) { return read(text).events.at(1).at; };
  CHECK(second_time("7 10:00:00 close(3) = 0\n7 10:00:02 close(3) = 0\n") == 2s);
  CHECK(second_time("10:00:00.250000 close(3) = 0\n10:00:01.500000 close(3) = 0\n") == 1250ms);
  CHECK(second_time("1700000000.5 close(3) = 0\n1700000001.000000 close(3) = 0\n") == 500ms);
  CHECK(second_time("     0.000000 close(3) = 0\n     0.000123 close(3) = 0\n") == 123us);
  CHECK(second_time("23:59:59 close(3) = 0\n00:00:01 close(3) = 0\n") == 2s);
  CHECK(second_time("10:00:00 (+ 0.000000) close(3) = 0\n10:00:02 (+ 2.000000) close(3) = 0\n") == 2s);
  CHECK(read("7 10:00:00.1 [00007f12a4b5c6d7] close(3) = 0 <0.000123>\n").call().took == 123us);
}

TEST_CASE("a call that was interrupted by another process is put together") {
  const Read log = read(
      "7 openat(AT_FDCWD, \"/etc/x\" <unfinished ...>\n"
      "8 close(4) = 0\n"
      "7 <... openat resumed>, O_RDONLY) = 3 <0.5>\n");
  REQUIRE(log.events.size() == 2);
  CHECK(log.call(1).path == "/etc/x");
  CHECK(log.call(1).value == 3);
  CHECK(log.call(1).flags == std::vector<std::string>{"O_RDONLY"});
  CHECK(read("7 <... openat resumed>, O_RDONLY) = 3\n").events.empty());
}

TEST_CASE("calls in which a thread still is at the end are unfinished") {
  const Read log = read(
      "7 flock(3</run/app.lock>, LOCK_EX <unfinished ...>\n8 futex(0x7f, FUTEX_WAIT, 0, NULL <detached "
      "...>\n");
  REQUIRE(log.events.size() == 2);
  CHECK_FALSE(log.call(0).finished);
  CHECK(log.call(0).file == "/run/app.lock");
  CHECK(log.call(0).flags == std::vector<std::string>{"LOCK_EX"});
  CHECK(log.call(1).name == "futex");
}

TEST_CASE("what is started again or died in the call is no event") {
  CHECK(read("7 nanosleep({tv_sec=1}, NULL) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)\n")
            .events.empty());
  CHECK(read("7 futex(0x7f, FUTEX_WAIT, 0, NULL) = ?\n").events.empty());
}

TEST_CASE("ends are told once, with or without strace's own line about them") {
  const auto ends = [](std::string_view text) { return read(text).all<ExitEvent>(); };
  REQUIRE(ends("7 exit_group(3) = ?\n7 +++ exited with 3 +++\n").size() == 1);
  CHECK(ends("7 exit_group(3) = ?\n7 +++ exited with 3 +++\n").front().second.status.code == 3);
  CHECK(ends("7 exit_group(3) = ?\n").front().second.status.code == 3);
  const auto killed = ends("7 +++ killed by SIGSEGV (core dumped) +++\n");
  REQUIRE(killed.size() == 1);
  CHECK(killed.front().second.status.signal == Signal{SIGSEGV});
  CHECK(killed.front().second.status.core_dumped);
}

TEST_CASE("signals come with their code, sender and address") {
  const auto signals = read(
                           "7 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10} ---\n"
                           "7 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=44, si_uid=0} ---\n")
                           .all<SignalEvent>();
  REQUIRE(signals.size() == 2);
  CHECK(signals[0].second.signal == Signal{SIGSEGV});
  CHECK(signals[0].second.code == 1);
  CHECK(signals[0].second.fault_address == 0x10);
  CHECK(signals[1].second.sender == Pid{44});
}

TEST_CASE("threads belong to the process that made them, children are their own") {
  const Read log = read(
      "7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[8]}, 88) = 8\n"
      "8 close(3) = 0\n"
      "8 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 9\n"
      "9 close(3) = 0\n"
      "8 +++ exited with 0 +++\n");
  const auto forks = log.all<ForkEvent>();
  REQUIRE(forks.size() == 2);
  CHECK(forks[0].second.is_thread);
  CHECK_FALSE(forks[1].second.is_thread);
  CHECK(forks[1].first == Pid{7});
  CHECK(log.all<SyscallEvent>().back().first == Pid{9});
  CHECK(log.events.at(2).process == Pid{7});
  CHECK(log.events.at(2).thread == Pid{8});
  CHECK(log.all<ExitEvent>().empty());
}

TEST_CASE("a child whose first line comes before the result of the fork has its parent") {
  const Read log = read(
      "7 vfork( <unfinished ...>\n"
      "8 execve(\"/usr/bin/ls\", [\"ls\", \"-l\"], 0x7f /* 3 vars */ <unfinished ...>\n"
      "7 <... vfork resumed>) = 8\n"
      "8 <... execve resumed>) = 0\n");
  const auto forks = log.all<ForkEvent>();
  REQUIRE(forks.size() == 1);
  CHECK(forks.front().first == Pid{7});
  CHECK(forks.front().second.child == Pid{8});
  const auto execs = log.all<ExecEvent>();
  REQUIRE(execs.size() == 1);
  CHECK(execs.front().second.executable == "/usr/bin/ls");
  CHECK(execs.front().second.argv == std::vector<std::string>{"ls", "-l"});
}

TEST_CASE("execve by another thread than the first goes on under the process's id") {
  const Read log = read(
      "7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 8\n"
      "7 futex(0x7f, FUTEX_WAIT, 8, NULL <unfinished ...>\n"
      "8 execve(\"/bin/app\", [\"app\"], 0x7f /* 0 vars */ <unfinished ...>\n"
      "7 +++ superseded by execve in pid 8 +++\n"
      "7 <... execve resumed>) = 0\n"
      "7 close(3) = 0\n");
  REQUIRE(log.all<ExecEvent>().size() == 1);
  CHECK(log.all<ExecEvent>().front().first == Pid{7});
  CHECK(log.call(2).name == "close");
}

TEST_CASE("a log to the terminal names the first process only later") {
  const Read log = read(
      "execve(\"/bin/sh\", [\"sh\"], 0x7f /* 3 vars */) = 0\n"
      "clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 28 attached\n"
      " <unfinished ...>\n"
      "[pid 28] close(3) = 0\n"
      "[pid 27] <... clone resumed>, child_tidptr=0x7f) = 28\n"
      "[pid 27] wait4(-1,  <unfinished ...>\n"
      "[pid 28] +++ exited with 3 +++\n"
      "<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 28\n"
      "exit_group(3) = ?\n"
      "+++ exited with 3 +++\n");
  CHECK(log.stats.not_understood == 0);
  const auto forks = log.all<ForkEvent>();
  REQUIRE(forks.size() == 1);
  CHECK(forks.front().first == Pid{1});
  CHECK(forks.front().second.child == Pid{28});
  const auto ends = log.all<ExitEvent>();
  REQUIRE(ends.size() == 2);
  CHECK(ends[0].first == Pid{28});
  CHECK(ends[1].first == Pid{1});
  CHECK(log.all<SyscallEvent>().back().second.name == "wait4");
  CHECK(log.all<SyscallEvent>().back().first == Pid{1});
}

TEST_CASE("a call that strace's own remark cut in two is one call") {
  const Read log = read(
      "12:00:00 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 28 attached\n"
      ", child_tidptr=0x7f) = 28\n"
      "[pid 27] 12:00:01 rt_sigprocmask(SIG_SETMASK, [], strace: Process 29 attached\n"
      "strace: Process 30 attached\n"
      "NULL, 8) = 0\n"
      "[pid 27] 12:00:02 clone3({flags=CLONE_VM|CLONE_THREAD}strace: Process 31 attached\n"
      " => {parent_tid=[31]}, 88) = 31\n");
  CHECK(log.stats.not_understood == 0);
  CHECK(log.call(1).arguments.size() == 4);
  const auto forks = log.all<ForkEvent>();
  REQUIRE(forks.size() == 2);
  CHECK(forks[0].second.child == Pid{28});
  CHECK(forks[1].second.child == Pid{31});
  CHECK(forks[1].second.is_thread);
  CHECK(log.events.back().at == std::chrono::seconds(2));
}

TEST_CASE("what the program writes to the same terminal does not hide its calls") {
  const Read log = read(
      "write(1, \"hi\\n\", 3hi\n"
      ")                     = 3\n"
      "write(2, \"a) (\", 4a) ()    = 4\n"
      "write(2, \"x\\ny\\nz\\n\", 6x\n"
      "y\n"
      "z\n"
      ") = 6\n"
      "[pid 8] write(2, \": no\", 4 <unfinished ...>\n"
      ": no[pid 8] <... write resumed>) = 4\n");
  REQUIRE(log.all<SyscallEvent>().size() == 4);
  CHECK(log.call(0).data == "hi\n");
  CHECK(log.call(1).data == "a) (");
  CHECK(log.call(1).value == 4);
  CHECK(log.call(2).data == "x\ny\nz\n");
  CHECK(log.call(3).data == ": no");
  CHECK(log.stats.not_understood == 0);
}

TEST_CASE("a line that was cut at the end of the log is a call that goes on") {
  const Read log = read("7 close(3) = 0\n7 connect(3, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 1");
  CHECK(log.stats.not_understood == 0);
  CHECK_FALSE(log.call(1).finished);
  CHECK(log.call(1).address == "unix:/run/x");
}

TEST_CASE("two callers of fork get their own children, whichever line comes first") {
  const Read log = read(
      "7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 8\n"
      "7 vfork( <unfinished ...>\n"
      "8 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD <unfinished ...>\n"
      "9 close(3) = 0\n"
      "10 close(3) = 0\n"
      "8 <... clone resumed>) = 10\n"
      "7 <... vfork resumed>) = 9\n"
      "10 +++ exited with 0 +++\n"
      "9 +++ exited with 2 +++\n");
  const auto forks = log.all<ForkEvent>();
  REQUIRE(forks.size() == 3);
  CHECK(forks[1].second.child == Pid{9});
  CHECK_FALSE(forks[1].second.is_thread);
  CHECK(forks[2].second.child == Pid{10});
  CHECK(forks[2].second.is_thread);
  const auto ends = log.all<ExitEvent>();
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].first == Pid{9});
  CHECK(ends[0].second.status.code == 2);
}

TEST_CASE("a child in a namespace has the number that the log calls it by") {
  const Read log = read("7 fork() = 2 /* 117 in strace's PID NS */\n117 +++ exited with 1 +++\n");
  REQUIRE(log.all<ForkEvent>().size() == 1);
  CHECK(log.all<ForkEvent>().front().second.child == Pid{117});
  CHECK(log.call().value == 2);
}

TEST_CASE("the end of a child is no signal, and seccomp tells which call it refused") {
  CHECK(read("7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8, si_status=0} ---\n")
            .events.empty());
  CHECK(read("7 --- stopped by SIGSTOP ---\n").stats.not_understood == 0);
  const auto signals =
      read(
          "7 --- SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x7f, si_syscall=__NR_mount, "
          "si_arch=AUDIT_ARCH_X86_64} ---\n"
          "7 --- SIGRT_1 {si_signo=SIGRT_1, si_code=SI_TKILL, si_pid=7, si_uid=0} ---\n"
          "7 --- SIGFPE {si_signo=SIGFPE, si_code=FPE_INTDIV, si_addr=NULL} ---\n"
          "7 --- SIGSEGV (Segmentation fault) @ 0 (0) ---\n")
          .all<SignalEvent>();
  REQUIRE(signals.size() == 4);
  CHECK(signals[0].second.fault_address == 165);
  CHECK(signals[1].second.code == SI_TKILL);
  CHECK(number(signals[1].second.signal) == 33);
  CHECK(signals[2].second.code == FPE_INTDIV);
  CHECK(signals[3].second.signal == Signal{SIGSEGV});
}

TEST_CASE("an errno without a known name is not made up") {
  CHECK(read("open(\"/x\", O_RDONLY) = -1 EWHATEVER (Odd)\n").stats.not_understood == 1);
  CHECK(call_of("ioctl(3, TCGETS) = -1 ERRNO_524 (Unknown error 524)\n").error == Errno{524});
  CHECK(call_of("listen(3, 5) = -1 EOPNOTSUPP (Operation not supported)\n").error == Errno{EOPNOTSUPP});
}

TEST_CASE("addresses of a strace log have the form of every event") {
  const auto address = [](std::string_view sockaddr) { return address_of(StraceWord{sockaddr}); };
  CHECK(address("{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}") == "0.0.0.0:80");
  CHECK(address(
            "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"::1\", "
            "&sin6_addr), sin6_scope_id=0}") == "[::1]:80");
  CHECK(address("{sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, \"::\", &sin6_addr)}") ==
        "[::]:80");
  CHECK(address("{sa_family=AF_UNIX, sun_path=\"/run/x.sock\"}") == "unix:/run/x.sock");
  CHECK(address("{sa_family=AF_UNIX, sun_path=@\"abstract\"}") == "unix:@abstract");
  CHECK(address("{sa_family=AF_LOCAL, sun_path=\"/run/x\"}") == "unix:/run/x");
  CHECK(address("{sa_family=AF_NETLINK, nl_pid=0}") == "netlink");
  CHECK(address("NULL").empty());
}

TEST_CASE("descriptors are named by -y, and paths made whole by them") {
  CHECK(call_of("bind(3<TCP:[17]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, "
                "16) = 0\n")
            .file == "TCP:[17]");
  CHECK(call_of("write(1<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"x\", 1) = 1\n").file ==
        "TCP:[127.0.0.1:1->127.0.0.1:2]");
  CHECK(call_of("write(2</dev/null<char 1:3>>, \"x\", 1) = 1\n").file == "/dev/null");
  CHECK(call_of("write(1<UNIX-STREAM:[5->6,\"/run/x\"]>, \"x\", 1) = 1\n").fd == 1);
  CHECK(call_of("openat(AT_FDCWD</srv/app>, \"etc/x\", O_RDONLY) = 3</srv/app/etc/x>\n").path ==
        "/srv/app/etc/x");
  CHECK(call_of("openat(3</srv>, \"x\", O_RDONLY) = -1 ENOENT (No such file or directory)\n").path ==
        "/srv/x");
  CHECK(call_of("openat(3, \"x\", O_RDONLY) = 3\n").path == "x");
  CHECK(call_of("open(\"x\", O_RDONLY) = 3</srv/x>\n").path == "/srv/x");
  CHECK(call_of("read(3</tmp/a->, \"x\", 1) = 1\n").file == "/tmp/a-");
  CHECK(call_of("read(3</tmp/a\\\"b>, \"x\", 1) = 1\n").file == "/tmp/a\"b");
  CHECK(call_of("setxattr(\"/x\", \"user.a\", \"3</y>\", 4, 0) = 0\n").path == "/x");
  CHECK(call_of("symlinkat(\"../a\", 3</srv>, \"b\") = 0\n").path == "/srv/b");
  CHECK(call_of("symlinkat(\"../a\", 3</srv>, \"b\") = 0\n").other_path == "../a");
  CHECK(call_of("newfstatat(3</srv/x>, \"\", {st_mode=S_IFREG|0644}, AT_EMPTY_PATH) = 0\n").path == "/srv/x");
  CHECK(call_of("mmap(NULL, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</lib/x.so>, 0) = 0x7f0000000000\n")
            .value == 0x7f0000000000);
}

TEST_CASE("text is read with its escapes, and what strace left out is not made up") {
  CHECK(call_of("write(2, \"a\\tb\\n\\\"q\\\" \\303\\251\\x41\\0\", 12) = 12\n").data ==
        std::string("a\tb\n\"q\" \303\251A\0", 12));
  CHECK(call_of("write(2, \"cut\"..., 50) = 50\n").data == "cut");
  CHECK(call_of("write(2, \"a, b) = 3 <unfinished ...>\", 26) = 26\n").data == "a, b) = 3 <unfinished ...>");
  CHECK(call_of("writev(2, [{iov_base=\"a\", iov_len=1}, {iov_base=\"b\\n\", iov_len=2}], 2) = 3\n").data ==
        "ab\n");
  const SyscallEvent sent = call_of(
      "sendmsg(3, {msg_name={sa_family=AF_UNIX, sun_path=\"/dev/log\"}, msg_namelen=11, "
      "msg_iov=[{iov_base=\"hi\", iov_len=2}], msg_iovlen=1, msg_flags=0}, MSG_NOSIGNAL) = 2\n");
  CHECK(sent.data == "hi");
  CHECK(sent.address == "unix:/dev/log");
}

TEST_CASE("numbers that look like annotations are none") {
  CHECK(call_of("capset({version=3, pid=0}, {effective=1<<CAP_CHOWN|1<<CAP_KILL, permitted=0}) = 0\n").name ==
        "capset");
  CHECK(call_of("poll([{fd=3, events=POLLIN}], 1, 0) = 1 ([{fd=3, revents=POLLIN}])\n").value == 1);
}

TEST_CASE("lines that strace did not write are counted, and never fatal") {
  const Read log = read(
      "hello world\n"
      "7 close(3) = 0\n"
      "(((((\n"
      "close(3\n"
      "close(3) = what\n"
      "--- NOSIGNAL {} ---\n"
      "strace: Process 9 attached\n"
      "strace: Process 9 detached\n"
      "Process 9 attached\n"
      "\r\n");
  CHECK(log.stats.lines == 10);
  CHECK(log.stats.calls == 1);
  CHECK(log.stats.not_understood == 5);
  CHECK(log.stats.first_not_understood_lines == std::vector<std::size_t>{1, 3, 4, 5, 6});
}

TEST_CASE("a log reads the same in pieces of any size") {
  const std::string text =
      "7 execve(\"/bin/app\", [\"app\"], 0x7f /* 3 vars */) = 0\n"
      "7 write(2, \"no\\n\", 3) = 3\n7 exit_group(1) = ?\n7 +++ exited with 1 +++";
  for (const std::size_t chunk : {1, 2, 7, 1000}) {
    const Read log = read(text, chunk);
    CHECK(log.events.size() == 4);
    CHECK(log.stats.lines == 4);
  }
}

TEST_CASE("no bytes can crash the reader, and no line makes it slow") {
  std::string noise;
  unsigned state = 1;
  const std::string_view alphabet = "()[]{}<>\"\\,=-?+|/ \n7ax.:*\x80\0";
  for (int count = 0; count < 200000; ++count) {
    state = state * 1664525U + 1013904223U;
    noise += alphabet[(state >> 16) % alphabet.size()];
    if (state >> 27 == 0) noise += "7 open(\"";
    if (state >> 27 == 1) noise += "7 <... open resumed>";
    if (state >> 27 == 2) noise += " <unfinished ...>\n";
    if (state >> 27 == 3) noise += "--- SIGSEGV {si_pid=";
  }
  CHECK(read(noise, 4096).stats.lines > 1000);
  const auto line = [](std::string_view start, std::size_t count, char byte, std::string_view end) {
    std::string text(start);
    text.append(count, byte);
    text.append(end);
    return text;
  };
  CHECK(read(line("7 write(2, ", 900000, '{', "\n7 close(3) = 0\n")).stats.not_understood == 1);
  CHECK(read(line("", 3000000, '(', "\n7 close(3) = 0\n")).stats.calls == 1);
  CHECK(read(line("write(2, \"", 900000, '<', "\", 1) = 1\n")).stats.calls == 1);
}

TEST_CASE("a log that ends in a call ends in that call, with or without the end of the line") {
  for (const char* end : {"", "\n"}) {
    const Read log = read(std::string("7 getrandom(0x55d0, 32, 0") + end);
    CHECK(log.stats.not_understood == 0);
    CHECK(log.stats.calls == 1);
  }
}

TEST_CASE("a log that went through a mail is read") {
  const Read log = read(
      "> openat(AT_FDCWD, \"/srv/a\", O_RDONLY) = -1 ENOENT (No such file or directory)\n"
      "openat(AT_FDCWD, \"/srv/b\", O_RDONLY|O_CLOEXEC) =\n"
      "-1 EACCES (Permission denied)\n"
      "openat(AT_FDCWD, \"/srv/c\",\n"
      "O_RDONLY) = 3\n");
  CHECK(log.call(0).path == "/srv/a");
  CHECK(log.call(1).path == "/srv/b");
  CHECK(log.call(1).error == Errno{EACCES});
  CHECK(log.call(2).path == "/srv/c");
  CHECK(log.stats.not_understood == 0);
}

TEST_CASE("a number that no fork gave is a thread of the first process, unless it executes") {
  const Read log = read(
      "7 getpid() = 7\n"
      "8 close(3) = 0\n"
      "9 execve(\"/bin/true\", [\"true\"], 0x7f /* 1 var */) = 0\n");
  CHECK(log.events.at(1).process == Pid{7});
  CHECK(log.events.at(1).thread == Pid{8});
  CHECK(log.events.at(2).process == Pid{9});
}

TEST_CASE("numbers of strace -X raw are read") {
  CHECK(read("7 exit_group(0x3) = ?\n").all<ExitEvent>().at(0).second.status.code == 3);
}
