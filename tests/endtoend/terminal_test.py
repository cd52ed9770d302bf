#!/usr/bin/python3
"""What a person sees on a terminal: width, colours, letters, and the line that says what is being waited for."""

import sys

import harness

sys.path.insert(0, str(harness.TREE / "tests"))
from terminal import Terminal  # noqa: E402

LINE = "whywontitstart: "
MISSING = ("/bin/cat", "/nowhere/a/file/with/a/long/name.conf")


class TerminalTest(harness.EndToEndTest):
    def on_terminal(self, *words, rows=24, columns=80, **variables):
        env = {"PATH": harness.SEARCH, "LANG": "C.UTF-8", "TERM": "xterm", "HOME": str(self.folder)} | variables
        terminal = Terminal([str(harness.TOOL), *words], rows, columns, {name: value for name, value in env.items() if value is not None},
                            self.folder)
        self.addCleanup(terminal.process.kill)
        return terminal

    def shown(self, *words, **keywords):
        terminal = self.on_terminal(*words, **keywords)
        terminal.finish()
        return terminal

    def test_colours_are_for_terminals_that_want_them(self):
        self.assertIn("\x1b[1;31m", self.shown(*MISSING).raw)
        self.assertNotIn("\x1b[", self.shown(*MISSING, NO_COLOR="1").raw)
        self.assertNotIn("\x1b[", self.shown(*MISSING, TERM="dumb").raw)
        self.assertNotIn("\x1b[", self.shown("--color", "never", *MISSING).raw)
        self.assertIn("\x1b[1;31m", self.shown("--color", "always", *MISSING, NO_COLOR="1").raw)
        self.assertNotIn("\x1b", self.tool(*MISSING).stderr, "off a terminal")
        self.assertIn("\x1b[1;31m", self.tool("--color", "always", *MISSING).stderr)

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in (60, 80, 100):
            text = self.shown("-v", *MISSING, columns=columns).raw.replace("\r", "")
            lines = [line for line in text.split("\n") if len(line.encode().decode()) > 0]
            # Words and commands are copied: they are never broken.
            plain = [line for line in (self.without_colours(line) for line in lines) if " " in line.strip()]
            wide = [line for line in plain if len(line) > columns and max(map(len, line.split())) < columns // 2]
            calls = [line for line in wide if "(" in line and "=" in line]  # a call is copied whole, too
            self.assertEqual([line for line in wide if line not in calls and not line.startswith("      ")], [])

    def without_colours(self, line):
        while "\x1b[" in line:
            before, _, rest = line.partition("\x1b[")
            line = before + rest.partition("m")[2]
        return line

    def test_letters_are_those_of_the_locale(self):
        words = ("-v", *MISSING)
        self.assertTrue(any(letter in self.shown(*words).raw for letter in "✓✗"))
        for variables in ({"LANG": "C"}, {"LANG": None}, {"LC_ALL": "POSIX"}, {"LANG": "de_DE.ISO-8859-1"}):
            raw = self.shown(*words, **variables).raw
            self.assertTrue(raw.isascii(), variables)
        self.assertFalse(self.shown(*words, LANG="C", LC_ALL="en_US.utf8").raw.isascii())
        report = self.folder / "report.txt"
        self.tool("-v", "-o", report, *MISSING, env={"LANG": "C"})
        self.assertFalse(report.read_text().isascii(), "a file is read elsewhere")

    def test_the_line_comes_and_goes(self):
        for rows in (24, 5):  # of a small one the last row is in use
            with self.subTest(rows=rows):
                script = "for i in 1 2 3 4 5 6; do echo line $i; done; sleep 4; echo one; echo two; sleep 1; printf three; exit 1"
                terminal = self.on_terminal("/bin/sh", "-c", script, rows=rows)
                terminal.wait_for(LINE)
                self.assertRegex(terminal.screen.text(), r"line 6\n\nwhywontitstart: \d+ s, sleeps \(\d process(es)?, \d+ calls\)")
                terminal.wait_for("two")
                self.assertIn("line 6\none\ntwo", terminal.screen.text())
                self.assertEqual(terminal.finish(), 1)
                self.assertNotIn(LINE, terminal.screen.text())
                self.assertIn("line 5\nline 6\none\ntwo\nthree", terminal.screen.text())

    def test_a_prompt_stays_what_it_is(self):
        terminal = self.on_terminal("/bin/sh", "-c", "printf 'name: '; read name; echo hello $name; exit 1")
        terminal.wait_for("waits for input")
        terminal.type("Ann\n")
        terminal.finish()
        self.assertIn("name: Ann\nhello Ann\n", terminal.screen.text())
        self.assertNotIn(LINE, terminal.screen.text())

    def test_it_says_what_is_waited_for(self):
        port = self.held_port()
        program = self.python(f"import socket\ns = socket.create_connection(('127.0.0.1', {port}))\ns.recv(1)\n")
        terminal = self.on_terminal("-t", "6", *program)
        terminal.wait_for(f"waits for an answer of 127.0.0.1:{port}")
        terminal.finish()
        self.assertNotIn(LINE, terminal.screen.text())

    def test_not_over_a_program_that_paints(self):
        terminal = self.on_terminal("-t", "4", "/bin/sh", "-c", "printf '\\033[2J\\033[Hmenu'; sleep 100")
        terminal.screen.control = lambda *_: None  # this one does not know how to paint
        terminal.finish()
        self.assertIn("menu", terminal.raw)
        self.assertNotIn(LINE, terminal.raw)

    def test_nothing_of_it_off_a_terminal_or_when_quiet(self):
        words = ("-t", "3.5", "/bin/sh", "-c", "sleep 100")
        self.assertNotIn(LINE, self.tool(*words).stderr)
        self.assertNotIn(LINE, self.shown("-q", *words).raw)
        self.assertNotIn(LINE, self.shown(*words, TERM="dumb").raw)


if __name__ == "__main__":
    harness.main()
