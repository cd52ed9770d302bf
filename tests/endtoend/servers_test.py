#!/usr/bin/python3
"""Servers as Debian ships them, and the failures that servers meet: ports, folders, limits, peers."""

import fcntl
import os
import re

import harness


class NginxTest(harness.EndToEndTest):
    def nginx(self, port, log="error.log"):
        """A command that runs nginx in the foreground on this port, with all its files in the test's folder."""
        nginx, here = self.program("nginx"), self.folder
        (here / "www").mkdir()
        temporary = " ".join(f"{name}_temp_path {here}/{name};"
                             for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = self.file("nginx.conf", f"""
            daemon off; pid {here}/nginx.pid; error_log {here}/{log};
            events {{}}
            http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; root {here}/www; }} }}
            """)
        return [nginx, "-e", "stderr", "-c", config]

    def test_nginx_on_a_held_port(self):
        port = self.held_port()
        run = self.diagnose(*self.nginx(port))
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")
        self.assertIn(str(os.getpid()), str(run.report["findings"][0]), "who holds the port is part of the answer")

    def test_nginx_without_its_log_folder(self):
        run = self.diagnose(*self.nginx(self.free_port(), log="log/error.log"))
        self.assert_verdict(run, "file.missing", "path", self.folder / "log", "exited")

    def test_nginx_with_a_mistake_in_its_configuration(self):
        command = self.nginx(self.free_port())
        config = self.folder / "nginx.conf"
        config.write_text(config.read_text().replace("access_log off;", "acces_log off;"))
        run = self.diagnose(*command)
        self.assert_verdict(run, "config.invalid", state="exited")
        self.assertIn("acces_log", str(run.report["findings"][0]))

    def test_nginx_on_a_free_port_is_up(self):
        self.need_root()  # as anybody else it warns of its user
        port = self.free_port()
        run = self.diagnose("-t", "60", *self.nginx(port))
        self.assert_verdict(run, "ok.running", state="running")
        self.assertIs(run.report["outcome"]["ready"], True)
        self.assertLess(run.seconds, 30, "it is up long before the time is over")
        with harness.socket.socket() as again:  # nginx is gone, so its port is free
            again.setsockopt(harness.socket.SOL_SOCKET, harness.socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))


class RedisTest(harness.EndToEndTest):
    def test_redis_in_a_folder_that_it_may_not_enter(self):
        self.need_root()
        redis, folder = self.program("redis-server"), self.folder / "data"
        folder.mkdir(mode=0o700)
        run = self.diagnose("-u", "nobody", redis, "--port", "0", "--dir", folder)
        self.assert_verdict(run, "file.permission", "path", folder, "exited")
        self.assertEqual(run.report["target"]["user"], "nobody")

    def test_redis_on_a_held_port(self):
        port = self.held_port()
        run = self.diagnose(self.program("redis-server"), "--bind", "127.0.0.1", "--port", port, "--dir", self.folder,
                            "--save", "")
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")

    def test_redis_that_goes_into_the_background_on_a_held_port(self):
        port = self.held_port()
        run = self.diagnose(self.program("redis-server"), "--bind", "127.0.0.1", "--port", port, "--dir", self.folder,
                            "--save", "", "--daemonize", "yes", "--logfile", self.folder / "redis.log")
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}")


class OwnServersTest(harness.EndToEndTest):
    SERVER = "import socket, sys\nlistener = socket.create_server(('{host}', {port}))\nlistener.accept()\n"

    def test_node_on_a_held_port(self):
        port = self.held_port()
        server = self.file("server.js", f'require("http").createServer(() => {{}}).listen({port}, "127.0.0.1");\n')
        run = self.diagnose(self.program("node"), server)
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")

    def test_all_addresses_on_a_port_held_on_one(self):
        port = self.held_port()
        run = self.diagnose(*self.python(self.SERVER.format(host="0.0.0.0", port=port)))
        self.assert_verdict(run, "port.in-use", "port", f"0.0.0.0:{port}", "exited")

    def test_a_wrapper_that_swallows_the_status_of_its_server(self):
        port = self.held_port()
        server = " ".join(self.python(self.SERVER.format(host="127.0.0.1", port=port)))
        wrapper = self.file("start.sh", f"#!/bin/sh\n{server} >{self.folder}/log 2>&1\necho started\nexit 0\n", 0o755)
        run = self.diagnose(wrapper)
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")
        self.assertEqual(run.report["outcome"]["exit_code"], 0)
        self.assertEqual(run.stdout, "started\n")

    def test_a_wrapper_that_tried_something_optional_before(self):
        """Its complaint went to /dev/null, and it went on to the server: as version managers' shims do."""
        port = self.held_port()
        server = " ".join(self.python(self.SERVER.format(host="127.0.0.1", port=port)))
        bash = self.program("bash")
        wrapper = self.file("server", f"""#!{bash}
if ! enable -f "${{0%/*}}/quick-realpath.so" realpath 2>/dev/null; then
  realpath() {{ readlink -f "$1"; }}
fi
here=$(realpath "$0")
exec {server}
""", 0o755)
        run = self.diagnose(wrapper, env={"LANG": "de_DE.UTF-8"})
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")

    def test_an_address_that_this_machine_does_not_have(self):
        run = self.diagnose(*self.python(self.SERVER.format(host="192.0.2.7", port=8080)))
        self.assert_verdict(run, "address.not-available", state="exited")
        self.assertIn("192.0.2.7", run.report["verdict"]["subject"]["value"])

    def test_a_port_below_1024_as_nobody(self):
        self.need_root()
        # A network namespace of its own, so that the sysctl and the port are what the test says.
        run = self.diagnose("-u", "nobody", *self.python(self.SERVER.format(host="127.0.0.1", port=81)), through=[
            self.program("unshare"), "-n", "sh", "-c",
            'ip link set lo up && sysctl -qw net.ipv4.ip_unprivileged_port_start=1024 && exec "$@"', "sh"])
        self.assert_verdict(run, "port.privileged", "port", "127.0.0.1:81", "exited")

    def test_a_peer_that_does_not_listen(self):
        port = self.held_port(listening=False)
        run = self.diagnose(*self.python(f"import socket\nsocket.create_connection(('127.0.0.1', {port}))\n"))
        self.assert_verdict(run, "connect.refused", "address", f"127.0.0.1:{port}", "exited")

    def test_a_peer_that_does_not_listen_asked_for_ever(self):
        port = self.held_port(listening=False)
        run = self.diagnose("-t", "3", *self.python(f"""
import socket, time
while True:
    try:
        socket.create_connection(("127.0.0.1", {port}))
    except OSError:
        time.sleep(0.1)
"""))
        self.assert_verdict(run, "connect.refused", "address", f"127.0.0.1:{port}", "hung")
        self.assertTrue(2.5 <= run.seconds <= 15, run)

    def test_a_socket_file_that_is_not_there(self):
        path = self.folder / "run" / "database.sock"
        run = self.diagnose(*self.python(
            f"import socket\nsocket.socket(socket.AF_UNIX).connect({str(path)!r})\n"))
        self.assert_verdict(run, "connect.socket-missing", "path", path, "exited")

    def test_too_few_open_files(self):
        run = self.diagnose("--limit", "nofile=16", *self.python(
            "import os\nopened = [open('/dev/null') for number in range(100)]\n"))
        self.assert_verdict(run, "limit.open-files", "limit", "RLIMIT_NOFILE", "exited")

    def test_too_little_address_space(self):
        run = self.diagnose("--limit", "as=200M", *self.python("data = bytearray(1 << 30)\n"))
        self.assert_verdict(run, "limit.memory", "limit", "RLIMIT_AS", "exited")

    def test_a_lock_that_another_process_holds(self):
        path = self.file("database.lock", "")
        with open(path) as holder:
            fcntl.flock(holder, fcntl.LOCK_EX)
            run = self.diagnose(*self.python(f"""
import fcntl, sys
lock = open({path!r})
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    sys.exit("another instance is running")
"""))
        self.assert_verdict(run, "file.locked", "path", path, "exited")

    def test_a_full_disk(self):
        self.need_root()
        mount = self.folder / "disk"
        mount.mkdir()
        run = self.diagnose(*self.python(f"open('{mount}/data', 'wb').write(bytes(1 << 20))\n"), through=[
            self.program("unshare"), "-m", "sh", "-c",
            'mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"', "sh", mount])
        self.assert_verdict(run, "disk.full", state="exited")
        self.assertRegex(run.report["verdict"]["subject"]["value"], "^" + re.escape(str(mount)))

    def test_a_file_that_nobody_may_read(self):
        self.need_root()
        path = self.file("private/secret.conf", "key = 1\n", 0o600)
        run = self.diagnose("-u", "nobody", *self.python(f"open({path!r})\n"))
        self.assert_verdict(run, "file.permission", "path", path, "exited")


if __name__ == "__main__":
    harness.main()
