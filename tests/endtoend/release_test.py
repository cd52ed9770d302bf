#!/usr/bin/python3
"""The released binary is one file that loads nothing, so it starts on a broken machine, too."""

import json
import shutil
import subprocess

import harness


class ReleaseTest(harness.EndToEndTest):
    def empty_root(self):
        """A folder with nothing in it but the tool, to be the root of its world."""
        self.need_root()
        root = self.folder / "root"
        root.mkdir()
        shutil.copy(harness.TOOL, root / "tool")
        return root

    def inside(self, root, *words):
        return subprocess.run([self.program("chroot"), root, "/tool", *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=harness.DEADLINE, env={})

    def test_no_interpreter_and_no_needed_library(self):
        readelf = self.program("readelf")
        text = subprocess.run([readelf, "-ld", harness.TOOL], capture_output=True, text=True, check=True).stdout
        self.assertIn("Program Headers", text)
        self.assertNotIn("INTERP", text)
        self.assertNotIn("(NEEDED)", text)

    def test_version_in_an_empty_root(self):
        run = self.inside(self.empty_root(), "--version")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertRegex(run.stdout, r"\Awhywontitstart \d+\.\d+\.\d+\n"
                         r"rules: \d{3,} of failures, in \d+ files, fingerprint [0-9a-f]{8}\n"
                         r"build: (commit [0-9a-f]{12}\+?, )?g\+\+ \d+\.\d+\.\d+.*, x86-64, static with glibc \d\.\d+\n\Z")

    def test_a_healthy_program_in_an_empty_root(self):
        root = self.empty_root()
        shutil.move(self.compiled("hello", '#include <stdio.h>\nint main(void) { puts("hello"); }\n', "-static"), root)
        run = self.inside(root, "-o", "/report.json", "/hello")
        self.assertEqual((run.returncode, run.stdout), (0, "hello\n"), run.stderr)
        report = json.loads((root / "report.json").read_text())
        self.check_schema(report)
        self.assertEqual(report["verdict"]["cause"], "ok.exited")

    def test_a_failing_program_in_an_empty_root(self):
        root = self.empty_root()
        shutil.move(self.compiled("service", """
            #include <stdio.h>
            int main(void) {
              if (fopen("/service.conf", "r")) return 0;
              perror("service: /service.conf");
              return 1;
            }""", "-static"), root)
        run = self.inside(root, "-o", "/report.json", "/service")
        self.assertEqual(run.returncode, 1, run)
        report = json.loads((root / "report.json").read_text())
        self.check_schema(report)
        self.assertEqual(report["verdict"]["cause"], "file.missing", report["verdict"])
        self.assertEqual(report["verdict"]["subject"], {"kind": "path", "value": "/service.conf"})


if __name__ == "__main__":
    harness.main()
