#!/usr/bin/python3
"""Programs with which nothing is wrong: they are never accused."""

import harness


class HealthyTest(harness.EndToEndTest):
    def assert_healthy(self, run, cause="ok.exited"):
        self.assert_verdict(run, cause, state="exited" if cause == "ok.exited" else "running")

    def test_true(self):
        run = self.diagnose("/bin/true")
        self.assert_healthy(run)
        self.assertEqual(run.report["outcome"]["exit_code"], 0)
        self.assertEqual(len(run.report["processes"]), 1)

    def test_python_web_server(self):
        run = self.diagnose("-t", "60", self.program("python3"), "-m", "http.server", "--bind", "127.0.0.1",
                            self.free_port())
        self.assert_healthy(run, "ok.running")
        self.assertIs(run.report["outcome"]["ready"], True)
        self.assertLess(run.seconds, 30)

    def test_redis(self):
        run = self.diagnose("-t", "60", self.program("redis-server"), "--bind", "127.0.0.1", "--port",
                            self.free_port(), "--dir", self.folder, "--save", "")
        self.assert_healthy(run, "ok.running")

    def test_node_server(self):
        server = self.file("s.js", f'require("http").createServer(() => {{}}).listen({self.free_port()}, "127.0.0.1");\n')
        self.assert_healthy(self.diagnose("-t", "60", self.program("node"), server), "ok.running")

    def test_hundreds_of_failed_probes(self):
        run = self.diagnose(*self.python(f"""
import contextlib, os, socket, sys
for number in range(400):
    for attempt in (os.stat, os.readlink, open, os.listdir, os.rmdir):
        with contextlib.suppress(OSError):
            attempt(f"{self.folder}/optional-{{number}}")
    with contextlib.suppress(OSError):
        socket.socket(socket.AF_UNIX).connect(f"{self.folder}/optional-{{number}}.sock")
with contextlib.suppress(OSError):
    socket.create_connection(("127.0.0.1", {self.held_port(listening=False)}))
print("warning: no optional files, error reporting is off", file=sys.stderr)
print("done")
"""))
        self.assert_healthy(run)
        self.assertEqual(run.stdout, "done\n")
        self.assertGreaterEqual(run.report["trace"]["failed"], 400)

    def test_a_fall_back_to_the_next_port(self):
        held, free = self.held_port(), self.free_port()
        run = self.diagnose(*self.python(f"""
import socket
try:
    listener = socket.create_server(("127.0.0.1", {held}))
except OSError:
    listener = socket.create_server(("127.0.0.1", {free}))
while True:
    listener.accept()
"""))
        self.assert_healthy(run, "ok.running")

    def test_shell_with_a_failing_child_that_it_expected(self):
        run = self.diagnose("/bin/sh", "-c", "if ! grep -q x /dev/null; then echo fine; fi")
        self.assert_healthy(run)

    def test_many_processes(self):
        run = self.diagnose("/bin/sh", "-c", "for n in $(seq 60); do /bin/true & done; wait")
        self.assert_healthy(run)
        self.assertEqual(len(run.report["processes"]), 62)  # the shell, seq, and sixty times true

    def test_many_threads(self):
        run = self.diagnose(*self.python("""
import threading
threads = [threading.Thread(target=lambda: open("/dev/null").close()) for _ in range(100)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""))
        self.assert_healthy(run)


if __name__ == "__main__":
    harness.main()
