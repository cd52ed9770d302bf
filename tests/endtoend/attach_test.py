#!/usr/bin/env python3
"""-p PID: what a running process waits for, and that it goes on as if nobody had looked."""

import contextlib
import os
import signal
import socket
import subprocess
import time

import harness


class AttachTest(harness.EndToEndTest):
    def start(self, *command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **keywords):
        """A process that is there before the tool comes, and is ended with the test."""
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL,
                                   cwd=self.folder, start_new_session=True, **keywords)
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def up(self, text, **keywords):
        """A Python program that has said so on its standard output."""
        process = self.start(*self.python(text), stdout=subprocess.PIPE, **keywords)
        self.assertEqual(process.stdout.readline(), b"up\n")
        return process

    def wait_until(self, holds, what):
        end = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.01)

    def asleep_in(self, pid, call):
        """Until the process sits in the system call of that number (x86-64)."""
        def sits():
            with open(f"/proc/{pid}/syscall") as file:
                return file.read().split()[0] == str(call)
        self.wait_until(sits, f"{pid} does not come to call {call}")

    def assert_unharmed(self, process):
        self.assertIsNone(process.poll(), "it lives")
        with open(f"/proc/{process.pid}/status") as file:
            self.assertIn("TracerPid:\t0\n", file.read())

    def look(self, process, *words):
        run = self.diagnose(*words, "-p", process.pid, leaves_running=True)
        self.assert_unharmed(process)
        return run

    def test_an_idle_server_waits_for_work(self):
        port = self.free_port()
        server = self.start(self.program("redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--save", "")

        def answers():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as client:
                client.sendall(b"PING\r\n")
                return client.recv(7) == b"+PONG\r\n"
        self.wait_until(answers, "redis does not come up")
        run = self.look(server, "-t", "2")
        self.assert_verdict(run, "ok.running", state="running")
        self.assertIn(f"127.0.0.1:{port}", run.report["verdict"]["summary"])
        self.assertTrue(answers(), "it serves as before")

    def test_a_lock_that_another_process_holds(self):
        path = self.file("data.lock", "")
        holder = self.up(f"""
import fcntl, signal
file = open({path!r})
fcntl.flock(file, fcntl.LOCK_EX)
print("up", flush=True)
signal.pause()
""")
        waiter = self.start(self.program("flock"), path, "true")
        self.asleep_in(waiter.pid, 73)
        run = self.look(waiter)
        self.assert_verdict(run, "file.locked", "path", path, "hung")
        self.assertIn(str(holder.pid), run.report["verdict"]["summary"])
        self.stop(holder)
        self.assertEqual(waiter.wait(30), 0, "it gets the lock and goes on")

    def test_a_child_that_waits_for_a_lock(self):
        path = self.file("data.lock", "")
        self.up(f"""
import fcntl, signal
file = open({path!r})
fcntl.flock(file, fcntl.LOCK_EX)
print("up", flush=True)
signal.pause()
""")
        parent = self.start(self.program("sh"), "-c", f"flock {path} true; exit 7")
        self.asleep_in(parent.pid, 61)
        run = self.look(parent)
        self.assert_verdict(run, "file.locked", "path", path, "hung")

    def test_a_child_that_only_sleeps(self):
        parent = self.start(self.program("sh"), "-c", "sleep 600; exit 7")
        self.asleep_in(parent.pid, 61)
        run = self.look(parent)
        self.assert_verdict(run, "hang.child", state="hung")
        self.assertIn("sleep", run.report["verdict"]["subject"]["value"])

    def test_a_pipe_that_nobody_opens(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        reader = self.start(self.program("cat"), fifo)
        self.asleep_in(reader.pid, 257)
        run = self.look(reader)
        self.assert_verdict(run, "hang.input", "path", fifo, "hung")
        with open(fifo, "w"):
            pass
        self.assertEqual(reader.wait(30), 0)

    def test_mutexes_in_the_wrong_order(self):
        program = self.compiled("deadlock", """
            #include <pthread.h>
            #include <unistd.h>
            static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;
            static pthread_barrier_t both;
            static void* other(void* unused) {
              pthread_mutex_lock(&two); pthread_barrier_wait(&both); pthread_mutex_lock(&one); return 0;
            }
            int main(void) {
              pthread_t thread;
              pthread_barrier_init(&both, 0, 2);
              pthread_mutex_lock(&one);
              pthread_create(&thread, 0, other, 0);
              pthread_barrier_wait(&both);
              write(1, "up\\n", 3);
              pthread_mutex_lock(&two);
            }
            """, "-pthread")
        process = self.start(program, stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"up\n")
        run = self.look(process)
        self.assert_verdict(run, "hang.deadlock", "process", "deadlock", "hung")
        self.assertRegex(run.report["verdict"]["summary"], r"thread \d+ .* waits for a mutex that thread \d+")

    def test_a_server_that_says_nothing(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        port = listener.getsockname()[1]
        client = self.up(f"""
import socket
client = socket.create_connection(("127.0.0.1", {port}))
client.sendall(b"hello")
print("up", flush=True)
client.recv(1)
""")
        run = self.look(client)
        self.assert_verdict(run, "hang.network", "address", f"127.0.0.1:{port}", "hung")
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"x")
        self.assertEqual(client.wait(30), 0, "the answer still arrives")

    def test_a_connection_that_is_not_taken(self):
        # The queue of the listener is full: a further connection is not answered.
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            self.addCleanup(filler.close)
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        client = self.up(f"""
import socket
print("up", flush=True)
socket.create_connection(("127.0.0.1", {port}))
""")
        self.asleep_in(client.pid, 42)
        run = self.look(client)
        self.assert_verdict(run, "connect.timeout", "address", f"127.0.0.1:{port}", "hung")

    def test_what_is_tried_in_vain(self):
        port = self.held_port(listening=False)
        process = self.up(f"""
import socket, time
print("up", flush=True)
while True:
    try:
        socket.create_connection(("127.0.0.1", {port}))
    except OSError:
        time.sleep(0.3)
""")
        run = self.look(process)
        self.assert_verdict(run, "connect.refused", "address", f"127.0.0.1:{port}", "hung")

    def test_a_loop_that_does_nothing(self):
        process = self.up("""
print("up", flush=True)
while True:
    pass
""")
        run = self.look(process)
        self.assert_verdict(run, "hang.busy-loop", state="hung")

    def test_what_is_stopped_stays_stopped(self):
        process = self.start(self.program("sleep"), "600")
        os.kill(process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        run = self.look(process)
        self.assert_verdict(run, "hang.stopped", "process", "sleep", "hung")

    def test_a_dead_process(self):
        process = subprocess.Popen([self.program("true")])
        self.addCleanup(process.wait)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        run = self.diagnose("-p", process.pid, leaves_running=True)
        self.assert_verdict(run, "hang.child", state="hung")
        self.assertIn(str(os.getpid()), run.report["verdict"]["subject"]["value"])

    def test_the_tool_is_killed_meanwhile(self):
        process = self.up("""
import select, sys, time
print("up", flush=True)
poll = select.epoll()
poll.register(sys.stdin)
end = time.monotonic() + 60
while not poll.poll(0.01):
    assert time.monotonic() < end
""", stdin=subprocess.PIPE)
        tool = subprocess.Popen([harness.TOOL, "-t", "60", "-p", str(process.pid)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(tool.wait)
        self.addCleanup(tool.kill)

        def is_traced():
            with open(f"/proc/{process.pid}/status") as file:
                return "TracerPid:\t0\n" not in file.read()
        self.wait_until(is_traced, "it is not traced")
        tool.kill()
        tool.wait()
        self.wait_until(lambda: not is_traced(), "it is still traced")
        process.stdin.close()
        self.assertEqual(process.wait(30), 0, "it goes on to its own end")
        process.stdin = None

    def test_there_is_no_such_process(self):
        process = subprocess.Popen([self.program("true")])
        process.wait()
        self.assert_refused_call(self.tool("-p", process.pid), process.pid)

    def test_it_belongs_to_somebody_else(self):
        self.need_root()
        process = self.start(self.program("sleep"), "600")
        self.folder.chmod(0o755)
        run = self.tool("-p", process.pid, through=(self.program("setpriv"), "--reuid", "65534", "--clear-groups",
                                                    "--inh-caps=-all"))
        self.assertEqual(run.status, 3, run)
        self.assertIn("another user", run.stderr)

    def test_a_traced_process_is_looked_at(self):
        process = self.start(self.program("sleep"), "600")
        tracer = self.start(self.program("strace"), "-o", "/dev/null", "-p", str(process.pid))

        def is_traced():
            with open(f"/proc/{process.pid}/status") as file:
                return f"TracerPid:\t{tracer.pid}\n" in file.read()
        self.wait_until(is_traced, "strace does not attach")
        run = self.diagnose("-p", process.pid, leaves_running=True)
        self.assert_verdict(run, "ok.running", state="running")
        self.assertIn("strace", run.stderr + str(run.report))


if __name__ == "__main__":
    harness.main()
