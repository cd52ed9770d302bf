#!/usr/bin/env python3
"""What kernel.yama.ptrace_scope leaves of tracing, and what is said where it leaves nothing. Runs in the guest, as root."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "endtoend"))
import harness

ACT = "/usr/local/bin/act"
SCOPE = pathlib.Path("/proc/sys/kernel/yama/ptrace_scope")
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class YamaTest(harness.EndToEndTest):
    """In this order: scope 3 stays until the machine is started anew."""

    def scope(self, number):
        SCOPE.write_text(str(number))
        self.assertEqual(SCOPE.read_text().strip(), str(number))
        self.folder.chmod(0o777)

    def sleeper(self):
        """A process of nobody that is no child of the tool."""
        process = subprocess.Popen([*NOBODY, ACT, "sleep", "600"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        while os.readlink(f"/proc/{process.pid}/exe") != ACT:
            os.sched_yield()
        return process.pid

    def assert_not_run(self, run, scope):
        self.assertEqual(run.report["verdict"]["cause"], "trace.denied", run)
        self.assertEqual(run.report["verdict"]["subject"], {"kind": "limit", "value": "kernel.yama.ptrace_scope"})
        self.assertEqual(run.report["outcome"]["state"], "not-run", run)
        self.assert_said(run, scope)

    def assert_said(self, run, scope):
        self.assertEqual(run.status, 3, run)
        self.assertRegex(run.stderr, rf"kernel\.yama\.ptrace_scope\s+is {scope}")

    def assert_looked(self, run):
        self.assertEqual(run.report["verdict"]["cause"], "ok.running", run)

    def assert_traced(self, run):
        self.assert_verdict(run, "file.missing", "path", "/etc/nowhere")

    def test_scope_1(self):
        self.scope(1)
        self.assert_traced(self.diagnose(ACT, "read", "/etc/nowhere"))
        self.assert_traced(self.diagnose(ACT, "read", "/etc/nowhere", through=NOBODY))
        pid = self.sleeper()
        self.assert_looked(self.diagnose("-p", pid, "--timeout", "1"))
        self.assert_said(self.tool("-p", pid, through=NOBODY), 1)

    def test_scope_2(self):
        self.scope(2)
        self.assert_traced(self.diagnose(ACT, "read", "/etc/nowhere"))
        self.assert_not_run(self.diagnose(ACT, "read", "/etc/nowhere", through=NOBODY), 2)
        pid = self.sleeper()
        self.assert_looked(self.diagnose("-p", pid, "--timeout", "1"))
        self.assert_said(self.tool("-p", pid, through=NOBODY), 2)

    def test_scope_3(self):
        self.scope(3)
        self.assert_not_run(self.diagnose(ACT, "read", "/etc/nowhere"), 3)
        self.assert_said(self.tool("-p", self.sleeper()), 3)


if __name__ == "__main__":
    os.environ["CI"] = "true"  # nothing may be skipped here
    harness.main()
