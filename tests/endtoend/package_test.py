#!/usr/bin/python3
"""The Debian package, installed and removed by dpkg in a root in which nothing else is."""

import pathlib
import re
import shutil
import subprocess

import harness

BUILD = harness.TOOL.parent
# What dpkg asks for, and what the maintainer's scripts are run with.
NEEDED = ("dpkg", "dpkg-deb", "dpkg-query", "dpkg-split", "tar", "rm", "diff", "sh", "ldconfig", "start-stop-daemon")


class PackageTest(harness.EndToEndTest):
    def package(self):
        self.need((BUILD / "CPackConfig.cmake").exists(), f"{BUILD}/CPackConfig.cmake (./dev build release)")
        subprocess.run([self.program("cpack"), "--config", BUILD / "CPackConfig.cmake", "-G", "DEB", "-B",
                        self.folder / "package", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip"], check=True, capture_output=True, cwd=self.folder)
        packages = list((self.folder / "package").glob("*.deb"))
        self.assertEqual(len(packages), 1)
        return packages[0]

    def bare_root(self):
        """A root with dpkg and what that needs, of this machine, and no package."""
        self.need_root()
        root = self.folder / "root"
        for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "tmp", "etc", "bin", "dev"):
            (root / folder).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        (root / "dev/null").touch()
        for name in NEEDED:
            program = self.program(name)
            shutil.copy(program, root / "bin" / name)
            needs = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
            for library in re.findall(r"(/\S+) \(", needs):
                target = root / library.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(library, target)
        return root

    def inside(self, root, *words):
        return subprocess.run([self.program("chroot"), root, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=harness.DEADLINE, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})

    def files(self, root):
        """All there is but dpkg's own notes, with folders."""
        return {str(path.relative_to(root)) for path in root.rglob("*") if "var/lib/dpkg" not in str(path)}

    def test_install_run_remove_purge(self):
        package, root = self.package(), self.bare_root()
        before = self.files(root)
        shutil.copy(package, root / "tmp/tool.deb")
        run = self.inside(root, "dpkg", "-i", "/tmp/tool.deb")
        self.assertEqual(run.returncode, 0, run)
        (root / "tmp/tool.deb").unlink()

        for path in ("usr/share/man/man1/whywontitstart.1.gz", "usr/share/bash-completion/completions/whywontitstart",
                     "usr/share/zsh/vendor-completions/_whywontitstart",
                     "usr/share/fish/vendor_completions.d/whywontitstart.fish",
                     "usr/lib/systemd/system/whywontitstart@.service", "usr/lib/systemd/catalog/whywontitstart.catalog",
                     "usr/share/doc/whywontitstart/causes.md", "usr/share/doc/whywontitstart/copyright",
                     "usr/share/doc/whywontitstart/changelog.gz", "usr/share/doc/whywontitstart/rules/port.yaml"):
            self.assertTrue((root / path).is_file(), path)
        self.assertIn("ExecStart=/usr/bin/whywontitstart --unit",
                      (root / "usr/lib/systemd/system/whywontitstart@.service").read_text())

        version = self.inside(root, "whywontitstart", "--version")
        self.assertRegex(version.stdout, r"\Awhywontitstart \d")
        run = self.inside(root, "whywontitstart", "sh", "-c", ". /etc/missing.conf")
        self.assertEqual(run.returncode, 1, run)
        self.assertRegex(run.stderr, r"/etc/missing\.conf.*\[file\.missing\]", run)
        checked = self.inside(root, "whywontitstart", "--check-rules", "/usr/share/doc/whywontitstart/rules")
        self.assertEqual(checked.returncode, 0, checked)

        kept = root / "var/lib/whywontitstart/some.service.1.txt"
        kept.parent.mkdir()
        kept.touch()
        self.assertEqual(self.inside(root, "dpkg", "-r", "whywontitstart").returncode, 0)
        self.assertEqual(self.files(root) - before, {"var/lib/whywontitstart", "var/lib/whywontitstart/some.service.1.txt"})
        self.assertEqual(self.inside(root, "dpkg", "--purge", "whywontitstart").returncode, 0)
        self.assertEqual(self.files(root) ^ before, set())
        self.assertNotIn("whywontitstart", (root / "var/lib/dpkg/status").read_text())

    def test_lintian_has_nothing_to_say(self):
        run = subprocess.run([self.program("lintian"), "--fail-on", "error,warning", "--allow-root", self.package()],
                             capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout), (0, ""), run.stderr)

    def test_install_below_another_prefix(self):
        """As an administrator does it, with /usr/local; the unit calls the tool that was installed with it."""
        self.need((BUILD / "cmake_install.cmake").exists(), f"{BUILD}/cmake_install.cmake (./dev build release)")
        subprocess.run([self.program("cmake"), "--install", BUILD, "--prefix", "/usr/local"], check=True,
                       capture_output=True, env={"PATH": harness.SEARCH, "DESTDIR": str(self.folder / "place")})
        place = self.folder / "place/usr/local"
        self.assertTrue((place / "share/zsh/site-functions/_whywontitstart").is_file())
        self.assertIn("ExecStart=/usr/local/bin/whywontitstart ",
                      (place / "lib/systemd/system/whywontitstart@.service").read_text())
        run = subprocess.run([place / "bin/whywontitstart", "--version"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0)
        self.assertEqual([str(path) for path in (self.folder / "place").iterdir()], [str(self.folder / "place/usr")])


if __name__ == "__main__":
    harness.main()
