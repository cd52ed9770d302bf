#!/usr/bin/python3
"""What a program is not allowed to do, as the checks see it on the real machine."""

import pathlib
import subprocess

import harness

NOBODY = 65534


class RightsTest(harness.EndToEndTest):
    def check(self, run, name):
        return next(check for check in run.report["checks"] if check["id"] == name)

    def test_a_daemon_that_gave_up_root_before_it_reads_its_key(self):
        self.need_root()
        key = self.file("key", "secret\n", 0o600)
        run = self.diagnose(*self.python(
            f"import os\nos.setgroups([])\nos.setgid({NOBODY})\nos.setuid({NOBODY})\nopen({key!r}).read()\n"))
        check = self.check(run, "permissions")
        self.assertEqual(check["status"], "fail", check)
        self.assertIn(key, check["summary"])
        self.assertIn(str(NOBODY), check["summary"], "the user that it had become")
        self.assertIn("others have no right to read it", str(run.report["findings"][0]), run)

    def test_a_port_that_takes_a_capability(self):
        self.need_root()
        program = self.python("import socket\nsocket.socket().bind(('0.0.0.0', 80))\n")
        run = self.diagnose("-u", "nobody", *program, through=[self.program("unshare"), "-n"])
        check = self.check(run, "capabilities")
        self.assertEqual(check["status"], "fail", check)
        self.assertIn("CAP_NET_BIND_SERVICE", check["summary"])

    def test_a_device_file_on_a_nodev_mount(self):
        self.need_root()
        mount = self.folder / "mount"
        mount.mkdir()
        device = mount / "null"
        setup = 'mount -t tmpfs -o nodev,mode=755 none "$1" && mknod -m 666 "$1/null" c 1 3 && shift && exec "$@"'
        run = self.diagnose("/bin/cat", device, through=[
            self.program("unshare"), "-m", "sh", "-c", setup, "sh", mount])
        check = self.check(run, "permissions")
        self.assertEqual(check["status"], "fail", check)
        self.assertIn("nodev", check["summary"])

    def test_root_of_a_user_namespace_does_not_own_the_machine(self):
        self.need_root()
        key = self.file("key", "secret\n", 0o600)
        through = [self.program("setpriv"), "--reuid=1234", "--regid=1234", "--clear-groups", "--",
                   self.program("unshare"), "-Ur"]
        self.need(subprocess.run([*through, "true"], capture_output=True).returncode == 0, "user namespaces")
        run = self.tool("-f", "json", "/bin/cat", key, through=through, env={"TMPDIR": "/"})
        self.assertIn("does not know", run.stdout, run)

    def test_what_is_to_be_preloaded_and_is_not_there(self):
        run = self.diagnose("--check", self.program("true"), env={"LD_PRELOAD": str(self.folder / "libhook.so")})
        check = self.check(run, "libraries")
        self.assertEqual(check["status"], "warn", check)
        self.assertIn("libhook.so", check["summary"])

    def test_a_capability_of_the_file_that_is_not_to_be_had(self):
        self.need_root()
        program = self.compiled("server", "int main(void) { return 0; }\n")
        subprocess.run([self.program("setcap"), "cap_net_bind_service+ep", program], check=True)
        run = self.diagnose("--check", "-u", "nobody", program, through=[
            self.program("setpriv"), "--bounding-set=-net_bind_service"])
        check = self.check(run, "capabilities")
        self.assertEqual(check["status"], "fail", check)
        self.assertIn("CAP_NET_BIND_SERVICE", check["summary"])

    def test_a_look_takes_no_fifo_and_no_time(self):
        fifo = self.folder / "fifo"
        subprocess.run([self.program("mkfifo"), fifo], check=True)
        fifo.chmod(0o755)
        run = self.diagnose("--check", fifo)
        self.assertLess(run.seconds, 5, run)
        self.assertEqual(self.check(run, "interpreter")["status"], "fail", run)
        self.assertTrue(pathlib.Path(fifo).exists())


if __name__ == "__main__":
    harness.main()
