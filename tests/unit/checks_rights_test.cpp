#include <catch2/catch.hpp>
#include <cerrno>

#include "checks/checks.h"
#include "events.h"
#include "facts/fact_builder.h"
#include "fake_host.h"
#include "host/accounts.h"
#include "host/needed_capability.h"
#include "host/wanted.h"

using namespace whywontitstart;
using namespace whywontitstart::events;

namespace {

const Identity root{0, 0, {0}, "root", "/root", "/bin/sh"};
const Identity web{33, 33, {33}, "www-data", "/var/www", "/bin/false"};

FakeHost plain() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n";
  host.files["/etc/group"] = "root:x:0:\nwww-data:x:33:\nssl:x:99:www-data\n";
  host.files["/proc/self/mountinfo"] =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /data rw,nodev - ext4 x rw\n";
  host.files["/proc/self/status"] =
      "Uid:\t0\t0\t0\t0\nCapEff:\t1ffffffffff\nCapBnd:\t1ffffffffff\nCapAmb:\t0\nSeccomp:\t0\n";
  host.files["/proc/self/uid_map"] = "0 0 4294967295\n";
  host.add_file("/srv/app", "x", 0755);
  return host;
}

SyscallEvent call(std::string name, std::vector<std::string> arguments, Errno error = Errno::none) {
  SyscallEvent result;
  result.name = std::move(name);
  result.arguments = std::move(arguments);
  result.error = error;
  return result;
}

Facts run_of(std::vector<SyscallEvent> calls) {
  FactBuilder builder;
  builder.add(at(Pid{1}, exec("/srv/app")));
  for (SyscallEvent& next : calls) builder.add(at(Pid{1}, std::move(next)));
  builder.add(at(Pid{1}, exited(1)));
  return builder.finish();
}

Target target_of(const Identity& identity) {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  target.cwd = "/";
  target.identity = identity;
  return target;
}

SyscallEvent bind_to(const std::string& address) {
  SyscallEvent result = socket_call("bind", address, Errno{EACCES});
  return result;
}

}  // namespace

TEST_CASE("a process that gave up root is judged as who it was then") {
  FakeHost host = plain();
  host.add_file("/etc/key", "", 0640, 0, 99);
  host.add_file("/etc/own", "", 0600);
  const Facts facts = run_of({call("setgroups", {"2", "0x1234"}), call("setresgid", {"-1", "33", "-1"}),
                              call("setuid", {"33"}), open("/etc/own", Errno{EACCES})});
  REQUIRE(facts.failures.size() == 1);
  CHECK(facts.failures[0].as.uid == 33);
  CHECK(facts.failures[0].as.gid == 33);
  const Identity then = identity_as(host, root, facts.failures[0].as);
  CHECK(then.user == "www-data");
  CHECK(then.groups == std::vector<std::uint32_t>{33, 99});
  CHECK(walk(host, "/etc/key", then, {.rights = {.read = true}}).allowed());
  const Target target = target_of(root);
  const CheckResult result = check_permissions({target, facts, host});
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.find("www-data (33) cannot") != std::string::npos);
  Facts healthy = facts;
  healthy.outcome.status.code = 0;
  CHECK(check_permissions({target, healthy, host}).status == CheckStatus::warn);
}

TEST_CASE("who a process is goes to its children, and what fails changes nothing") {
  FactBuilder builder;
  builder.add(at(Pid{1}, exec("/srv/app")));
  builder.add(at(Pid{1}, call("setuid", {"0"}, Errno{EPERM})));
  builder.add(at(Pid{1}, call("setgroups", {"1", "[7]"})));
  builder.add(at(Pid{1}, ForkEvent{Pid{2}, false}));
  builder.add(at(Pid{1}, call("setreuid", {"1000", "1001"})));
  builder.add(at(Pid{2}, open("/x", Errno{EACCES})));
  const Facts facts = builder.finish();
  CHECK(facts.processes[0].credentials.uid == 1001);
  CHECK_FALSE(facts.processes[1].credentials.uid);
  CHECK(facts.processes[1].credentials.groups == std::vector<std::uint32_t>{7});
  CHECK(identity_as(plain(), web, facts.processes[1].credentials).groups == std::vector<std::uint32_t>{7});
}

TEST_CASE("an append-only file takes what is added at its end, and nothing else") {
  FakeHost host = plain();
  host.add_file("/log", "", 0666);
  host.statuses["/log"].append_only = true;
  const Wanted write{.rights = {.write = true}};
  const PathWalk refused = walk(host, "/log", root, write);
  CHECK(refused.barrier == Barrier::immutable);
  CHECK(refused.error == Errno{EPERM});
  CHECK(refused.fixes.at(0).command == "chattr -a /log");
  CHECK(walk(host, "/log", root, {.rights = {.write = true}, .append = true}).allowed());
  CHECK_FALSE(
      walk(host, "/log", root, {.rights = {.write = true}, .append = true, .truncate = true}).allowed());
  CHECK_FALSE(walk(host, "/log", root, {.remove = true}).allowed());
}

TEST_CASE("names cannot be taken from folders that are immutable or append-only, nor given to the first") {
  FakeHost host = plain();
  host.add_folder("/d").add_file("/d/x", "");
  host.statuses["/d"].append_only = true;
  CHECK(walk(host, "/d/x", root, {.remove = true}).at == "/d/x");
  CHECK(walk(host, "/d/x", root, {.remove = true}).reason ==
        "/d has the attribute 'append only' (chattr +a)");
  CHECK(walk(host, "/d/new", root, {.create = true}).allowed());
  host.statuses["/d"].immutable = true;
  CHECK(walk(host, "/d/new", root, {.create = true}).error == Errno{EPERM});
}

TEST_CASE("device files cannot be opened on a nodev mount") {
  FakeHost host = plain();
  host.add_special("/data/null", S_IFCHR | 0666).add_special("/null", S_IFCHR | 0666);
  const PathWalk way = walk(host, "/data/null", root, {.rights = {.read = true}});
  CHECK(way.barrier == Barrier::nodev_mount);
  CHECK(way.error == Errno{EACCES});
  CHECK(walk(host, "/null", root, {.rights = {.read = true}}).allowed());
}

TEST_CASE("what only the owner may do, and whose links the kernel protects") {
  FakeHost host = plain();
  host.add_file("/srv/x", "", 0644);
  SyscallEvent chmod = call("chmod", {});
  CHECK(walk(host, "/srv/x", web, wanted_of(chmod)).barrier == Barrier::not_owner);
  CHECK(walk(host, "/srv/x", root, wanted_of(chmod)).allowed());
  host.files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapBnd:\t0000000000000002\n";
  CHECK(walk(host, "/srv/x", root, wanted_of(chmod)).allowed());
  host.statuses["/srv/x"].uid = 7;
  CHECK(walk(host, "/srv/x", root, wanted_of(chmod)).barrier == Barrier::not_owner);
  const SyscallEvent link = call("linkat", {});
  CHECK(walk(host, "/srv/x", web, wanted_of(link)).allowed());
  host.files["/proc/sys/fs/protected_hardlinks"] = "1\n";
  CHECK(walk(host, "/srv/x", web, wanted_of(link)).error == Errno{EPERM});
}

TEST_CASE("ambient capabilities are the program's too, if it runs as we do") {
  FakeHost host = plain();
  host.add_file("/srv/x", "", 0600);
  host.files["/proc/self/status"] = "Uid:\t33\t33\t33\t33\nCapBnd:\t1ffffffffff\nCapAmb:\t0000000000000002\n";
  CHECK(walk(host, "/srv/x", web, {.rights = {.read = true, .write = true}}).allowed());
  host.files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapBnd:\t1ffffffffff\nCapAmb:\t0000000000000002\n";
  CHECK_FALSE(walk(host, "/srv/x", web, {.rights = {.read = true}}).allowed());
}

TEST_CASE("the capability that a call takes is named, if the program lacks it") {
  FakeHost host = plain();
  const Facts facts = run_of({bind_to("0.0.0.0:80")});
  const Target as_web = target_of(web), as_root = target_of(root);
  const CheckResult result = check_capabilities({as_web, facts, host});
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary == "bind of 0.0.0.0:80 takes CAP_NET_BIND_SERVICE, which it does not have");
  CHECK(check_capabilities({as_root, facts, host}).status == CheckStatus::pass);
  host.files["/proc/self/uid_map"] = "0 1000 1\n";
  CHECK(check_capabilities({as_root, facts, host}).status == CheckStatus::fail);
  host.files["/proc/sys/net/ipv4/ip_unprivileged_port_start"] = "80\n";
  CHECK(check_capabilities({as_web, facts, host}).status == CheckStatus::pass);
  const Facts later = run_of({call("setuid", {"33"}), bind_to("0.0.0.0:22")});
  CHECK(check_capabilities({as_root, later, host}).summary ==
        "bind of 0.0.0.0:22 takes CAP_NET_BIND_SERVICE, which it does not have any more as user 33");
}

TEST_CASE("file capabilities count, and those beyond the bounding set keep a program from starting") {
  FakeHost host = plain();
  const std::string attribute("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
  const auto given = parse_file_capabilities(attribute);
  REQUIRE(given);
  CHECK(given->effective);
  CHECK(given->permitted == 1U << *capability_number("CAP_NET_BIND_SERVICE"));
  CHECK_FALSE(parse_file_capabilities("short"));
  host.attributes[{"/srv/app", "security.capability"}] = attribute;
  const Facts facts = run_of({bind_to("[::]:80")});
  const Target target = target_of(web);
  CHECK(check_capabilities({target, facts, host}).summary ==
        "it runs as an ordinary user with CAP_NET_BIND_SERVICE");
  host.files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapEff:\t0\nCapBnd:\t0\n";
  CHECK(check_capabilities({target, Facts(), host}).status == CheckStatus::fail);
  CHECK(check_capabilities({Target(), Facts(), host}).status == CheckStatus::skipped);
  host.files.erase("/proc/self/status");
  CHECK(check_capabilities({target, facts, host}).status == CheckStatus::unknown);
}

TEST_CASE("what failing calls take of capabilities") {
  const FakeHost host = plain();
  SyscallEvent raw = call("socket", {}, Errno{EPERM});
  CHECK(needed_capability(host, raw).empty());
  raw.flags = {"AF_INET", "SOCK_RAW"};
  CHECK(needed_capability(host, raw) == "CAP_NET_RAW");
  CHECK(needed_capability(host, call("setgroups", {}, Errno{EPERM})) == "CAP_SETGID");
  CHECK(needed_capability(host, call("chown32", {}, Errno{EPERM})) == "CAP_CHOWN");
  CHECK(needed_capability(host, call("chown", {}, Errno{ENOENT})).empty());
  CHECK(needed_capability(host, bind_to("127.0.0.1:8080")).empty());
}

TEST_CASE("a call that a filter refused is the filter's, not a matter of rights") {
  FakeHost host = plain();
  SyscallEvent refused = call("unshare", {}, Errno{EPERM});
  refused.refused = true;
  const Facts facts = run_of({refused});
  const Target target = target_of(web);
  CHECK(check_capabilities({target, facts, host}).status == CheckStatus::pass);
  CHECK(check_seccomp({target, facts, host}).summary == "a seccomp filter refused unshare with EPERM");
  host.files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\n";
  CHECK(check_seccomp({target, Facts(), host}).status == CheckStatus::skipped);
  host.files.erase("/proc/self/status");
  CHECK(check_seccomp({target, Facts(), host}).status == CheckStatus::unknown);
}

TEST_CASE("a way whose mounts are hidden is not called free") {
  FakeHost host = plain();
  const Target target = target_of(web);
  CHECK(check_permissions({target, Facts(), host}).status == CheckStatus::pass);
  host.files.erase("/proc/self/mountinfo");
  CHECK(check_permissions({target, Facts(), host}).status == CheckStatus::unknown);
  host.filesystems["/"] = {};
  CHECK(check_permissions({target, Facts(), host}).status == CheckStatus::pass);
  host.filesystems["/"].noexec = true;
  CHECK(check_permissions({target, Facts(), host}).status == CheckStatus::fail);
}
