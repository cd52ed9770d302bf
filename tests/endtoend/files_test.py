#!/usr/bin/python3
"""Reports as files: nobody else reads them, nothing is written through a link, and none is without bounds."""

import json
import os
import stat

import harness

FORMATS = ("txt", "md", "html", "json")
MISSING = ("/bin/cat", "/nowhere/x")


class FilesTest(harness.EndToEndTest):
    def write(self, *paths, words=MISSING):
        return self.tool(*(word for path in paths for word in ("-o", path)), *words)

    def test_nobody_else_reads_them(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        paths = [self.folder / f"report.{form}" for form in FORMATS]
        for path in paths[:2]:
            path.write_text("older")
            path.chmod(0o666)
        self.write(*paths)
        for path in paths:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
            self.assertIn("/nowhere/x", path.read_text())

    def test_a_link_is_replaced_and_not_followed(self):
        shared = self.folder / "shared"
        shared.mkdir()
        shared.chmod(0o1777)
        precious = self.folder / "precious"
        precious.write_text("precious")
        for form in FORMATS:
            (shared / f"report.{form}").symlink_to(precious)
        (shared / "dangling.txt").symlink_to(self.folder / "made-by-the-link")
        self.write(*(shared / f"report.{form}" for form in FORMATS), shared / "dangling.txt")
        self.assertEqual(precious.read_text(), "precious")
        self.assertFalse((self.folder / "made-by-the-link").exists())
        for path in shared.iterdir():
            self.assertFalse(path.is_symlink(), path)
            self.assertIn("/nowhere/x", path.read_text())
        trace = shared / "run.trace"
        trace.symlink_to(precious)
        self.assert_refused_call(self.tool("--save", trace, *MISSING), trace, "link")
        self.assertEqual(precious.read_text(), "precious")

    def test_a_file_of_somebody_else_in_a_shared_folder_stays(self):
        self.need_root()
        shared = self.folder / "shared"
        shared.mkdir()
        shared.chmod(0o1777)
        path = shared / "report.txt"
        path.write_text("of root")
        run = self.tool("-o", path, *MISSING, through=[self.program("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"])
        self.assertEqual(run.status, 2, run)
        self.assertIn(str(path), run.stderr)
        self.assertEqual(path.read_text(), "of root")
        self.assertEqual(list(shared.iterdir()), [path], "nothing is left beside it")

    def test_half_a_report_is_never_there(self):
        full = self.folder / "report.txt"
        full.mkdir()  # cannot be replaced by a file
        run = self.write(full)
        self.assertEqual(run.status, 2, run)
        self.assertEqual(list(self.folder.glob("report.txt?*")), [], "nothing is left beside it")

    def test_they_stay_small_and_say_what_was_cut(self):
        program = self.python("import os, sys\nfor number in range(1500):\n    if os.fork() == 0:\n        os._exit(number % 3)\n    os.wait()\n"
                              "for number in range(40):\n    os.write(2, b'x' * 60000 + b'\\n')\nos.write(2, b'the last line\\n')\n"
                              "with open('app.log', 'w') as log:\n    log.write('y' * 3000000 + '\\n')\n"
                              "sys.exit(1)\n")
        paths = [self.folder / f"report.{form}" for form in FORMATS]
        self.write(*paths, words=["-E", "A=" + "z" * 100000, *program, "w" * 100000])
        for path in paths:
            self.assertLess(path.stat().st_size, 5_000_000, path)
            self.assertIn("processes", path.read_text())
        report = json.loads(paths[-1].read_text())
        self.assertEqual(len(report["processes"]), 400)
        self.assertIn("1101 processes", report["cut"])
        self.assertTrue(report["output"]["stderr_tail"].rstrip().endswith("the last line"))
        self.check_schema(report)
        self.assertIn("cut for its size: 1101 processes", paths[0].read_text())


if __name__ == "__main__":
    harness.main()
