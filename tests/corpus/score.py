#!/usr/bin/env python3
"""Plays the cases of tests/corpus and says how often the tool names the right cause.

Some of the cases are held out: rules are not written with them in sight. Of these only the sums are shown, unless
--held-out asks for their rows.
"""

import argparse
import base64
import collections
import contextlib
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(folder) for folder in pathlib.Path(__file__).resolve().parents[:2]]
import judge  # noqa: E402
import logs  # noqa: E402
import naive  # noqa: E402
import saved  # noqa: E402
import table  # noqa: E402
from case import PACKAGES, fill, load  # noqa: E402
from stage import Stage, Unusable  # noqa: E402

try:
    import jsonschema
    from report_schema import closed
except ImportError:
    jsonschema = None

TREE = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = jsonschema and jsonschema.Draft202012Validator(closed(json.loads((TREE / "docs/report.schema.json").read_text())))
TOOL = pathlib.Path(os.environ.get("WHYWONTITSTART", TREE / "build/release/whywontitstart")).resolve()
PATIENCE = 10  # seconds for a run without the tool that does not end
SLOWEST = 240  # seconds for a case with all that belongs to it


def words_of(command, stage):
    return [stage.filled(word) for word in shlex.split(command)]


def with_tool(case, stage, more=()):
    """One run under the tool: its report, how long it took, and who was left behind."""
    report = os.path.join(stage.folder, ".report.json")
    options = ["-o", report, *more, *words_of(case.options, stage)]
    options += ["-u", case.user] if case.user else []
    options += ["-t", str(case.timeout)] if case.timeout else []
    for name, value in case.limits.items():
        options += ["--limit", f"{name}={value}"]
    started = time.monotonic()
    status, _, said, left = stage.play([stage.tool, *options, "--", *words_of(case.command, stage)], SLOWEST / 2)
    seconds = time.monotonic() - started
    try:
        document = json.loads(pathlib.Path(report).read_text())
    except (OSError, ValueError):
        return {"broken": f"no report, exit status {status}: {said[-300:]}"}
    if problem := next(SCHEMA.iter_errors(document), None) if SCHEMA else None:
        return {"broken": f"docs/report.schema.json: {'/'.join(map(str, problem.path))}: {problem.message[:300]}"}
    findings = document["findings"]
    return {"grade": judge.grade(case, findings, stage.values),
            "top3": judge.among_three(case, findings, stage.values),
            "verdict": document["verdict"], "state": document["outcome"]["state"], "rule": findings[0]["rule"],
            "next": [{key: finding[key] for key in ("cause", "subject", "confidence", "rule")}
                     for finding in findings[1:3]],
            "confidence": document["verdict"]["confidence"], "seconds": seconds, "left": len(left),
            "stderr": document["output"]["stderr_tail"][-600:]}


def kept(case, stage):
    """One run that is saved: with the report and the trace."""
    trace = pathlib.Path(stage.folder, ".saved.trace")
    result = with_tool(case, stage, ["--save", str(trace)])
    if "broken" in result:
        return result
    return result | {"report": json.loads(pathlib.Path(stage.folder, ".report.json").read_text()),
                     "trace": base64.b64encode(trace.read_bytes()).decode()}


def plain(case, stage, look=False):
    """One run under strace only: what the naive ways make of it, and whether the case shows what it claims."""
    log = os.path.join(stage.folder, ".strace")
    words = ["strace", "-f", "-qq", "-s", "300", "-o", log, *(["-u", case.user] if case.user else [])]
    if case.limits:
        words += ["prlimit", *(f"--{name}={value}" for name, value in case.limits.items()), "--"]
    status, printed, said, _ = stage.play([*words, *words_of(case.command, stage)], case.timeout or PATIENCE)
    stage.end_children()
    try:
        calls = naive.whole(pathlib.Path(log).read_text(errors="replace"))
    except OSError:
        calls = ""
    result = {"naive": naive.graded(case, calls, said, stage.folder, stage.values)}
    proof = fill(case.shows, stage.values, re.escape)
    if not re.search(proof, calls + printed + said, re.MULTILINE):
        result["broken"] = f"it does not show {case.shows!r}"
    if look:
        failing = [f"{name}({arguments}) {errno}"[:200] for name, arguments, errno in naive.failing(calls)]
        result |= {"status": status, "said": printed[-900:] + said, "calls": failing}
    return result


def one(case, way, scratch):
    """One run, in this process, which has to be a fresh one."""
    try:
        with Stage(case, TOOL, scratch) as stage:
            if way == "saved":
                return kept(case, stage)
            return with_tool(case, stage) if way == "tool" else plain(case, stage, look=way == "look")
    except Unusable as reason:
        return {"skipped": str(reason)}
    except subprocess.TimeoutExpired as reason:
        return {"broken": str(reason)}


def in_own_process(case, way):
    """Namespaces and children belong to a process, so each run gets one."""
    words = [sys.executable, "-B", __file__, "--one", case.id, "--way", way, "--scratch"]
    with tempfile.TemporaryDirectory(prefix="corpus-", ignore_cleanup_errors=True) as scratch, \
            subprocess.Popen([*words, scratch], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            printed, said = process.communicate(timeout=SLOWEST)
        except subprocess.TimeoutExpired as reason:
            process.terminate()  # it ends what it started
            process.communicate()
            return {"broken": str(reason)}
    try:
        return json.loads(printed)
    except ValueError:
        return {"broken": said[-600:]}


def played(case, arguments):
    result = {"name": case.id, "healthy": case.healthy, "held_out": case.held_out,
              "truth": [(truth.cause, truth.subject) for truth in case.truths], "misleads": case.misleads}
    if arguments.look:
        return result | in_own_process(case, "look")
    if arguments.saved:
        run = in_own_process(case, "saved")
        # Here, where nothing of the case's machine is to be seen.
        again = saved.judged(run, os.environ["WHYWONTITSTART"]) if "trace" in run else run
        return result | again
    result |= in_own_process(case, "tool")
    if arguments.naive and not case.healthy and "grade" in result:
        result |= in_own_process(case, "plain")
    return result


@contextlib.contextmanager
def copied_tool():
    """All cases meet the same tool, whatever is built meanwhile."""
    with tempfile.TemporaryDirectory(prefix="corpus-tool-") as folder:
        try:
            os.environ["WHYWONTITSTART"] = shutil.copy(TOOL, folder)
        except OSError as reason:
            sys.exit(f"score: no tool: {reason} (./dev build release)")
        yield


def chosen(cases, arguments):
    return [case for case in cases
            if re.search(arguments.k, case.id)
            and (not arguments.fast or case.fast)
            and (not arguments.held_out or case.held_out) and (not arguments.open or not case.held_out)]


def row(result):
    name = f"{result['name']}"
    if "skipped" in result or "broken" in result:
        kind = "broken" if "broken" in result else "skipped"
        return f"{kind:6} {result['name']:40} {result.get('broken') or result.get('skipped')}"
    if "same" in result:
        text = f"{'same' if result['same'] else 'other':6} {result['name']:40} {result['bytes']:8} bytes"
        return "\n".join([text, *(" " * 7 + line for line in result["differences"])])
    verdict = result["verdict"]
    text = f"{result['grade']:6} {result['name']:40} {verdict['cause']} ({verdict['subject']['value'][:60]}) " \
           f"{verdict['confidence']:.2f} {result['state']} {result['seconds']:.1f} s"
    if "unread" in result:
        text += f"\n       {result['unread']}"
    if result["left"]:
        text += f" [{result['left']} processes left]"
    if result["grade"] != "ok":
        text += "\n" + " " * 7 + "truth: " + " or ".join(f"{cause} ({subject})" for cause, subject in result["truth"])
    return text


def look(results):
    for result in results:
        print(f"=== {result['name']}: {result.get('truth')}")
        if "calls" not in result:
            print("    broken", result.get("broken") or result.get("skipped"))
            continue
        print(f"    status {result['status']} {result.get('broken', '')}")
        for line in result["said"].splitlines()[-6:]:
            print("    |", line[:200])
        for line in result["calls"][-5:]:
            print("    .", line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", metavar="REGEX", default="", help="cases whose AREA.NAME matches")
    parser.add_argument("--fast", action="store_true", help="the part that runs with all tests")
    parser.add_argument("--held-out", action="store_true", help="those that are held out, with rows")
    parser.add_argument("--open", action="store_true", help="the others")
    parser.add_argument("--logs", action="store_true", help="only the logs that strace wrote elsewhere: seconds, no root")
    parser.add_argument("--json", metavar="FILE", help="all results, for a program")
    parser.add_argument("--table", action="store_true", help="write the sums into README.md")
    parser.add_argument("--no-naive", dest="naive", action="store_false", help="leave out the naive ways")
    parser.add_argument("--look", action="store_true", help="show how the programs fail without the tool")
    parser.add_argument("--saved", action="store_true",
                        help="save each run, and compare the report of --from with that of the run")
    parser.add_argument("--packages", action="store_true", help="Debian packages that the chosen cases need")
    parser.add_argument("--list", action="store_true", help="names, truths, and what misleads")
    parser.add_argument("--at-least", type=float, metavar="PERCENT",
                        help="fail below this share of right causes, or if a healthy start is accused")
    parser.add_argument("-j", type=int, default=2, help="cases at the same time (2)")
    parser.add_argument("--one", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--scratch", help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=("tool", "plain", "look", "saved"), default="tool", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    cases = load()
    if arguments.one:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        print(json.dumps(one(next(case for case in cases if case.id == arguments.one), arguments.way,
                             arguments.scratch)))
        return 0
    cases = [] if arguments.logs else chosen(cases, arguments)
    if arguments.packages:
        print(*sorted({PACKAGES[need] for case in cases for need in case.needs if need in PACKAGES}))
        return 0
    if arguments.list:
        for case in cases:
            print(f"{'held-out' if case.held_out else 'open':8} {case.id}: {case.truths[0].cause}"
                  f"{'; ' + case.misleads if case.misleads else ''}")
        print(collections.Counter(case.truths[0].cause for case in cases).most_common(), len(cases))
        return 0
    results = []
    with copied_tool(), concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
        for result in pool.map(lambda case: played(case, arguments), cases):
            results.append(result)
            hidden = result["held_out"] and not arguments.held_out
            if not arguments.look and not (hidden and "grade" in result and "broken" not in result):
                print(row(result), flush=True)
        if not arguments.look and not arguments.held_out:
            tool = os.environ["WHYWONTITSTART"]
            for result in (saved.play_logs(tool, arguments.k) if arguments.saved else
                           logs.play(tool, arguments.k, arguments.j)):
                results.append(result)
                print(row(result), flush=True)
    if arguments.look:
        look(results)
        return 0
    if stray := logs.without_truth():
        print(f"log and truth do not go together: {', '.join(stray)}")
        return 1
    return summary(results, arguments)


def summary(results, arguments):
    if arguments.json:
        shown = [result for result in results if arguments.held_out or not result["held_out"]]
        pathlib.Path(arguments.json).write_text(json.dumps(shown, indent=1))
    if arguments.saved:
        return summary_of_saved(results)
    graded = [result for result in results if "grade" in result and "broken" not in result]
    for name in ("skipped", "broken"):
        if count := sum(name in result for result in results):
            print(f"{name}: {count}")
    print("\n" + table.text(graded))
    if arguments.table:
        table.into_readme(graded, TREE / "README.md")
    if not graded:
        print("skipped: nothing could be played here")
        return 77
    if any("broken" in result or "unread" in result for result in results):
        return 1
    if os.environ.get("CI") == "true" and any("skipped" in result for result in results):
        return 1
    if arguments.at_least is not None:
        sums = judge.totals(graded)
        return int(sums["accused"] > 0 or 100 * sums["cause"] < arguments.at_least * sums["cases"])
    return 0


def summary_of_saved(results):
    compared = [result for result in results if "same" in result]
    sizes = sorted(result["bytes"] for result in compared)
    same = sum(result["same"] for result in compared)
    if compared:
        print(f"{same} of {len(compared)} reports are the same; a trace takes {sizes[len(sizes) // 2] // 1024} KB, "
              f"at most {sizes[-1] // 1024} KB")
    broken, skipped = (sum(name in result for result in results) for name in ("broken", "skipped"))
    print(f"broken: {broken}, skipped: {skipped}")
    if not compared and not broken:
        print("skipped: nothing could be played here")
        return 77
    return int(same < len(compared) or broken > 0 or (os.environ.get("CI") == "true" and skipped > 0))


if __name__ == "__main__":
    sys.exit(main())
