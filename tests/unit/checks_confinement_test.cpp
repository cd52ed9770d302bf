#include <catch2/catch.hpp>
#include <cerrno>

#include "checks/checks.h"
#include "checks/confinement.h"
#include "fake_host.h"
#include "host/apparmor.h"

using namespace whywontitstart;

namespace {

Target server() {
  Target target;
  target.argv = {"/usr/sbin/webd"};
  target.executable = "/usr/sbin/webd";
  target.identity = {0, 0, {0}, "root", "/root", "/bin/sh"};
  return target;
}

Facts failed_run() {
  Facts facts;
  Process process;
  process.pid = Pid{812};
  process.executable = "/usr/sbin/webd";
  facts.processes.push_back(process);
  facts.outcome.state = State::exited;
  facts.outcome.status.code = 1;
  facts.outcome.duration = std::chrono::seconds(3);
  return facts;
}

Failure refused(const std::string& call, const std::string& path) {
  Failure failure;
  failure.call.name = call;
  failure.call.error = Errno{EACCES};
  failure.call.path = path;
  return failure;
}

FakeHost machine() {
  FakeHost host;
  host.add_file("/usr/sbin/webd", "x", 0755);
  host.files["/proc/stat"] = "cpu 1 2 3\nbtime 1700000000\n";
  host.files["/proc/uptime"] = "100.00 50.0\n";
  return host;
}

FakeHost with_selinux(const std::string& log) {
  FakeHost host = machine();
  host.files["/sys/fs/selinux/enforce"] = "1";
  host.files["/proc/self/attr/current"] = "system_u:system_r:init_t:s0";
  host.add_file("/var/log/audit/audit.log", log);
  return host;
}

FakeHost with_apparmor(const std::string& log) {
  FakeHost host = machine();
  host.files["/sys/module/apparmor/parameters/enabled"] = "Y\n";
  host.files["/proc/self/attr/current"] = "unconfined\n";
  host.files["/sys/kernel/security/apparmor/profiles"] = "/usr/sbin/webd (enforce)\nother (complain)\n";
  host.commands["/usr/bin/dmesg"] = {0, log, ""};
  return host;
}

CheckResult run(CheckResult (*check)(const CheckInput&), const Host& host, const Facts& facts) {
  return check({server(), facts, host});
}

bool has(const CheckResult& result, const std::string& value) {
  return std::any_of(result.details.begin(), result.details.end(),
                     [&](const auto& detail) { return detail.second == value; });
}

const std::string file_denial =
    "type=AVC msg=audit(1700000099.123:45): avc:  denied  { read open } for  pid=812 comm=\"webd\" "
    "path=\"/srv/web.conf\" dev=\"vda1\" ino=7 scontext=system_u:system_r:httpd_t:s0 "
    "tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file permissive=0\n";
const std::string port_denial =
    "type=AVC msg=audit(1700000099.2:46): avc:  denied  { name_bind } for  pid=812 comm=\"webd\" src=8123 "
    "scontext=system_u:system_r:httpd_t:s0 tcontext=system_u:object_r:unreserved_port_t:s0 "
    "tclass=tcp_socket permissive=0\n";

std::string apparmor_line(const std::string& rest, const std::string& verdict = "DENIED") {
  return "[   99.1] audit: type=1400 audit(1700000099.1:9): apparmor=\"" + verdict + "\" " + rest + "\n";
}

std::string lacking(const std::string& rest) {
  const std::vector<Denial> denials = parse_denials(apparmor_line(rest));
  REQUIRE(denials.size() == 1);
  return missing_profile_line(denials.front());
}

}  // namespace

TEST_CASE("an SELinux denial is read into who, what, class and rights") {
  const std::vector<Denial> denials = parse_denials("type=SYSCALL denied\n" + file_denial + port_denial);
  REQUIRE(denials.size() == 2);
  CHECK(denials[0].pid == Pid{812});
  CHECK(denials[0].command == "webd");
  CHECK(denials[0].rights == "read open");
  CHECK(denials[0].what == "/srv/web.conf");
  CHECK(denials[0].kind == "file");
  CHECK(selinux_type(denials[0].who) == "httpd_t");
  CHECK(selinux_type(denials[0].label) == "user_home_t");
  CHECK(denials[0].enforced);
  CHECK(denials[0].at == Approx(1700000099.123));
  CHECK(denials[1].what == "8123");
}

TEST_CASE("a name that the kernel writes in hexadecimal is read too") {
  const std::vector<Denial> denials = parse_denials(
      "audit(1.0:1): avc:  denied  { read } for  pid=1 comm=6120622D63 name=2F73727620612E636F6E66 "
      "scontext=a:b:c tcontext=d:e:f tclass=file permissive=1\n");
  REQUIRE(denials.size() == 1);
  CHECK(denials[0].command == "a b-c");
  CHECK(denials[0].what == "/srv a.conf");
  CHECK_FALSE(denials[0].enforced);
}

TEST_CASE("an SELinux denial of the program fails the check, with what would help") {
  FakeHost host = with_selinux(file_denial);
  host.commands["/usr/sbin/matchpathcon -n /srv/web.conf"] = {0, "system_u:object_r:httpd_config_t:s0\n", ""};
  const CheckResult result = run(check_selinux, host, failed_run());
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary ==
        "SELinux refused webd (httpd_t) the right to read open file /srv/web.conf (user_home_t)");
  CHECK(has(result, "restorecon -v /srv/web.conf"));
  const CheckResult port = run(check_selinux, with_selinux(port_denial), failed_run());
  CHECK(port.status == CheckStatus::fail);
  CHECK(has(port, "semanage port -a -t http_port_t -p tcp 8123"));
}

TEST_CASE("denials of others, of long ago and of permissive mode accuse nobody") {
  std::string other = file_denial, old = file_denial, permissive = file_denial;
  other.replace(other.find("pid=812 comm=\"webd\""), 19, "pid=99 comm=\"other\"");
  old.replace(old.find("1700000099"), 10, "1699990000");
  permissive.replace(permissive.find("permissive=0"), 12, "permissive=1");
  for (const std::string& log : {other, old, permissive})
    CHECK(run(check_selinux, with_selinux(log), failed_run()).status == CheckStatus::pass);
  Facts healthy = failed_run();
  healthy.outcome.status.code = 0;
  CHECK(run(check_selinux, with_selinux(file_denial), healthy).status == CheckStatus::warn);
}

TEST_CASE("a plain problem of modes is not SELinux's, and logs that cannot be read are no all-clear") {
  Facts facts = failed_run();
  facts.failures.push_back(refused("openat", "/srv/secret"));
  FakeHost host = with_selinux("");
  Target target = server();
  target.identity = {33, 33, {33}, "web", "/", ""};
  host.add_file("/srv/secret", "", 0600);
  CHECK(check_selinux({target, facts, host}).status == CheckStatus::pass);
  host.files.erase("/var/log/audit/audit.log");
  host.statuses.erase("/var/log/audit/audit.log");
  CHECK(check_selinux({target, facts, host}).status == CheckStatus::unknown);
  host.errors["/sys/fs/selinux/enforce"] = EACCES;
  CHECK(check_selinux({target, facts, host}).status == CheckStatus::unknown);
}

TEST_CASE("SELinux whose folder is hidden is unknown, not absent") {
  FakeHost host = machine();
  CHECK(run(check_selinux, host, failed_run()).status == CheckStatus::skipped);
  host.files["/proc/filesystems"] = "nodev\tselinuxfs\n";
  CHECK(run(check_selinux, host, failed_run()).status == CheckStatus::unknown);
}

TEST_CASE("the line that an AppArmor profile lacks") {
  const std::string who = "profile=\"/usr/sbin/webd\" pid=812 comm=\"webd\" ";
  CHECK(lacking("operation=\"open\" class=\"file\" " + who +
                "name=\"/etc/web.conf\" requested_mask=\"r\" denied_mask=\"r\" fsuid=0 ouid=0") ==
        "/etc/web.conf r,");
  CHECK(lacking("operation=\"mknod\" " + who + "name=\"/run/web.pid\" denied_mask=\"c\"") ==
        "/run/web.pid w,");
  CHECK(lacking("operation=\"open\" " + who + "name=\"/run/a[b\" denied_mask=\"wrac\"") == "/run/a\\[b wr,");
  CHECK(lacking("operation=\"exec\" " + who + "name=\"/bin/dash\" denied_mask=\"x\"") == "/bin/dash ix,");
  CHECK(lacking("operation=\"open\" " + who + "name=2F612062 denied_mask=\"r\"") == "\"/a b\" r,");
  CHECK(lacking("operation=\"capable\" " + who + "capability=10  capname=\"net_bind_service\"") ==
        "capability net_bind_service,");
  CHECK(lacking("operation=\"bind\" class=\"net\" " + who +
                "family=\"inet\" sock_type=\"stream\" protocol=6 denied_mask=\"bind\"") ==
        "network inet stream,");
  CHECK(lacking("operation=\"signal\" " + who + "denied_mask=\"send\" signal=term peer=\"other\"") ==
        "signal (send) set=(term) peer=other,");
}

TEST_CASE("an AppArmor denial of the program fails the check; complain mode does not") {
  const std::string rest =
      "operation=\"open\" profile=\"/usr/sbin/webd\" name=\"/etc/web.conf\" pid=812 comm=\"webd\" "
      "requested_mask=\"r\" denied_mask=\"r\" fsuid=0 ouid=0";
  FakeHost host = with_apparmor(apparmor_line(rest));
  host.files["/etc/apparmor.d/usr.sbin.webd"] = "";
  const CheckResult result = run(check_apparmor, host, failed_run());
  CHECK(result.status == CheckStatus::fail);
  CHECK(has(result, "  /etc/web.conf r,"));
  CHECK(has(result, "apparmor_parser -r /etc/apparmor.d/usr.sbin.webd"));
  CHECK(run(check_apparmor, with_apparmor(apparmor_line(rest, "ALLOWED")), failed_run()).status ==
        CheckStatus::pass);
}

TEST_CASE("a refusal under a profile in force is warned of, and what is hidden is unknown") {
  FakeHost host = with_apparmor("");
  host.add_file("/etc/web.conf", "");
  Facts facts = failed_run();
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::pass);
  facts.failures.push_back(refused("openat", "/etc/web.conf"));
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::warn);
  facts.failures.clear();
  host.commands.clear();
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::unknown);
  host.files.erase("/sys/kernel/security/apparmor/profiles");
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::unknown);
  host.files["/sys/module/apparmor/parameters/enabled"] = "N\n";
  CHECK(run(check_apparmor, host, facts).status == CheckStatus::skipped);
}

TEST_CASE("the patterns of AppArmor's attachments") {
  CHECK(covers("/usr/{bin,sbin}/ntpd", "/usr/sbin/ntpd"));
  CHECK(covers("/usr/{,s}bin/ntp*", "/usr/bin/ntpd"));
  CHECK(covers("/opt/**/run", "/opt/a/b/run"));
  CHECK(covers("/{usr/{lib,lib64},opt}/x", "/usr/lib64/x"));
  CHECK_FALSE(covers("/opt/*/run", "/opt/a/b/run"));
  CHECK_FALSE(covers("/usr/bin/ntpd", "/usr/bin/ntpdate"));
  CHECK_FALSE(covers("/usr/bin/{", "/usr/bin/x"));
}

TEST_CASE("the profile of a program is known by its attachment") {
  FakeHost host = with_apparmor("");
  const std::string folder = "/sys/kernel/security/apparmor/policy/profiles/webd.1/";
  host.files[folder + "name"] = "webd\n";
  host.files[folder + "mode"] = "enforce\n";
  host.files[folder + "attach"] = "/usr/{bin,sbin}/webd\n";
  CHECK(run(check_apparmor, host, failed_run()).summary ==
        "the profile webd (enforce) is in force, and nothing points at it");
}
