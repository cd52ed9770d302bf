#!/usr/bin/env python3
"""What 'started' means: --expect says it, and overrides what the tool would think by itself."""

import os
import socket

import harness


class ExpectTest(harness.EndToEndTest):
    REDIS = ("--bind", "127.0.0.1", "--save", "")

    def redis(self, port, *more):
        return [self.program("redis-server"), "--port", port, "--dir", self.folder, *self.REDIS, *more]

    def assert_missed(self, run, *expected):
        self.assertEqual(run.report["outcome"]["missed"], list(expected), run)

    # listen

    def test_redis_on_the_port_that_is_expected(self):
        port = self.free_port()
        for wanted in (port, f"127.0.0.1:{port}", f"localhost:{port}"):
            with self.subTest(wanted=wanted):
                run = self.diagnose("-t", "60", "--expect", f"listen:{wanted}", *self.redis(port))
                self.assert_verdict(run, "ok.running", state="running")
                self.assertIs(run.report["outcome"]["ready"], True)
                self.assert_missed(run)
                self.assertLess(run.seconds, 20)

    def test_redis_on_another_port(self):
        port, wanted = self.free_port(), self.free_port()
        run = self.diagnose("-t", "3", "--expect", f"listen:{wanted}", *self.redis(port))
        self.assert_verdict(run, "ready.wrong-address", "port", f"127.0.0.1:{port}")
        self.assertIn(str(wanted), run.report["verdict"]["summary"])
        self.assertIs(run.report["outcome"]["ready"], False)
        self.assert_missed(run, f"listen:{wanted}")

    def test_the_file_that_has_the_wrong_port_is_named(self):
        port, wanted = self.free_port(), self.free_port()
        config = self.file("redis.conf", f'# the port\nbind 127.0.0.1\nport {port}\nsave ""\ndir {self.folder}\n')
        run = self.diagnose("-t", "3", "--expect", f"listen:{wanted}", self.program("redis-server"), config)
        self.assert_verdict(run, "ready.wrong-address", "port", f"127.0.0.1:{port}")
        self.assertIn(f"{config}:3 says: port {port}",
                      "\n".join(piece["text"] for piece in run.report["findings"][0]["evidence"]))

    def test_a_server_on_the_loopback_address_alone(self):
        port = self.free_port()
        run = self.diagnose("-t", "3", "--expect", f"listen:0.0.0.0:{port}", self.program("python3"), "-m",
                            "http.server", "--bind", "127.0.0.1", port)
        self.assert_verdict(run, "ready.wrong-address", "port", f"127.0.0.1:{port}")

    def test_a_unix_socket(self):
        path = self.folder / "redis.sock"
        run = self.diagnose("-t", "60", "--expect", "listen:./redis.sock", *self.redis(0, "--unixsocket", path))
        self.assert_verdict(run, "ok.running", state="running")
        run = self.diagnose("-t", "3", "--expect", "listen:/run/nothing.sock", *self.redis(0, "--unixsocket", path))
        self.assert_verdict(run, "ready.wrong-address", "path", path, "running")

    def test_a_listener_that_the_program_was_handed(self):
        # As systemd does it: the program only accepts, and neither binds nor listens.
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        port = listener.getsockname()[1]
        server = self.python("import socket\nsocket.socket(fileno=0).accept()\n")
        run = self.diagnose("-t", "60", "--expect", f"listen:{port}", *server, stdin=listener)
        self.assert_verdict(run, "ok.running", state="running")
        self.assertLess(run.seconds, 20)

    def test_nothing_listens(self):
        run = self.diagnose("-t", "2", "--expect", "listen:1", *self.python("import signal\nsignal.pause()\n"))
        self.assert_verdict(run, "ready.timeout", "process", "python3")

    def test_the_root_cause_goes_before_the_missed_expectation(self):
        port = self.held_port()
        run = self.diagnose("-t", "5", "--expect", f"listen:{port}", self.program("python3"), "-m", "http.server",
                            "--bind", "127.0.0.1", port)
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")

    # file

    def test_a_file_that_appears(self):
        pid_file = self.folder / "app.pid"
        writer = self.python(f"import signal\nopen({str(pid_file)!r}, 'w').write('1')\nsignal.pause()\n")
        run = self.diagnose("-t", "60", "--expect", "file:app.pid", *writer)
        self.assert_verdict(run, "ok.running", state="running")
        self.assertLess(run.seconds, 20)
        # Now it is there before; it counts since it is written anew.
        run = self.diagnose("-t", "60", "--expect", f"file:{pid_file}", *writer)
        self.assert_verdict(run, "ok.running", state="running")

    def test_a_file_of_an_earlier_run_does_not_count(self):
        pid_file = self.file("app.pid", "1")
        run = self.diagnose("-t", "2", "--expect", f"file:{pid_file}", *self.python("import signal\nsignal.pause()\n"))
        self.assert_verdict(run, "ready.timeout", "path", pid_file)

    # exit

    def test_an_exit_status_that_is_success(self):
        run = self.diagnose("--expect", "exit:3", "/bin/sh", "-c", "exit 3")
        self.assert_verdict(run, "ok.exited", state="exited")
        self.assertEqual(run.report["outcome"]["exit_code"], 3)
        self.assertEqual(self.tool("--expect", "exit:3", "--propagate", "/bin/sh", "-c", "exit 3").status, 3)

    def test_one_of_two_exit_statuses(self):
        run = self.diagnose("--expect", "exit:0", "--expect", "exit:3", "/bin/sh", "-c", "exit 3")
        self.assert_verdict(run, "ok.exited", state="exited")

    def test_another_exit_status(self):
        missing = self.folder / "app.conf"
        run = self.diagnose("--expect", "exit:0", "/bin/cat", missing)
        self.assert_verdict(run, "file.missing", "path", missing, "exited")
        run = self.diagnose("--expect", "exit:3", "/bin/true")
        self.assert_verdict(run, "app.error", state="exited")
        self.assertIn("exit:3", run.report["verdict"]["summary"])

    def test_a_program_that_should_have_ended(self):
        run = self.diagnose("-t", "2", "--expect", "exit:0", self.program("sleep"), "1000")
        self.assert_verdict(run, "ready.timeout", "process", "sleep", "running")

    def test_a_file_and_an_exit_status(self):
        job = ["/bin/sh", "-c", "echo done > result"]
        run = self.diagnose("--expect", "exit:0", "--expect", "file:result", *job)
        self.assert_verdict(run, "ok.exited", state="exited")
        run = self.diagnose("--expect", "exit:0", "--expect", "file:other", *job)
        self.assert_verdict(run, "ready.exited-early", state="exited")
        self.assert_missed(run, f"file:{self.folder}/other")

    # notify

    NOTIFIER = """
import os, signal, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
    for message in sys.argv[1:]:
        manager.sendto(message.encode(), os.environ["NOTIFY_SOCKET"])
signal.pause()
"""

    def test_READY_is_said(self):
        run = self.diagnose("-t", "60", "--expect", "notify", *self.python(self.NOTIFIER), "STATUS=up\nREADY=1")
        self.assert_verdict(run, "ok.running", state="running")
        self.assertLess(run.seconds, 20)
        self.assertTrue(any("NOTIFY_SOCKET" in remark for remark in run.report["not_looked_at"]), run)

    def test_READY_is_said_by_another_user(self):
        self.need_root()
        run = self.diagnose("-t", "60", "--expect", "notify", "-u", "nobody", *self.python(self.NOTIFIER), "READY=1")
        self.assert_verdict(run, "ok.running", state="running")

    def test_a_program_that_tells_more_than_a_socket_holds(self):
        run = self.diagnose("-t", "60", "--expect", "notify", *self.python(self.NOTIFIER),
                            *["WATCHDOG=1"] * 2000, "READY=1")
        self.assert_verdict(run, "ok.running", state="running")

    def test_READY_is_not_said(self):
        run = self.diagnose("-t", "2", "--expect", "notify", *self.python(self.NOTIFIER), "STATUS=NOT_READY=1")
        self.assert_verdict(run, "ready.timeout", "process", "python3")

    def test_the_socket_that_is_there_is_left_as_it_is(self):
        path = str(self.folder / "manager")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            run = self.diagnose("-t", "60", "--expect", "notify", *self.python(self.NOTIFIER), "READY=1",
                                env={"NOTIFY_SOCKET": path})
            self.assertEqual(manager.recv(100), b"READY=1")
        self.assert_verdict(run, "ok.running", state="running")

    def test_the_socket_is_gone_afterwards(self):
        run = self.diagnose("--expect", "exit:0", "/bin/sh", "-c", 'test -z "$NOTIFY_SOCKET"')
        self.assert_verdict(run, "ok.exited")
        run = self.diagnose("-t", "2", "--expect", "notify", "/bin/sh", "-c",
                            'test -S "$NOTIFY_SOCKET" && echo "$NOTIFY_SOCKET"')
        self.assert_verdict(run, "ready.exited-early", "process", "sh", "exited")
        folder = os.path.dirname(run.stdout.strip())
        self.assertTrue(folder.startswith("/"), run)
        self.assertFalse(os.path.exists(folder), folder)

    def test_it_goes_into_the_background(self):
        daemon = self.python("import os, signal\nif os.fork() == 0:\n    os.setsid()\n    signal.pause()\n")
        run = self.diagnose("-t", "3", "--expect", "notify", *daemon)
        self.assert_verdict(run, "ready.exited-early", "process", "python3", "exited")
        self.assertIn("background", run.report["verdict"]["summary"])

    # What it does not understand.

    def test_what_cannot_be_expected(self):
        for words, part in ((["listen:"], "listen:"), (["listen:http"], "listen:PORT"), (["listen:0"], "listen:PORT"),
                            (["listen:70000"], "listen:PORT"), (["exit:256"], "255"), (["exit:"], "255"),
                            (["exit:3x"], "255"), (["ready"], "notify"), (["notify:x"], "notify"), (["file:"], "file:PATH"),
                            (["notify", "exit:0"], "do not go together")):
            with self.subTest(words=words):
                options = [option for word in words for option in ("--expect", word)]
                self.assert_refused_call(self.tool(*options, "/bin/true"), part)


if __name__ == "__main__":
    harness.main()
