#pragma once

#include "model/report.h"

namespace whywontitstart {

inline TraceTime milliseconds_after_start(double time) {
  return TraceTime(static_cast<TraceTime::rep>(time * 1'000'000));
}

/// All checks, fine but for the given ones.
inline std::vector<CheckResult> sample_checks(const std::vector<CheckResult>& others) {
  std::vector<CheckResult> checks;
  for (const std::string_view id : check_ids()) {
    const auto other =
        std::find_if(others.begin(), others.end(), [&](const CheckResult& check) { return check.id == id; });
    checks.push_back(other != others.end()
                         ? *other
                         : CheckResult{std::string(id), CheckStatus::pass, "nothing stands out", {}});
  }
  return checks;
}

inline SyscallEvent sample_call(std::string name, std::vector<std::string> arguments, Errno error) {
  SyscallEvent call;
  call.name = std::move(name);
  call.arguments = std::move(arguments);
  call.error = error;
  return call;
}

inline Report port_in_use_report() {
  Report report;
  report.tool_version = "1.0.0";
  report.target = {
      .argv = {"nginx", "-g", "daemon off;"},
      .executable = "/usr/sbin/nginx",
      .cwd = "/srv",
      .identity = {.uid = 0, .gid = 0, .groups = {}, .user = "root", .home = "/root", .shell = "/bin/bash"},
      .environment = {"PATH=/usr/bin"},
      .limits = {},
      .expected = {}};
  report.outcome = {.state = State::exited,
                    .status = {.code = 1},
                    .duration = milliseconds_after_start(2113),
                    .missed = {}};

  Failure failure;
  failure.call = sample_call(
      "bind", {"6", "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}", "16"},
      Errno{EADDRINUSE});
  failure.call.address = "0.0.0.0:80";
  failure.process = Pid{4711};
  failure.at = milliseconds_after_start(2102.25);
  failure.count = 5;

  report.findings = {
      {.cause = "port.in-use",
       .rule = "bind-address-in-use",
       .subject = {"port", "0.0.0.0:80"},
       .title = "The port is taken",
       .summary = "port 80 is already taken by apache2 (PID 812)",
       .confidence = 0.97,
       .evidence = {{"syscall", to_text(failure.call) + ", 5 times", Pid{4711},
                     milliseconds_after_start(2102.25)},
                    {"output", "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)",
                     Pid{4711}, milliseconds_after_start(2110)},
                    {"probe", "*:80 belongs to apache2, PID 812, unit apache2.service", Pid::none,
                     std::nullopt}},
       .fixes = {{"see who listens there", "ss -ltnp 'sport = :80'", "safe"},
                 {"let nginx use another port: change the number after 'listen' in its configuration, then "
                  "test it",
                  "nginx -t", "safe"},
                 {"or stop the other server", "systemctl disable --now apache2", "changes-system"}},
       .references = {"bind(2)", "ip(7)"}},
      {.cause = "app.error",
       .rule = "last-words",
       .subject = {"text", "bind() failed"},
       .title = "The program gave up",
       .summary = "nginx gave up by itself",
       .confidence = 0.02,
       .evidence = {},
       .fixes = {},
       .references = {}}};
  report.checks = sample_checks(
      {{"ports",
        CheckStatus::fail,
        "0.0.0.0:80 is taken",
        {{"0.0.0.0:80", "apache2, PID 812"}, {"[::]:80", "apache2, PID 812"}}},
       {"limits", CheckStatus::warn, "RLIMIT_NOFILE is low", {{"RLIMIT_NOFILE", "soft 256, hard 4096"}}},
       {"selinux", CheckStatus::skipped, "this kernel has none", {}},
       {"apparmor", CheckStatus::unknown, "/sys/kernel/security is not mounted", {}}});
  Process process;
  process.pid = Pid{4711};
  process.executable = "/usr/sbin/nginx";
  process.argv = report.target.argv;
  process.exit = ExitStatus{.code = 1};
  process.ended = milliseconds_after_start(2113);
  report.processes = {process};
  report.timeline = {
      .rows = {{.process = 0,
                .born_of = std::nullopt,
                .started = {},
                .ended = process.ended,
                .marks = {{TimelineMark::Kind::exec, milliseconds_after_start(0.3), "/usr/sbin/nginx"},
                          {TimelineMark::Kind::failure, milliseconds_after_start(1.5),
                           "access(\"/etc/ld.so.preload\", R_OK) = -1 ENOENT (No such file or directory)", 1,
                           true},
                          {TimelineMark::Kind::failure, failure.at, to_text(failure.call), 5},
                          {TimelineMark::Kind::message, milliseconds_after_start(2110),
                           "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"}}}},
      .length = report.outcome.duration};
  report.trace = {
      .backend = "ptrace+seccomp",
      .events = 412,
      .failed = 19,
      .lost = 0,
      .last_failing = failure,
      .tail = {to_text(failure.call), "write(2, \"nginx: [emerg] bind() to 0.0.0.0:80 failed\"..., 74) = 74",
               "exit_group(1) = ?"},
      .calls = {{"openat", 201, 12, std::chrono::microseconds(8123)},
                {"bind", 1, 1, std::chrono::microseconds(31)}}};
  report.stderr_tail =
      "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\nnginx: [emerg] still could "
      "not bind()\n";
  report.logs = {
      {"/var/log/nginx/error.log", "2024/05/05 10:00:02 [emerg] 4711#4711: still could not bind()\n"}};
  report.ruled_out = {"configuration (nginx -t)", "libraries", "user www-data", "limits"};
  report.not_looked_at = {"AppArmor (/sys/kernel/security is not mounted)"};
  return report;
}

inline Report file_missing_report() {
  Report report;
  report.tool_version = "1.0.0";
  report.target = {
      .argv = {"./run.sh", "--workers", "4"},
      .executable = "/opt/invoice/run.sh",
      .cwd = "/opt/invoice",
      .identity = {.uid = 998, .gid = 998, .groups = {}, .user = "invoice", .home = "/", .shell = "/bin/sh"},
      .environment = {"LOG_DIR=/var/log/invoice"},
      .limits = {},
      .expected = {}};
  report.outcome = {
      .state = State::exited, .status = {.code = 1}, .duration = milliseconds_after_start(312), .missed = {}};
  report.findings = {
      {.cause = "file.missing",
       .rule = "open-missing-folder",
       .subject = {"path", "/var/log/invoice"},
       .title = "A folder is missing",
       .summary = "The log folder /var/log/invoice does not exist",
       .confidence = 0.82,
       .evidence =
           {{"syscall",
             "openat(AT_FDCWD, \"/var/log/invoice/api.log\", O_WRONLY|O_CREAT|O_APPEND, 0666) = -1 "
             "ENOENT (No such "
             "file or directory)",
             Pid{21}, milliseconds_after_start(290)},
            {"output", "FileNotFoundError: [Errno 2] No such file or directory: '/var/log/invoice/api.log'",
             Pid{21}, milliseconds_after_start(301)},
            {"probe", "/var/log exists (root:root 755); invoice (998) may not create folders there",
             Pid::none, std::nullopt},
            {"probe", "/var/log/invoices exists, one letter off", Pid::none, std::nullopt},
            {"walk", "drwxr-xr-x root:root /\ndrwxr-xr-x root:root /var\nmissing /var/log/invoice", Pid::none,
             std::nullopt},
            {"syscall",
             "looked for invoice.conf in 14 places: /a/1, /a/2, /a/3, /a/4, /a/5, /a/6, /a/7, /a/8, /a/9, "
             "/a/10, /a/11, /a/12, /a/13, /a/14",
             Pid{21}, milliseconds_after_start(120)}},
       .fixes = {{"a typo? let it use the folder that exists", "LOG_DIR=/var/log/invoices", "safe"},
                 {"or create the folder", "install -d -o invoice -g invoice -m 750 /var/log/invoice",
                  "changes-system"}},
       .references = {"open(2)"}},
      {.cause = "file.permission",
       .rule = "open-denied",
       .subject = {"path", "/var/log"},
       .title = "A folder must not be written",
       .summary = "user invoice may not write to /var/log",
       .confidence = 0.11,
       .evidence = {},
       .fixes = {},
       .references = {}}};
  Process shell;
  shell.pid = Pid{20};
  shell.executable = "/usr/bin/dash";
  shell.argv = {"/bin/sh", "./run.sh", "--workers", "4"};
  shell.exit = ExitStatus{.code = 1};
  shell.ended = milliseconds_after_start(312);
  Process python;
  python.pid = Pid{21};
  python.parent = Pid{20};
  python.executable = "/usr/bin/python3.11";
  python.argv = {"python3", "-m", "app.main"};
  python.started = milliseconds_after_start(4);
  python.exit = ExitStatus{.code = 1};
  python.ended = milliseconds_after_start(310);
  Process helper;
  helper.pid = Pid{22};
  helper.parent = Pid{21};
  helper.argv = {"git", "rev-parse", "HEAD"};
  helper.exit = ExitStatus{.code = 0, .signal = Signal{13}, .core_dumped = false};
  report.processes = {shell, python, helper};
  report.timeline = {
      .rows = {{.process = 0, .born_of = std::nullopt, .started = {}, .ended = shell.ended, .marks = {}},
               {.process = 1,
                .born_of = 0,
                .started = python.started,
                .ended = python.ended,
                .marks = {{TimelineMark::Kind::exec, milliseconds_after_start(5), "/usr/bin/python3.11"},
                          {TimelineMark::Kind::failure, milliseconds_after_start(290),
                           report.findings.front().evidence.front().text},
                          {TimelineMark::Kind::message, milliseconds_after_start(301),
                           report.findings.front().evidence[1].text}}},
               {.process = 2,
                .born_of = 1,
                .started = milliseconds_after_start(120),
                .ended = milliseconds_after_start(130),
                .marks = {{TimelineMark::Kind::signal, milliseconds_after_start(130), "SIGPIPE"}}}},
      .length = report.outcome.duration,
      .processes_left_out = 2,
      .marks_left_out = 31};
  report.checks = sample_checks({{"filesystem", CheckStatus::unknown, "no mounts could be read", {}}});
  report.trace.backend = "strace-log";
  report.trace.events = 4100;
  report.trace.failed = 77;
  report.trace.lost = 3;
  return report;
}

inline Report healthy_report() {
  Report report;
  report.tool_version = "1.0.0";
  report.target = {
      .argv = {"/usr/sbin/nginx"},
      .executable = "/usr/sbin/nginx",
      .cwd = "/",
      .identity = {.uid = 0, .gid = 0, .groups = {}, .user = "root", .home = "/root", .shell = "/bin/sh"},
      .environment = {},
      .limits = {},
      .expected = {}};
  report.outcome = {.state = State::running,
                    .status = {},
                    .ready = true,
                    .duration = milliseconds_after_start(212),
                    .ended_by_us = true,
                    .missed = {}};
  report.findings = {{.cause = "ok.running",
                      .rule = "",
                      .subject = {"process", "nginx"},
                      .title = "It is up",
                      .summary = "listens on 0.0.0.0:80",
                      .confidence = 0.99,
                      .evidence = {},
                      .fixes = {},
                      .references = {}}};
  report.checks = sample_checks({});
  Process process;
  process.pid = Pid{9};
  process.executable = "/usr/sbin/nginx";
  process.argv = {"/usr/sbin/nginx"};
  process.listens = {"0.0.0.0:80"};
  report.processes = {process};
  report.timeline.length = report.outcome.duration;
  report.timeline.rows = {
      {.process = 0, .born_of = std::nullopt, .started = {}, .ended = report.outcome.duration, .marks = {}}};
  report.trace.backend = "ptrace";
  report.trace.events = 300;
  return report;
}

/// Text in every field that breaks out of the one format or the other where it is not treated as data.
inline const std::string& hostile_text() {
  static const std::string text =
      "a|b `c` ``` </pre></code><script>alert(1)</script><img src=x onerror=y> [d](http://e) @root #1 "
      "{{headline}} "
      "\x1b[31mred\x1b]0;title\a \xe2\x80\xaegpj.exe \xff\"'&amp;*_~$x$\\\n# heading\n```\n</details>\n| f |";
  return text;
}

inline Report hostile_report() {
  const std::string& text = hostile_text();
  Report report;
  report.tool_version = "1.0.0";
  report.target = {
      .argv = {text, text},
      .executable = "/tmp/" + text,
      .cwd = "/tmp/" + text,
      .identity = {.uid = 1000, .gid = 1000, .groups = {}, .user = text, .home = text, .shell = text},
      .environment = {"NAME=" + text},
      .limits = {},
      .expected = {}};
  report.outcome = {.state = State::killed,
                    .status = {.code = 0, .signal = Signal{11}, .core_dumped = true},
                    .duration = milliseconds_after_start(0.25),
                    .missed = {}};
  Finding finding{.cause = "crash.segfault",
                  .rule = "crash",
                  .subject = {"path", "/tmp/" + text},
                  .title = text,
                  .summary = text,
                  .confidence = 0.5,
                  .evidence = {{"syscall", text, Pid{7}, milliseconds_after_start(0.1)},
                               {"output", text, Pid{8}, milliseconds_after_start(0.2)},
                               {text, text, Pid::none, std::nullopt}},
                  .fixes = {{text, text, "security"}, {text, text, "changes-system"}},
                  .references = {text}};
  report.findings = {finding, finding};
  report.checks = {{"logs", CheckStatus::fail, text, {{text, text}}},
                   {"process", CheckStatus::unknown, text, {}}};
  Process process;
  process.pid = Pid{7};
  process.executable = "/tmp/" + text;
  process.argv = {text};
  process.exit = report.outcome.status;
  Process child = process;
  child.pid = Pid{8};
  child.parent = Pid{7};
  child.listens = {text};
  report.processes = {process, child};
  const std::vector<TimelineMark> marks = {
      {TimelineMark::Kind::exec, milliseconds_after_start(0.1), text},
      {TimelineMark::Kind::failure, milliseconds_after_start(0.1), text, 3},
      {TimelineMark::Kind::message, milliseconds_after_start(0.2), text},
      {TimelineMark::Kind::signal, milliseconds_after_start(0.25), text}};
  report.timeline.length = report.outcome.duration;
  report.timeline.rows = {
      {.process = 0,
       .born_of = std::nullopt,
       .started = {},
       .ended = report.outcome.duration,
       .marks = marks},
      {.process = 1, .born_of = 0, .started = {}, .ended = report.outcome.duration, .marks = marks}};
  Failure failure;
  failure.call = sample_call("openat", {"AT_FDCWD", text}, Errno{ENOENT});
  failure.call.path = "/tmp/" + text;
  failure.process = Pid{7};
  report.trace = {.backend = text,
                  .events = 2,
                  .failed = 1,
                  .lost = 1,
                  .last_failing = failure,
                  .tail = {text, text},
                  .calls = {{text, 2, 1, std::chrono::nanoseconds(1)}}};
  report.stderr_tail = text;
  report.logs = {{"/tmp/" + text, text}};
  report.ruled_out = {text};
  report.not_looked_at = {text};
  report.masked = 1;
  report.recorded = Recorded{text, text, text, text};
  report.comparison =
      Comparison{.good = text,
                 .bad = text,
                 .first = Divergence{text, text, Pid{7}, milliseconds_after_start(0.1), {text}},
                 .differences = {{text, text, text, text}},
                 .left_out = 1,
                 .common_failures = 1,
                 .remarks = {text}};
  return report;
}

inline Report compared_report() {
  Report report = file_missing_report();
  report.recorded = Recorded{"2024-02-29T12:00:00Z", "1.0.0", "web1", "6.1.0-18-amd64"};
  report.comparison = Comparison{
      .good = "works.trace",
      .bad = "fails.trace",
      .first =
          Divergence{
              "openat of /etc/shop/shop.conf worked",
              "openat(AT_FDCWD, \"/etc/shop/shop.conf\", O_RDONLY) = -1 ENOENT (No such file or directory)",
              report.processes.empty() ? Pid::none : report.processes.front().pid,
              milliseconds_after_start(4.5),
              {"it said: no configuration", "it exited with 1; the good run: running"}},
      .differences = {{"file", "/etc/shop/shop.conf", "120 bytes, mode 0644, owner 0:0", "not there"},
                      {"environment", "SHOP_HOME", "/srv/shop", ""},
                      {"limit", "RLIMIT_NOFILE", "", "64:64"}},
      .left_out = 3,
      .common_failures = 12,
      .remarks = {"works.trace is a log of strace"}};
  return report;
}

}  // namespace whywontitstart
