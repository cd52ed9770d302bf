#!/usr/bin/env python3
"""What watching costs: each workload untraced, under this tool and under strace(1), one after the other in every
round, so that a busy machine is busy for all. Ratios of wall-clock times, medians over the rounds; the whole
command counts, with the diagnosis after the program's end.

Then what reading costs: a log of strace of some hundred MB beside wc(1) and grep(1), in processor time.

    bench.py TOOL MAKE_FILTER [-n ROUNDS] [-w WORKLOAD]... [--reading]
"""
import argparse
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def compiled(name, folder):
    subprocess.run(["cc", "-O1", "-pthread", "-o", f"{folder}/{name}", f"{HERE}/{name}.c"], check=True)
    return f"{folder}/{name}"


def big_tree(folder):
    """A repository of 4,000 files."""
    tree = pathlib.Path(folder, "tree")
    for number in range(4000):
        path = tree / str(number // 100) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}\n")
    git = ["git", "-C", str(tree), "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run(git + words, check=True)
    return str(tree)


def workloads(folder):
    storm, openers, tree = compiled("storm", folder), compiled("openers", folder), big_tree(folder)
    return {
        "python imports": ["/usr/bin/python3", "-c", "import json, asyncio, http.server"],
        "node -e 0": ["node", "-e", "0"],
        "git status": ["git", "-C", tree, "status"],
        "find /usr/share": ["find", "/usr/share", "-name", "x"],
        "dd bs=1": ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=50000"],
        "getpid storm": [storm, "200000"],
        "300 forks": ["bash", "-c", "for i in {1..300}; do /bin/true; done"],
        "64 threads": [openers, "64", "200"],
    }


def tracers(tool, make_filter):
    names = subprocess.run([make_filter, "--names"], check=True, capture_output=True, text=True).stdout.split()
    same_calls = ",".join(f"?{name}" for name in names)
    return {
        "untraced": [],
        "filtered": [tool, "-q", "--backend", "seccomp"],
        "full": [tool, "-q", "--backend", "ptrace"],
        "strace": ["strace", "-f", "-o", "/dev/null"],
        "strace-bpf": ["strace", "-f", "--seccomp-bpf", "-e", f"trace={same_calls}", "-o", "/dev/null"],
    }


def seconds(words):
    start = time.perf_counter()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(words)[:200]} ended with {done.returncode}")
    return took


def measured(program, how, rounds):
    """By tracer: one time a round, without the first round, which warms the caches."""
    times = [{name: seconds(words + program) for name, words in how.items()} for _ in range(rounds + 1)]
    return times[1:]


def median_of(times, value):
    return statistics.median(value(one) for one in times)


def big_log(folder, size):
    """strace's log of a start of Python, again and again."""
    once, log = pathlib.Path(folder, "once"), pathlib.Path(folder, "log")
    subprocess.run(["strace", "-f", "-tt", "-y", "-o", once, "/usr/bin/python3", "-c",
                    "import json, asyncio, http.server, subprocess; subprocess.run(['true'])"], check=True)
    text = once.read_bytes()
    with log.open("wb") as file:
        for _ in range(size // len(text) + 1):
            file.write(text)
    return log


def processor_seconds(words):
    """Processor time and the most memory that was resident, in MB."""
    with tempfile.TemporaryFile() as output:  # into /dev/null grep(1) stops at the first match
        started = subprocess.Popen(words, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in (0, 1):
        sys.exit(f"bench: {words[0]} ended with {started.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def reading(tool, folder, rounds, size=200_000_000):
    log = big_log(folder, size)
    how = {"wc -l": ["wc", "-l", log], "grep -c ENOENT": ["grep", "-c", "ENOENT", log],
           "--from": [tool, "-q", "--from", log, "-f", "json"]}
    times = [{name: processor_seconds(words) for name, words in how.items()} for _ in range(rounds + 1)][1:]
    print(f"\n{f'reading a log of {log.stat().st_size / 1e6:.0f} MB':26}{'times wc':>10}{'times grep':>12}"
          f"{'MB/s':>9}{'resident':>11}")
    for name in how:
        to_wc, to_grep = (median_of(times, lambda one, by=by: one[name][0] / max(one[by][0], 1e-4))
                          for by in ("wc -l", "grep -c ENOENT"))
        speed = median_of(times, lambda one: log.stat().st_size / 1e6 / max(one[name][0], 1e-4))
        print(f"{name:26}{to_wc:10.1f}{to_grep:12.1f}{speed:9.0f}{median_of(times, lambda one: one[name][1]):8.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("make_filter")
    parser.add_argument("-n", type=int, default=11, metavar="ROUNDS")
    parser.add_argument("-w", "--workload", action="append", help="only those with this in their names")
    parser.add_argument("--reading", action="store_true", help="only what reading a log costs")
    given = parser.parse_args()
    if not given.reading:
        watching(given)
    if not given.workload:
        with tempfile.TemporaryDirectory() as folder:
            reading(given.tool, folder, given.n)


def watching(given):
    how = tracers(given.tool, given.make_filter)
    shares = {name: [] for name in how if name not in ("untraced", "strace")}
    with tempfile.TemporaryDirectory() as folder:
        chosen = {name: words for name, words in workloads(folder).items()
                  if not given.workload or any(part in name for part in given.workload)}
        print(f"{'times the untraced program':26}" + "".join(f"{name:>12}" for name in how) +
              "   share of strace's added time")
        for name, program in chosen.items():
            times = measured(program, how, given.n)
            row = f"{name:26}{median_of(times, lambda one: one['untraced']) * 1000:9.1f} ms"
            for tracer in list(how)[1:]:
                row += f"{median_of(times, lambda one: one[tracer] / one['untraced']):12.2f}"
            row += "  "
            for tracer, of_all in shares.items():
                share = median_of(times, lambda one: (one[tracer] - one["untraced"]) /
                                  (one["strace"] - one["untraced"]))
                of_all.append(max(share, 0.001))
                row += f" {tracer} {share:4.0%}"
            print(row, flush=True)
    for tracer, of_all in shares.items():
        mean = math.exp(statistics.fmean(math.log(share) for share in of_all))
        print(f"{tracer}: {mean:.1%} of strace's added time (geometric mean), at most {max(of_all):.0%}")


if __name__ == "__main__":
    main()
