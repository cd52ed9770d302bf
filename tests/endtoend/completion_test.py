#!/usr/bin/python3
"""The man page is sound, and the completions work in the shells that people type into: real ones, on a terminal."""

import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import time

import harness

PAGES = harness.TOOL.parent / "pages"

# In the place of the tool: tells what it was called with.
STAND_IN = """#!/usr/bin/python3
import json, os, sys
with open(os.environ["CALLS"], "w") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
"""

SYSTEMCTL = """#!/bin/sh
[ "$1" = --user ] && echo 'mail-of-mine.service enabled' && exit
echo 'web-server.service enabled enabled'
echo 'web-server.socket loaded active running A socket'
"""


class Shell:
    """An interactive shell on a terminal of its own, for which somebody types."""

    def __init__(self, test, name, *words, env):
        self.calls = pathlib.Path(test.file(f"calls/{time.monotonic_ns()}", ""))
        self.calls.unlink()
        os.mkfifo(self.calls)
        self.files_behind_words = name != "fish"
        self.answers = os.open(self.calls, os.O_RDWR)
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(test.folder / "work")
            os.execve(test.program(name), [name, *words], env | {"CALLS": str(self.calls), "TERM": "xterm"})
        self.pid = pid
        self.seen = b""
        test.addCleanup(self.end)

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        os.close(self.answers)

    def type(self, keys):
        """Types one line; gives the words that the stand-in was called with."""
        os.write(self.terminal, keys.encode() + b"\r")
        answer = b""
        deadline = time.monotonic() + harness.DEADLINE / 3
        while not answer.endswith(b"\n"):
            ready = select.select([self.terminal, self.answers], [], [], max(0, deadline - time.monotonic()))[0]
            if not ready:
                raise AssertionError(f"no call after {keys!r}; the terminal shows {self.seen[-2000:]!r}")
            if self.terminal in ready:
                self.seen += os.read(self.terminal, 1 << 16)
            if self.answers in ready:
                answer += os.read(self.answers, 1 << 16)
        return json.loads(answer)


class CompletionTest(harness.EndToEndTest):
    def setUp(self):
        super().setUp()
        self.need(PAGES.is_dir(), f"folder {PAGES} (./dev build release)")
        for path, text in {"bin/whywontitstart": STAND_IN, "bin/systemctl": SYSTEMCTL,
                           "bin/unusualprogram": "#!/bin/sh\n"}.items():
            self.file(path, text, 0o755)
        for path in ("work/report.html", "work/place/file", "work/placeholder"):
            self.file(path, "")
        self.environment = {"PATH": f"{self.folder}/bin:{harness.SEARCH}", "HOME": str(self.folder), "LANG": "C.UTF-8",
                            "ONLY_OF_THIS_TEST": "1"}

    def check(self, shell):
        """What is typed, with tabs, and what the tool then gets; "=" counts as a space, a last "/" as nothing."""
        for keys, words in {
                "--forma\tjs\t ./x": "--format json ./x",
                "-f js\t ./x": "-f json ./x",
                "--format=m\t ./x": "--format md ./x",
                "-o rep\t ./x": "-o report.html ./x",
                "--output=rep\t ./x": "--output report.html ./x",
                "-C plac\t": "-C place",
                "--keep-in plac\t ./x": "--keep-in place ./x",
                "--limit nofi\t64 ./x": "--limit nofile 64 ./x",
                "--expect liste\t80 ./x": "--expect listen:80 ./x",
                "--expect file:rep\t ./x": "--expect file:report.html ./x",
                "--env ONLY_OF\t2 ./x": "--env ONLY_OF_THIS_TEST 2 ./x",
                "--backend se\t ./x": "--backend seccomp ./x",
                "--unit web-server.so\t": "--unit web-server.socket",
                "--user-unit mail\t": "--user-unit mail-of-mine.service",
                "-u roo\t ./x": "-u root ./x",
                "--diff report\trepor\t": "--diff report.html report.html",
                "-q unusualp\trep\t": "-q unusualprogram report.html",
                "-q -- unusualp\trep\t": "-q -- unusualprogram report.html",
                "--limit core=1 unusualp\trep\t": "--limit core 1 unusualprogram report.html",
                "./x --no-reda\t": "./x --no-reda",
                "-t 3 ./x --no-reda\t": "-t 3 ./x --no-reda",
                "--no-reda\t./x": "--no-redact ./x"}.items():
            with self.subTest(keys=keys):
                if "file:" in keys and not shell.files_behind_words:
                    continue
                got = shell.type("whywontitstart " + keys)
                self.assertEqual(" ".join(word.rstrip("/") for word in got).replace("=", " "), words)

    def test_bash(self):
        for more in ("", ". /usr/share/bash-completion/bash_completion\n"):
            if more:
                self.need(pathlib.Path(more.split()[1]).exists(), "bash-completion")
            rc = self.file("bashrc", f"{more}. {PAGES}/whywontitstart.bash\nbind 'set bell-style none'\n")
            self.check(Shell(self, "bash", "--noprofile", "--rcfile", rc, "-i", env=self.environment))

    def test_zsh(self):
        self.file(".zshrc", f"fpath=({PAGES} $fpath)\nautoload -Uz compinit\ncompinit -u -D\nunsetopt beep\n")
        self.check(Shell(self, "zsh", "-i", env=self.environment))

    def test_fish(self):
        self.file(".local/share/fish/generated_completions/none.fish", "")  # else it reads all manual pages now
        self.file(".config/fish/config.fish", f"source {PAGES}/whywontitstart.fish\nfunction fish_greeting; end\n")
        self.check(Shell(self, "fish", "-i", env=self.environment))

    def test_fish_shows_what_options_do(self):
        shown = subprocess.run([self.program("fish"), "-N", "-c",
                                f"source {PAGES}/whywontitstart.fish; complete -C 'whywontitstart --no-r'"],
                               capture_output=True, text=True, check=True, env=self.environment).stdout
        self.assertIn("--no-redact\tleave secrets in the report and in what --save keeps\n", shown)

    def test_every_option_of_the_help_is_completed(self):
        options = {word.strip("-[],") for line in self.tool("--help").stdout.splitlines() if line.startswith("  -")
                   for word in line.split("  ")[1].split() if word.startswith("--")}
        self.assertGreater(len(options), 30)
        for page, form in {"whywontitstart.bash": "--{}", "_whywontitstart": "--{}", "whywontitstart.fish": "-l {}",
                           "whywontitstart.1": "Fl -{}"}.items():
            text = (PAGES / page).read_text()
            for option in options:
                self.assertRegex(text, form.format(re.escape(option)) + r"(?![\w-])", page)

    def test_man_page(self):
        man = subprocess.run([self.program("man"), "--warnings", "-Tutf8", "-l", PAGES / "whywontitstart.1"],
                             capture_output=True, text=True, env=self.environment | {"MANWIDTH": "80"})
        self.assertEqual((man.returncode, man.stderr), (0, ""))
        for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "CAUSES", "ENVIRONMENT", "FILES", "EXIT STATUS",
                        "EXAMPLES", "SEE ALSO"):
            self.assertIn(f"\n{heading}\n", re.sub(".\b", "", man.stdout))
        lint = subprocess.run([self.program("mandoc"), "-Tlint", "-Wstyle", PAGES / "whywontitstart.1"],
                              capture_output=True, text=True, env=self.environment)
        remarks = [line for line in lint.stdout.splitlines()
                   if "referenced manual not found" not in line and "outdated mandoc.db" not in line]
        self.assertEqual(remarks, [])


if __name__ == "__main__":
    harness.main()
