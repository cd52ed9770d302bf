#include <catch2/catch.hpp>

#include "diagnosis/diagnose.h"
#include "diagnosis/foresee.h"
#include "elf_image.h"
#include "fake_host.h"
#include "host/absent_host.h"

using namespace whywontitstart;

namespace {

const std::string no_sockets = "  sl  local_address rem_address\n";

/// A machine with a script that starts a server, and nothing in its way.
FakeHost plain() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n";
  host.files["/etc/group"] = "root:x:0:\nwww-data:x:33:\n";
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  host.files["/proc/self/status"] =
      "Name:\tx\nUid:\t0 0 0 0\nGid:\t0 0 0 0\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\n";
  host.files["/proc/sys/net/ipv4/ip_forward"] = "0\n";
  host.files["/proc/net/tcp"] = no_sockets;
  host.files["/proc/net/tcp6"] = no_sockets;
  host.files["/proc/net/unix"] = "Num RefCount Protocol Flags Type St Inode Path\n";
  host.add_file("/srv/app", "#!/bin/sh\nexec listen\n", 0755).add_folder("/proc/1");
  host.add_file("/bin/sh", ElfImage{}.bytes(), 0755);
  return host;
}

Target app_of(std::uint32_t uid) {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  target.cwd = "/srv";
  target.identity = {uid, uid, {uid}, uid == 0 ? "root" : "www-data", "/", "/bin/sh"};
  target.environment = {"PATH=/bin"};
  return target;
}

Intentions wanting(Intent::Kind kind, std::string value, double certainty = 0.95) {
  Intent intent;
  intent.kind = kind;
  intent.value = std::move(value);
  if (kind == Intent::Kind::listen && !intent.value.starts_with("unix:")) intent.protocol = "tcp";
  intent.setting = "option";
  intent.source = "/etc/app.conf:3";
  intent.certainty = certainty;
  Intentions intended;
  intended.known_as = "app";
  intended.intents.push_back(std::move(intent));
  return intended;
}

/// "8080" in the table, held by PID 812.
void hold_port(FakeHost& host, const std::string& program) {
  host.files["/proc/net/tcp"] +=
      "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n";
  host.files["/proc/812/cmdline"] = program + '\0';
  host.links["/proc/812/exe"] = program;
  host.links["/proc/812/fd/3"] = "socket:[4711]";
}

Foresight look(const FakeHost& host, const Intentions& intended, std::uint32_t uid = 0) {
  return foresee(app_of(uid), intended, host);
}

CheckStatus status_of(const Foresight& foresight, std::string_view id) {
  std::vector<CheckResult> checks;
  for (const std::string_view known : check_ids())
    checks.push_back({std::string(known), CheckStatus::skipped, "", {}});
  add_to_checks(foresight, checks);
  const auto check =
      std::find_if(checks.begin(), checks.end(), [&](const CheckResult& one) { return one.id == id; });
  REQUIRE(check != checks.end());
  return check->status;
}

}  // namespace

TEST_CASE("a port that somebody has is foreseen, with who it is and who names it") {
  FakeHost host = plain();
  const Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:8080");
  CHECK(look(host, intended).findings.empty());
  CHECK(status_of(look(host, intended), "ports") == CheckStatus::pass);

  hold_port(host, "/usr/sbin/apache2");
  const Foresight foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  const Finding& finding = foresight.findings.front();
  CHECK(finding.cause == "port.in-use");
  CHECK(finding.subject == Subject{"port", "0.0.0.0:8080"});
  CHECK(finding.summary ==
        "port 0.0.0.0:8080 (option in /etc/app.conf:3) is already taken by apache2 (PID 812)");
  CHECK(finding.confidence == 0.95);
  CHECK(status_of(foresight, "ports") == CheckStatus::fail);
}

TEST_CASE("a port that the program itself has is not taken by somebody else") {
  FakeHost host = plain();
  hold_port(host, "/srv/app");
  Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:8080");
  Foresight foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  CHECK(foresight.findings.front().summary == "app is already running: process 812 listens on 0.0.0.0:8080");
  // With SO_REUSEPORT two of them get on.
  intended.intents.front().shares = true;
  foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  CHECK(foresight.findings.front().confidence < sure_enough);
  // Two programs of one interpreter are two.
  intended.script = "other.py";
  CHECK(look(host, intended).findings.front().summary.find("already taken") != std::string::npos);
}

TEST_CASE("that a program runs already is said once, whatever it has") {
  FakeHost host = plain();
  hold_port(host, "/srv/app");
  host.files["/run/app.pid"] = "812\n";
  Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:8080");
  intended.intents.push_back(wanting(Intent::Kind::listen, "127.0.0.1:8080").intents.front());
  intended.intents.push_back(wanting(Intent::Kind::pid_file, "/run/app.pid").intents.front());
  const Foresight foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  CHECK(foresight.findings.front().subject == Subject{"port", "0.0.0.0:8080"});
  CHECK(foresight.findings.front().evidence.size() == 6);
}

TEST_CASE("what systemd holds for its services is not taken") {
  FakeHost host = plain();
  host.files["/proc/net/tcp"] +=
      "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n";
  host.files["/proc/1/cmdline"] = std::string("/lib/systemd/systemd\0--system\0", 30);
  host.links["/proc/1/fd/30"] = "socket:[4711]";
  const Foresight foresight = look(host, wanting(Intent::Kind::listen, "0.0.0.0:8080"));
  CHECK(foresight.findings.empty());
  CHECK(status_of(foresight, "ports") == CheckStatus::pass);
}

TEST_CASE("ports of root are foreseen for those who may not bind them") {
  FakeHost host = plain();
  const Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:80");
  CHECK(look(host, intended, 0).findings.empty());
  const Foresight refused = look(host, intended, 33);
  REQUIRE(refused.findings.size() == 1);
  CHECK(refused.findings.front().cause == "port.privileged");
  CHECK(look(host, wanting(Intent::Kind::listen, "0.0.0.0:8080"), 33).findings.empty());

  SECTION("a unit may give the right") {
    host.files["/proc/self/status"] =
        "Name:\tx\nUid:\t33 33 33 33\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000400\n";
    CHECK(look(host, intended, 33).findings.empty());
  }
  SECTION("the machine may ask for none") {
    host.files["/proc/sys/net/ipv4/ip_unprivileged_port_start"] = "80\n";
    CHECK(look(host, intended, 33).findings.empty());
  }
  SECTION("whether it is a port of root may be hidden") {
    host.files.erase("/proc/sys/net/ipv4/ip_forward");
    CHECK(look(host, intended, 33).findings.empty());
    CHECK(status_of(look(host, intended, 33), "ports") == CheckStatus::unknown);
  }
  SECTION("where our own rights are hidden nothing is said") {
    host.files.erase("/proc/self/status");
    const Foresight hidden = look(host, intended, 33);
    CHECK(hidden.findings.empty());
    CHECK(status_of(hidden, "ports") == CheckStatus::unknown);
  }
}

TEST_CASE("where the tables of sockets are hidden a port is unknown, not free") {
  FakeHost host = plain();
  for (const char* table : {"tcp", "tcp6", "unix"}) host.files.erase(std::string("/proc/net/") + table);
  const Foresight foresight = look(host, wanting(Intent::Kind::listen, "0.0.0.0:8080"));
  CHECK(foresight.findings.empty());
  CHECK(status_of(foresight, "ports") == CheckStatus::unknown);
  CHECK(status_of(look(host, wanting(Intent::Kind::listen, "unix:/run/x")), "ports") == CheckStatus::unknown);
}

TEST_CASE("an address of another machine is foreseen, unless it is merely somebody to ask") {
  FakeHost host = plain();
  host.files["/proc/net/fib_trie"] = "Main:\n  +-- 10.0.0.0/8\n     |-- 10.1.2.3\n        /32 host LOCAL\n";
  Intentions intended = wanting(Intent::Kind::listen, "192.0.2.7:8080");
  const Foresight foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  CHECK(foresight.findings.front().cause == "address.not-available");
  intended.intents.front().if_listens = true;
  CHECK(look(host, intended).findings.empty());
  CHECK(look(host, wanting(Intent::Kind::listen, "10.1.2.3:8080")).findings.empty());
}

TEST_CASE("a socket's file that was left behind stops only those who do not remove it") {
  FakeHost host = plain();
  host.add_special("/run/app.sock", S_IFSOCK | 0755);
  Intentions intended = wanting(Intent::Kind::listen, "unix:/run/app.sock");
  CHECK(look(host, intended).findings.empty());
  intended.intents.front().stale_stops = true;
  const Foresight foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  CHECK(foresight.findings.front().subject == Subject{"path", "/run/app.sock"});
}

TEST_CASE("files and folders are looked at as the one who is going to use them") {
  FakeHost host = plain();
  host.add_file("/etc/app.key", "secret", 0600).add_folder("/var/lib/app", 0755);
  CHECK(look(host, wanting(Intent::Kind::read, "/etc/app.key"), 0).findings.empty());
  const Foresight refused = look(host, wanting(Intent::Kind::read, "/etc/app.key"), 33);
  REQUIRE(refused.findings.size() == 1);
  CHECK(refused.findings.front().cause == "file.permission");
  CHECK(status_of(refused, "permissions") == CheckStatus::fail);

  Intentions of_user = wanting(Intent::Kind::folder, "/var/lib/app");
  CHECK(look(host, of_user).findings.empty());
  of_user.intents.front().by = "www-data";
  REQUIRE(look(host, of_user).findings.size() == 1);
  CHECK(look(host, of_user).findings.front().subject == Subject{"path", "/var/lib/app"});
  of_user.intents.front().by = "nobody-of-that-name";
  CHECK(look(host, of_user).findings.empty());
}

TEST_CASE("what is missing is named: a file by itself, a place for a file by its folder") {
  const FakeHost host = plain();
  const Foresight missing = look(host, wanting(Intent::Kind::read, "/etc/none/app.conf"));
  REQUIRE(missing.findings.size() == 1);
  CHECK(missing.findings.front().cause == "file.missing");
  CHECK(missing.findings.front().subject == Subject{"path", "/etc/none/app.conf"});
  const Foresight folder = look(host, wanting(Intent::Kind::write, "/var/log/none/app.log"));
  REQUIRE(folder.findings.size() == 1);
  CHECK(folder.findings.front().subject.value.find("app.log") == std::string::npos);
  const Foresight wrong = look(host, wanting(Intent::Kind::read, "/etc"));
  REQUIRE(wrong.findings.size() == 1);
  CHECK(wrong.findings.front().cause == "file.is-a-directory");
}

TEST_CASE("a key that others may read is refused by those who care") {
  FakeHost host = plain();
  host.add_file("/etc/key", "secret", 0644);
  Intentions intended = wanting(Intent::Kind::read, "/etc/key");
  CHECK(look(host, intended).findings.empty());
  intended.intents.front().forbidden_mode = 077;
  const Foresight foresight = look(host, intended);
  REQUIRE(foresight.findings.size() == 1);
  CHECK(foresight.findings.front().fixes.front().command == "chmod go-r /etc/key");
}

TEST_CASE("of several where one is enough, one is enough") {
  FakeHost host = plain();
  host.add_file("/etc/key", "secret", 0600);
  Intentions intended = wanting(Intent::Kind::read, "/etc/key");
  intended.intents.push_back(intended.intents.front());
  intended.intents[1].value = "/etc/other";
  for (Intent& intent : intended.intents) intent.alternatives = "key";
  REQUIRE(look(host, intended).findings.size() == 1);
  CHECK(look(host, intended).findings.front().confidence < sure_enough);
  for (Intent& intent : intended.intents) intent.source = "default";
  CHECK(look(host, intended).findings.empty());
  host.files.erase("/etc/key");
  host.statuses.erase("/etc/key");
  CHECK(look(host, intended).findings.size() == 2);
}

TEST_CASE("of two families of addresses one is enough, where that is enough") {
  FakeHost host = plain();
  hold_port(host, "/usr/sbin/apache2");
  Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:8080");
  intended.intents.push_back(wanting(Intent::Kind::listen, "[::]:8080").intents.front());
  CHECK(look(host, intended).findings.front().confidence >= sure_enough);
  for (Intent& intent : intended.intents) intent.alternatives = "listen";
  for (const Finding& finding : look(host, intended).findings) CHECK(finding.confidence < sure_enough);
  host.files["/proc/net/tcp6"] +=
      "   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 "
      "00:00000000 00000000     0        0 4711 1\n";
  CHECK(look(host, intended).findings.front().confidence >= sure_enough);
}

TEST_CASE("a PID file tells whether the program runs, or who got its number") {
  FakeHost host = plain();
  host.files["/run/app.pid"] = "812\n";
  const Intentions intended = wanting(Intent::Kind::pid_file, "/run/app.pid");
  CHECK(look(host, intended).findings.empty());
  host.files["/proc/812/cmdline"] = std::string("/srv/app\0", 9);
  host.links["/proc/812/exe"] = "/srv/app";
  REQUIRE(look(host, intended).findings.size() == 1);
  CHECK(look(host, intended).findings.front().cause == "file.locked");
  host.files["/proc/812/cmdline"] = std::string("/usr/bin/cron\0", 14);
  host.links["/proc/812/exe"] = "/usr/bin/cron";
  REQUIRE(look(host, intended).findings.size() == 1);
  CHECK(look(host, intended).findings.front().cause == "file.stale-lock");
  CHECK(look(host, intended).findings.front().confidence < sure_enough);
}

TEST_CASE("users, groups and variables have to be there") {
  FakeHost host = plain();
  host.commands["/usr/bin/getent passwd nginx"] = {2, "", ""};
  host.commands["/usr/bin/getent group nginx"] = {2, "", ""};
  CHECK(look(host, wanting(Intent::Kind::user, "www-data")).findings.empty());
  for (const Intent::Kind kind : {Intent::Kind::user, Intent::Kind::group}) {
    const Foresight foresight = look(host, wanting(kind, "nginx"));
    REQUIRE(foresight.findings.size() == 1);
    CHECK(foresight.findings.front().cause == "user.unknown");
    CHECK(foresight.findings.front().subject == Subject{"user", "nginx"});
  }
  CHECK(look(host, wanting(Intent::Kind::variable, "PATH")).findings.empty());
  REQUIRE(look(host, wanting(Intent::Kind::variable, "DATABASE")).findings.size() == 1);
  CHECK(look(host, wanting(Intent::Kind::variable, "DATABASE")).findings.front().cause ==
        "config.env-missing");
}

TEST_CASE("a port of a program that does not seem to listen is a guess") {
  FakeHost host = plain();
  hold_port(host, "/usr/sbin/apache2");
  Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:8080", 0.85);
  intended.intents.front().if_listens = true;
  CHECK(look(host, intended).findings.front().confidence == 0.85);
  host.files["/srv/app"] = "#!/bin/sh\nexec ask-somebody\n";
  CHECK(look(host, intended).findings.front().confidence < sure_enough);
}

TEST_CASE("a guess is no verdict: the report is fine, and says what may be") {
  FakeHost host = plain();
  hold_port(host, "/usr/sbin/apache2");
  Evidences evidences;
  evidences.intended = wanting(Intent::Kind::listen, "0.0.0.0:8080", 0.6);
  Report report = diagnose(app_of(0), evidences, host);
  CHECK(report.verdict().cause == "ok.exited");
  CHECK(report.verdict().summary.find("apache2 (PID 812)") != std::string::npos);
  REQUIRE(report.findings.size() == 2);
  CHECK(report.findings[1].cause == "port.in-use");
  evidences.intended.intents.front().certainty = 0.9;
  report = diagnose(app_of(0), evidences, host);
  CHECK(report.verdict().cause == "port.in-use");
}

TEST_CASE("of a machine that is not here nothing is foreseen") {
  Intentions intended = wanting(Intent::Kind::listen, "0.0.0.0:8080");
  for (const Intent::Kind kind :
       {Intent::Kind::read, Intent::Kind::write, Intent::Kind::folder, Intent::Kind::pid_file})
    intended.intents.push_back(wanting(kind, "/etc/x").intents.front());
  const Foresight foresight = foresee(app_of(0), intended, AbsentHost());
  CHECK(foresight.findings.empty());
  CHECK(std::none_of(foresight.notes.begin(), foresight.notes.end(),
                     [](const Foresight::Note& note) { return note.status == CheckStatus::pass; }));
}

TEST_CASE("a check that fails without a finding becomes one") {
  const std::vector<CheckResult> checks = {{"permissions", CheckStatus::fail, "/srv is closed", {}},
                                           {"limits", CheckStatus::warn, "few files", {}},
                                           {"logs", CheckStatus::fail, "it wrote x", {}}};
  const std::vector<Finding> found = findings_of_checks(checks, {});
  REQUIRE(found.size() == 1);
  CHECK(found.front().cause == "file.permission");
  CHECK(findings_of_checks(checks, found).empty());
}
