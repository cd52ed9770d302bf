"""What every end-to-end test needs: a folder, the tool's report, and the proof that nothing is left behind.

The tests know the binary and its public interface only: the command line, the exit status and the JSON report.
WHYWONTITSTART names the binary; build/release/whywontitstart is the default. A single test:

    tests/endtoend/servers_test.py -k test_nginx_on_a_held_port
"""

import contextlib
import ctypes
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
TOOL = pathlib.Path(os.environ.get("WHYWONTITSTART", TREE / "build/release/whywontitstart")).resolve()
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEADLINE = 90  # seconds; of a run that should be over long before

sys.path.insert(0, str(TREE / "tests"))
from children import children  # noqa: E402
try:
    import jsonschema
    from report_schema import closed
    SCHEMA = jsonschema.Draft202012Validator(closed(json.loads((TREE / "docs/report.schema.json").read_text())))
except ImportError:
    SCHEMA = None

# Orphans of a test become its children, so that it sees whatever a run leaves behind.
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclasses.dataclass
class Run:
    """One run of the tool."""
    status: int
    stdout: str
    stderr: str
    seconds: float
    report: dict | None

    def __str__(self):
        verdict = json.dumps({key: self.report[key] for key in ("outcome", "verdict")}) if self.report else "none"
        return f"exit status {self.status}\nreport: {verdict}\nstdout: {self.stdout}\nstderr: {self.stderr}"


class EndToEndTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.need(os.access(TOOL, os.X_OK), f"binary {TOOL} (./dev build release)")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="endtoend-")).resolve()
        self.folder.chmod(0o755)  # nobody looks in, too
        self.addCleanup(shutil.rmtree, self.folder)

    # What a test needs of the machine.

    def need(self, there, what):
        """Without it a person's run skips the test, and says so; on the build server that is a failure."""
        if there:
            return there
        if os.environ.get("CI") == "true":
            self.fail(f"CI=true, and there is no {what}")
        self.skipTest(f"needs {what}")

    def need_root(self):
        self.need(os.geteuid() == 0, "root")

    def program(self, name):
        return self.need(shutil.which(name, path=SEARCH), name)

    def file(self, name, text, mode=0o644):
        """A file in the test's folder; gives its path as text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def python(self, text, name="program.py"):
        """A command that runs this Python text. -B: nothing is written beside it."""
        return [self.program("python3"), "-B", self.file(name, text)]

    def compiled(self, name, text, *options):
        """The path of a C program or library, made of this text."""
        source = self.file(name + ".c", text)
        target = str(self.folder / name)
        subprocess.run([self.program("gcc"), "-o", target, source, *options], check=True, cwd=self.folder)
        return target

    def held_port(self, listening=True, host="127.0.0.1"):
        """A port that this test holds; without listening a connection to it is refused, and nobody else can take it."""
        holder = socket.socket()
        self.addCleanup(holder.close)
        holder.bind((host, 0))
        if listening:
            holder.listen()
        return holder.getsockname()[1]

    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    # The run.

    def tool(self, *words, env=None, cwd=None, through=(), stdin=subprocess.DEVNULL):
        """Runs the tool with exactly these words, after the words of 'through' if there are any. No report."""
        scratch = self.folder.parent / (self.folder.name + "-tmp")
        scratch.mkdir(mode=0o777, exist_ok=True)
        scratch.chmod(0o1777)
        self.addCleanup(shutil.rmtree, scratch, ignore_errors=True)
        environment = {"PATH": SEARCH, "LANG": "C.UTF-8", "HOME": str(self.folder), "TMPDIR": str(scratch)}
        environment |= env or {}
        before = children()
        started = time.monotonic()
        # Files, not pipes: a program that is left running holds on to them, and a pipe would not come to its end.
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen([*through, str(TOOL), *map(str, words)], env=environment,
                                       cwd=cwd or self.folder, stdin=stdin, stdout=stdout, stderr=stderr,
                                       start_new_session=True)
            try:
                process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            texts = [os.pread(file.fileno(), 1 << 24, 0).decode(errors="replace") for file in (stdout, stderr)]
        run = Run(process.returncode, *texts, time.monotonic() - started, None)
        self.left = self.new_children(before)
        if run.seconds > DEADLINE:
            self.assert_nothing_left()
            self.fail(f"it did not end within {DEADLINE} s\n{run}")
        self.assertEqual(sorted(path.name for path in scratch.iterdir()), [], "files are left in TMPDIR")
        self.assertNotIn("Sanitizer", run.stderr)
        return run

    def diagnose(self, *words, leaves_running=False, **keywords):
        """Runs the tool with a JSON report, which it checks against the schema."""
        path = self.folder / "report.json"
        path.unlink(missing_ok=True)
        run = self.tool("-o", path, *words, **keywords)
        self.assertTrue(path.exists(), f"no report was written\n{run}")
        run.report = json.loads(path.read_text())
        self.check_schema(run.report)
        if not leaves_running:
            self.assert_nothing_left()
        return run

    def check_schema(self, report):
        self.need(SCHEMA, "python3-jsonschema")
        errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in SCHEMA.iter_errors(report)]
        self.assertEqual(errors, [], "the report does not obey docs/report.schema.json")
        verdict, first = report["verdict"], report["findings"][0]
        self.assertEqual({key: first[key] for key in verdict}, verdict, "the verdict is not the first finding")

    def new_children(self, before):
        """Who lives that was not there before. What is dead needs nobody but its reaper, which orphans find in this test."""
        found = {}
        for pid, child in children().items():
            if pid not in before and child[0] != "Z":
                found[pid] = child
            elif pid not in before:
                os.waitpid(pid, 0)
        return found

    # What is true of it.

    def assert_nothing_left(self):
        left, self.left = self.left, {}
        for pid in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        self.assertEqual(left, {}, "processes are left behind")

    def assert_verdict(self, run, cause, kind=None, value=None, state=None):
        """The cause, its subject and the state of the program, and the exit status that goes with them."""
        verdict = run.report["verdict"]
        self.assertEqual(verdict["cause"], cause, run)
        if kind is not None:
            self.assertEqual(verdict["subject"], {"kind": kind, "value": str(value)}, run)
        if state is not None:
            self.assertEqual(run.report["outcome"]["state"], state, run)
        self.assertEqual(run.status, 0 if cause.startswith("ok.") else 1, run)
        if not cause.startswith("ok."):
            self.assertIn(verdict["summary"].split()[0], run.stderr, "the terminal has the verdict, too")

    def assert_refused_call(self, run, *words):
        """Exit status 2, and a message that has these words and is no crash."""
        self.assertEqual(run.status, 2, run)
        self.assertEqual(run.stdout, "", run)
        self.assertRegex(run.stderr, r"\w+ \w+", run)
        for word in words:
            self.assertIn(str(word), run.stderr, run)
        for word in ("terminate called", "what():", "std::"):
            self.assertNotIn(word, run.stderr, run)


def main():
    """Runs the tests of the calling file; 77 says that all of them were skipped."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    for test, reason in result.skipped:
        print(f"skipped: {test.id().rpartition('.')[2]} {reason}")
    if not result.wasSuccessful() or result.testsRun == 0:
        sys.exit(1)
    sys.exit(77 if len(result.skipped) == result.testsRun else 0)
