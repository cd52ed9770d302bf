#!/usr/bin/env python3
"""Refusals of SELinux as a real kernel with Debian's reference policy makes and logs them. Runs in the guest, as root."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "endtoend"))
import harness

ACT = "/usr/sbin/act"  # by its label a web server, which the policy confines
ENFORCE = pathlib.Path("/sys/fs/selinux/enforce")
HOME = pathlib.Path("/home/somebody")


class SELinuxTest(harness.EndToEndTest):
    @classmethod
    def setUpClass(cls):
        shutil.copy("/usr/local/bin/act", ACT)
        subprocess.run(["chcon", "-t", "httpd_exec_t", ACT], check=True)

    def in_home(self, name, text="text\n", mode=0o644):
        """A file with the label that files of people have."""
        path = HOME / name
        path.write_text(text)
        path.chmod(mode)
        self.addCleanup(path.unlink, missing_ok=True)
        subprocess.run(["restorecon", "-F", HOME, path], check=True)
        return path

    def assert_denied(self, run, kind, value, *fixes):
        self.assert_verdict(run, "security.selinux", kind, value)
        finding = run.report["findings"][0]
        self.assertIn("avc:  denied", "".join(piece["text"] for piece in finding["evidence"]))
        for fix in fixes:
            self.assertIn(fix, [fix["command"] for fix in finding["fixes"]], run)
        check = next(check for check in run.report["checks"] if check["id"] == "selinux")
        self.assertEqual(check["status"], "fail", run)

    def test_it_is_in_force(self):
        self.assertEqual(ENFORCE.read_text(), "1")

    def test_a_configuration_that_was_moved_from_home(self):
        place = pathlib.Path("/etc/nginx/conf.d/site.conf")
        self.in_home("site.conf", "server { listen 8008; }\n").rename(place)
        self.addCleanup(place.unlink)
        run = self.diagnose("/usr/sbin/nginx", "-t")
        self.assert_denied(run, "path", place, f"restorecon -v {place}")

    def test_a_file_of_somebody(self):
        self.assert_denied(self.diagnose(ACT, "read", self.in_home("data")), "path", HOME / "data",
                           "setsebool -P httpd_read_user_content on")

    def test_a_program_of_somebody(self):
        program = self.in_home("program", "#!/bin/sh\n", 0o755)
        self.assert_denied(self.diagnose(ACT, "exec", program), "path", program)

    def test_a_port_of_another_type(self):
        self.assert_denied(self.diagnose(ACT, "serve", "8083"), "port", "0.0.0.0:8083",
                           "semanage port -a -t http_port_t -p tcp 8083")

    def test_permissive(self):
        data = self.in_home("data")
        ENFORCE.write_text("0")
        self.addCleanup(ENFORCE.write_text, "1")
        self.assert_verdict(self.diagnose(ACT, "read", data), "ok.exited")

    def test_a_mode_is_not_the_policy(self):
        secret = pathlib.Path("/etc/secret")
        secret.write_text("text\n")
        secret.chmod(0o600)
        self.addCleanup(secret.unlink)
        run = self.diagnose("-u", "nobody", ACT, "read", secret)
        self.assert_verdict(run, "file.permission", "path", secret)
        self.assertNotIn("security.selinux", [finding["cause"] for finding in run.report["findings"]], run)

    def test_a_mode_is_not_the_policy_in_permissive_mode(self):
        data = self.in_home("data", mode=0o600)
        ENFORCE.write_text("0")
        self.addCleanup(ENFORCE.write_text, "1")
        self.assert_verdict(self.diagnose("-u", "nobody", ACT, "read", data), "file.permission", "path", data)

    def test_what_is_allowed(self):
        self.assert_verdict(self.diagnose(ACT, "read", "/etc/nginx/nginx.conf"), "ok.exited")


if __name__ == "__main__":
    os.environ["CI"] = "true"  # nothing may be skipped here
    harness.main()
