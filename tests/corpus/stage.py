"""Where a case is played: a folder, ports, mounts and a network of its own, none of which outlives it.

As root each case gets a mount and a network namespace: /srv and /tmp are empty, what is written to /etc, /var, /run,
/opt, /home and /root is forgotten, and the name server answers as the case wants. Without root the case has a
temporary folder and free ports of the machine, which is enough for many.
"""

import contextlib
import ctypes
import fcntl
import os
import pathlib
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from case import fill
from children import reap

SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OVERLAID = ("/etc", "/var", "/run", "/opt", "/home", "/root")
DEADLINE = 100  # seconds, for what should be over long before

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_CHILD_SUBREAPER = 36
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
libc = ctypes.CDLL(None, use_errno=True)


class Unusable(Exception):
    """The case cannot be played here; says why."""


def call(name, *arguments):
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind=None, flags=0, options=None):
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    call("mount", *words, ctypes.c_ulong(flags), options.encode() if options else None)


def answer_names(nameserver):
    """No name exists here, and the name server says so at once."""
    while True:
        question, peer = nameserver.recvfrom(4096)
        answer = question[:2] + b"\x81\x83" + question[4:6] + b"\0" * 6
        end = 12
        while question[end]:
            end += question[end] + 1
        nameserver.sendto(answer + question[12:end + 5], peer)


class Stage:
    def __init__(self, case, tool, scratch):
        """scratch: an empty folder, which whoever made it takes away when this process is gone, and its mounts with it."""
        self.case, self.tool, self.scratch = case, str(tool), scratch
        self.held = []
        self.isolated = False
        call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def __enter__(self):
        case = self.case
        try:
            self.isolate()
            self.check_needs()
            self.values = {"DIR": self.folder, "USER": case.user or "root"} | self.ports()
            self.write_files()
            self.environment = {"PATH": SEARCH, "LANG": "C.UTF-8", "HOME": self.folder} | {
                name: self.filled(value) for name, value in case.env.items() if value is not None}
            for name in (name for name, value in case.env.items() if value is None):
                self.environment.pop(name, None)
            if case.setup:
                self.bash(case.setup)
            for path in case.locks:
                self.held.append(open(os.path.join(self.folder, self.filled(path)), "a"))
                fcntl.flock(self.held[-1], fcntl.LOCK_EX)
            self.held += [open(os.path.join(self.folder, path), "ab") for path in case.writes]
            for command, wait in case.helpers:
                self.start(command, wait)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end_children()

    def isolate(self):
        if os.geteuid() == 0:
            with contextlib.suppress(OSError):
                call("unshare", CLONE_NEWNS | CLONE_NEWNET)
                self.isolated = True
        if not self.isolated:
            if self.case.needs_root:
                raise Unusable("needs root, and namespaces of its own")
            self.folder = os.path.join(self.scratch, self.case.name)
            os.chmod(self.scratch, 0o755)
            os.mkdir(self.folder)
            return
        mount(None, "/", None, MS_REC | MS_PRIVATE)
        mount("tmpfs", self.scratch, "tmpfs", 0, "mode=755")
        own_tool = os.path.join(self.scratch, ".tool")
        open(own_tool, "w").close()
        mount(self.tool, own_tool, None, MS_BIND)
        for path in OVERLAID:
            upper, work = (os.path.join(self.scratch, ".over", part + path) for part in ("upper", "work"))
            os.makedirs(upper)
            os.makedirs(work)
            shutil.copystat(path, upper)
            mount("overlay", path, "overlay", 0, f"lowerdir={path},upperdir={upper},workdir={work}")
        mount(self.scratch, "/srv", None, MS_BIND | MS_REC)
        mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777")
        self.tool = "/srv/.tool"
        self.folder = "/srv/" + self.case.name
        os.mkdir(self.folder)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            request = struct.pack("16sH14x", b"lo", 0)
            flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
        resolver = pathlib.Path("/etc/resolv.conf")
        resolver.unlink(missing_ok=True)
        resolver.write_text("nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
        if self.case.dns != "off":
            nameserver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            nameserver.bind(("127.0.0.53", 53))
            self.held.append(nameserver)
            if self.case.dns == "nxdomain":
                threading.Thread(target=answer_names, args=(nameserver,), daemon=True).start()

    def check_needs(self):
        for need in self.case.needs:
            if need.startswith("no "):
                if os.path.exists(need[3:]):
                    raise Unusable(f"needs a machine with {need}")
                continue
            there = self.isolated if need == "root" else os.path.exists(need) if need.startswith("/") \
                else shutil.which(need, path=SEARCH)
            if not there:
                raise Unusable(f"needs {need}")

    def ports(self):
        """Each port is bound once, so that two never are the same; free ones are let go again."""
        bound = {}
        for name, how in self.case.holds.items():
            holder = socket.socket()
            holder.bind(("0.0.0.0" if how == "everywhere" else "127.0.0.1", 0))
            if how in ("listening", "everywhere"):
                holder.listen()
            bound[name] = (holder, how)
        values = {name: holder.getsockname()[1] for name, (holder, _) in bound.items()}
        for holder, how in bound.values():
            holder.close() if how == "free" else self.held.append(holder)
        return values

    def filled(self, text):
        return fill(text, self.values)

    def write_files(self):
        for name, content in self.case.files.items():
            text, mode = content if isinstance(content, tuple) else (content, 0o644)
            path = pathlib.Path(self.folder, self.filled(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else self.filled(text).encode())
            path.chmod(mode)
        for name, content in self.case.c.items():
            text, options = content if isinstance(content, tuple) else (content, "")
            shared = ["-shared", "-fPIC", "-Wl,-soname," + name] if ".so" in name else []
            source = pathlib.Path(self.folder, name + ".c")
            source.write_text(self.filled(text))
            self.run(["gcc", "-w", "-o", name, *shared, source.name, *shlex.split(options)])
            source.unlink()

    def run(self, words):
        done = subprocess.run(words, cwd=self.folder, env={"PATH": SEARCH} | getattr(self, "environment", {}),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE)
        if done.returncode:
            raise Unusable(f"its set-up failed: {done.stderr.decode(errors='replace')[-400:]}")

    def bash(self, script):
        # Files, not pipes: what a set-up leaves running would keep a pipe open.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(["bash", "-euc", self.filled(script)], cwd=self.folder, env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=DEADLINE)
            if done.returncode:
                raise Unusable(f"its set-up failed: {os.pread(said.fileno(), 4096, 0).decode(errors='replace')}")

    def start(self, command, wait):
        helper = subprocess.Popen(["bash", "-c", self.filled(command)], cwd=self.folder, env=self.environment,
                                  stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE if wait == "line" else subprocess.DEVNULL)
        self.held.append(helper)
        if wait == "line":
            if not helper.stdout.readline():
                raise Unusable(f"its helper ended: {command}")
            return
        kind, _, what = self.filled(wait).partition(":")
        deadline = time.monotonic() + 30
        while not (os.path.exists(os.path.join(self.folder, what)) if kind == "file" else answers(int(what))):
            if helper.poll() not in (None, 0) or time.monotonic() > deadline:
                raise Unusable(f"its helper did not come up: {command}")
            time.sleep(0.02)

    def play(self, words, seconds):
        """Runs these words as the case wants it; gives status (None: the time was over), both outputs, who is left."""
        stdin = subprocess.DEVNULL
        if self.case.stdin == "open":
            reading, writing = os.pipe()
            self.held.append(os.fdopen(writing, "wb"))
            stdin = reading
        helpers = set(reap())
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen([*shlex.split(self.filled(self.case.through)), *words], cwd=self.folder,
                                       env=self.environment, stdin=stdin, stdout=stdout, stderr=stderr,
                                       start_new_session=True)
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
            said, text = (os.pread(file.fileno(), 1 << 22, 0).decode(errors="replace") for file in (stdout, stderr))
        left = [pid for pid in reap() if pid not in helpers and pid != process.pid]
        return status, said, text, left

    def end_children(self):
        """Orphans become children of this process, so that after some rounds nobody is left."""
        while pids := reap():
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
