#!/usr/bin/python3
"""Looking without running: what the calls and configurations of real servers name, asked of the real machine."""

import os
import pwd
import signal
import socket
import subprocess

import harness


class CheckTest(harness.EndToEndTest):
    def check(self, *words, **keywords):
        run = self.diagnose("--check", *words, **keywords)
        self.assertEqual(run.report["outcome"]["state"], "not-run", run)
        return run

    def status_of(self, run, check):
        return next(one["status"] for one in run.report["checks"] if one["id"] == check)

    def assert_fine(self, run):
        self.assert_verdict(run, "ok.exited", state="not-run")
        self.assertEqual([finding["cause"] for finding in run.report["findings"]], ["ok.exited"], run)

    def await_port(self, port, process):
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            self.assertIsNone(process.poll(), "the server ended")


class NginxTest(CheckTest):
    def nginx(self, listen, more="", server=""):
        self.need_root()
        config = self.file("nginx.conf", f"""
            daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log; {more}
            events {{}}
            http {{ access_log off; include {self.folder}/sites/*.conf; }}
            """)
        self.file("sites/one.conf", f"server {{ listen {listen}; {server} }}\n")
        return [self.program("nginx"), "-e", "stderr", "-c", config]

    def test_nginx_with_all_that_it_needs(self):
        run = self.check(*self.nginx(f"127.0.0.1:{self.free_port()}", more="user nobody;"))
        self.assert_fine(run)
        self.assertEqual(self.status_of(run, "ports"), "pass")

    def test_nginx_on_a_held_port_of_an_included_file(self):
        port = self.held_port()
        run = self.check(*self.nginx(f"127.0.0.1:{port}"))
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "not-run")
        self.assertIn(f"PID {os.getpid()}", run.report["verdict"]["summary"])
        self.assertIn("sites/one.conf:1", run.report["verdict"]["summary"])
        self.assertEqual(self.status_of(run, "ports"), "fail")

    def test_nginx_that_runs_already(self):
        port = self.free_port()
        command = self.nginx(f"127.0.0.1:{port}")
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        self.await_port(port, server)
        run = self.check(*command)
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "not-run")
        self.assertIn("nginx is already running", run.report["verdict"]["summary"])

    def test_nginx_for_an_unknown_user(self):
        run = self.check(*self.nginx(self.free_port(), more="user nobody-of-that-name;"))
        self.assert_verdict(run, "user.unknown", "user", "nobody-of-that-name", "not-run")

    def test_nginx_without_its_certificate(self):
        run = self.check(*self.nginx(self.free_port(), server=f"ssl_certificate {self.folder}/site.pem;"))
        self.assert_verdict(run, "file.missing", "path", self.folder / "site.pem", "not-run")

    def test_nginx_on_a_socket_that_was_left_behind(self):
        path = self.folder / "web.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
        run = self.check(*self.nginx(f"unix:{path}"))
        self.assert_verdict(run, "port.in-use", "path", path, "not-run")

    def test_nginx_that_only_tests_its_configuration(self):
        self.assert_fine(self.check(*self.nginx(f"127.0.0.1:{self.held_port()}"), "-t"))

    def test_a_port_of_root_for_somebody_else(self):
        command = self.nginx("127.0.0.1:81")
        run = self.check("-u", "nobody", *command, through=[
            self.program("unshare"), "-n", "sh", "-c",
            'ip link set lo up && sysctl -qw net.ipv4.ip_unprivileged_port_start=1024 && exec "$@"', "sh"])
        self.assert_verdict(run, "port.privileged", "port", "127.0.0.1:81", "not-run")


class RedisTest(CheckTest):
    def test_redis_by_its_options(self):
        port = self.free_port()
        command = [self.program("redis-server"), "--bind", "127.0.0.1", "--port"]
        self.assert_fine(self.check(*command, port, "--dir", self.folder))
        held = self.held_port()
        self.assert_verdict(self.check(*command, held, "--dir", self.folder), "port.in-use", "port",
                            f"127.0.0.1:{held}", "not-run")
        missing = self.folder / "data"
        self.assert_verdict(self.check(*command, port, "--dir", missing), "file.missing", "path", missing, "not-run")

    def test_redis_in_a_folder_that_it_may_not_enter(self):
        self.need_root()
        folder = self.folder / "data"
        folder.mkdir(mode=0o700)
        config = self.file("redis.conf", f"bind 127.0.0.1 -::1\nport {self.free_port()}\ndir {folder}\n")
        run = self.check("-u", "nobody", self.program("redis-server"), config)
        self.assert_verdict(run, "file.permission", "path", folder, "not-run")


class SshdTest(CheckTest):
    def sshd(self, mode, *words):
        self.need_root()
        key = self.file("key", "secret", mode)
        config = self.file("sshd_config", f"Port {self.free_port()}\nListenAddress 127.0.0.1\nHostKey {key}\n")
        # What its unit makes: RuntimeDirectory=sshd.
        return [self.program("unshare"), "-m", "sh", "-c",
                'mount -t tmpfs -o mode=755 tmpfs /run && mkdir -m 755 /run/sshd && exec "$@"', "sh"], [
                self.need("/usr/sbin/sshd" if os.path.exists("/usr/sbin/sshd") else None, "sshd"), "-D", "-f", config,
                *words]

    def test_sshd_with_all_that_it_needs(self):
        through, command = self.sshd(0o600)
        self.assert_fine(self.check(*command, through=through))

    def test_sshd_with_a_key_that_others_may_read(self):
        through, command = self.sshd(0o644)
        run = self.check(*command, through=through)
        self.assert_verdict(run, "file.permission", "path", self.folder / "key", "not-run")

    def test_sshd_on_a_held_port_of_its_call(self):
        port = self.held_port()
        through, command = self.sshd(0o600, "-p", str(port))
        run = self.check(*command, through=through)
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "not-run")


class PostgresTest(CheckTest):
    def postgres(self, mode):
        self.need_root()
        found = sorted(harness.pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        binary = self.need(found[-1] if found else None, "postgres")
        user = pwd.getpwnam("postgres")
        data = self.folder / "data"
        data.mkdir()
        (data / "postgresql.conf").write_text(
            f"port = {self.free_port()}\nunix_socket_directories = '{data}' # here\nlisten_addresses = 'localhost'\n")
        os.chown(data, user.pw_uid, user.pw_gid)
        data.chmod(mode)
        return [binary, "-D", data], data

    def test_postgres_with_all_that_it_needs(self):
        command, _ = self.postgres(0o700)
        self.assert_fine(self.check("-u", "postgres", *command))

    def test_postgres_with_a_folder_open_to_all(self):
        command, data = self.postgres(0o755)
        self.assert_verdict(self.check("-u", "postgres", *command), "file.permission", "path", data, "not-run")

    def test_postgres_as_root(self):
        command, _ = self.postgres(0o700)
        self.assert_verdict(self.check(*command), "config.usage", "user", "root", "not-run")


class OtherProgramsTest(CheckTest):
    def test_a_port_of_a_script_that_listens_and_of_one_that_asks(self):
        port = self.held_port()
        server = self.python("import socket\nsocket.create_server(('', 0)).listen()\n", "server.py")
        self.assert_verdict(self.check(*server, "--port", port), "port.in-use", "port", f"0.0.0.0:{port}", "not-run")
        client = self.python("import socket\nsocket.create_connection(('127.0.0.1', 1))\n", "client.py")
        run = self.check(*client, "--port", port)
        self.assert_verdict(run, "ok.exited", state="not-run")
        self.assertEqual(self.status_of(run, "ports"), "warn", "it may mean that it listens there")

    def test_python_s_own_server(self):
        port = self.held_port()
        run = self.check(self.program("python3"), "-m", "http.server", port)
        self.assert_verdict(run, "port.in-use", "port", f"0.0.0.0:{port}", "not-run")

    def test_files_that_the_call_names(self):
        program = self.compiled("server", "int main(void) { return 0; }\n")
        missing = self.folder / "app.yaml"
        run = self.check(program, "--config", missing)
        self.assert_verdict(run, "file.missing", "path", missing, "not-run")
        missing.write_text("x: 1\n")
        self.assert_fine(self.check(program, "--config", missing, f"--pidfile={self.folder}/server.pid"))

    def test_a_library_that_is_missing(self):
        self.compiled("libpart.so", "int part(void) { return 0; }\n", "-shared", "-fPIC")
        program = self.compiled("app", "int part(void); int main(void) { return part(); }\n", "-L.", "-lpart")
        (self.folder / "libpart.so").unlink()
        self.assert_verdict(self.check(program), "library.missing", "library", "libpart.so", "not-run")

    def test_a_configuration_that_is_a_fifo_is_not_read(self):
        os.mkfifo(self.folder / "nginx.conf")
        run = self.check(self.program("nginx"), "-c", self.folder / "nginx.conf")
        self.assertLess(run.seconds, 20, run)

    def test_rules_of_one_s_own(self):
        port = self.held_port()
        rules = self.file("mine.yaml", """servers:
  - server: mine
    program: '^mine$'
    settings: [{ key: port, means: port, variable: MINE }]
    tests: [{ name: none, call: mine }]
""")
        program = self.file("mine", "#!/bin/sh\n", 0o755)
        run = self.check("--rules", rules, program, env={"MINE": str(port)})
        self.assert_verdict(run, "port.in-use", "port", f"0.0.0.0:{port}", "not-run")


class PlaceTest(CheckTest):
    """Where it runs: in a unit's sandbox, before a log."""

    def test_what_a_sandbox_hides_is_unknown(self):
        self.need_root()
        command = [self.program("redis-server"), "--bind", "127.0.0.1", "--dir", self.folder, "--port"]

        def hidden(port, how):
            script = f'{how} && exec setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"'
            return self.check(*command, port, through=[self.program("unshare"), "-m", "sh", "-c", script, "sh"],
                              env={"TMPDIR": "/tmp"})

        def only_processes(port):
            return hidden(port, "mount -t proc -o hidepid=2,subset=pid proc /proc")
        self.folder.chmod(0o777)  # the report is written by somebody else

        free = only_processes(self.free_port())
        self.assert_verdict(free, "ok.exited", state="not-run")
        self.assertEqual([self.status_of(free, check) for check in ("ports", "memory")], ["pass", "unknown"], free)
        port = self.held_port()
        self.assert_verdict(only_processes(port), "port.in-use", "port", f"127.0.0.1:{port}", "not-run")
        low = only_processes(81)
        self.assertEqual((low.status, self.status_of(low, "ports")), (0, "unknown"), low)

        blind = hidden(self.free_port(), "mount -t tmpfs tmpfs /proc")
        self.assertEqual((blind.status, self.status_of(blind, "ports")), (0, "unknown"), blind)

    def test_a_log_gets_one_line_for_each_thing(self):
        port = self.held_port()
        missing = self.folder / "data"
        run = self.tool("-q", "--check", self.program("redis-server"), "--bind", "127.0.0.1", "--port", port, "--dir",
                        missing)
        self.assertEqual(run.status, 1, run)
        lines = run.stderr.splitlines()
        self.assertEqual(len(lines), 2, run)
        self.assertRegex(lines[0] + lines[1], r"whywontitstart: redis-server: .*\[port\.in-use\]")
        self.assertRegex(lines[0] + lines[1], r"whywontitstart: redis-server: .*\[file\.missing\]")
        fine = self.tool("-q", "--check", self.program("true"))
        self.assertEqual((fine.status, fine.stderr), (0, ""), fine)

    def test_the_journal_gets_levels(self):
        with open(self.folder / "journal", "w+b") as journal:
            status = os.fstat(journal.fileno())
            environment = {"PATH": harness.SEARCH, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
            subprocess.run([harness.TOOL, "-q", "--check", "no-such-program"], env=environment, stderr=journal,
                           stdin=subprocess.DEVNULL, check=False)
            journal.seek(0)
            self.assertTrue(journal.read().startswith(b"<3>whywontitstart: no-such-program: "))

    def test_it_gives_up_in_time(self):
        """A helper that does not answer: getent, for a user whom no file knows."""
        self.need_root()
        slow = self.file("getent", "#!/bin/sh\nexec sleep 1000\n", 0o755)
        run = self.tool("-t", "1", "--check", self.program("nginx"), "-g",
                        "user nobody-of-that-name;", through=[
                            self.program("unshare"), "-m", "sh", "-c",
                            f'mount --bind {slow} /usr/bin/getent && exec "$@"', "sh"])
        self.assertLess(run.seconds, 30, run)
        self.assertIn(run.status, (1, 3), run)
        run = self.tool("-t", "0.001", "--check", self.program("nginx"))
        self.assertEqual(run.status, 3, run)
        self.assertIn("not over in", run.stderr)


if __name__ == "__main__":
    harness.main()
