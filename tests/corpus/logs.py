"""Logs that strace wrote, elsewhere or bent on their way, and what the tool makes of them with --from."""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import tempfile

import judge
import log_truths

FOLDER = pathlib.Path(__file__).parent / "logs"


def unread_lines(document):
    """How many lines the report says were not understood."""
    told = [re.match(r"(\d+) of \d+ lines were not understood", text) for text in document["not_looked_at"]]
    return sum(int(match[1]) for match in told if match)


def read(log, tool):
    """The result of one log, shaped like that of a case."""
    result = {"name": f"log.{log.name}", "healthy": log.healthy, "held_out": False, "log": True, "left": 0,
              "seconds": 0, "truth": [(truth.cause, truth.subject) for truth in log.truths], "misleads": log.how}
    with tempfile.TemporaryDirectory(prefix="corpus-log-") as folder:
        report = pathlib.Path(folder, "report.json")
        run = subprocess.run([tool, "-q", "--from", FOLDER / f"{log.name}.log", "-o", report],
                             capture_output=True, text=True, errors="replace", timeout=60, check=False)
        if not report.exists():
            return result | {"broken": f"no report, exit status {run.returncode}: {run.stderr[-300:]}"}
        document = json.loads(report.read_text())
    findings = document["findings"]
    result |= {"grade": judge.grade(log, findings, {}), "top3": judge.among_three(log, findings, {}),
               "verdict": document["verdict"], "state": document["outcome"]["state"], "rule": findings[0]["rule"],
               "confidence": document["verdict"]["confidence"]}
    unread = unread_lines(document)
    if unread > log.unread:
        result["unread"] = f"{unread} lines were not understood, at most {log.unread} should be"
    return result


def chosen(pattern):
    return [log for log in log_truths.ALL if re.search(pattern, f"log.{log.name}")]


def play(tool, pattern="", at_once=2):
    """The results of all logs whose names match."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda log: read(log, tool), chosen(pattern))


def without_truth():
    """Logs that nobody would ever read, and truths without a log."""
    there, told = {path.stem for path in FOLDER.glob("*.log")}, {log.name for log in log_truths.ALL}
    return sorted(there ^ told)
