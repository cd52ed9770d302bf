#!/usr/bin/python3
"""What --save keeps, and what --from makes of it and of packed logs."""

import gzip
import json
import lzma
import os
import subprocess
import time

import harness

LOG = """1 execve("/usr/bin/server", ["server"], 0x7ffd /* 9 vars */) = 0
1 openat(AT_FDCWD, "/etc/server.conf", O_RDONLY) = -1 ENOENT (No such file or directory)
1 write(2, "server: cannot open /etc/server.conf\\n", 37) = 37
1 exit_group(1) = ?
1 +++ exited with 1 +++
"""


class SavedTest(harness.EndToEndTest):
    def kept(self, *words, **keywords):
        """The report of a run that is saved, the trace, and that --from gives the same report."""
        trace = self.folder / "run.trace"
        live = self.diagnose("--save", trace, *words, **keywords)
        again = self.diagnose("--from", trace, cwd="/")
        self.assertEqual(again.report | {"recorded": None}, live.report | {"recorded": None})
        self.assertEqual(again.status, live.status)
        return live, trace

    def zstd(self, data):
        return subprocess.run([self.program("zstd"), "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout

    def text_of(self, trace):
        return subprocess.run([self.program("zstd"), "-dcq", trace], stdout=subprocess.PIPE, check=True).stdout.decode()

    def test_a_failure_that_the_machine_explains(self):
        port = self.held_port()
        live, trace = self.kept(*self.python(f"import socket\nsocket.socket().bind(('127.0.0.1', {port}))\n"))
        self.assert_verdict(live, "port.in-use", "port", f"127.0.0.1:{port}")
        self.assertIn(str(os.getpid()), json.dumps(live.report["findings"][0]), "who holds the port")
        self.assertEqual(trace.stat().st_mode & 0o777, 0o600)

    def test_a_start_that_went_well(self):
        live, _ = self.kept("/bin/true")
        self.assert_verdict(live, "ok.exited")

    def test_a_look_without_a_run(self):
        script = self.file("start.sh", "#!/no/such/interpreter\n", 0o755)
        live, _ = self.kept("--check", script)
        self.assert_verdict(live, "exec.interpreter-missing", "path", "/no/such/interpreter", "not-run")

    def test_a_process_that_waits(self):
        with subprocess.Popen(["sleep", "100"]) as process:
            try:
                while not os.path.exists(f"/proc/{process.pid}/exe"):
                    time.sleep(0.01)
                trace = self.folder / "run.trace"
                live = self.diagnose("--save", trace, "-p", process.pid, leaves_running=True)
            finally:
                process.kill()
        again = self.diagnose("--from", trace)
        self.assertEqual(again.report["findings"], live.report["findings"])
        self.assertEqual(again.report["checks"], live.report["checks"])

    def test_a_log_becomes_a_saved_trace(self):
        live, _ = self.kept("--from", self.file("server.log", LOG))
        self.assert_verdict(live, "file.missing", "path", "/etc/server.conf")

    def test_a_saved_trace_is_saved_again(self):
        _, trace = self.kept("cat", "/no/such/file")
        first = self.diagnose("--from", trace, "--save", self.folder / "again.trace")
        second = self.diagnose("--from", self.folder / "again.trace")
        self.assertEqual(first.report, second.report)

    def test_secrets_do_not_reach_the_file(self):
        words = self.python("import os, sys\nsys.exit('no login with ' + os.environ['DB_PASSWORD'])\n")
        _, trace = self.kept("-E", "DB_PASSWORD=correct-horse-battery", *words)
        self.assertNotIn("correct-horse", self.text_of(trace))
        self.diagnose("--no-redact", "--save", trace, "-E", "DB_PASSWORD=correct-horse-battery", *words)
        self.assertIn("correct-horse", self.text_of(trace))

    def test_it_is_never_written_through_a_link(self):
        witness = self.folder / "it-ran"
        link = self.folder / "link"
        link.symlink_to(self.file("other", "mine"))
        for place in (link, "/dev/null", self.folder / "none/run.trace"):
            self.assert_refused_call(self.tool("--save", place, "touch", witness), place)
        self.assert_refused_call(self.tool("--save", "-", "touch", witness), "--save takes a file")
        self.assertFalse(witness.exists(), "a place that cannot be written costs no start")
        self.assertEqual((self.folder / "other").read_text(), "mine")

    def test_packed_logs(self):
        for pack in (gzip.compress, lzma.compress, self.zstd):
            path = self.folder / "server.log.packed"
            path.write_bytes(pack(LOG.encode()))
            self.assert_verdict(self.diagnose("--from", path), "file.missing", "path", "/etc/server.conf")
            with path.open("rb") as file:
                self.assert_verdict(self.diagnose("--from", "-", stdin=file), "file.missing", "path", "/etc/server.conf")

    def test_a_log_whose_archive_is_cut_is_diagnosed_as_far_as_it_goes(self):
        text = LOG + "".join(f"1 openat(AT_FDCWD, \"/x/{n * n}\", O_RDONLY) = 3\n" for n in range(100000))
        for pack in (gzip.compress, lzma.compress, self.zstd):
            data = pack(text.encode())
            path = self.folder / "server.log.packed"
            path.write_bytes(data[:len(data) // 2])
            run = self.diagnose("--from", path)
            self.assert_verdict(run, "file.missing", "path", "/etc/server.conf")
            self.assertTrue(any(f"ends at byte {len(data) // 2}" in text for text in run.report["not_looked_at"]), run)

    def test_a_saved_trace_that_is_cut_or_damaged_is_refused(self):
        _, trace = self.kept("cat", "/no/such/file")
        data = trace.read_bytes()
        damaged = bytearray(data)
        damaged[len(data) // 2] ^= 4
        for bad, word in ((data[:len(data) // 2], "cut off"), (bytes(damaged), "byte")):
            path = self.folder / "bad.trace"
            path.write_bytes(bad)
            self.assert_refused_call(self.tool("--from", path), path, word)

    def test_another_version_is_refused_with_both_numbers(self):
        path = self.folder / "later.trace"
        path.write_bytes(gzip.compress(b'{"format":"whywontitstart/trace","version":1000,"tool":"9.9"}\n'))
        self.assert_refused_call(self.tool("--from", path), path, "version 1000", "9.9", "version 1 ")

    def test_archives_of_other_kinds_are_named(self):
        path = self.folder / "a.log.bz2"
        path.write_bytes(b"BZh91AY&SY" + bytes(100))
        self.assert_refused_call(self.tool("--from", path), path, "bzip2")


if __name__ == "__main__":
    harness.main()
