#!/usr/bin/python3
"""Every folder of samples/ fails in the way that its file 'expected' says."""

import os
import subprocess

import harness


class SamplesTest(harness.EndToEndTest):
    def test_samples(self):
        names = sorted(path.parent.name for path in (harness.TREE / "samples").glob("*/sample"))
        self.assertGreaterEqual(len(names), 9)
        for name in names:
            with self.subTest(sample=name):
                self.check_sample(name)

    def check_sample(self, name):
        report, expected = self.folder / f"{name}.json", self.folder / f"{name}.expected"
        run = self.diagnose_through(name, report, expected)
        self.assertEqual(run.returncode, 1, run)
        verdict = harness.json.loads(report.read_text())["verdict"]
        found = f"{verdict['cause']}\n{verdict['subject']['kind']} {verdict['subject']['value']}\n"
        self.assertEqual(found, expected.read_text(), verdict["summary"])
        self.check_schema(harness.json.loads(report.read_text()))

    def diagnose_through(self, name, report, expected):
        environment = os.environ | {"EXPECTED": str(expected), "WHYWONTITSTART": str(harness.TOOL)}
        return subprocess.run([harness.TREE / "samples" / "run", name, "-o", report], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=harness.DEADLINE)


if __name__ == "__main__":
    harness.main()
