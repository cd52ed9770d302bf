"""The examples of docs/report.md work on the reports of tests/golden."""

import glob
import re
import shutil
import subprocess
import sys

if not shutil.which("jq"):
    print("skipped: jq is not installed")
    sys.exit(77)
with open("docs/report.md", encoding="utf-8") as file:
    examples = re.findall(r"\| jq (-\w+) '(.*)'$", file.read(), re.M)
assert len(examples) >= 6, examples
failed = False
for option, program in examples:
    said = 0
    for name in sorted(glob.glob("tests/golden/*.json")):
        run = subprocess.run(["jq", option, program, name], capture_output=True, text=True, check=False)
        said += bool(run.stdout.strip())
        if run.stderr or run.returncode not in (0, 1, 4):
            failed = True
            print(f"{name}: jq {option} '{program}': {run.stderr}")
    if not said:
        failed = True
        print(f"says nothing of any report: {program}")
sys.exit(failed)
