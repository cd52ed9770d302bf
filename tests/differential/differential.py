#!/usr/bin/env python3
"""Our tracer beside strace(1) and beside no tracer at all: whatever these say must be so with us.

    differential.py strace [COUNT]   small programs, and '--help' of COUNT programs in /usr/bin (150): under strace -f,
                                     our full and our filtered tracer every failing call and every end of a process agree
    differential.py stress [NAME...|fast]
                                     stress-ng's stressors: they end as without a tracer, and leave nothing behind

DUMP_EVENTS names the program that prints the events of our tracer; PROGRAMS the folder of the small programs.
"""

import collections
import ctypes
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from children import reap  # noqa: E402

TREE = pathlib.Path(__file__).resolve().parents[2]
DUMP = os.environ.get("DUMP_EVENTS", str(TREE / "build/dev/tests/dump_events"))
PROGRAMS = pathlib.Path(os.environ.get("PROGRAMS", TREE / "build/dev/tests/programs"))
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "PYTHONHASHSEED": "0", "TERM": "dumb",
               "HOME": "/nonexistent", "COLUMNS": "80"}
SKIPPED = 77
TRIES = 4  # what differs from run to run by itself agrees in one of them

# Those that do something in spite of '--help', or wait for somebody.
NOT_HARMLESS = re.compile(r"^(systemctl|systemd.*|loginctl|journalctl|halt|reboot|poweroff|shutdown|wall|apt.*|dpkg.*|deb.*|"
                          r"debconf.*|update-.*|wget|curl|ssh.*|scp|sftp|screen|tmux|stress-ng|strace.*|gdb.*|ltrace|dbus.*|"
                          r"perf.*|bpf.*|X.*|xdg.*|docker.*|java.*|npm|npx|pip.*)$")

SMALL_PROGRAMS = [["open_missing"], ["sockets"], ["fork_tree"], ["threads", "open"], ["threads", "exec"],
                  ["threads", "leader"], ["crash"], ["own_filter"], ["pointers"], ["processes", "vfork"],
                  ["processes", "clone3"], ["processes", "threads", "50"], ["processes", "children", "100"],
                  ["filters", "errno"], ["filters", "trap"], ["filters", "kill-process"], ["filters", "kill-thread"],
                  ["filters", "log"], ["filters", "tsync"], ["filters", "silence"], ["restarts", "eintr"],
                  ["restarts", "handled"], ["calls32"]]

PATH_CALLS = re.compile(r"^(open|openat|openat2|creat|l?stat|stat64|lstat64|newfstatat|fstatat64|statx|f?access|faccessat2?|"
                        r"readlink|readlinkat|mkdir|mkdirat|rmdir|unlink|unlinkat|rename|renameat2?|link|linkat|chmod|"
                        r"fchmodat2?|l?chown|fchownat|mknod|mknodat|truncate|chdir|chroot|execve|execveat|statfs|"
                        r"l?getxattr|utimensat|umount2|inotify_add_watch)$")
# Restarts are no results.
NO_FAILURE = {"ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND", "ERESTART_RESTARTBLOCK"}

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Log:
    """What a run did: failing calls and ends of processes, without what differs from run to run (PIDs, addresses)."""

    LINE = re.compile(r"^(\d+) +(.*)$")
    CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)(?: (E[A-Z0-9_]+))?")
    TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')

    def __init__(self, text):
        self.failures = collections.Counter()
        self.ends = collections.Counter()
        self.lost = 0
        begun, threads, ended = {}, set(), []
        for line in text.splitlines():
            if line.startswith("lost "):
                self.lost = int(line[5:])
                continue
            found = self.LINE.match(line)
            if not found:
                continue
            pid, what = found.groups()
            if what.endswith("<unfinished ...>"):
                begun[pid] = what.removesuffix("<unfinished ...>")
                continue
            if what.startswith("<... "):
                what = begun.pop(pid, "") + what.partition(" resumed>")[2]
            if what.startswith("new thread "):
                threads.add(what.split()[2])
            if what.startswith("+++ superseded"):
                continue
            if what.startswith("+++ "):
                ended.append((pid, what.replace(" (core dumped)", "")))
                continue
            self.add_call(what, threads)
        # The leader has the process's PID, and strace, too, tells its end last.
        self.ends.update(what for pid, what in ended if pid not in threads)

    def add_call(self, what, threads):
        found = self.CALL.match(what)
        if not found:
            return
        name, arguments, result, error = found.groups()
        if name in ("clone", "clone3") and "CLONE_THREAD" in arguments and error is None:
            threads.add(result)
        # Who comes first to a lock, and whether in time, is chance.
        if error is None or error in NO_FAILURE or name == "futex":
            return
        path = self.TEXT.search(arguments) if PATH_CALLS.match(name) else None
        self.failures[(name, error, self.plain(path[1]) if path else "")] += 1

    @staticmethod
    def plain(text):
        text = re.sub(r"\\([0-7]{1,3})", lambda octal: chr(int(octal[1], 8)), text)
        text = text.replace('\\"', '"').replace("\\\\", "\\")
        text = re.sub(r"differential-\w+", "folder", text)
        return re.sub(r"\d{2,}", "N", text)[:200]


def run(command, seconds=60):
    """Its exit status as a shell has it, None if it did not end; in an empty folder."""
    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # strace itself would leave its tracees running
            process.wait()
            return None
        return 128 - status if status < 0 else status


def traced(tracer, command):
    with tempfile.NamedTemporaryFile(prefix="differential-log-") as file:
        words = ["strace", "-f", "-s", "4096", "-o", file.name] if tracer == "strace" else [DUMP, tracer, file.name]
        status = run([*words, *command])
        return Log(pathlib.Path(file.name).read_text(errors="surrogateescape")), status


def beyond(one, other):
    return [f"{count} x {' '.join(filter(None, what)) if isinstance(what, tuple) else what}"
            for what, count in sorted((one - other).items())]


# Some sandbox themselves only where no filter is seen, and /proc/self/status shows ours.
DIFFERS_BY_ITSELF = {"seccomp"}


def coverage():
    """Of the filtered tracer: the calls at which it always stops, and those where it depends on the arguments."""
    lines = subprocess.run([DUMP, "--coverage"], check=True, capture_output=True, text=True).stdout.splitlines()
    kinds = dict(line.split() for line in lines)
    return ({name for name, kind in kinds.items() if kind == "always"} - DIFFERS_BY_ITSELF, set(kinds))


def only(names, failures):
    return collections.Counter({what: count for what, count in failures.items() if what[0] in names})


def differences(command, always, covered):
    reference, reference_status = traced("strace", command)
    full, full_status = traced("full", command)
    filtered, filtered_status = traced("filtered", command)
    found = []
    if not reference_status == full_status == filtered_status:
        found.append(f"exit status {reference_status} under strace, {full_status} full, {filtered_status} filtered")
    for title, one, other in (
            ("strace", reference.failures, full.failures), ("full", full.failures, reference.failures),
            ("full, covered", only(always, full.failures), only(always, filtered.failures)),
            ("filtered", only(covered, filtered.failures), only(covered, full.failures))):
        found += [f"only {title}: {what}" for what in beyond(one, other)]
    for title, one, other in (("strace", reference.ends, full.ends), ("full", full.ends, reference.ends),
                              ("full, not filtered", full.ends, filtered.ends),
                              ("filtered", filtered.ends, full.ends)):
        found += [f"only {title}: {what}" for what in beyond(one, other)]
    found += [f"{lost} events lost" for lost in (full.lost, filtered.lost) if lost]
    return found


def chosen_programs(count):
    """Always the same ones of those installed, of all kinds: in the order of a hash of their names."""
    def order(path):
        return hashlib.sha256(path.name.encode()).digest()
    there = [path for path in pathlib.Path("/usr/bin").iterdir()
             if os.access(path, os.X_OK) and path.is_file() and not NOT_HARMLESS.match(path.name)]
    return [[str(path), "--help"] for path in sorted(there, key=order)[:count]]


def compare_with_strace(count):
    if shutil.which("strace") is None:
        print("skipped: needs strace")
        return SKIPPED
    always, covered = coverage()
    commands = [[str(PROGRAMS / program[0]), *program[1:]] for program in SMALL_PROGRAMS
                if (PROGRAMS / program[0]).exists()] + chosen_programs(count)
    failed = 0
    for command in commands:
        for _ in range(TRIES):
            found = differences(command, always, covered)
            if not found:
                break
        if found:
            failed += 1
            print(f"{' '.join(command)}:\n  " + "\n  ".join(found[:12]), flush=True)
    print(f"{len(commands)} programs, {failed} of them differ")
    return 1 if failed else 0


# Safe on a small machine: they use little, need no root and change nothing outside of their folder.
STRESSORS = ("fork vfork clone pthread exec signal sigsegv sigfpe sigq kill wait spawn zombie daemon futex pipe poll epoll "
             "eventfd timer itimer mmap mremap dentry dir fcntl flock lockf chmod symlink link rename switch yield sock "
             "udp sockpair msg sem shm sem-sysv shm-sysv mq nanosleep sleep seek open close access getdent fstat utime "
             "dup fifo sendfile splice tee select rlimit env prctl seccomp tmpfs sigpending sigsuspend sigchld sigabrt "
             "sigrt sigio sigpipe sigtrap schedpolicy affinity get set urandom session vforkmany fault memfd chdir chown "
             "inotify io aio sigaltstack context funccall mprotect mlock msync madvise brk sysinfo uprobe timerfd "
             "rawsock ping-sock unshare enosys personality pidfd ptrace").split()
FAST = "fork vfork clone pthread exec signal sigsegv kill zombie daemon futex seccomp sigtrap switch sem-sysv flock".split()


def left_behind():
    """Who became our child and lives; nobody does any more."""
    left = reap()
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return [words for _, words in left.values()]


def stress(names):
    if shutil.which("stress-ng") is None:
        print("skipped: needs stress-ng")
        return SKIPPED
    failed = known = 0
    for name in names:
        command = ["/usr/bin/stress-ng", "--no-rand-seed", f"--{name}", "1", f"--{name}-ops", "30", "--timeout", "5"]
        expected = run(command)
        left_behind()
        if expected is None or expected == 1:  # no such stressor here
            continue
        known += 1
        for tracer in ("full", "filtered"):
            log, status = traced(tracer, command)
            left = left_behind()
            if status != expected or left or log.lost:
                failed += 1
                print(f"{name} {tracer}: exit status {status} instead of {expected}, {log.lost} lost, left behind: {left}",
                      flush=True)
    print(f"{known} stressors, {failed} runs differ")
    return 1 if failed or known == 0 else 0


def main(words):
    if words[:1] == ["strace"]:
        return compare_with_strace(int(words[1]) if words[1:] else 150)
    if words[:1] == ["stress"]:
        return stress(FAST if words[1:] == ["fast"] else words[1:] or STRESSORS)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
