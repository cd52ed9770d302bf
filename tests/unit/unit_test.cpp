#include <catch2/catch.hpp>

#include "fake_systemd.h"
#include "unit/control_group.h"
#include "unit/last_start.h"
#include "unit/monitored.h"
#include "unit/read_unit.h"
#include "unit/refusals.h"
#include "unit/sandbox.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

const Manager of_machine;

Unit unit_of(const FakeSystemd& host, const std::string& name) {
  const Result<Unit> unit = read_unit(host, of_machine, name);
  REQUIRE(unit);
  return *unit;
}

/// The properties of a unit whose program ended before it was executed.
std::map<std::string, std::string> failed_with(int status) {
  return {{"Id", text_property("web.service")},
          {"LoadState", text_property("loaded")},
          {"ActiveState", text_property("failed")},
          {"Result", text_property("exit-code")},
          {"FragmentPath", text_property("/etc/systemd/system/web.service")},
          {"ExecStart", command_property("/usr/bin/web", R"("/usr/bin/web","a b","-c")", 1, status)}};
}

const std::vector<JournalEntry> spawn_failed = {
    {"web.service: Failed at step X spawning /usr/bin/web: No such thing", "641257651c1b4ec9a8624d7a40a9e1e7",
     Pid{123}, 3, true, "", ""}};

std::optional<Finding> exec_finding(const FakeSystemd& host,
                                    const std::vector<JournalEntry>& journal = spawn_failed) {
  const Unit unit = unit_of(host, "web.service");
  REQUIRE(unit.failed_command() != nullptr);
  return why_no_exec({host, of_machine, unit, journal, {}}, *unit.failed_command());
}

}  // namespace

TEST_CASE("the words of a command are exactly those of the bus") {
  FakeSystemd host;
  host.unit("web.service", failed_with(217));
  const Unit unit = unit_of(host, "web.service");
  REQUIRE(unit.main_command() != nullptr);
  CHECK(unit.main_command()->argv == std::vector<std::string>{"/usr/bin/web", "a b", "-c"});
  CHECK(unit.main_command()->pid == Pid{123});
  CHECK(unit.main_command()->end.code == 217);
  CHECK(unit.failed_command() == unit.main_command());
}

TEST_CASE("settings of any type are words") {
  Unit unit;
  unit.name = "x.service";
  const std::string json =
      R"({"EnvironmentFiles":{"type":"asb","data":[["/etc/x",true],["/etc/y",false]]},)"
      R"("SystemCallFilter":{"type":"bas","data":[false,["mount","chroot"]]},)"
      R"("TasksMax":{"type":"t","data":18446744073709551615},"PrivateTmp":{"type":"b","data":true},)"
      R"("InvocationID":{"type":"ay","data":[115,91,0,255]}})";
  REQUIRE(add_properties(unit, R"({"type":"a{sv}","data":[)" + json + "]}"));
  CHECK(unit.words("EnvironmentFiles") == std::vector<std::string>{"/etc/x", "yes", "/etc/y", "no"});
  CHECK(unit.words("SystemCallFilter") == std::vector<std::string>{"no", "mount", "chroot"});
  CHECK(unit.number("TasksMax") == ~0ULL);
  CHECK(unit.flag("PrivateTmp"));
  CHECK(unit.invocation == "735b00ff");
  CHECK(unit.words("Nonesuch").empty());
}

TEST_CASE("an answer that is none is an error, not a unit") {
  Unit unit;
  CHECK_FALSE(add_properties(unit, "Failed to connect to bus"));
  CHECK_FALSE(add_properties(unit, R"({"type":"a{sv}","data":[{"ExecStart":{"type":"a","data":[["x"]]}}]})"));
  FakeHost nobody;
  CHECK_FALSE(read_unit(nobody, of_machine, "x.service"));
}

TEST_CASE("names without a type are services") {
  CHECK(unit_name("nginx") == "nginx.service");
  CHECK(unit_name("a.b") == "a.b.service");
  CHECK(unit_name("name@x") == "name@x.service");
  CHECK(unit_name("nginx.socket") == "nginx.socket");
  CHECK(unit_stem("nginx.socket") == "nginx");
}

TEST_CASE("a unit that is not there is looked for under similar names") {
  FakeSystemd host;
  host.unit("ngnix.service", {{"LoadState", text_property("not-found")}});
  host.add_file("/usr/lib/systemd/system/nginx.service", "")
      .add_folder("/etc/systemd/system/nginx.service.d");
  const Unit unit = unit_of(host, "ngnix.service");
  const auto finding = why_not_loaded({host, of_machine, unit, {}, {}});
  REQUIRE(finding);
  CHECK(finding->cause == "unit.not-found");
  CHECK(finding->subject == Subject{"text", "ngnix.service"});
  CHECK(finding->summary == "systemd has no unit ngnix.service: there is nginx.service");
  CHECK(finding->fixes.front().command == "systemctl start nginx.service");
}

TEST_CASE("a masked unit, and a template that is not there") {
  FakeSystemd host;
  host.unit("web.service", {{"LoadState", text_property("masked")}});
  host.unit("web@a.service", {{"LoadState", text_property("not-found")}});
  Unit unit = unit_of(host, "web.service");
  auto finding = why_not_loaded({host, of_machine, unit, {}, {}});
  REQUIRE(finding);
  CHECK(finding->cause == "unit.masked");
  CHECK(finding->fixes.front().command == "systemctl unmask web.service");
  unit = unit_of(host, "web@a.service");
  finding = why_not_loaded({host, of_machine, unit, {}, {}});
  REQUIRE(finding);
  CHECK(finding->summary.find("web@.service") != std::string::npos);
}

TEST_CASE("a unit with a wrong file is told by file and line") {
  FakeSystemd host;
  const std::string file = "/etc/systemd/system/web.service";
  host.unit("web.service",
            {{"LoadState", text_property("bad-setting")}, {"FragmentPath", text_property(file)}});
  host.commands["/usr/bin/systemd-analyze verify --man=no --recursive-errors=no " + file] = {
      1, "",
      file +
          ":3: Neither a valid executable name nor an absolute path: ./run\nweb.service: Unit configuration "
          "has fatal error, unit will not be started.\n"};
  const Unit unit = unit_of(host, "web.service");
  const auto finding = why_not_loaded({host, of_machine, unit, {}, {}});
  REQUIRE(finding);
  CHECK(finding->cause == "unit.invalid");
  CHECK(finding->subject == Subject{"path", file});
  CHECK(finding->summary.find(file + ":3: Neither a valid") != std::string::npos);
}

TEST_CASE("a condition is named with its negation and its place") {
  FakeSystemd host;
  host.add_file("/etc/systemd/system/web.service", "[Unit]\n# why\nConditionPathExists=!/etc/web.off\n");
  host.add_file("/etc/web.off", "");
  host.unit(
      "web.service",
      {{"LoadState", text_property("loaded")},
       {"ActiveState", text_property("inactive")},
       {"FragmentPath", text_property("/etc/systemd/system/web.service")},
       {"ConditionResult", flag_property(false)},
       {"ConditionTimestampMonotonic", number_property(77)},
       {"Conditions",
        R"("asbbsi","data":[["ConditionFileNotEmpty",false,false,"/etc/web",1],["ConditionPathExists",false,true,"/etc/web.off",-1]])"}});
  const Unit unit = unit_of(host, "web.service");
  const auto finding = why_skipped({host, of_machine, unit, {}, {}});
  REQUIRE(finding);
  CHECK(finding->cause == "unit.condition");
  CHECK(finding->subject == Subject{"path", "/etc/web.off"});
  CHECK(finding->summary ==
        "systemd skips web.service, since its ConditionPathExists=!/etc/web.off "
        "(/etc/systemd/system/web.service:3) does not hold");
  CHECK(finding->evidence.front().text == "/etc/web.off is there");
}

TEST_CASE("an old condition of a unit that runs says nothing") {
  FakeSystemd host;
  host.unit("web.service",
            {{"ActiveState", text_property("active")},
             {"ConditionResult", flag_property(false)},
             {"ConditionTimestampMonotonic", number_property(77)},
             {"Conditions", R"("asbbsi","data":[["ConditionPathExists",false,false,"/x",-1]])"}});
  CHECK_FALSE(why_skipped({host, of_machine, unit_of(host, "web.service"), {}, {}}));
}

TEST_CASE("a dependency is followed to the unit that is the reason") {
  FakeSystemd host;
  host.unit("web.service", {{"ActiveState", text_property("inactive")},
                            {"Requires", list_property("\"sysinit.target\",\"db.service\"")}});
  host.unit("db.service", {{"LoadState", text_property("loaded")}, {"ActiveState", text_property("failed")}});
  host.unit("sysinit.target",
            {{"LoadState", text_property("loaded")}, {"ActiveState", text_property("active")}});
  for (const char* type : {"sysinit.target"})
    host.commands[host.call + "/org/freedesktop/systemd1/unit/" + type +
                  " org.freedesktop.DBus.Properties GetAll s org.freedesktop.systemd1.Target"] = {
        0, R"({"type":"a{sv}","data":[{}]})", ""};
  const Unit unit = unit_of(host, "web.service");
  std::string asked;
  const auto finding =
      why_dependency({host, of_machine, unit, {}, {}}, [&](const Unit& other) -> std::optional<Finding> {
        asked = other.name;
        return of_unit("file.missing", {"path", "/srv/db"}, "", "db needs /srv/db, which is not there");
      });
  REQUIRE(finding);
  CHECK(asked == "db.service");
  CHECK(finding->cause == "unit.dependency");
  CHECK(finding->subject == Subject{"text", "db.service"});
  CHECK(finding->summary.find("which is not there") != std::string::npos);
  CHECK(finding->evidence.front().text == "db.service: file.missing: /srv/db");
}

TEST_CASE("statuses before exec become the thing itself") {
  FakeSystemd host;
  auto properties = failed_with(217);
  properties["User"] = text_property("nobody-here");
  properties["Group"] = text_property("nobody-here");
  properties["WorkingDirectory"] = text_property("/srv/none");
  properties["ReadWritePaths"] = list_property(R"("-/srv/may","/srv/must")");
  host.add_folder("/srv");
  const auto with_status = [&](int status) {
    properties["ExecStart"] = command_property("/usr/bin/web", R"("/usr/bin/web")", 1, status);
    host.unit("web.service", properties);
    const auto finding = exec_finding(host);
    REQUIRE(finding);
    return std::pair(finding->cause, finding->subject.value);
  };
  CHECK(with_status(217) == std::pair<std::string, std::string>("user.unknown", "nobody-here"));
  CHECK(with_status(216) == std::pair<std::string, std::string>("user.unknown", "nobody-here"));
  CHECK(with_status(200) == std::pair<std::string, std::string>("file.missing", "/srv/none"));
  CHECK(with_status(226) == std::pair<std::string, std::string>("file.missing", "/srv/must"));
  CHECK(with_status(203) == std::pair<std::string, std::string>("exec.not-found", "/usr/bin/web"));
}

TEST_CASE("where no look explains a step, systemd's words do") {
  FakeSystemd host;
  auto properties = failed_with(231);
  properties["AppArmorProfile"] = R"("bs","data":[false,"web-profile"])";
  host.unit("web.service", properties);
  const auto finding = exec_finding(host);
  REQUIRE(finding);
  CHECK(finding->cause == "security.apparmor");
  CHECK(finding->subject == Subject{"profile", "web-profile"});
}

TEST_CASE("a program may end with such a status by itself") {
  FakeSystemd host;
  host.unit("web.service", failed_with(217));
  const std::vector<JournalEntry> its_own = {{"217 things are wrong", "", Pid{123}, 6, false, "", ""}};
  CHECK_FALSE(exec_finding(host, its_own));
}

TEST_CASE("a start without a process names the environment file") {
  FakeSystemd host;
  host.add_file("/etc/default/webb", "");
  host.add_file("/etc/systemd/system/web.service", "[Service]\nEnvironmentFile=/etc/default/web\n");
  host.unit("web.service",
            {{"Result", text_property("resources")},
             {"FragmentPath", text_property("/etc/systemd/system/web.service")},
             {"EnvironmentFiles", R"("asb","data":[["/etc/none",true],["/etc/default/web",false]])"}});
  const Unit unit = unit_of(host, "web.service");
  const auto finding = why_no_process({host, of_machine, unit, {}, {}});
  REQUIRE(finding);
  CHECK(finding->cause == "file.missing");
  CHECK(finding->subject == Subject{"path", "/etc/default/web"});
  CHECK(finding->summary.find("web.service:2") != std::string::npos);
  CHECK(finding->evidence.front().text == "there is /etc/default/webb");
}

TEST_CASE("the last of the places that set something counts") {
  FakeHost host;
  host.add_file("/etc/systemd/system/x.service", "[Service]\nReadWritePaths=/a \\\n  /b\nUser=x\n; User=z\n");
  host.add_file("/etc/systemd/system/x.service.d/o.conf", "[Service]\nUser = y\n");
  Unit unit;
  unit.settings["FragmentPath"] = {"/etc/systemd/system/x.service"};
  unit.settings["DropInPaths"] = {"/etc/systemd/system/x.service.d/o.conf"};
  REQUIRE(place_of(host, unit, "User"));
  CHECK(place_of(host, unit, "User")->text() == "/etc/systemd/system/x.service.d/o.conf:2");
  CHECK(place_of(host, unit, "User", "x")->text() == "/etc/systemd/system/x.service:4");
  CHECK(place_of(host, unit, "ReadWritePaths", "/b")->text() == "/etc/systemd/system/x.service:2");
  CHECK_FALSE(place_of(host, unit, "User", "z"));
}

TEST_CASE("the journal's entries: bytes, the manager's words, its routine") {
  const std::vector<JournalEntry> entries = parse_journal(
      R"({"MESSAGE":[104,105,255],"_PID":"7","PRIORITY":"3"})"
      "\n"
      R"({"MESSAGE":"web.service: Failed with result 'exit-code'.","UNIT":"web.service","CODE_FUNC":"unit_log_failure","MESSAGE_ID":"d9b373ed55a64feb8242e02dbe79a49c","PRIORITY":"4","_PID":"1"})"
      "\n"
      R"({"MESSAGE":"web.service: Failed to determine user credentials: No such process","UNIT":"web.service","CODE_FUNC":"exec_child","PRIORITY":"3","_PID":"123"})"
      "\nno JSON\n");
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].message == "hi\xff");
  CHECK_FALSE(entries[0].of_systemd);
  CHECK(is_routine(entries[1]));
  CHECK(entries[2].of_systemd);
  CHECK_FALSE(is_routine(entries[2]));
}

TEST_CASE("a start that was ended for its time is no death by a signal") {
  FakeSystemd host;
  auto properties = failed_with(0);
  properties["Result"] = text_property("timeout");
  properties["Type"] = text_property("notify");
  properties["TimeoutStartUSec"] = number_property(2'000'000);
  properties["ExecStart"] = command_property("/usr/bin/web", R"("/usr/bin/web")", 2, 15);
  host.unit("web.service", properties);
  const Unit unit = unit_of(host, "web.service");
  const UnitLook look{host, of_machine, unit, {}, {}};
  CHECK(outcome_of_start(look).state == State::hung);
  const auto finding = why_not_up(look);
  REQUIRE(finding);
  CHECK(finding->cause == "ready.timeout");
  CHECK(finding->summary.find("READY=1 to systemd within 2 s") != std::string::npos);
  for (const Event& event : events_of_start(look)) CHECK_FALSE(std::holds_alternative<ExitEvent>(event.what));
}

TEST_CASE("the words of the last start are those of its process") {
  FakeSystemd host;
  host.unit("web.service", failed_with(1));
  const Unit unit = unit_of(host, "web.service");
  const std::vector<JournalEntry> journal = {
      {"cannot open /etc/web.conf", "", Pid{123}, 6, false, "", ""},
      {"Started web.", "39f53479d3a045ac8e11786248231fbf", Pid{1}, 6, true, "", ""}};
  const std::vector<Event> events = events_of_start({host, of_machine, unit, journal, {}});
  REQUIRE(events.size() == 3);
  CHECK(std::get<ExecEvent>(events[0].what).executable == "/usr/bin/web");
  CHECK(std::get<SyscallEvent>(events[1].what).data == "cannot open /etc/web.conf\n");
  CHECK(std::get<ExitEvent>(events[2].what).status.code == 1);
}

TEST_CASE("what OnFailure= was told counts where the unit was started anew meanwhile") {
  FakeSystemd host;
  host.unit("web.service", failed_with(0));
  Unit unit = unit_of(host, "web.service");
  std::map<std::string, std::string> variables = {{"MONITOR_UNIT", "web.service"},
                                                  {"MONITOR_INVOCATION_ID", "77"},
                                                  {"MONITOR_SERVICE_RESULT", "exit-code"},
                                                  {"MONITOR_EXIT_CODE", "exited"},
                                                  {"MONITOR_EXIT_STATUS", "217"}};
  const Variable variable = [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  heed_monitor(unit, variable);
  CHECK(unit.invocation == "77");
  REQUIRE(unit.failed_command() != nullptr);
  CHECK(unit.failed_command()->end.code == 217);
  variables["MONITOR_EXIT_CODE"] = "killed";
  variables["MONITOR_EXIT_STATUS"] = "SEGV";
  variables["MONITOR_INVOCATION_ID"] = "78";
  heed_monitor(unit, variable);
  CHECK(unit.failed_command()->end.signal == Signal{11});
  variables["MONITOR_UNIT"] = "other.service";
  variables["MONITOR_INVOCATION_ID"] = "79";
  heed_monitor(unit, variable);
  CHECK(unit.invocation == "78");
}

TEST_CASE("slices lie in each other as their names say") {
  CHECK(path_of_slice("system.slice") == "/system.slice");
  CHECK(path_of_slice("system-web.slice") == "/system.slice/system-web.slice");
  CHECK(path_of_slice("a-b-c.slice") == "/a.slice/a-b.slice/a-b-c.slice");
  CHECK(path_of_slice("-.slice").empty());
}

TEST_CASE("a refusal in a sandbox names the setting, its place and what would allow it") {
  FakeHost host;
  host.add_file("/etc/systemd/system/web.service",
                "[Service]\nProtectSystem=strict\nProtectHome=yes\nSystemCallFilter=~mkdir\n");
  host.add_file("/tmp/data", "").add_file("/home/a/key", "");
  Unit unit;
  unit.name = "web.service";
  unit.settings = {{"FragmentPath", {"/etc/systemd/system/web.service"}},
                   {"ProtectSystem", {"strict"}},
                   {"ProtectHome", {"yes"}},
                   {"PrivateTmp", {"yes"}},
                   {"User", {"web"}},
                   {"SystemCallFilter", {"no", "mkdir"}},
                   {"RestrictAddressFamilies", {"yes", "AF_UNIX"}}};
  const auto named = [&](std::string cause, Subject subject) {
    Report report;
    Finding finding;
    finding.cause = std::move(cause);
    finding.subject = std::move(subject);
    finding.summary = "web cannot";
    finding.confidence = 0.5;
    report.findings = {finding};
    name_settings(report, {host, of_machine, unit, {}, {}});
    return report.findings.front();
  };
  const Finding read_only = named("file.read-only", {"path", "/var/lib/web/db/x"});
  CHECK(read_only.cause == "file.read-only");
  CHECK(read_only.summary ==
        "web cannot: ProtectSystem=strict (/etc/systemd/system/web.service:2) of web.service makes it "
        "read-only for the unit");
  CHECK(read_only.fixes.front().command ==
        "systemctl edit web.service   # and write there:\n[Service]\nStateDirectory=web");
  CHECK(named("file.read-only", {"path", "/opt/web/x"})
            .fixes.front()
            .command.ends_with("ReadWritePaths=/opt/web"));
  CHECK(named("file.permission", {"path", "/home/a/key"}).summary.find("ProtectHome=yes") !=
        std::string::npos);
  CHECK(named("file.missing", {"path", "/tmp/data"}).summary.find("PrivateTmp=yes") != std::string::npos);
  CHECK(named("security.seccomp", {"text", "mkdir"}).summary.find("SystemCallFilter=~mkdir") !=
        std::string::npos);
  CHECK(named("address.family-unsupported", {"text", "AF_INET"}).cause == "security.seccomp");
  CHECK(named("port.privileged", {"port", "0.0.0.0:80"})
            .fixes.front()
            .command.ends_with("AmbientCapabilities=CAP_NET_BIND_SERVICE"));
  // Neither is the unit's doing.
  for (const Subject& subject : {Subject{"path", "/tmp/nothing"}, Subject{"path", "/srv/data"}})
    CHECK(named("file.missing", subject).summary == "web cannot");
  CHECK(named("limit.open-files", {"limit", "RLIMIT_NOFILE"}).summary == "web cannot");
}

TEST_CASE("filters of packets, ports and devices, users and capabilities are the unit's doing, too") {
  FakeHost host;
  host.add_file("/srv/helper", "", 04755).add_special("/dev/tun", S_IFCHR | 0666);
  Unit unit;
  unit.name = "web.service";
  unit.settings = {{"IPAddressDeny", {"2", "10", "0", "0", "0", "8", "10", "0", "0", "0", "0", "0",
                                      "0", "0",  "0", "0", "0", "0", "0",  "0", "0", "0", "0", "0"}},
                   {"IPAddressAllow", {"2", "10", "1", "0", "0", "16"}},
                   {"SocketBindDeny", {"0", "0", "0", "0"}},
                   {"SocketBindAllow", {"2", "0", "10", "8080"}},
                   {"DevicePolicy", {"closed"}},
                   {"User", {"web"}},
                   {"LockPersonality", {"yes"}},
                   {"CapabilityBoundingSet", {"1099511627775"}},
                   {"ProtectClock", {"yes"}}};
  const auto named = [&](std::string cause, Subject subject, std::string evidence = "") {
    Report report;
    Process process;
    process.pid = Pid{7};
    process.executable = "/srv/helper";
    report.processes = {process};
    Finding finding;
    finding.cause = std::move(cause);
    finding.subject = std::move(subject);
    finding.summary = "web cannot";
    finding.evidence = {{"syscall", std::move(evidence), Pid{7}, {}}};
    report.findings = {finding};
    name_settings(report, {host, of_machine, unit, {}, {}});
    return report.findings.front().summary;
  };
  const auto names = [](const std::string& summary, const char* setting) {
    return summary.find(setting) != std::string::npos;
  };
  CHECK(names(named("connect.timeout", {"address", "10.9.0.1:80"}), "IPAddressDeny="));
  CHECK_FALSE(names(named("connect.timeout", {"address", "10.1.0.1:80"}), "IPAddressDeny="));
  CHECK_FALSE(names(named("connect.timeout", {"address", "192.0.2.1:80"}), "IPAddressDeny="));
  CHECK(names(named("connect.timeout", {"address", "[2001:db8::1]:80"}), "IPAddressDeny="));
  CHECK(names(named("app.error", {"port", "0.0.0.0:80"}, "bind(3) = -1 EPERM"), "SocketBindDeny="));
  CHECK_FALSE(names(named("app.error", {"port", "0.0.0.0:8081"}, "bind(3) = -1 EPERM"), "SocketBindDeny="));
  CHECK_FALSE(names(named("app.error", {"port", "0.0.0.0:80"}, "bind(3) = -1 EACCES"), "SocketBindDeny="));
  CHECK(names(named("file.permission", {"path", "/dev/tun"}, "openat() = -1 EPERM"), "DevicePolicy=closed"));
  CHECK(names(named("file.permission", {"path", "/etc/shadow"}, "openat() = -1 EACCES"),
              "implies NoNewPrivileges=yes, which keeps /srv/helper"));
  CHECK(names(named("security.capability", {"capability", "CAP_SYS_TIME"}), "implies NoNewPrivileges"));
  host.statuses["/srv/helper"].mode = S_IFREG | 0755;
  CHECK(names(named("security.capability", {"capability", "CAP_SYS_TIME"}), "ProtectClock=yes"));
  CHECK(names(named("security.capability", {"capability", "CAP_CHOWN"}), "User=web"));
}

TEST_CASE("what followed the start and failed is what ended the service") {
  Unit unit;
  unit.commands.resize(2);
  unit.commands[0].setting = "ExecStart";
  unit.commands[1].setting = "ExecStartPost";
  for (UnitCommand& command : unit.commands) command.has_ended = true;
  unit.commands[0].end = {0, Signal{15}, false};
  unit.commands[0].ended_at = 20;
  unit.commands[1].end = {1, Signal::none, false};
  unit.commands[1].ended_at = 10;
  CHECK(unit.failed_command() == &unit.commands[1]);
  unit.commands[0].end = {1, Signal::none, false};
  CHECK(unit.failed_command() == &unit.commands[0]);
}

}  // namespace whywontitstart
