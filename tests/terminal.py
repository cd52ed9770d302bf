"""A terminal for tests: what a person would see of what was written to it. As much of a VT100 as the tool uses."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

PIECE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b([D78])|(\r)|(\n)|([^\x1b\r\n])", re.S)


class Screen:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines, self.above = [""] * rows, []  # `above`: what was scrolled out
        self.row = self.column = 0
        self.saved = (0, 0)

    def write(self, text):
        for piece in PIECE.finditer(text):
            argument, final, single, carriage, line, letter = piece.groups()
            if final:
                self.control(argument, final)
            elif single == "D":
                self.down()
            elif single == "7":
                self.saved = self.row, self.column
            elif single == "8":
                self.row, self.column = self.saved
            elif carriage:
                self.column = 0
            elif line:
                self.down()
            else:
                self.put(letter)

    def control(self, argument, final):
        count = int(argument or 1) if argument.isdigit() or not argument else 1
        if final == "A":
            self.row = max(0, self.row - count)
        elif final == "B":
            self.row = min(self.rows - 1, self.row + count)
        elif final == "K":
            self.lines[self.row] = "" if argument == "2" else self.lines[self.row][:self.column]
        elif final == "J":
            self.lines[self.row] = self.lines[self.row][:self.column]
            self.lines[self.row + 1:] = [""] * (self.rows - self.row - 1)
        elif final != "m":
            raise ValueError(f"an escape that the tool does not use: {argument}{final}")

    def down(self):
        self.row += 1
        if self.row == self.rows:
            self.above.append(self.lines.pop(0))
            self.lines.append("")
            self.row -= 1

    def put(self, letter):
        if self.column == self.columns:
            self.column = 0
            self.down()
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[:self.column] + letter + line[self.column + 1:]
        self.column += 1

    def text(self):
        return "\n".join(line.rstrip() for line in [*self.above, *self.lines]).rstrip()


class Terminal:
    """A program on a terminal of its own: its controlling one, as after a log-in."""

    def __init__(self, words, rows=24, columns=80, env=None, cwd=None):
        self.screen, self.raw = Screen(rows, columns), ""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, env=env, cwd=cwd,
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)

    def read(self, seconds):
        """False at the end."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            piece = os.read(self.master, 1 << 16).decode(errors="replace")
        except OSError:  # EIO: nobody has it open any more
            return False
        self.raw += piece
        self.screen.write(piece)
        return bool(piece)

    def wait_for(self, text, seconds=30):
        deadline = time.monotonic() + seconds
        while text not in self.raw:
            if time.monotonic() > deadline or not self.read(0.2):
                raise AssertionError(f"{text!r} was never shown:\n{self.screen.text()}")

    def type(self, text):
        os.write(self.master, text.encode())

    def finish(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.read(0.2):
            pass
        status = self.process.wait(10)
        os.close(self.master)
        return status
