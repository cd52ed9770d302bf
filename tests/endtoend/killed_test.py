#!/usr/bin/env python3
"""Who ended a program by a signal, and why."""

import os
import pathlib
import signal
import socket

import harness


class KilledTest(harness.EndToEndTest):
    def summary(self, run):
        return run.report["verdict"]["summary"]

    def test_a_parent_that_kills_its_child(self):
        run = self.diagnose("/bin/sh", "-c", 'sleep 1000 & kill -KILL $!; wait $!')
        self.assert_verdict(run, "killed.signal", "signal", "SIGKILL", "exited")
        self.assertRegex(self.summary(run), r"from its parent (sh|dash) \(PID \d+\)")

    def test_a_process_outside_of_what_is_traced(self):
        # The program tells its PID; this process, which is not traced, sends the signal.
        fifo = self.folder / "up"
        os.mkfifo(fifo)
        program = self.python(f"import os, signal\nopen({str(fifo)!r}, 'w').write(str(os.getpid()))\nsignal.pause()\n")
        killer = os.fork()
        if killer == 0:
            os.kill(int(fifo.read_text()), signal.SIGUSR1)
            os._exit(0)
        run = self.diagnose("-t", "60", *program)
        os.waitpid(killer, 0)
        self.assert_verdict(run, "killed.signal", "signal", "SIGUSR1", "killed")
        self.assertRegex(self.summary(run), rf"from \S+ \(PID {killer}|from process {killer}")

    def test_a_time_limit(self):
        run = self.diagnose(self.program("timeout"), "0.2", "sleep", "1000")
        self.assert_verdict(run, "killed.signal", "signal", "SIGTERM", "exited")
        run = self.diagnose(self.program("timeout"), "-s", "KILL", "0.2", "sleep", "1000")
        self.assert_verdict(run, "killed.signal", "signal", "SIGKILL", "killed")
        self.assertIn("itself", self.summary(run))

    def test_a_reader_that_has_gone(self):
        run = self.diagnose(*self.python("""
import os, signal
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
reading, writing = os.pipe()
os.close(reading)
os.write(writing, b"x")
"""))
        self.assert_verdict(run, "killed.signal", "signal", "SIGPIPE", "killed")

    def test_the_processor_time_that_is_allowed(self):
        run = self.diagnose("-t", "60", "/bin/sh", "-c", "ulimit -t 1; while :; do :; done")
        self.assert_verdict(run, "limit.cpu-time", "limit", "RLIMIT_CPU", "killed")

    def memory_group(self):
        """A control group with 20 MiB below the one that this process is in, of version 2 or 1."""
        self.need_root()
        for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            for root, limit in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
                if controllers not in ("", "memory") or (controllers == "") != (limit == "memory.max"):
                    continue
                parent = pathlib.Path(root + path)
                group = (parent if parent.is_dir() else pathlib.Path(root)) / f"whywontitstart-test-{os.getpid()}"
                try:
                    group.mkdir()
                    self.addCleanup(group.rmdir)
                    (group / limit).write_text(str(20 << 20))
                    return group
                except OSError:
                    continue  # read-only, or the memory controller is not handed down to here
        return None

    def test_the_memory_of_its_control_group(self):
        group = self.memory_group()
        if group is None:
            # Where control groups may not be made (in a container, mostly) the other side of it: no lack of memory.
            run = self.diagnose("/bin/sh", "-c", "kill -KILL $$")
            return self.assert_verdict(run, "killed.signal", "signal", "SIGKILL", "killed")
        eater = self.python("x = bytearray(300 << 20)\n")
        run = self.diagnose("/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', group / "cgroup.procs", *eater)
        self.assert_verdict(run, "killed.oom", "limit", "memory.max", "killed")
        self.assertIn("20 MiB", "\n".join(piece["text"] for piece in run.report["findings"][0]["evidence"]))
        memory = next(check for check in run.report["checks"] if check["id"] == "memory")
        self.assertEqual(memory["status"], "fail", memory)
        self.assertIn("lack of memory", memory["summary"])


class IdleTest(harness.EndToEndTest):
    """Programs that are up although they listen nowhere."""

    def assert_up(self, run, seconds):
        self.assert_verdict(run, "ok.running")
        self.assertLess(run.seconds, seconds, "long before the time is over")

    def test_a_program_that_waits_for_signals(self):
        run = self.diagnose("-t", "60", *self.python("import signal\nsignal.pause()\n"))
        self.assert_up(run, 40)

    def test_a_long_sleep(self):
        self.assert_up(self.diagnose("-t", "60", self.program("sleep"), "1000"), 40)

    def test_a_daemon_that_listens_nowhere(self):
        daemon = "import os, signal\nif os.fork():\n    os._exit(0)\nos.setsid()\nsignal.pause()\n"
        run = self.diagnose("-t", "60", *self.python(daemon))
        self.assert_up(run, 40)
        self.assertIn("background", run.report["verdict"]["summary"])
        self.assertEqual(run.report["outcome"]["state"], "exited")

    def test_a_worker_with_the_listener_of_somebody_else(self):
        port_holder = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(port_holder.close)
        run = self.diagnose("-t", "60", *self.python("import socket\nsocket.socket(fileno=0).accept()\n"),
                            stdin=port_holder)
        self.assert_up(run, 40)
        self.assertIs(run.report["outcome"]["ready"], True)
        self.assertIn(f"127.0.0.1:{port_holder.getsockname()[1]}", run.report["verdict"]["summary"])

    def test_a_pause_on_the_way_is_not_the_end(self):
        # Longer than the silence after which other programs count as up.
        run = self.diagnose("-t", "60", *self.python("import sys, time\ntime.sleep(12)\nsys.exit('no flux')\n"))
        self.assert_verdict(run, "app.error", state="exited")

    def test_work_in_silence_is_not_the_end(self):
        run = self.diagnose("-t", "60", *self.python("""
import sys, time
end = time.process_time() + 5
while time.process_time() < end:
    pass
sys.exit("no flux")
"""))
        self.assert_verdict(run, "app.error", state="exited")


if __name__ == "__main__":
    harness.main()
