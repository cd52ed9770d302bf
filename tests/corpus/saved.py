"""Is a saved trace worth as much as the run itself: does --from give the report that the run gave?"""

import base64
import json
import os
import pathlib
import subprocess
import tempfile

import logs

# What may differ between the two reports, by its path in the JSON, and why. Nothing else may.
MAY_DIFFER = {
    "recorded": "where and when it was saved: null of a run of now",
}
MOST = 6  # differences that are shown


def differences(live, again, path=""):
    """Each place in which the two JSON values differ, as text."""
    if path in MAY_DIFFER or live == again:
        return []
    if isinstance(live, dict) and isinstance(again, dict):
        found = []
        for key in [*live, *(key for key in again if key not in live)]:
            found += differences(live.get(key, "(not there)"), again.get(key, "(not there)"), f"{path}.{key}".lstrip("."))
        return found
    if isinstance(live, list) and isinstance(again, list) and len(live) == len(again):
        return [text for index, pair in enumerate(zip(live, again)) for text in differences(*pair, f"{path}[{index}]")]
    return [f"{path}: {json.dumps(live)[:200]} became {json.dumps(again)[:200]}"]


def play_logs(tool, pattern):
    """The logs, too: what is converted by --save has to say the same."""
    for log in logs.chosen(pattern):
        with tempfile.TemporaryDirectory(prefix="saved-") as folder:
            trace, report = pathlib.Path(folder, "trace"), pathlib.Path(folder, "report.json")
            subprocess.run([tool, "-q", "--from", logs.FOLDER / f"{log.name}.log", "--save", trace, "-o", report],
                           capture_output=True, timeout=60, check=False)
            result = {"name": f"log.{log.name}", "held_out": False}
            if trace.exists() and report.exists():
                run = {"trace": base64.b64encode(trace.read_bytes()), "report": json.loads(report.read_text())}
                yield result | judged(run, tool)
            else:
                yield result | {"broken": "no report or no trace"}


def read_again(tool, trace):
    """The report that --from makes of a saved trace; in another folder, with another environment, and on a machine
    that is not the one of the run: without its mounts and network."""
    with tempfile.TemporaryDirectory(prefix="saved-") as folder:
        report = os.path.join(folder, "report.json")
        run = subprocess.run([tool, "--from", "-", "-o", report], input=trace, cwd="/", env={},
                             capture_output=True, timeout=60, check=False)
        try:
            return json.loads(pathlib.Path(report).read_text())
        except (OSError, ValueError):
            return {"broken": f"--from: no report, exit status {run.returncode}: {run.stderr.decode()[-300:]}"}


def judged(run, tool):
    """What is to be shown of one case: a run with its report and its trace."""
    trace = base64.b64decode(run["trace"])
    again = read_again(tool, trace)
    if "broken" in again:
        return again
    found = differences(run["report"], again)
    return {"same": not found, "differences": found[:MOST], "bytes": len(trace)}
