"""What one gets without thinking: three short ways from a trace or a message to a cause.

They read strace's log and the standard error of a run without our tool, are told which programs started well, and get
the benefit of every doubt: their subject is right when the true one stands anywhere in the line that they chose.
"""

import os
import re

from case import fill

NAMES = {"last call": "the last failing call", "without probes": "the same without ENOENT and the usual probes",
         "last words": "the last line of standard error"}
FAILED = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += -1 (E\w+)")
UNFINISHED = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
PROBES = {"ENOENT", "ENOTTY", "ESPIPE", "ECHILD", "ENOSYS", "EAGAIN", "EINTR", "EINPROGRESS", "ENODATA", "EOPNOTSUPP",
          "ENOPROTOOPT", "EINVAL"}
PROBING = {"getpeername", "ioctl", "readlink"}
BY_CALL = {
    ("execve", "ENOENT"): "exec.not-found", ("execve", "EACCES"): "exec.not-executable",
    ("execve", "ENOEXEC"): "exec.bad-format", ("execve", "ETXTBSY"): "exec.text-busy",
    ("execve", "E2BIG"): "exec.args-too-long", ("bind", "EACCES"): "port.privileged",
    ("bind", "EADDRINUSE"): "port.in-use", ("listen", "EADDRINUSE"): "port.in-use",
    ("connect", "ENOENT"): "connect.socket-missing", ("connect", "EACCES"): "connect.permission",
    ("mmap", "EPERM"): "exec.noexec-mount", ("inotify_add_watch", "ENOSPC"): "limit.inotify",
    ("inotify_init1", "EMFILE"): "limit.inotify", ("flock", "EAGAIN"): "file.locked",
    ("fcntl", "EAGAIN"): "file.locked", ("fcntl", "EACCES"): "file.locked",
    ("clone", "EAGAIN"): "limit.processes", ("clone3", "EAGAIN"): "limit.processes",
    ("fork", "EAGAIN"): "limit.processes", ("mlock", "ENOMEM"): "limit.locked-memory",
    ("mlockall", "ENOMEM"): "limit.locked-memory",
}
BY_ERRNO = {
    "ENOENT": "file.missing", "EACCES": "file.permission", "ENOTDIR": "file.not-a-directory",
    "EISDIR": "file.is-a-directory", "EEXIST": "file.already-exists", "EROFS": "file.read-only",
    "EBUSY": "file.busy", "ELOOP": "file.symlink-loop", "ENAMETOOLONG": "file.name-too-long",
    "EIO": "file.io-error", "EADDRINUSE": "port.in-use", "EADDRNOTAVAIL": "address.not-available",
    "EAFNOSUPPORT": "address.family-unsupported", "ECONNREFUSED": "connect.refused",
    "ETIMEDOUT": "connect.timeout", "ENETUNREACH": "connect.unreachable",
    "EHOSTUNREACH": "connect.unreachable", "ECONNRESET": "connect.reset", "EMFILE": "limit.open-files",
    "ENFILE": "limit.kernel", "ENOMEM": "limit.memory", "EFBIG": "limit.file-size", "ENOSPC": "disk.full",
    "EDQUOT": "disk.quota", "EPERM": "security.capability", "ENOSYS": "kernel.unsupported",
    "ENODEV": "device.unavailable", "ENXIO": "device.unavailable", "ETXTBSY": "exec.text-busy",
    "ENOEXEC": "exec.bad-format", "E2BIG": "exec.args-too-long", "EAGAIN": "limit.processes",
    "EWOULDBLOCK": "file.locked",
}
BY_WORDS = [
    (r"command not found|cannot find executable|: not found$", "exec.not-found"),
    (r"bad interpreter", "exec.interpreter-missing"), (r"exec format error", "exec.bad-format"),
    (r"no such file", "file.missing"), (r"permission denied", "file.permission"),
    (r"address already in use", "port.in-use"), (r"connection refused", "connect.refused"),
    (r"timed out", "connect.timeout"), (r"unreachable|no route", "connect.unreachable"),
    (r"reset by peer", "connect.reset"),
    (r"name or service not known|could ?n.t resolve|name resolution|notfound", "dns.failure"),
    (r"too many open files", "limit.open-files"), (r"no space left", "disk.full"), (r"quota", "disk.quota"),
    (r"read-only", "file.read-only"), (r"not a directory", "file.not-a-directory"),
    (r"is a directory", "file.is-a-directory"), (r"file exists", "file.already-exists"),
    (r"cannot allocate|out of memory|memoryerror", "limit.memory"), (r"file too large", "limit.file-size"),
    (r"temporarily unavailable", "limit.processes"), (r"operation not permitted", "security.capability"),
    (r"cannot assign", "address.not-available"), (r"address family", "address.family-unsupported"),
    (r"text file busy", "exec.text-busy"), (r"argument list too long", "exec.args-too-long"),
    (r"too many (levels of )?symbolic", "file.symlink-loop"), (r"name too long", "file.name-too-long"),
    (r"input/output error", "file.io-error"), (r"cannot open shared object", "library.missing"),
    (r"undefined symbol|symbol lookup", "library.symbol-missing"),
    (r"version .* not found", "library.version-missing"),
    (r"no module named|can't locate|cannot find module|cannot load such", "module.missing"),
    (r"segmentation fault", "crash.segfault"), (r"abort", "crash.abort"),
    (r"usage|unrecognized option|invalid option", "config.usage"),
    (r"unknown user|invalid user|no such user", "user.unknown"), (r"certificate", "connect.tls"),
    (r"authentication|access denied", "connect.auth"),
    (r"syntax|invalid|unknown|parse|config", "config.invalid"),
]
LIMITS = {"EMFILE": "RLIMIT_NOFILE", "ENOMEM": "RLIMIT_AS", "EFBIG": "RLIMIT_FSIZE", "EAGAIN": "RLIMIT_NPROC"}


def whole(log):
    """strace's log with the calls in one piece that another thread interrupted."""
    begun, lines = {}, []
    for line in log.splitlines():
        if match := UNFINISHED.match(line):
            begun[match[1]] = match[2]
        elif match := RESUMED.match(line):
            lines.append(f"{match[1]} {begun.pop(match[1], '')}{match[2]}")
        else:
            lines.append(line)
    lines += [f"{pid} {call}" for pid, call in begun.items()]
    return "\n".join(lines) + "\n"


def failing(log):
    """The failing calls of strace's log as (call, arguments, errno), in order."""
    found = []
    for line in log.splitlines():
        if match := FAILED.match(line):
            found.append(match.groups())
    return found


def from_call(chosen, folder):
    if not chosen:
        return None, ""
    name, arguments, errno = chosen
    words = [arguments, LIMITS.get(errno, "")]
    words += [os.path.normpath(os.path.join(folder, path)) for path in re.findall(r'"([^"]*)"', arguments)]
    if match := re.search(r"(?:htons\(|port=)(\d+).*?\"([^\"]+)\"", arguments):
        words.append(f"{match[2]}:{match[1]}")
    return BY_CALL.get((name, errno)) or BY_ERRNO.get(errno), "\n".join(words)


def from_words(text):
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return None, ""
    for pattern, cause in BY_WORDS:
        if re.search(pattern, lines[-1], re.IGNORECASE):
            return cause, lines[-1]
    return None, lines[-1]


def answers(log, stderr, folder):
    calls = failing(log)
    unusual = [call for call in calls if call[2] not in PROBES and call[0] not in PROBING]
    return {"last call": from_call(calls[-1] if calls else None, folder),
            "without probes": from_call(unusual[-1] if unusual else None, folder),
            "last words": from_words(stderr)}


def graded(case, log, stderr, folder, values):
    """For each way whether its cause is right, and whether its subject is, too."""
    result = {}
    for name, (cause, words) in answers(log, stderr, folder).items():
        fitting = [truth for truth in case.truths if truth.cause == cause]
        subject = any(re.search(fill(truth.subject, values, re.escape).strip("^$"), words, re.MULTILINE)
                      for truth in fitting)
        result[name] = (bool(fitting), subject)
    return result
