"""The children of this process, as /proc tells them; for a test that must leave nothing behind."""

import contextlib
import os


def children():
    """The living and dead children, as PID: (state, command line); see proc_pid_stat(5) for the states."""
    found = {}
    # Not pathlib's glob: it fails when a process ends between its listing and its look.
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                state, parent = file.read().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid():
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().replace(b"\0", b" ").decode(errors="replace").strip()
                found[int(name)] = (state, words)
    return found


def reap():
    """Waits for the dead; the living, as children() tells them."""
    living = {}
    for pid, (state, words) in children().items():
        if state != "Z":
            living[pid] = (state, words)
        else:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return living
