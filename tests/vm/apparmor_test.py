#!/usr/bin/env python3
"""Refusals of AppArmor as a real kernel makes and logs them. Runs in the guest, as root."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "endtoend"))
import harness

ACT = "/usr/local/bin/act"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class AppArmorTest(harness.EndToEndTest):
    def profile(self, *lines, flags=""):
        """Puts this profile into force, for this test alone."""
        text = f"abi <abi/3.0>,\ninclude <tunables/global>\n{ACT} {flags} {{\n  include <abstractions/base>\n"
        text += f"  {ACT} mr,\n" + "".join(f"  {line}\n" for line in lines) + "}\n"
        path = pathlib.Path("/etc/apparmor.d/usr.local.bin.act")
        path.write_text(text)
        self.addCleanup(subprocess.run, ["apparmor_parser", "-R", path], check=True)
        subprocess.run(["apparmor_parser", "-r", path], check=True)

    def thing(self, path, mode=0o644):
        path = pathlib.Path(path)
        path.write_text("text\n")
        path.chmod(mode)
        self.addCleanup(path.unlink)
        return str(path)

    def assert_denied(self, run, line):
        self.assert_verdict(run, "security.apparmor", "profile", ACT)
        finding = run.report["findings"][0]
        self.assertIn('apparmor="DENIED"', "".join(piece["text"] for piece in finding["evidence"]))
        self.assertIn(line, finding["fixes"][0]["text"])
        self.assertEqual(finding["fixes"][0]["command"], "apparmor_parser -r /etc/apparmor.d/usr.local.bin.act")
        check = next(check for check in run.report["checks"] if check["id"] == "apparmor")
        self.assertEqual(check["status"], "fail", run)

    def test_a_file_that_may_not_be_read(self):
        self.profile()
        self.assert_denied(self.diagnose(ACT, "read", self.thing("/etc/secret")), "/etc/secret r,")

    def test_a_name_with_a_blank(self):
        self.profile()
        self.assert_denied(self.diagnose(ACT, "read", self.thing("/etc/a secret")), '"/etc/a secret" r,')

    def test_a_file_under_another_name(self):
        self.profile()
        link = pathlib.Path("/etc/link")
        link.symlink_to(self.thing("/etc/secret"))
        self.addCleanup(link.unlink)
        self.assert_denied(self.diagnose(ACT, "read", link), "/etc/secret r,")

    def test_a_file_that_may_not_be_made(self):
        self.profile()
        self.assert_denied(self.diagnose(ACT, "write", "/etc/new"), "/etc/new w,")

    def test_a_program_that_may_not_be_run(self):
        self.profile()
        self.assert_denied(self.diagnose(ACT, "exec", "/usr/bin/true"), "/usr/bin/true ix,")

    def test_no_network(self):
        self.profile()
        self.assert_denied(self.diagnose(ACT, "serve", "8080"), "network inet stream,")

    def test_a_capability(self):
        self.profile("network inet stream,")
        self.assert_denied(self.diagnose(ACT, "serve", "80"), "capability net_bind_service,")

    def test_a_profile_that_only_tells(self):
        self.profile(flags="flags=(complain)")
        self.assert_verdict(self.diagnose(ACT, "read", self.thing("/etc/secret")), "ok.exited")

    def test_a_mode_and_a_profile_that_only_tells(self):
        self.profile(flags="flags=(complain)")
        secret = self.thing("/etc/secret", 0o600)
        self.assert_verdict(self.diagnose("-u", "nobody", ACT, "read", secret), "file.permission", "path", secret)

    def test_a_mode_beside_a_profile_that_allows_it(self):
        self.profile("/etc/secret r,")
        secret = self.thing("/etc/secret", 0o600)
        self.assert_verdict(self.diagnose("-u", "nobody", ACT, "read", secret), "file.permission", "path", secret)

    def test_all_that_it_needs(self):
        self.profile("/etc/secret r,")
        self.assert_verdict(self.diagnose(ACT, "read", self.thing("/etc/secret")), "ok.exited")

    def test_nobody_may_read_the_log(self):
        """The tool is no root, and so the kernel's log is closed to it (kernel.dmesg_restrict)."""
        self.profile()
        self.folder.chmod(0o777)
        run = self.diagnose(ACT, "read", self.thing("/etc/secret"), through=NOBODY)
        self.assert_verdict(run, "security.apparmor", "profile", ACT)
        self.assertLess(run.report["verdict"]["confidence"], 0.9, "it is a guess")


if __name__ == "__main__":
    os.environ["CI"] = "true"  # nothing may be skipped here
    harness.main()
