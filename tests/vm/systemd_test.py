#!/usr/bin/env python3
"""Units that a real systemd does not start, each for a reason of its own. Runs in the guest, as root."""

import json
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "endtoend"))
import harness

UNITS = pathlib.Path("/run/systemd/system")


class SystemdTest(harness.EndToEndTest):
    """What a unit is called does not matter: t1.service, t2.service …"""
    count = 0

    def setUp(self):
        super().setUp()
        SystemdTest.count += 1
        self.name = f"t{SystemdTest.count}"

    def tearDown(self):
        subprocess.run(["systemctl", "stop", f"{self.name}.service"], capture_output=True)
        subprocess.run(["systemctl", "reset-failed"], capture_output=True)

    def unit(self, text, name=None, drop_ins=()):
        """Writes a unit; its [Service] is what is given, unless that begins with another section."""
        name = name or f"{self.name}.service"
        path = UNITS / name
        path.write_text(text if text.startswith("[") else f"[Service]\n{text}\n")
        self.addCleanup(path.unlink, missing_ok=True)
        for number, drop_in in enumerate(drop_ins):
            folder = UNITS / f"{name}.d"
            folder.mkdir(exist_ok=True)
            self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
            (folder / f"{number}.conf").write_text(drop_in)
        subprocess.run(["systemctl", "daemon-reload"], check=True)
        return path

    def start(self, name=None, *options):
        return subprocess.run(["systemctl", "start", *options, name or f"{self.name}.service"], capture_output=True, text=True)

    def look(self, name=None, *options):
        return self.diagnose("--no-run", "--unit", name or self.name, *options)

    def says(self, run, cause, kind, value, *words):
        self.assert_verdict(run, cause or run.report["verdict"]["cause"], kind, value)
        for word in words:
            self.assertIn(word, run.report["verdict"]["summary"], run)
        return run

    def fails(self, text, cause, kind, value, *words, name=None, drop_ins=()):
        """The start fails, and a look at it says why, in these words among others; so does a start that is watched."""
        self.unit(text, name=name, drop_ins=drop_ins)
        self.start(name, "--wait")
        run = self.says(self.look(name), cause, kind, value, *words)
        self.says(self.watch(name), cause, kind, value, *words)
        return run

    def watch(self, name=None, *options):
        """A start under the tracer; nothing of it may stay."""
        name = name or self.name
        run = self.diagnose("-t", "10", "--unit", name, *options)
        for place in ("system", "transient", "system.control"):
            self.assertEqual(list(pathlib.Path("/run/systemd", place).glob("*whywontitstart*")), [])
        state = subprocess.run(["systemctl", "show", "-P", "ActiveState", f"{name.removesuffix('.service')}.service"],
                               capture_output=True, text=True, check=True).stdout.strip()
        self.assertIn(state, ("active",) if "--keep" in options else ("inactive", "failed"), run)
        return run

    def seen(self, text, cause, kind, value, *words, drop_ins=()):
        """Only a start that is watched tells this."""
        self.unit(text, drop_ins=drop_ins)
        run = self.says(self.watch(), cause, kind, value, *words)
        self.assertTrue(run.report["findings"][0]["fixes"], run)
        return run

    def test_no_secret_of_a_unit_gets_out(self):
        secrets = [f"Kq7{number}vW3xZp9{number}mT" for number in range(10, 14)]
        self.unit(f"Environment=DB_PASSWORD={secrets[0]}\nEnvironment=URL=redis://:{secrets[1]}@cache/0\n"
                  f"ExecStart=/bin/sh -c 'echo api_key: {secrets[2]} >&2; cat /nowhere/x; exit 3' sh --token {secrets[3]}")
        self.start(None, "--wait")
        kept = self.folder / "kept"
        for options in (("--no-run",), ("-t", "10")):
            paths = [self.folder / f"unit.{form}" for form in ("txt", "md", "html", "json")]
            run = self.tool("-v", "--journal", "--keep-in", kept, *options, *(word for path in paths for word in ("-o", path)),
                            "--unit", self.name)
            said = run.stdout + run.stderr + "".join(path.read_text() for path in (*paths, *kept.iterdir()))
            # The journal has what the program said; of the tool only its own entries count.
            said += subprocess.run(["journalctl", "-o", "verbose", "SYSLOG_IDENTIFIER=whywontitstart"], capture_output=True,
                                   text=True).stdout
            self.assertIn("/nowhere/x", said)
            self.assertEqual([secret for secret in secrets if secret in said], [])

    # Before there is a process.

    def test_no_such_unit(self):
        self.unit("ExecStart=/bin/true", name="webserver.service")
        run = self.look("webservre")
        self.assert_verdict(run, "unit.not-found", "text", "webservre.service")
        self.assertIn("webserver.service", run.report["verdict"]["summary"])

    def test_masked(self):
        (UNITS / f"{self.name}.service").symlink_to("/dev/null")
        self.addCleanup((UNITS / f"{self.name}.service").unlink)
        subprocess.run(["systemctl", "daemon-reload"], check=True)
        self.start()
        self.assert_verdict(self.look(), "unit.masked", "text", f"{self.name}.service")

    def test_nothing_to_run(self):
        path = self.unit("Type=simple")
        self.start()
        self.assert_verdict(self.look(), "unit.invalid", "path", path)

    def test_a_relative_program(self):
        path = self.unit("ExecStart=./run it")
        self.start()
        run = self.look()
        self.assert_verdict(run, "unit.invalid", "path", path)
        self.assertIn(f"{path}:2", run.report["verdict"]["summary"])

    def test_a_condition(self):
        path = f"{self.folder}/wanted"
        self.fails(f"[Unit]\nConditionPathExists={path}\n[Service]\nExecStart=/bin/true", "unit.condition", "path", path,
                   "ConditionPathExists")

    def test_a_negated_condition(self):
        path = self.file("unwanted", "")
        self.fails(f"[Unit]\nConditionPathExists=!{path}\n[Service]\nExecStart=/bin/true", "unit.condition", "path", path,
                   f"=!{path}")

    def test_an_assertion(self):
        self.fails("[Unit]\nAssertFileIsExecutable=/etc/passwd\n[Service]\nExecStart=/bin/true", "unit.condition", "path",
                   "/etc/passwd", "refuses")

    def test_a_dependency_and_its_reason(self):
        self.unit("ExecStart=/bin/true\nUser=nosuchuser\nType=oneshot", name=f"{self.name}-db.service")
        self.unit(f"[Unit]\nRequires={self.name}-db.service\nAfter={self.name}-db.service\n[Service]\nExecStart=/bin/true",
                  name=f"{self.name}-app.service")
        run = self.fails(f"[Unit]\nRequires={self.name}-app.service\nAfter={self.name}-app.service\n"
                         "[Service]\nExecStart=/bin/true", "unit.dependency", "text", f"{self.name}-db.service", "nosuchuser")
        evidence = [piece["text"] for piece in run.report["findings"][0]["evidence"]]
        self.assertIn(f"{self.name}-db.service: user.unknown: nosuchuser", evidence)

    def test_a_missing_dependency(self):
        self.fails("[Unit]\nRequires=nosuchunit.service\n[Service]\nExecStart=/bin/true", "unit.dependency", "text",
                   "nosuchunit.service")

    def test_started_too_often(self):
        self.unit("[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1000\n[Service]\nUser=nosuchuser\nExecStart=/bin/true")
        for _ in range(3):
            self.start()
        run = self.look()
        self.assert_verdict(run, "user.unknown", "user", "nosuchuser")
        self.assertEqual(run.report["findings"][1]["cause"], "unit.start-limit")

    def test_started_too_often_for_no_other_reason(self):
        # Somebody has to know it, or systemd forgets what it counted.
        self.unit(f"[Unit]\nAfter={self.name}.service\n[Service]\nExecStart=/bin/sleep 100", name=f"{self.name}-after.service")
        self.start(f"{self.name}-after.service")
        self.addCleanup(subprocess.run, ["systemctl", "stop", f"{self.name}-after.service"])
        self.unit("[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1000\n[Service]\nType=oneshot\nExecStart=/bin/true")
        for _ in range(3):
            self.start()
        self.assert_verdict(self.look(), "unit.start-limit", "text", f"{self.name}.service")

    # Between fork and exec.

    def test_no_such_user(self):
        run = self.fails("User=nosuchuser\nExecStart=/bin/true", "user.unknown", "user", "nosuchuser",
                         f"{UNITS}/{self.name}.service:2")
        self.assertEqual(run.report["outcome"]["state"], "not-started")

    def test_no_such_group(self):
        self.fails("Group=nosuchgroup\nExecStart=/bin/true", "user.unknown", "user", "nosuchgroup")

    def test_no_such_folder(self):
        self.fails("WorkingDirectory=/srv/nothing\nExecStart=/bin/true", "file.missing", "path", "/srv/nothing")

    def test_a_folder_that_is_closed_to_the_user(self):
        folder = self.folder / "closed"
        folder.mkdir(0o700)
        self.fails(f"User=nobody\nWorkingDirectory={folder}\nExecStart=/bin/true", "file.permission", "path", folder)

    def test_no_environment_file(self):
        self.fails("EnvironmentFile=/etc/default/nothing\nExecStart=/bin/true", "file.missing", "path",
                   "/etc/default/nothing", "EnvironmentFile")

    def test_a_path_of_the_sandbox(self):
        self.fails("ReadWritePaths=/srv/here\nProtectSystem=strict\nExecStart=/bin/true", "file.missing", "path", "/srv/here",
                   "ReadWritePaths")

    def test_a_path_of_the_sandbox_in_a_drop_in(self):
        run = self.fails("ExecStart=/bin/true", "file.missing", "path", "/srv/there", ".service.d/0.conf:2",
                         drop_ins=["[Service]\nBindPaths=/srv/there:/mnt\n"])
        self.assertIn("BindPaths=-/srv/there", run.report["findings"][0]["fixes"][-1]["command"])

    def test_no_such_program(self):
        self.fails("ExecStart=/opt/nothing/run --now", "exec.not-found", "path", "/opt/nothing/run")

    def test_a_program_that_is_not_executable(self):
        program = self.file("run", "#!/bin/sh\n")
        self.fails(f"ExecStart={program}", "exec.not-executable", "path", program)

    def test_a_script_without_its_interpreter(self):
        program = self.file("run", "#!/opt/python9\n", 0o755)
        run = self.fails(f"ExecStart={program}", "exec.interpreter-missing", None, None)
        self.assertIn("/opt/python9", run.report["verdict"]["summary"])

    def test_a_script_without_its_first_line(self):
        program = self.file("run", "echo hello\n", 0o755)
        self.fails(f"ExecStart={program}", "exec.bad-format", "path", program)

    def test_a_log_file_without_its_folder(self):
        self.fails("StandardOutput=append:/var/log/nothing/web.log\nExecStart=/bin/true", "file.missing", "path",
                   "/var/log/nothing")

    def test_a_file_in_the_way_of_a_folder(self):
        path = pathlib.Path(f"/var/lib/{self.name}-state")
        path.write_text("")
        self.addCleanup(path.unlink)
        self.fails(f"StateDirectory={self.name}-state\nExecStart=/bin/true", "file.not-a-directory", "path", path)

    def test_a_missing_credential(self):
        self.fails("LoadCredential=key:/etc/nothing.key\nExecStart=/bin/true", "file.missing", "path", "/etc/nothing.key")

    def test_a_failing_step_before_the_start(self):
        run = self.fails("ExecStartPre=/bin/sh -c 'echo no database >&2; exit 3'\nExecStart=/bin/true", "app.error", "text",
                         "no database")
        self.assertEqual(run.report["outcome"]["exit_code"], 3)

    # What the program says.

    def test_the_words_of_the_program_are_in_the_journal(self):
        self.fails("ExecStart=/usr/bin/python3 -c \"open('/etc/app.conf')\"", "file.missing", "path", "/etc/app.conf")

    def test_never_ready(self):
        run = self.fails("Type=notify\nTimeoutStartSec=2\nExecStart=/bin/sleep 100", "ready.timeout", "process", self.name,
                         "READY=1")
        self.assertEqual(run.report["outcome"]["state"], "hung")

    def test_ended_before_it_was_ready(self):
        self.fails("Type=notify\nExecStart=/bin/true", "ready.exited-early", "process", self.name)

    def test_stays_in_the_foreground(self):
        self.fails("Type=forking\nTimeoutStartSec=2\nExecStart=/bin/sleep 100", "ready.timeout", "process", self.name,
                   "foreground")

    def test_no_pid_file(self):
        self.fails(f"Type=forking\nTimeoutStartSec=2\nPIDFile=/run/{self.name}.pid\n"
                   "ExecStart=/bin/sh -c 'sleep 100 & exit 0'", "ready.timeout", "path", f"/run/{self.name}.pid")

    # What only the unit's own settings forbid.

    def test_protect_system(self):
        self.seen("ProtectSystem=strict\nExecStart=/bin/sh -c 'echo x > /etc/app.state'", "file.read-only", "path",
                  "/etc/app.state", "ProtectSystem=strict", f"{self.name}.service:2")

    def test_read_only_paths(self):
        self.seen("ReadOnlyPaths=/srv\nExecStart=/bin/mkdir /srv/new", "file.read-only", "path", "/srv/new",
                  "ReadOnlyPaths=/srv")

    def test_protect_home(self):
        path = pathlib.Path("/home/somebody/app.conf")
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        self.addCleanup(path.unlink)
        self.seen(f"User=nobody\nProtectHome=yes\nExecStart=/bin/cat {path}", "file.permission", "path", path,
                  "ProtectHome=yes")

    def test_protect_home_by_an_empty_one(self):
        path = pathlib.Path("/home/somebody/app.key")
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        self.addCleanup(path.unlink)
        self.seen(f"ProtectHome=tmpfs\nExecStart=/bin/cat {path}", "file.missing", "path", path, "ProtectHome=tmpfs")

    def test_private_tmp(self):
        path = self.file("input", "x")
        self.seen(f"PrivateTmp=yes\nExecStart=/bin/cat {path}", "file.missing", "path", path, "PrivateTmp=yes")

    def test_inaccessible_paths(self):
        self.seen("InaccessiblePaths=/etc/debian_version\nUser=nobody\nExecStart=/bin/cat /etc/debian_version", "file.permission",
                  "path", "/etc/debian_version", "InaccessiblePaths=")

    def test_temporary_file_system(self):
        path = pathlib.Path("/srv/data.txt")
        path.write_text("x")
        self.addCleanup(path.unlink)
        self.seen(f"TemporaryFileSystem=/srv\nExecStart=/bin/cat {path}", "file.missing", "path", path,
                  "TemporaryFileSystem=/srv")

    def test_private_devices(self):
        device = pathlib.Path("/dev/like-null")
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        self.addCleanup(device.unlink)
        self.seen(f"PrivateDevices=yes\nExecStart=/bin/sh -c 'exec 3<{device}'", "device.unavailable", "device", device,
                  "PrivateDevices=yes")

    def test_system_call_filter(self):
        self.seen("SystemCallFilter=~mkdir mkdirat\nSystemCallErrorNumber=EPERM\nExecStart=/bin/mkdir /run/x",
                  "security.seccomp", "text", "mkdir", "SystemCallFilter=~mkdir mkdirat")

    def test_system_call_filter_that_kills(self):
        self.seen("SystemCallFilter=~mkdir mkdirat\nExecStart=/bin/mkdir /run/x", "security.seccomp", "text", "mkdir",
                  "SystemCallFilter")

    def test_address_families(self):
        self.seen("RestrictAddressFamilies=AF_UNIX\nExecStart=/usr/bin/python3 -c "
                  "\"import socket; socket.create_server(('127.0.0.1', 8081))\"", "security.seccomp", "text", "socket",
                  "RestrictAddressFamilies=AF_UNIX")

    def test_memory_that_may_be_written_and_executed(self):
        self.seen("MemoryDenyWriteExecute=yes\nExecStart=/usr/bin/python3 -c \"import mmap; mmap.mmap(-1, 4096, prot=7)\"",
                  "security.seccomp", "text", "mmap", "MemoryDenyWriteExecute=yes")

    def test_namespaces(self):
        self.seen("RestrictNamespaces=yes\nExecStart=/usr/bin/unshare --net /bin/true", "security.seccomp", "text",
                  "unshare", "RestrictNamespaces")

    def test_a_port_of_root(self):
        run = self.seen("User=nobody\nExecStart=/usr/bin/python3 -c \"import socket; socket.create_server(('127.0.0.1', 81))\"",
                        "port.privileged", "port", "127.0.0.1:81")
        self.assertIn("AmbientCapabilities=CAP_NET_BIND_SERVICE", run.report["findings"][0]["fixes"][0]["command"])

    def test_open_files(self):
        self.seen("LimitNOFILE=8\nExecStart=/usr/bin/python3 -c \"fs = [open('/etc/passwd') for _ in range(20)]\"",
                  "limit.open-files", "limit", "RLIMIT_NOFILE", "LimitNOFILE=8")

    def test_private_network(self):
        self.seen("PrivateNetwork=yes\nExecStart=/usr/bin/python3 -c \"import socket; "
                  "socket.create_connection(('192.0.2.1', 80), 3)\"", "connect.unreachable", None, None, "PrivateNetwork=yes")

    def test_a_dynamic_user(self):
        self.seen("DynamicUser=yes\nExecStart=/bin/sh -c 'echo x > /var/lib/app.state'", "file.read-only", "path",
                  "/var/lib/app.state", "DynamicUser=yes")

    def test_a_program_out_of_sight(self):
        program = pathlib.Path("/home/somebody/run")
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o755)
        self.addCleanup(program.unlink)
        self.fails(f"ProtectHome=yes\nExecStart={program}", None, "path", program, "ProtectHome=yes")

    def test_a_program_with_the_rights_of_another_user(self):
        program = pathlib.Path("/srv/cat-as-root")
        shutil.copy("/bin/cat", program)
        program.chmod(0o4755)
        self.addCleanup(program.unlink)
        for setting in ("NoNewPrivileges", "LockPersonality"):  # the second one implies the first
            run = self.seen(f"User=nobody\n{setting}=yes\nExecStart={program} /etc/shadow", "file.permission", "path",
                            "/etc/shadow", f"{setting}=yes", "NoNewPrivileges", str(program))
            self.assertIn(f"{setting}=no", run.report["findings"][0]["fixes"][0]["command"])

    def test_packets_that_are_forbidden(self):
        self.need_address_filter()
        send = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))"
        self.seen(f"IPAddressDeny=any\nExecStart=/usr/bin/python3 -c \"{send}\"", "connect.permission", "address",
                  "127.0.0.1:53", "IPAddressDeny=any")
        self.seen(f"IPAddressDeny=any\nIPAddressAllow=192.0.2.0/24\nExecStart=/usr/bin/python3 -c \"{send}\"",
                  "connect.permission", "address", "127.0.0.1:53", "IPAddressDeny=any")

    def need_address_filter(self):
        """systemd says once for each unit that the kernel, or the right to use it, is not there."""
        self.unit("Type=oneshot\nIPAddressDeny=any\nExecStart=/usr/bin/python3 -c \"import socket; "
                  "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))\"")
        if self.start().returncode == 0:
            self.skipTest("needs packet filters of control groups")

    def test_settings_that_refuse_calls(self):
        path = self.file("owned", "")
        clock = "/usr/bin/python3 -c \"import time; time.clock_settime(time.CLOCK_REALTIME, time.time())\""
        for setting, command, call in (("ProtectClock", clock, "clock_settime"),
                                       ("RestrictRealtime", "/usr/bin/chrt -f 1 /bin/true", "sched_setscheduler"),
                                       ("RestrictSUIDSGID", f"/bin/chmod u+s {path}", "fchmodat"),
                                       ("LockPersonality", "/usr/bin/setarch -R /bin/true", "personality"),
                                       ("ProtectHostname", "/bin/hostname other", "sethostname")):
            with self.subTest(setting):
                self.seen(f"{setting}=yes\nExecStart={command}", "security.seccomp", "text", call, f"{setting}=yes")

    def test_settings_that_hide_files(self):
        for name in ("srv-empty", "srv-full"):
            pathlib.Path("/srv", name).mkdir(exist_ok=True)
            self.addCleanup(shutil.rmtree, f"/srv/{name}")
        pathlib.Path("/srv/srv-full/file").write_text("x")
        root = "RootDirectory=/srv/srv-empty\nBindReadOnlyPaths=/usr /lib /lib64 /bin"
        for settings, path, words in (
                ("ProcSubset=pid", "/proc/meminfo", "ProcSubset=pid"),
                ("User=nobody\nProtectProc=invisible", "/proc/1/status", "ProtectProc=invisible"),
                (root, "/etc/debian_version", "RootDirectory=/srv/srv-empty"),
                ("BindPaths=/srv/srv-empty:/srv/srv-full", "/srv/srv-full/file", "puts /srv/srv-empty over /srv/srv-full")):
            with self.subTest(words):
                self.seen(f"{settings}\nExecStart=/bin/cat {path}", "file.missing", "path", path, words)

    def test_settings_that_close_files(self):
        self.seen("ProtectKernelTunables=yes\nExecStart=/bin/sh -c 'echo x > /proc/sys/kernel/domainname'", "file.read-only",
                  "path", "/proc/sys/kernel/domainname", "ProtectKernelTunables=yes")
        folder = f"/sys/fs/cgroup/system.slice/{self.name}.service/sub"
        run = self.seen(f"User=nobody\nExecStart=/bin/mkdir {folder}", "file.permission", None, None, "Delegate=no")
        self.assertIn("Delegate=yes", run.report["findings"][0]["fixes"][0]["command"])

    def test_a_device_that_is_not_on_the_list(self):
        device = pathlib.Path("/dev/like-tun")
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(10, 200))
        self.addCleanup(device.unlink)
        run = self.seen(f"DevicePolicy=closed\nExecStart=/bin/sh -c 'exec 3<{device}'", "device.unavailable", "device",
                        device, "DevicePolicy=closed")
        self.assertIn(f"DeviceAllow={device} rw", run.report["findings"][0]["fixes"][0]["command"])

    def test_a_credential_that_the_unit_does_not_load(self):
        path = f"/run/credentials/{self.name}.service/key"
        run = self.seen(f"LoadCredential=other:/etc/hostname\nExecStart=/bin/cat {path}", "file.missing", "path", path)
        self.assertIn("LoadCredential=key:/etc/", run.report["findings"][0]["fixes"][0]["command"])

    def test_a_user_namespace(self):
        path = self.file("owned", "")
        self.seen(f"PrivateUsers=yes\nExecStart=/bin/chown daemon {path}", "security.namespace", None, None,
                  "PrivateUsers=yes")
        self.seen("PrivateUsers=yes\nExecStart=/bin/mount -t tmpfs none /mnt", "security.capability", "capability",
                  "CAP_SYS_ADMIN", "PrivateUsers=yes")

    def test_a_limit_by_default_is_raised_by_a_drop_in_all_the_same(self):
        run = self.seen("ExecStart=/usr/bin/python3 -c \"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8)); "
                        "fs = [open('/etc/passwd') for _ in range(20)]\"", "limit.open-files", "limit", "RLIMIT_NOFILE")
        self.assertIn("LimitNOFILE=65536", run.report["findings"][0]["fixes"][0]["command"])

    # How it comes up.

    def test_a_command_that_says_no(self):
        self.unit("ExecCondition=/bin/sh -c 'echo not today; exit 1'\nExecStart=/bin/sleep 100")
        run = self.says(self.watch(), "unit.condition", None, None, "ExecCondition", f"{self.name}.service:2")
        self.assertIn("not today", json.dumps(run.report["findings"][0]["evidence"]))

    def test_it_ran_as_long_as_it_may(self):
        run = self.fails("RuntimeMaxSec=1\nExecStart=/bin/sleep 100", "killed.signal", "signal", "SIGTERM", "RuntimeMaxSec=1")
        self.assertEqual(run.report["outcome"]["state"], "killed")

    def test_a_command_after_the_start_fails(self):
        notify = "/bin/sh -c 'systemd-notify --ready; exec sleep 100'"
        for kind, main in (("simple", "/bin/sleep 100"), ("exec", "/bin/sleep 100"), ("oneshot", "/bin/true"),
                           ("notify\nNotifyAccess=all", notify)):
            with self.subTest(kind):
                run = self.seen(f"Type={kind}\nExecStart={main}\nExecStartPost=/bin/true\n"
                                "ExecStartPost=/bin/cat /etc/nothing.conf", "file.missing", "path", "/etc/nothing.conf")
                self.assertEqual(run.report["trace"]["backend"], "ptrace")
                self.assertEqual(run.report["target"]["argv"], ["/bin/cat", "/etc/nothing.conf"])

    def test_a_command_after_the_start_hangs(self):
        self.seen("TimeoutStartSec=2\nExecStart=/bin/sleep 100\nExecStartPost=/bin/sleep 50", "ready.timeout", None, None,
                  "ExecStartPost")

    def test_the_service_ends_before_the_command_after_it(self):
        self.seen("ExecStart=/bin/cat /etc/nothing.conf\nExecStartPost=/bin/sleep 1", "file.missing", "path",
                  "/etc/nothing.conf")

    def test_it_is_up_once_the_command_after_it_has_ended(self):
        self.unit("ExecStart=/usr/bin/python3 -c \"import socket; s = socket.create_server(('127.0.0.1', 8083)); s.accept()\"\n"
                  "ExecStartPost=/bin/sleep 2\nExecStartPost=/bin/true")
        self.says(self.watch(), "ok.running", None, None, "127.0.0.1:8083", "active")

    # A start that is kept.

    def same_again(self, *options):
        """What was saved says the same; gives both reports."""
        trace = self.folder / "unit.trace"
        run = self.diagnose("-t", "10", *options, "--unit", self.name, "--save", trace)
        again = self.diagnose("--from", trace, cwd="/")
        for key in ("verdict", "findings", "checks", "outcome", "target", "processes", "trace"):
            self.assertEqual(run.report[key], again.report[key], key)
        self.assertIsNotNone(again.report["recorded"])
        return run, trace

    def test_a_start_that_is_saved(self):
        self.unit("ProtectHome=yes\nEnvironment=SHOP_PASSWORD=of-the-shop\nExecStart=/bin/cat /home/somebody/key")
        path = pathlib.Path("/home/somebody/key")
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        self.addCleanup(path.unlink)
        run, trace = self.same_again()
        self.says(run, None, "path", path, "ProtectHome=yes")
        self.assertNotIn("of-the-shop", subprocess.run(["zstdcat", trace], capture_output=True, text=True, check=True).stdout)

    def test_what_is_left_of_a_start_is_saved(self):
        self.unit("User=nosuchuser\nExecStart=/bin/true")
        self.start(None, "--wait")
        run, _ = self.same_again("--no-run")
        self.assert_verdict(run, "user.unknown", "user", "nosuchuser")

    def test_a_good_start_is_saved(self):
        self.unit("Type=oneshot\nExecStart=/bin/true")
        run, _ = self.same_again()
        self.assert_verdict(run, "ok.exited")

    def test_works_in_a_shell_and_fails_in_its_unit(self):
        path = pathlib.Path("/var/tmp/shop.state")
        path.write_text("x")
        self.addCleanup(path.unlink)
        command = ["/bin/cat", str(path)]
        good = self.folder / "good.trace"
        self.tool("-q", "--save", good, *command)
        self.unit(f"PrivateTmp=yes\nExecStart={' '.join(command)}")
        _, bad = self.same_again()
        run = self.diagnose("--diff", good, bad, cwd="/")
        self.says(run, "file.missing", "path", path, "PrivateTmp=yes")
        self.assertIn(str(path), run.report["comparison"]["first_divergence"]["bad"])

    def test_it_goes_into_the_background(self):
        self.seen("ExecStart=/bin/sh -c 'sleep 100 & exit 0'", "ready.exited-early", "process", self.name, "Type=simple")

    def test_a_file_that_the_second_step_lacks(self):
        self.seen("ExecStartPre=/bin/true\nExecStartPre=/bin/cat /etc/nothing.conf\nExecStart=/bin/true", "file.missing",
                  "path", "/etc/nothing.conf")

    def test_simple(self):
        self.unit("ExecStart=/usr/bin/python3 -c \"import socket, signal; s = socket.create_server(('127.0.0.1', 8082)); "
                  "s.accept()\"")
        run = self.watch()
        self.says(run, "ok.running", None, None, "127.0.0.1:8082", "stopped again")
        self.says(self.watch(None, "--keep"), "ok.running", None, None)
        self.says(self.watch(None, "--keep"), "ok.running", None, None, "active (running)")

    def test_notify(self):
        self.unit("Type=notify\nNotifyAccess=all\nExecStart=/bin/sh -c 'systemd-notify --ready; exec sleep 100'")
        self.assert_verdict(self.watch(), "ok.running")

    def test_forking(self):
        pid_file = f"/run/{self.name}.pid"
        self.unit(f"Type=forking\nPIDFile={pid_file}\nExecStart=/bin/sh -c 'sleep 100 & echo $! > {pid_file}'")
        self.assert_verdict(self.watch(), "ok.running")

    def test_oneshot(self):
        self.unit("Type=oneshot\nExecStart=/bin/true\nExecStart=/bin/sh -c 'exit 0'")
        self.assert_verdict(self.watch(), "ok.exited")

    def test_oneshot_that_remains(self):
        self.unit("Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true")
        self.assert_verdict(self.watch(), "ok.exited")

    def test_nginx(self):
        subprocess.run(["systemctl", "stop", "nginx"], check=True)
        self.says(self.watch("nginx"), "ok.running", None, None, ":80")

    def test_nginx_whose_port_is_taken(self):
        subprocess.run(["systemctl", "stop", "nginx"], check=True)
        with socket.create_server(("0.0.0.0", 80)):
            run = self.watch("nginx")
            self.assert_verdict(run, "port.in-use", "port", "0.0.0.0:80")

    def stopped_redis(self):
        """What an earlier one left may belong to somebody else."""
        subprocess.run(["systemctl", "stop", "redis-server"], check=True)
        for folder in ("/var/log/redis", "/var/lib/redis"):
            for path in pathlib.Path(folder).iterdir():
                path.unlink()

    def test_redis_that_may_not_write(self):
        self.stopped_redis()
        folder = UNITS / "redis-server.service.d"
        folder.mkdir(exist_ok=True)
        self.addCleanup(subprocess.run, ["systemctl", "daemon-reload"], check=True)
        self.addCleanup(shutil.rmtree, folder)
        (folder / "0.conf").write_text("[Service]\nReadOnlyPaths=/var/log/redis\nReadWritePaths=\n")
        subprocess.run(["systemctl", "daemon-reload"], check=True)
        run = self.watch("redis-server")
        self.says(run, "file.read-only", "path", "/var/log/redis/redis-server.log", "ReadOnlyPaths=/var/log/redis")

    def test_redis(self):
        self.stopped_redis()
        self.says(self.watch("redis-server"), "ok.running", None, None)

    def test_it_is_killed_while_it_watches(self):
        self.unit("ExecStartPre=/bin/sleep 1\nExecStart=/bin/sleep 100")
        tool = subprocess.Popen([harness.TOOL, "--unit", self.name], stderr=subprocess.DEVNULL)
        state = ""
        while state != "start-pre":
            state = subprocess.run(["systemctl", "show", "-P", "SubState", f"{self.name}.service"], capture_output=True,
                                   text=True, check=True).stdout.strip()
        tool.kill()
        tool.wait()
        # The job goes on to its end, as if nobody had looked.
        self.assertEqual(self.start().returncode, 0)
        freezer = pathlib.Path(f"/sys/fs/cgroup/system.slice/{self.name}.service/cgroup.freeze")
        self.assertEqual(freezer.read_text().strip(), "0")

    def test_a_step_that_takes_too_long(self):
        self.fails("TimeoutStartSec=2\nExecStartPre=/bin/sleep 100\nExecStart=/bin/true", "ready.timeout", None, None,
                   "ExecStartPre")

    def test_a_capability(self):
        path = self.file("owned", "")
        self.seen(f"CapabilityBoundingSet=~CAP_CHOWN\nExecStart=/bin/chown nobody {path}", "security.capability",
                  "capability", "CAP_CHOWN", "CapabilityBoundingSet=")

    def test_paths_without_programs(self):
        program = pathlib.Path("/srv/tool")
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        self.addCleanup(program.unlink)
        self.seen("NoExecPaths=/srv\nExecStart=/bin/sh -c '/srv/tool || exit 1'", None, "path", program, "NoExecPaths=/srv")

    def test_too_many_processes(self):
        self.need_controller("pids")
        self.seen("TasksMax=2\nExecStart=/bin/sh -c 'sleep 5 & sleep 5 & sleep 5 & wait'", "limit.processes", "limit",
                  "pids.max", "TasksMax=2")

    def test_too_much_memory(self):
        self.need_controller("memory")
        self.seen("MemoryMax=20M\nMemorySwapMax=0\nExecStart=/usr/bin/python3 -c \"x = b'x' * 200_000_000\"", "killed.oom",
                  None, None, "MemoryMax=")

    def need_controller(self, name):
        """In a namespace of its own a systemd may have none."""
        if name not in pathlib.Path("/sys/fs/cgroup/cgroup.controllers").read_text().split():
            self.skipTest(f"needs the controller {name}")

    # In units of others.

    def test_a_handler_of_failures(self):
        text = (harness.TREE / "systemd/whywontitstart@.service").read_text()
        self.assertIn("/usr/bin/whywontitstart", text)
        self.unit(text.replace("/usr/bin/whywontitstart", str(harness.TOOL)), name="whywontitstart@.service")
        self.addCleanup(shutil.rmtree, "/var/lib/whywontitstart", ignore_errors=True)
        self.unit("[Unit]\nOnFailure=whywontitstart@%n.service\n[Service]\nExecStart=/bin/cat /etc/nothing.conf")
        follow = subprocess.Popen(["journalctl", "--follow", "--output=json", "--no-pager", "--lines=all",
                                   "MESSAGE_ID=1912c5aa486fd728215d1d7428a838c7", f"UNIT={self.name}.service"],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(follow.stdout.close)
        self.addCleanup(follow.wait)
        self.addCleanup(follow.kill)
        self.start(None, "--wait")
        entry = json.loads(follow.stdout.readline())
        self.assertEqual(entry["WHYWONTITSTART_CAUSE"], "file.missing")
        self.assertEqual(entry["WHYWONTITSTART_SUBJECT"], "/etc/nothing.conf")
        report = pathlib.Path(entry["WHYWONTITSTART_REPORT"])
        self.assertIn("/etc/nothing.conf", report.read_text())
        self.check_schema(json.loads(report.with_suffix(".json").read_text()))

    def test_a_look_before_the_start(self):
        self.unit(f"ExecStartPre={harness.TOOL} -q --check /bin/sleep 100\nExecStart=/bin/sleep 100")
        self.assertEqual(self.start().returncode, 0)

    def test_a_look_that_stops_the_start(self):
        self.unit(f"ExecStartPre={harness.TOOL} -q --check /opt/nothing\nExecStart=/opt/nothing")
        self.assertNotEqual(self.start().returncode, 0)
        subprocess.run(["journalctl", "--sync"], check=True)
        said = subprocess.run(["journalctl", "-u", f"{self.name}.service", "--no-pager"], capture_output=True, text=True).stdout
        self.assertIn("[exec.not-found]", said)

    def test_a_unit_of_a_user(self):
        manager = self.start("user@0.service")
        self.assertEqual(manager.returncode, 0, manager.stderr)
        self.addCleanup(subprocess.run, ["systemctl", "stop", "user@0.service"])
        session = {"XDG_RUNTIME_DIR": "/run/user/0"}
        path = pathlib.Path(f"/run/systemd/user/{self.name}.service")
        path.parent.mkdir(exist_ok=True)
        path.write_text("[Service]\nExecStart=/bin/cat /etc/nothing.conf\n")
        self.addCleanup(path.unlink)
        subprocess.run(["systemctl", "--user", "daemon-reload"], check=True, env=os.environ | session)
        run = self.diagnose("--user-unit", self.name, env=session)
        self.assert_verdict(run, "file.missing", "path", "/etc/nothing.conf")
        self.assertEqual(run.report["trace"]["backend"], "ptrace")
        self.assert_verdict(self.diagnose("--no-run", "--user-unit", self.name, env=session), "file.missing", "path",
                            "/etc/nothing.conf")

    # Nothing is wrong.

    def test_it_runs(self):
        self.unit("ExecStart=/bin/sleep 100")
        self.start()
        self.assert_verdict(self.look(), "ok.running")

    def test_it_was_never_started(self):
        self.unit("ExecStart=/bin/sleep 100")
        self.assert_verdict(self.look(), "ok.exited", state="not-run")

    def test_what_would_stop_it_is_seen_before_a_start(self):
        self.unit("ExecStart=/bin/sleep 100\nUser=nosuchuser")
        self.assert_verdict(self.look(), "user.unknown", "user", "nosuchuser", state="not-run")

    def test_a_template(self):
        self.unit("ExecStart=/bin/sh -c 'exit 0%i'", name=f"{self.name}@.service")
        self.start(f"{self.name}@7.service")
        run = self.look(f"{self.name}@7")
        self.assertEqual(run.report["outcome"]["exit_code"], 7)


if __name__ == "__main__":
    os.environ["CI"] = "true"  # nothing may be skipped here
    harness.main()
