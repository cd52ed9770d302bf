#!/usr/bin/env python3
"""Writes rules/noise_learnt.yaml: failing calls that many healthy starts share, so that they accuse nobody.

Runs the installed programs with --version (and a few runtimes with an empty program) under strace(1), as an
unprivileged user in an empty home. Of those that end well it keeps the calls that failed and were not made good by a
later one, and writes down what several programs of different kinds have in common. What rules/noise.yaml knows already
is left out.

    tools/learn_noise.py [--programs N]
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import yaml

TREE = pathlib.Path(__file__).resolve().parents[1]
CALL = re.compile(r'^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|\?)(?: (E\w+))?')
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
DANGEROUS = re.compile(r"^(?:halt|poweroff|reboot|shutdown|init|telinit|runlevel|mkfs.*|mkswap|wipefs|fdisk|sfdisk|cfdisk|dd|"
                       r"yes|kill.*|pkill|skill|sulogin|agetty|getty|login|su|sudo.*|passwd|chsh|chfn|vipw|vigr|visudo|crontab|"
                       r"systemd.*|systemctl|service|invoke-rc\.d|policy-rc\.d|update-.*|dpkg.*|apt.*|ccache|strace|gdb|valgrind|"
                       r"unshare|nsenter|setpriv|chroot|pivot_root|switch_root|mount|umount|swap.*|losetup|script.*|screen|tmux)$")
RUNTIMES = [["python3", "-c", "pass"], ["python3", "-c", "import json, ssl, sqlite3, asyncio, http.server, email, logging"],
            ["perl", "-e", "1"], ["perl", "-MPOSIX", "-MSocket", "-MFile::Temp", "-e", "1"], ["ruby", "-e", "1"],
            ["php", "-r", "1;"], ["node", "-e", "0"], ["node", "-e", "require('http');require('crypto')"],
            ["java", "-version"], ["lua5.4", "-e", "x=1"], ["bash", "-c", ":"], ["bash", "-lc", "true"], ["sh", "-c", "true"],
            ["zsh", "-c", "true"], ["awk", "BEGIN{}"], ["git", "init", "-q", "r"], ["make", "--version"], ["gcc", "-v"],
            ["tclsh", "/dev/null"], ["guile", "-c", "1"], ["sqlite3", ":memory:", "select 1"], ["curl", "file:///etc/hostname"],
            ["openssl", "version"], ["ssh", "-V"], ["nginx", "-v"], ["redis-server", "--version"], ["psql", "--version"]]


FEWEST_STARTS = 4  # starts that have a failing call in common


def commands(most):
    seen, chosen = set(), list(RUNTIMES)
    for folder in ("/usr/bin", "/usr/sbin"):
        for path in sorted(pathlib.Path(folder).iterdir()):
            target = path.resolve()
            if DANGEROUS.match(path.name) or target in seen or not os.access(target, os.X_OK):
                continue
            seen.add(target)
            chosen.append([path.name, "--version"])
    return chosen[:most]


def shape(path, program, home):
    """The path without what differs from start to start: home, versions, PIDs, the program's own name."""
    path = path.replace(home, "~")
    path = re.sub(r"(?<![A-Za-z])" + re.escape(re.sub(r"[\d.-]+$", "", program)) + r"[\w.-]*", "{program}", path) \
        if len(program) > 2 else path
    path = re.sub(r"x86_64|amd64|aarch64|arm64", "{arch}", path)
    return re.sub(r"\d+(?:\.\d+)*", "{number}", path)


def failures(command):
    """The templates (call, errno, path shape) of what failed for good; None if it did not end well."""
    with tempfile.TemporaryDirectory(prefix="noise-") as home:
        os.chmod(home, 0o777)
        log = os.path.join(home, "log")
        environment = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}
        # In a session of its own: without strace(1) what it traced would live on.
        run = subprocess.Popen(["strace", "-f", "-qq", "-s", "300", "-o", log, "setpriv", "--reuid=65534", "--regid=65534",
                                "--clear-groups", *command], cwd=home, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        if run.wait() != 0:
            return None
        failed, worked = {}, set()
        for line in open(log, errors="replace"):
            call = CALL.match(line)
            if not call or call[1] in ("execve", "setpriv"):
                continue
            found = PATH.search(call[2])
            path = found[1] if found else ""
            keys = {path, os.path.basename(path), stem(path)}
            if call[4]:
                failed[(call[1], call[4], path)] = keys
            elif path:
                worked |= keys
        return {(name, error, shape(path, command[0], home)) for (name, error, path), keys in failed.items()
                if path.startswith("/") and not keys & worked}


def stem(path):
    """A search goes on in the same folder with another ending: x.so, x.py, x/__init__.py."""
    folder, base = os.path.split(re.sub(r"/__init__\.[\w.-]+$", "", path))
    return f"{folder}/{base.split('.')[0]}"


def widened(templates):
    """One template for several that differ in one folder only: what many packages have in common."""
    alike = collections.defaultdict(set)
    for name, error, path in templates:
        parts = path.split("/")
        for at in range(2, len(parts) - 1):
            alike[name, error, "/".join(parts[:at] + ["{any}"] + parts[at + 1:])].add((name, error, path))
    wide = {}
    for key, members in sorted(alike.items(), key=lambda item: -len(item[1])):
        left = {member for member in members if member not in wide}
        if len(left) >= 4:
            wide.update((member, key) for member in left)
    return wide


def is_known(template, noise):
    name, error, path = template
    for entry in noise:
        words = {key: value if isinstance(value, list) else [value] for key, value in entry.items() if key != "why"}
        if ("syscall" in words and name not in words["syscall"]) or ("error" in words and error not in words["error"]):
            continue
        if not {"flags", "address"} & set(words) and ("path" not in words or re.search(words["path"][0], path)):
            return True
    return False


def pattern(path):
    """A regular expression for the shape."""
    text = re.escape(path).replace(r"\{program\}", r"[\w.+-]+").replace(r"\{number\}", r"[\d.]+").replace(r"\{arch\}", r"\w+")
    text = text.replace(r"\{any\}", "[^/]+").replace(r"\-", "-").replace(r"\~", "(?:/root|/home/[^/]+|/nonexistent)")
    return f"^{text}$"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=2000, help="how many to start at most")
    chosen = commands(parser.parse_args().programs)
    noise = yaml.safe_load((TREE / "rules/noise.yaml").read_text())["noise"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [found for found in pool.map(failures, [c for c in chosen if shutil.which(c[0])]) if found is not None]
    counts = collections.Counter(template for found in results for template in found if not is_known(template, noise))
    wide = widened(template for template, count in counts.items() if count >= FEWEST_STARTS)
    grouped = collections.defaultdict(lambda: [set(), set(), 0])
    for template, count in counts.items():
        name, error, path = wide.get(template, template)
        is_own_of_home = not path.startswith("~") or path.startswith("~/.")
        if count >= FEWEST_STARTS and is_own_of_home and not path.startswith("/usr/bin/{program}") and not is_known((name, error, path), noise):
            entry = grouped[path]
            entry[0].add(name)
            entry[1].add(error)
            entry[2] = max(entry[2], count)
    lines = ["# Made by tools/learn_noise.py. Failing calls that several healthy starts have in common, of "
             f"{len(results)} that were watched.", "noise:"]
    for path, (names, errors, count) in sorted(grouped.items(), key=lambda item: (-item[1][2], item[0])):
        lines.append(f"  - {{ syscall: [{', '.join(sorted(names))}], error: [{', '.join(sorted(errors))}], "
                     f"path: '{pattern(path)}', why: \"in {count} healthy starts\" }}")
    (TREE / "rules/noise_learnt.yaml").write_text("\n".join(lines) + "\n")
    print(f"{len(results)} healthy starts, {len(grouped)} templates")


if __name__ == "__main__":
    main()
