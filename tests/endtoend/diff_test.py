#!/usr/bin/python3
"""Two runs of one program, one that works and one that does not: what sets them apart is the cause."""

import shutil
import subprocess

import harness


class DiffTest(harness.EndToEndTest):
    def saved(self, name, *words, **keywords):
        """Runs it and keeps the trace; gives its file."""
        trace = self.folder / f"{name}.trace"
        self.tool("-q", "--save", trace, *words, **keywords)
        self.assertTrue(trace.exists())
        self.assert_nothing_left()
        return trace

    def logged(self, name, *words):
        """The same with a log of strace."""
        log = self.folder / f"{name}.log"
        subprocess.run([self.program("strace"), "-f", "-qq", "-o", log, *words], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        return log

    def diff(self, good, bad):
        run = self.diagnose("--diff", good, bad, cwd="/")
        self.assertIn("compared with the good run", run.stderr)
        return run, run.report["comparison"]

    def difference(self, comparison, area, name):
        found = [one for one in comparison["differences"] if (one["area"], one["name"]) == (area, str(name))]
        self.assertEqual(len(found), 1, comparison)
        return found[0]

    def test_works_as_root_and_fails_as_a_service_user(self):
        self.need_root()
        config = self.file("app.conf", "port=1\n", 0o600)
        words = self.python(f"import sys\ntry: open('/etc/app-optional.conf')\nexcept OSError: pass\nopen({config!r})\n")
        good, bad = self.saved("good", *words), self.saved("bad", "-u", "nobody", *words)
        run, comparison = self.diff(good, bad)
        self.assert_verdict(run, "file.permission", "path", config)
        self.assertIn(config, comparison["first_divergence"]["bad"])
        self.assertIn("worked", comparison["first_divergence"]["good"])
        self.assertTrue(any("PermissionError" in text for text in comparison["first_divergence"]["follows"]), comparison)
        self.assertIn("nobody", self.difference(comparison, "user", "user")["bad"])
        self.assertGreater(comparison["common_failures"], 0, "app-optional.conf is missing in both")

    def test_works_in_a_shell_and_fails_with_an_empty_environment(self):
        program = self.python("import os\nprint(os.environ['SHOP_DATABASE'])\n")
        good = self.saved("good", "-E", "SHOP_DATABASE=db.example", *program)
        bad = self.saved("bad", "--clean-env", *program)
        run, comparison = self.diff(good, bad)
        self.assert_verdict(run, "config.env-missing", "env", "SHOP_DATABASE")
        found = self.difference(comparison, "environment", "SHOP_DATABASE")
        self.assertEqual((found["good"], found["bad"]), ("db.example", None))

    def test_a_program_that_another_path_does_not_have(self):
        self.file("tools/convert-shop", "#!/bin/sh\nexit 0\n", 0o755)
        script = self.file("start.sh", "#!/bin/sh\nset -e\nconvert-shop\n", 0o755)
        good = self.saved("good", "-E", f"PATH={self.folder}/tools:/usr/bin:/bin", script)
        bad = self.saved("bad", "-E", "PATH=/usr/bin:/bin", script)
        run, comparison = self.diff(good, bad)
        self.assert_verdict(run, "exec.not-found")
        self.assertIn("convert-shop", run.report["verdict"]["subject"]["value"])
        self.assertIn(f"{self.folder}/tools/convert-shop", comparison["first_divergence"]["good"])
        self.assertIn("tools", self.difference(comparison, "environment", "PATH")["good"])

    def test_works_with_a_file_of_its_package_and_fails_without(self):
        nginx = self.program("nginx")
        types = self.folder / "mime.types"
        shutil.copy("/etc/nginx/mime.types", types)
        config = self.file("nginx.conf", f"pid {self.folder}/pid;\nerror_log stderr;\nevents {{}}\n"
                                         f"http {{ include {types}; access_log off; "
                                         f"server {{ listen 127.0.0.1:{self.free_port()}; }} }}\n")
        words = [nginx, "-c", config, "-t"]
        good = self.saved("good", *words)
        types.unlink()
        run, comparison = self.diff(good, self.saved("bad", *words))
        self.assert_verdict(run, "file.missing", "path", types)
        self.assertEqual(self.difference(comparison, "file", types)["bad"], "not there")
        self.assertIn("mime.types", comparison["first_divergence"]["bad"])

    def test_works_before_an_upgrade_and_fails_after_it(self):
        def library(text):
            self.compiled("libshop.so.1", text, "-shared", "-fPIC", "-Wl,-soname,libshop.so.1")
        library("int shop_open(void) { return 0; } int shop_close(void) { return 0; }")
        program = self.compiled("shop", "int shop_open(void), shop_close(void);\n"
                                        "int main(void) { return shop_open() + shop_close(); }",
                                str(self.folder / "libshop.so.1"), f"-Wl,-rpath,{self.folder}", "-Wl,-z,now")
        good = self.saved("good", program)
        library("int shop_open(void) { return 0; } char more[100000];")
        run, comparison = self.diff(good, self.saved("bad", program))
        self.assert_verdict(run, "library.symbol-missing")
        self.difference(comparison, "library", self.folder / "libshop.so.1")

    def test_works_with_one_version_of_a_package_and_fails_with_the_next(self):
        """dpkg installs it, over a copy of its own state that only this test sees."""
        self.need_root()
        for tool in ("unshare", "dpkg", "dpkg-deb"):
            self.program(tool)
        for version, code in (("1.0-1", "exit 0"), ("1.1-1", "exit 3")):
            root = self.folder / f"package-{version}"
            self.file(f"package-{version}/DEBIAN/control",
                      f"Package: shop-tools\nVersion: {version}\nArchitecture: all\nMaintainer: nobody <x@example.org>\n"
                      "Description: a shop\n")
            self.file(f"package-{version}/opt/shop/start", f"#!/bin/sh\n{code}\n", 0o755)
            subprocess.run(["dpkg-deb", "--build", "--root-owner-group", root, self.folder / f"{version}.deb"], check=True,
                           stdout=subprocess.DEVNULL)
        script = self.file("both.sh", f"""#!/bin/sh -e
cd {self.folder}
mkdir scratch
mount -t tmpfs none scratch
for place in var/lib/dpkg opt; do
  mkdir -p scratch/$place scratch/work/$place
  mount -t overlay none -o lowerdir=/$place,upperdir=scratch/$place,workdir=scratch/work/$place /$place
done
for version in 1.0-1 1.1-1; do
  dpkg --log=/dev/null -i $version.deb >/dev/null
  {harness.TOOL} -q --save $version.trace /opt/shop/start || :
done
""", 0o755)
        made = subprocess.run(["unshare", "--mount", script], capture_output=True, text=True, check=False)
        self.need((self.folder / "1.1-1.trace").exists(), f"overlay in a mount namespace: {made.stderr}")
        run, comparison = self.diff(self.folder / "1.0-1.trace", self.folder / "1.1-1.trace")
        found = self.difference(comparison, "package", "shop-tools")
        self.assertEqual((found["good"], found["bad"]), ("1.0-1", "1.1-1"))
        self.assertIn("of shop-tools 1.1-1", self.difference(comparison, "file", "/opt/shop/start")["bad"])
        self.assertIn("shop-tools was 1.0-1, and is 1.1-1", run.report["verdict"]["summary"])

    def test_a_silent_end_after_another_file_was_read(self):
        settings = self.file("settings", "MODE=prod\n")
        script = self.file("start.sh", "#!/bin/sh\n"
                                       "cat /etc/shop-optional\n"
                                       f". {settings}\n"
                                       '[ "$MODE" = prod ] || exit 7\n', 0o755)
        good = self.saved("good", script)
        self.file("settings", "MODE=test\n")
        run, comparison = self.diff(good, self.saved("bad", script))
        self.assert_verdict(run, "config.invalid", "path", settings)
        self.assertLess(run.report["verdict"]["confidence"], 0.9, "it is no proof")
        self.assertGreater(comparison["common_failures"], 0, "what cat complains of, it complained of before")

    def test_a_silent_end_without_a_variable(self):
        settings = self.file("settings", "MODE=prod\n")
        words = ["/bin/bash", "-c", 'test -r "$SHOP_SETTINGS" || exit 3']
        good = self.saved("good", "-E", f"SHOP_SETTINGS={settings}", *words)
        run, _ = self.diff(good, self.saved("bad", "env", "-i", *words))
        self.assert_verdict(run, "config.env-missing", "env", "SHOP_SETTINGS")

    def test_logs_of_strace_and_saved_traces_mix(self):
        config = self.folder / "app.conf"
        config.write_text("x")
        words = self.python(f"open({str(config)!r})\n")
        good_trace, good_log = self.saved("good", *words), self.logged("good", *words)
        config.unlink()
        bad_trace, bad_log = self.saved("bad", *words), self.logged("bad", *words)
        for good in (good_trace, good_log):
            for bad in (bad_trace, bad_log):
                run, comparison = self.diff(good, bad)
                self.assert_verdict(run, "file.missing", "path", config)
                self.assertIn(str(config), comparison["first_divergence"]["bad"])
                self.assertIn("worked", comparison["first_divergence"]["good"])

    def test_two_runs_that_are_the_same_do_not_differ(self):
        words = self.python("import json, tempfile\nwith tempfile.NamedTemporaryFile(): json.loads('[1]')\n")
        run, comparison = self.diff(self.saved("good", *words), self.saved("bad", *words))
        self.assert_verdict(run, "ok.exited")
        self.assertIsNone(comparison["first_divergence"])
        self.assertEqual([one for one in comparison["differences"] if one["area"] != "file"], [])

    def test_secrets_of_either_run_are_masked(self):
        words = self.python("import sys\nsys.exit(1)\n")
        good = self.saved("good", "--no-redact", "-E", "SHOP_PASSWORD=of-the-good-run", "/bin/true")
        bad = self.saved("bad", "--no-redact", "-E", "SHOP_PASSWORD=of-the-bad-run", *words)
        run, comparison = self.diff(good, bad)
        self.assertNotIn("of-the-", run.stderr + str(run.report))
        found = self.difference(comparison, "environment", "SHOP_PASSWORD")
        self.assertNotEqual(found["good"], found["bad"], "that they differ is still to be seen")

    def test_a_call_that_cannot_be_is_refused(self):
        good = self.saved("good", "/bin/true")
        self.assert_refused_call(self.tool("--diff", good), "two files")
        self.assert_refused_call(self.tool("--diff", good, self.folder / "none"), "none")
        self.assert_refused_call(self.tool("--diff", good, good, "/bin/true"), "/bin/true")


if __name__ == "__main__":
    harness.main()
