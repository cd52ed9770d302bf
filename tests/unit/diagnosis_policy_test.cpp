#include <catch2/catch.hpp>
#include <cerrno>

#include "diagnosis/policy.h"
#include "events.h"
#include "facts/fact_builder.h"
#include "fake_host.h"

using namespace whywontitstart;
using namespace whywontitstart::events;

namespace {

constexpr Pid target{153};

/// A log as the kernel writes it, and the clocks with it.
FakeHost with_log(const std::string& log) {
  FakeHost host;
  host.links["/proc/self/ns/pid"] = "pid:[4026531836]";
  host.files["/proc/uptime"] = "30.00 10.00\n";
  host.files["/proc/stat"] = "cpu 0\nbtime 1795275483\n";
  host.commands["/usr/bin/dmesg"] = {.exit_code = 0, .out = log, .err = {}};
  return host;
}

Candidate of_mode(std::optional<std::size_t> failure) {
  Candidate candidate;
  candidate.match.cause = "file.permission";
  candidate.match.failure = failure;
  candidate.match.process = target;
  return candidate;
}

std::vector<Candidate> asked(const Host& host, const SyscallEvent& call, const Target& started = {}) {
  const Facts facts =
      facts_of({at(target, exec("/usr/local/bin/act")), at(target, call), at(target, exited(1))});
  std::vector<Candidate> candidates{of_mode(0)};
  add_denials(candidates, started, facts, host);
  return candidates;
}

std::string commands_of(const Candidate& candidate) {
  std::string all;
  for (const Fix& fix : candidate.match.fixes) all += fix.text + "|" + fix.command + "\n";
  return all;
}

const std::string apparmor_open =
    "[   27.032512] audit: type=1400 audit(1795275512.972:27): apparmor=\"DENIED\" operation=\"open\" "
    "profile=\"/usr/local/bin/act\" name=\"/etc/secret\" pid=153 comm=\"act\" requested_mask=\"r\" "
    "denied_mask=\"r\" fsuid=0 ouid=0\n";

std::string avc(const std::string& rest) {
  return "[   23.203764] audit: type=1400 audit(1795275512.931:32): avc:  denied  " + rest + "\n";
}

}  // namespace

TEST_CASE("a refusal that AppArmor logged is the profile's", "[diagnosis][policy]") {
  FakeHost host = with_log(apparmor_open);
  host.files["/etc/apparmor.d/usr.local.bin.act"] = "/usr/local/bin/act {\n}\n";
  const std::vector<Candidate> candidates = asked(host, open("/etc/secret", Errno{EACCES}));
  REQUIRE(candidates.size() == 2);
  CHECK(candidates[0].doubt > 2);
  CHECK(candidates[1].match.cause == "security.apparmor");
  CHECK(subject_of(candidates[1].match) == Subject{"profile", "/usr/local/bin/act"});
  CHECK(candidates[1].probed.front().text.find("apparmor=\"DENIED\"") != std::string::npos);
  CHECK(commands_of(candidates[1])
            .find("/etc/secret r,|apparmor_parser -r /etc/apparmor.d/usr.local.bin.act\n") !=
        std::string::npos);

  SECTION("a profile with local additions gets the line there") {
    host.files["/etc/apparmor.d/usr.local.bin.act"] += "include if exists <local/usr.local.bin.act>\n";
    CHECK(commands_of(asked(host, open("/etc/secret", Errno{EACCES}))[1])
              .find(">> /etc/apparmor.d/local/usr.local.bin.act && ") != std::string::npos);
  }
}

TEST_CASE("what a module did not refuse, or not now, is not its doing", "[diagnosis][policy]") {
  std::string log = apparmor_open;
  SyscallEvent call = open("/etc/secret", Errno{EACCES});
  SECTION("it only told") { log.replace(log.find("DENIED"), 6, "ALLOWED"); }
  SECTION("another process") { log.replace(log.find("pid=153"), 7, "pid=154"); }
  SECTION("another file") { call = open("/etc/other", Errno{EACCES}); }
  SECTION("another error") { call = open("/etc/secret", Errno{ENOENT}); }
  SECTION("long ago") { log.replace(log.find("1795275512"), 10, "1795275412"); }
  const std::vector<Candidate> candidates = asked(with_log(log), call);
  REQUIRE(candidates.size() == 1);
  CHECK(candidates[0].doubt == 0);
}

TEST_CASE("in a container the log counts processes otherwise", "[diagnosis][policy]") {
  std::string log = apparmor_open;
  log.replace(log.find("pid=153"), 7, "pid=9153");
  FakeHost host = with_log(log);
  CHECK(asked(host, open("/etc/secret", Errno{EACCES})).size() == 1);
  host.links["/proc/self/ns/pid"] = "pid:[4026532189]";
  CHECK(asked(host, open("/etc/secret", Errno{EACCES})).size() == 2);
}

TEST_CASE("a label is told by its place", "[diagnosis][policy]") {
  FakeHost host =
      with_log(avc("{ read } for  pid=153 comm=\"nginx\" name=\"site.conf\" dev=\"nvme0n1\" ino=11406 "
                   "scontext=system_u:system_r:httpd_t:s0 "
                   "tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file permissive=0"));
  host.commands["/usr/sbin/matchpathcon -n /etc/nginx/site.conf"] = {
      .exit_code = 0, .out = "system_u:object_r:httpd_config_t:s0\n", .err = {}};
  const std::vector<Candidate> candidates = asked(host, open("/etc/nginx/site.conf", Errno{EACCES}));
  REQUIRE(candidates.size() == 2);
  CHECK(candidates[1].match.cause == "security.selinux");
  CHECK(subject_of(candidates[1].match) == Subject{"path", "/etc/nginx/site.conf"});
  CHECK(candidates[1].match.fixes.front().command == "restorecon -v /etc/nginx/site.conf");
}

TEST_CASE("a port of another type", "[diagnosis][policy]") {
  const FakeHost host =
      with_log(avc("{ name_bind } for  pid=153 comm=\"act\" src=8083 "
                   "scontext=system_u:system_r:httpd_t:s0 "
                   "tcontext=system_u:object_r:unreserved_port_t:s0 tclass=tcp_socket permissive=0"));
  const auto candidates = asked(host, socket_call("bind", "0.0.0.0:8083", Errno{EACCES}));
  REQUIRE(candidates.size() == 2);
  CHECK(subject_of(candidates[1].match) == Subject{"port", "0.0.0.0:8083"});
  CHECK(commands_of(candidates[1]).find("semanage port -a -t http_port_t -p tcp 8083") != std::string::npos);
  CHECK(asked(host, socket_call("bind", "0.0.0.0:8084", Errno{EACCES})).size() == 1);
}

TEST_CASE("a log that may not be read leaves a guess", "[diagnosis][policy]") {
  FakeHost host;
  host.files["/sys/fs/selinux/enforce"] = "1";
  host.add_file("/etc/secret", "x", 0644);
  host.commands["/usr/bin/dmesg"] = {.exit_code = 1, .out = {}, .err = "Operation not permitted"};
  Target started;
  started.identity.uid = 33;
  CHECK(asked(host, open("/etc/secret", Errno{EACCES}), started).size() == 2);
  host.add_file("/etc/secret", "x", 0600);
  CHECK(asked(host, open("/etc/secret", Errno{EACCES}), started).size() == 1);
}
