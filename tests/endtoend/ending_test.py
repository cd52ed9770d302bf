#!/usr/bin/env python3
"""How a run ends: somebody interrupts the tool, the program goes into the background, nobody reads what is written."""

import json
import os
import pty
import select
import signal
import subprocess
import time

import harness


class InterruptedTest(harness.EndToEndTest):
    """The program tells its PID through a FIFO when it is up, so nothing here waits for time to pass."""

    WAITING = """
import os, signal
with open({fifo!r}, "w") as up:
    up.write(str(os.getpid()))
while True:
    signal.pause()
"""

    def start(self, *words):
        """The running tool, and the PID of the program that it runs, which is up."""
        fifo = self.folder / "up"
        os.mkfifo(fifo)
        command = self.python(self.WAITING.format(fifo=str(fifo)))
        self.need(os.access(harness.TOOL, os.X_OK), f"binary {harness.TOOL} (./dev build release)")
        before = harness.children()
        with open(self.folder / "messages", "w") as messages:
            tool = subprocess.Popen([harness.TOOL, "-o", self.folder / "report.json", *words, *command],
                                    stdin=subprocess.DEVNULL, stdout=messages, stderr=messages, cwd=self.folder,
                                    start_new_session=True)
        self.addCleanup(self.end, tool, before)
        return tool, int(fifo.read_text())

    def end(self, tool, before):
        tool.kill()
        tool.wait()
        self.left = self.new_children(before)
        self.assert_nothing_left()

    def assert_gone(self, pid):
        """It is dead, or will be at once; as an orphan it is this process's child."""
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), -signal.SIGKILL)

    def test_SIGTERM_is_passed_on_and_the_report_written(self):
        tool, pid = self.start("-t", "80")
        tool.terminate()
        self.assertEqual(tool.wait(timeout=30), 1)
        self.assertFalse(os.path.exists(f"/proc/{pid}"), "the program ends with the tool")
        report = json.loads((self.folder / "report.json").read_text())
        self.check_schema(report)
        self.assertEqual((report["outcome"]["state"], report["outcome"]["signal"]), ("killed", "SIGTERM"))
        self.assertEqual(report["verdict"]["cause"], "killed.signal", report["verdict"])
        self.assertEqual(report["verdict"]["subject"], {"kind": "signal", "value": "SIGTERM"})

    def test_SIGINT_at_the_tool_alone_ends_the_program_too(self):
        tool, pid = self.start("-t", "80")
        tool.send_signal(signal.SIGINT)
        tool.wait(timeout=30)
        self.assertFalse(os.path.exists(f"/proc/{pid}"), "the program ends with the tool")

    def test_SIGKILL_at_the_tool_ends_the_program_too(self):
        tool, pid = self.start("-t", "80")
        tool.kill()
        tool.wait()
        self.assert_gone(pid)
        self.assertFalse((self.folder / "report.json").exists(), "a report is whole or not there")


class KilledTest(harness.EndToEndTest):
    """The tool is killed at any moment."""

    BUSY = """
for i in $(seq {count}); do (cat /nowhere/x 2>/dev/null; true) | cat; /bin/true; done
echo done >{result}
"""

    def kill_after(self, seconds, *words):
        tool = subprocess.Popen([harness.TOOL, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, cwd=self.folder, start_new_session=True)
        time.sleep(seconds)
        tool.kill()
        tool.wait()

    def end_of_all(self, seconds):
        """Waits until all orphans that came to us have ended, and reaps them."""
        deadline = time.monotonic() + seconds
        while harness.children():
            self.assertLess(time.monotonic(), deadline, harness.children())
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.005)
            except ChildProcessError:
                break

    def test_nothing_lives_on(self):
        self.need(os.access(harness.TOOL, os.X_OK), f"binary {harness.TOOL}")
        self.end_of_all(1)
        for run in range(50):
            result = self.folder / f"result-{run}"
            self.kill_after(run * 0.0023, "sh", "-c", self.BUSY.format(count=100000, result=result))
            self.end_of_all(10)
            self.assertFalse(result.exists())

    def test_what_is_to_be_kept_goes_on(self):
        self.need(os.access(harness.TOOL, os.X_OK), f"binary {harness.TOOL}")
        self.end_of_all(1)
        started = 0
        for run in range(25):
            result = self.folder / f"result-{run}"
            began = self.folder / f"began-{run}"
            script = f"echo began >{began}\n" + self.BUSY.format(count=30, result=result)
            self.kill_after(0.01 + run * 0.0053, "--keep", "sh", "-c", script)
            self.end_of_all(60)
            if began.exists():  # else the tool was killed before it could start it
                started += 1
                self.assertEqual(result.read_text(), "done\n", f"run {run}")
        self.assertGreater(started, 5)


class TerminalTest(harness.EndToEndTest):
    """The tool and its program in a job of a shell, on a terminal of their own."""

    # A shell with job control, as far as it matters: the job is a process group, in the foreground or not.
    SHELL = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
foreground = sys.argv[1] == "foreground"
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    if foreground:
        os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])
while True:
    status = os.waitpid(job, os.WUNTRACED)[1]
    if not os.WIFSTOPPED(status):
        break
    print(f"[stopped {signal.Signals(os.WSTOPSIG(status)).name}]", flush=True)
    os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
os.tcsetpgrp(0, os.getpgrp())
print(f"[ended {os.waitstatus_to_exitcode(status)}]", flush=True)
"""

    def session(self, where, *words, answers=()):
        """What stands on the terminal at the end. As soon as a text of 'answers' is there, its answer is typed."""
        shell = self.python(self.SHELL, "shell.py")
        self.need(os.access(harness.TOOL, os.X_OK), f"binary {harness.TOOL}")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execv(shell[0], [*shell, where, str(harness.TOOL), "-o", str(self.folder / "report.json"), *words])
        answers, text = list(answers), ""
        deadline = time.monotonic() + 60
        with open(terminal, "rb", buffering=0) as reader:
            while "[ended" not in text:
                self.assertLess(time.monotonic(), deadline, text)
                if not select.select([reader], [], [], 1)[0]:
                    continue
                try:
                    text += reader.read(4096).decode(errors="replace")
                except OSError:
                    break
                while answers and answers[0][0] in text:
                    os.write(terminal, answers.pop(0)[1])
        os.waitpid(pid, 0)
        self.assertEqual(answers, [], text)
        return text

    def test_interrupt_reaches_the_program_once(self):
        script = ("import signal, time\nseen = []\nsignal.signal(signal.SIGINT, lambda *_: seen.append(1))\n"
                  "print('up', flush=True)\nwhile not seen: time.sleep(0.01)\ntime.sleep(0.3)\n"
                  "print('interrupts:', len(seen), flush=True)\n")
        text = self.session("foreground", *self.python(script), answers=[("up", b"\x03")])
        self.assertIn("interrupts: 1\r\n", text)

    def test_the_job_is_stopped_and_continued(self):
        script = "echo up; read word; echo word: $word"
        text = self.session("foreground", "sh", "-c", script, answers=[("up", b"\x1a"), ("[stopped SIGTSTP]", b"hello\n")])
        self.assertIn("word: hello", text)
        self.assertIn("[ended 0]", text)

    def test_who_reads_in_the_background_is_stopped_until_it_is_in_front(self):
        text = self.session("background", "sh", "-c", "read word; echo word: $word", answers=[("[stopped SIGTTIN]", b"hello\n")])
        self.assertIn("word: hello", text)
        self.assertIn("[ended 0]", text)


class DaemonTest(harness.EndToEndTest):
    # As daemon(7) wants it: the parent leaves when the server listens, or with its failure.
    DAEMON = """
import os, socket, sys
told, tell = os.pipe()
if os.fork():
    os.close(tell)
    sys.exit(0 if os.read(told, 1) else 3)
os.setsid()
if os.fork():
    os._exit(0)
listener = socket.create_server(("127.0.0.1", {port}))
os.write(tell, b"!")
os.close(tell)
while True:
    listener.accept()
"""

    def test_a_daemon_that_is_up(self):
        run = self.diagnose("-t", "60", *self.python(self.DAEMON.format(port=self.free_port())))
        self.assert_verdict(run, "ok.running")
        self.assertIs(run.report["outcome"]["ready"], True)
        self.assertLess(run.seconds, 30, "it is up long before the time is over")

    def test_a_daemon_that_fails(self):
        port = self.held_port()
        run = self.diagnose(*self.python(self.DAEMON.format(port=port)))
        self.assert_verdict(run, "port.in-use", "port", f"127.0.0.1:{port}", "exited")
        self.assertEqual(run.report["outcome"]["exit_code"], 3)


class ReadyTest(harness.EndToEndTest):
    def test_a_server_that_keeps_looking_around_is_up(self):
        # redis reads /proc/self/stat ten times a second for as long as it lives.
        run = self.diagnose("-t", "40", self.program("redis-server"), "--bind", "127.0.0.1", "--port",
                            self.free_port(), "--dir", self.folder, "--save", "")
        self.assert_verdict(run, "ok.running", state="running")
        self.assertLess(run.seconds, 20, "it is up long before the time is over")

    def test_a_port_that_the_kernel_chose(self):
        run = self.diagnose(*self.python("""
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
listener.accept()
"""))
        self.assert_verdict(run, "ok.running", state="running")
        self.assertIn(f"127.0.0.1:{run.stdout.strip()}", run.report["processes"][0]["listens"])


class OutputTest(harness.EndToEndTest):
    def test_nobody_can_take_the_report(self):
        with open("/dev/full", "w") as full:
            run = subprocess.run([harness.TOOL, "-f", "json", "/bin/true"], stdin=subprocess.DEVNULL, stdout=full,
                                 stderr=subprocess.PIPE, text=True, timeout=harness.DEADLINE)
        self.assertEqual(run.returncode, 2, run)
        self.assertIn("standard output", run.stderr)

    def test_the_program_reads_what_the_tool_was_given(self):
        path = self.file("input", "from outside\n")
        with open(path) as given:
            run = self.diagnose("/bin/cat", stdin=given)
        self.assert_verdict(run, "ok.exited", state="exited")
        self.assertEqual(run.stdout, "from outside\n")

    def test_bytes_that_are_no_text(self):
        run = self.diagnose(*self.python("""
import os, sys
os.write(2, b"flux capacitor: \\xff\\xfe not \\x80 charged\\n")
sys.exit(3)
"""))
        self.assert_verdict(run, "app.error", state="exited")
        self.assertIn("not \ufffd charged", run.report["output"]["stderr_tail"])

    def test_standard_error_by_another_descriptor(self):
        # A shell's own echo writes through descriptor 1, made a copy of 2 before.
        run = self.diagnose("/bin/sh", "-c", "echo 'flux capacitor not charged' >&2; exit 3")
        self.assert_verdict(run, "app.error", state="exited")
        self.assertEqual(run.report["output"]["stderr_tail"], "flux capacitor not charged")

    def test_standard_error_by_another_descriptor_on_a_terminal(self):
        # There 1 and 2 are the same file, so only the calls that made the copies tell them apart.
        controller, terminal = os.openpty()
        self.addCleanup(os.close, controller)
        report = self.folder / "report.json"
        with open(terminal, "w") as both:
            subprocess.run([harness.TOOL, "-o", report, "/bin/sh", "-c", "echo hello; echo 'no charge' >&2; exit 3"],
                           stdin=subprocess.DEVNULL, stdout=both, stderr=both, timeout=harness.DEADLINE)
        self.assertEqual(json.loads(report.read_text())["output"]["stderr_tail"], "no charge")

    def test_a_program_that_talks_without_end(self):
        run = self.diagnose(*self.python("""
import sys
for number in range(200_000):
    print(f"{number} processed without a problem", file=sys.stderr)
sys.exit("the flux capacitor is not charged")
"""))
        self.assert_verdict(run, "app.error", state="exited")
        self.assertIn("flux capacitor", run.report["verdict"]["summary"])
        self.assertLess((self.folder / "report.json").stat().st_size, 1 << 20, "the end of it is enough")


class WildcardTest(harness.EndToEndTest):
    def test_nginx_on_all_addresses_of_a_port_that_somebody_holds(self):
        port = self.held_port(host="0.0.0.0")
        temporary = " ".join(f"{name}_temp_path {self.folder}/{name};"
                             for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = self.file("nginx.conf", f"""
            daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log; events {{}}
            http {{ access_log off; {temporary} server {{ listen {port}; }} }}
            """)
        run = self.diagnose(self.program("nginx"), "-e", "stderr", "-c", config)
        self.assert_verdict(run, "port.in-use", "port", f"0.0.0.0:{port}", "exited")


class StateFolderTest(harness.EndToEndTest):
    def test_redis_that_may_not_write_into_its_folder(self):
        self.need_root()
        data = self.folder / "data"
        data.mkdir(mode=0o755)
        run = self.diagnose("-u", "nobody", self.program("redis-server"), "--bind", "127.0.0.1", "--port",
                            self.free_port(), "--dir", data, "--appendonly", "yes")
        self.assert_verdict(run, "file.permission", state="exited")
        # What it wanted to make, or the folder that denies it: either leads there.
        self.assertIn(run.report["verdict"]["subject"], [{"kind": "path", "value": str(path)}
                                                         for path in (data, data / "appendonlydir")])


if __name__ == "__main__":
    harness.main()
