#!/usr/bin/env python3
"""What stands between the tool and ptrace(2), and what the tool itself does to a program: said, and never blamed on it."""

import json
import os
import pathlib
import subprocess
import unittest

import harness

PROGRAMS = harness.TREE / "tests/programs"

# Runs the rest of its command line under a filter that answers ptrace(2) as the first word says.
CONFINE = r"""
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int count, char** words) {
  unsigned action = strcmp(words[1], "kill") == 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM;
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, strcmp(words[1], "uname") == 0 ? SYS_uname : SYS_ptrace, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {4, program};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) return 99;
  execvp(words[2], words + 2);
  return 98;
}
"""

NEEDS_ROOT = r"""
#include <stdio.h>
#include <unistd.h>
int main(void) {
  if (geteuid() == 0) return 0;
  fprintf(stderr, "must be root\n");
  return 1;
}
"""


class TracingTest(harness.EndToEndTest):
    def compiled_program(self, name, *options):
        return self.compiled(name, (PROGRAMS / f"{name}.c").read_text(), "-w", "-pthread", *options)

    def confined(self, how):
        return (self.compiled("confine", CONFINE), how)

    def nobody(self, *more):
        self.need_root()
        return (self.program("setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups", *more)

    def assert_not_traced(self, run, kind, value):
        self.assertEqual(run.report["verdict"]["cause"], "trace.denied", run)
        self.assertEqual(run.report["verdict"]["subject"]["kind"], kind, run)
        self.assertIn(value, run.report["verdict"]["subject"]["value"], run)
        self.assertEqual(run.report["outcome"]["state"], "not-run", run)
        self.assertEqual(run.status, 3, run)
        self.assertGreaterEqual(len(run.report["checks"]), 17)

    # Who forbids tracing.

    def test_under_strace(self):
        run = self.diagnose("/bin/true", through=(self.program("strace"), "-f", "-o", "/dev/null"))
        self.assert_not_traced(run, "process", "strace")

    def test_filter_refuses_ptrace(self):
        run = self.diagnose("/bin/true", through=self.confined("refuse"))
        self.assert_not_traced(run, "profile", "seccomp")

    def test_filter_kills_for_ptrace(self):
        run = self.diagnose("/bin/true", through=self.confined("kill"))
        self.assert_not_traced(run, "profile", "seccomp")
        self.assertIn("SIGSYS", run.report["verdict"]["summary"])

    def test_what_can_be_seen_without_tracing_is_the_verdict(self):
        run = self.diagnose("/nowhere/program", through=self.confined("refuse"))
        self.assert_verdict(run, "exec.not-found", "path", "/nowhere/program", "not-run")
        self.assertIn("trace.denied", [finding["cause"] for finding in run.report["findings"]])

    # What tracing does.

    def test_set_uid_program_of_an_ordinary_user(self):
        through = self.nobody()
        program = self.compiled("needs_root", NEEDS_ROOT)
        os.chown(program, 0, 0)
        os.chmod(program, 0o4755)
        if subprocess.run([*through, program], check=False).returncode != 0:
            self.need(False, "a file system that honours set-uid")
        self.folder.chmod(0o777)
        run = self.diagnose(program, through=through)
        self.assertEqual(run.report["verdict"]["cause"], "trace.denied", run)
        self.assertEqual(run.report["verdict"]["subject"], {"kind": "path", "value": program}, run)
        again = self.diagnose("sh", "-c", f"{program} || exit 5", through=through)
        self.assertEqual(again.report["verdict"]["cause"], "trace.denied", again)
        self.folder.chmod(0o755)
        as_root = self.diagnose("-u", "nobody", program)
        self.assert_verdict(as_root, "ok.exited")

    def test_debugger_inside(self):
        run = self.diagnose(self.compiled_program("debugger"), "traceme")
        self.assert_verdict(run, "trace.denied")

    def test_leak_checker(self):
        source = "#include <stdlib.h>\nint main(void) { return malloc(3) == NULL; }\n"
        if subprocess.run(["gcc", "-fsanitize=address", "-x", "c", "-", "-o", "/dev/null"], input=source, text=True,
                          capture_output=True, check=False).returncode != 0:
            self.need(False, "AddressSanitizer")
        program = self.compiled("leaks", source, "-fsanitize=address")
        path = self.folder / "report.json"
        subprocess.run([harness.TOOL, "-o", path, program], capture_output=True, check=False, timeout=harness.DEADLINE)
        report = json.loads(path.read_text())
        self.assertEqual(report["verdict"]["cause"], "trace.denied", report["verdict"])

    # Filters of the program's own, and such that it was born with.

    def test_own_filters(self):
        program = self.compiled_program("filters")
        for how in ("errno", "kill-process", "kill-thread", "trap"):
            with self.subTest(how):
                run = self.diagnose(program, how)
                self.assert_verdict(run, "security.seccomp", "text", "uname")

    def test_filter_that_was_there_before(self):
        program = self.compiled("calls", "#include <sys/utsname.h>\n#include <stdio.h>\n"
                                "int main(void) { struct utsname names; if (uname(&names) == 0) return 0;"
                                " perror(\"uname\"); return 1; }")
        run = self.diagnose(program, through=self.confined("uname"))
        self.assertEqual(run.report["trace"]["backend"], "ptrace", run)
        self.assert_verdict(run, "security.seccomp", "text", "uname")

    # Where and how the tool may be started.

    def test_without_the_capability_to_trace(self):
        self.need_root()
        through = (self.program("setpriv"), "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace")
        script = "import sys\nopen('/nowhere/app.conf')\n"
        run = self.diagnose("-u", "nobody", *self.python(script), through=through)
        self.assert_verdict(run, "file.missing", "path", "/nowhere/app.conf")

    def test_first_process_of_a_namespace(self):
        self.need_root()
        through = (self.program("unshare"), "-p", "-f", "--mount-proc")
        self.need(subprocess.run([*through, "true"], capture_output=True, check=False).returncode == 0, "PID namespaces")
        orphan = "(sleep 0.2; echo gone) & exit 3"
        run = self.diagnose("sh", "-c", orphan, through=through)
        self.assertEqual(run.report["outcome"]["exit_code"], 3, run)
        self.assertIn("gone", run.stdout)

    def test_where_proc_is_of_another_namespace(self):
        self.need_root()
        through = (self.program("unshare"), "-p", "-f")
        self.need(subprocess.run([*through, "true"], capture_output=True, check=False).returncode == 0, "PID namespaces")
        run = self.diagnose("cat", "nowhere/app.conf", through=through)
        self.assert_verdict(run, "file.missing", "path", f"{self.folder}/nowhere/app.conf")

    def test_bytes_that_are_no_text(self):
        path = self.folder / "report.json"
        words = [os.fsencode(harness.TOOL), b"-o", os.fsencode(path), b"cat", b"/nowhere/\xff\xfe\x80", b"\xc3("]
        subprocess.run(words, capture_output=True, check=False, timeout=harness.DEADLINE)
        report = json.loads(path.read_bytes().decode("utf-8"))
        self.check_schema(report)
        self.assertEqual(report["verdict"]["cause"], "file.missing")

    def test_closed_standard_descriptors(self):
        program = self.compiled("which", "#include <fcntl.h>\nint main(void) {\n  int open = 0;\n"
                                "  for (int fd = 0; fd < 64; ++fd) if (fcntl(fd, F_GETFD) >= 0) ++open;\n"
                                "  return open;\n}\n")
        for closing, expected in (("<&- >&- 2>&-", 0), ("<&-", 2), ("2>&-", 2)):
            with self.subTest(closing):
                run = self.diagnose(program, through=("sh", "-c", f'exec "$@" {closing}', "sh"))
                outcome = run.report["outcome"]
                self.assertEqual(outcome["exit_code"], expected, run)

    def test_few_descriptors_and_ignored_signals(self):
        script = ("import os, resource, signal, sys\n"
                  "assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 7\n"
                  "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
                  "assert int(status['SigIgn'], 16) & 1 << signal.SIGCHLD - 1, status['SigIgn']\n"
                  "assert int(status['SigBlk'], 16) & 1 << signal.SIGUSR1 - 1, status['SigBlk']\n")
        starter = ("import os, resource, signal, sys\n"
                   "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                   "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGALRM, signal.SIGTERM])\n"
                   "resource.setrlimit(resource.RLIMIT_NOFILE, (7, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))\n"
                   "os.execv(sys.argv[1], sys.argv[1:])\n")
        run = self.diagnose(*self.python(script), through=tuple(self.python(starter, "starter.py")))
        self.assert_verdict(run, "ok.exited")


if __name__ == "__main__":
    harness.main()
