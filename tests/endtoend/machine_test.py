#!/usr/bin/python3
"""What the checks find on the real machine: who has a port, which limit is behind a failure, what is missing."""

import os
import pathlib
import socket
import subprocess
import textwrap

import harness


class MachineTest(harness.EndToEndTest):
    def check(self, run, name, status, *words):
        """The check has this status, and its summary these words."""
        check = next(check for check in run.report["checks"] if check["id"] == name)
        self.assertEqual(check["status"], status, f"{check}\n{run}")
        for word in words:
            self.assertIn(str(word), check["summary"], check)
        return check

    # Limits.

    def test_too_many_open_files_are_told_with_both_limits(self):
        run = self.diagnose("--limit", "NOFILE=30:40", *self.python(
            "files = [open('/dev/null') for _ in range(50)]\n"))
        self.check(run, "limits", "fail", "RLIMIT_NOFILE is used up", "30 open files", "hard limit 40", "EMFILE")
        self.assert_verdict(run, "limit.open-files", "limit", "RLIMIT_NOFILE")

    def test_inotify_instances_are_not_open_files(self):
        program = self.compiled("watcher", """
            #include <stdio.h>
            #include <sys/inotify.h>
            int main(void) {
              for (;;) if (inotify_init1(0) < 0) { perror("inotify_init1"); return 1; }
            }""")
        instances = int(pathlib.Path("/proc/sys/fs/inotify/max_user_instances").read_text())
        run = self.diagnose("--limit", f"NOFILE={instances + 100}", program)
        self.assert_verdict(run, "limit.inotify", "limit", "fs.inotify.max_user_instances")
        self.check(run, "limits", "fail", "fs.inotify.max_user_instances", f"of {instances}")
        run = self.diagnose("--limit", "NOFILE=20", program)
        self.assert_verdict(run, "limit.open-files", "limit", "RLIMIT_NOFILE")

    FORKS = """
        #include <pthread.h>
        #include <stdio.h>
        #include <string.h>
        #include <unistd.h>
        static void* idle(void* none) { pause(); return none; }
        int main(void) {
          for (int i = 0; i < 200; ++i) {
            pthread_t thread;
            int error = pthread_create(&thread, NULL, idle, NULL);
            if (error) { fprintf(stderr, "pthread_create: %s\\n", strerror(error)); return 1; }
          }
          return 0;
        }"""

    def test_no_more_threads_for_the_user(self):
        self.need_root()
        program = self.compiled("threads", self.FORKS, "-pthread")
        run = self.diagnose("-u", "nobody", "--limit", "NPROC=12", program)
        self.assert_verdict(run, "limit.processes", "limit", "RLIMIT_NPROC")
        self.check(run, "limits", "fail", "RLIMIT_NPROC", "nobody", "12")

    def process_group(self):
        """A control group with room for 20 processes, of version 2 or 1; None where none may be made."""
        for root in map(pathlib.Path, ("/sys/fs/cgroup/pids", "/sys/fs/cgroup")):
            group = root / f"endtoend-{os.getpid()}"
            try:
                group.mkdir()
                self.addCleanup(group.rmdir)
                (group / "pids.max").write_text("20")
                return group
            except OSError:
                continue  # read-only, or the controller is not handed down to here
        return None

    def test_no_more_threads_for_the_control_group(self):
        self.need_root()
        program = self.compiled("threads", self.FORKS, "-pthread")
        group = self.process_group()
        if group is None:
            # Where groups may not be made (in a container, mostly) the other side of it: nothing is in the way.
            run = self.diagnose(program)
            return self.assert_verdict(run, "ok.exited")
        run = self.diagnose(program, through=["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', group / "cgroup.procs"])
        self.assert_verdict(run, "limit.processes", "limit", "pids.max")
        check = self.check(run, "limits", "fail", "pids.max", "of 20")
        self.assertIn(str(group), str(check["details"]))

    def test_one_request_for_more_memory_than_there_is(self):
        program = self.compiled("greedy", """
            #include <stdio.h>
            #include <sys/mman.h>
            int main(void) {
              if (mmap(0, 1ULL << 44, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) return 0;
              perror("mmap");
              return 1;
            }""")
        if pathlib.Path("/proc/sys/vm/overcommit_memory").read_text().strip() == "0":
            run = self.diagnose(program)
            self.assert_verdict(run, "limit.memory", "limit", "vm.overcommit_memory")
            self.check(run, "memory", "fail", "16 TiB")
        run = self.diagnose("--limit", "AS=1073741824", program)
        self.assert_verdict(run, "limit.memory", "limit", "RLIMIT_AS")
        self.check(run, "limits", "fail", "RLIMIT_AS", "1.0 GiB")

    # Ports and addresses.

    BIND = """
        import socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
        listener = socket.socket(family)
        listener.bind((sys.argv[1], int(sys.argv[2])))
        listener.listen()
        """

    def binder(self, address, port):
        return [*self.python(textwrap.dedent(self.BIND), "bind.py"), address, str(port)]

    def test_a_port_that_is_bound_and_no_more_has_an_owner(self):
        port = self.held_port(listening=False)
        run = self.diagnose(*self.binder("0.0.0.0", port))
        self.assert_verdict(run, "port.in-use", "port", f"0.0.0.0:{port}")
        check = self.check(run, "ports", "fail", f"0.0.0.0:{port}")
        if tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 8):  # sock_diag tells of those since then
            self.assertIn(f"PID {os.getpid()}", check["summary"])

    def test_a_listener_for_ipv6_alone_is_not_who_has_the_port(self):
        port = self.held_port()
        if not os.path.exists("/proc/net/if_inet6"):
            check = self.check(self.diagnose(*self.binder("::1", port)), "network", "warn")
            self.assertIn("IPv6 is not in this kernel", str(check))
            return
        other = socket.socket(socket.AF_INET6)
        self.addCleanup(other.close)
        other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        other.bind(("::", port))
        other.listen()
        run = self.diagnose(*self.binder("127.0.0.1", port))
        check = self.check(run, "ports", "fail", f"127.0.0.1:{port} is taken by", f"PID {os.getpid()}")
        self.assertNotIn("[::]", str(check), "IPv6 alone is not in the way")

    def test_the_owner_of_a_shared_port_is_told_as_such(self):
        holder = socket.socket()
        self.addCleanup(holder.close)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        self.need_root()  # to look at another process's socket
        run = self.diagnose(*self.binder("127.0.0.1", holder.getsockname()[1]))
        self.assertIn("SO_REUSEPORT", str(self.check(run, "ports", "fail")["details"]))
        self.assertIn("SO_REUSEPORT", str(run.report["findings"][0]["evidence"]))

    def test_an_owner_that_is_hidden_is_said_to_be(self):
        self.need_root()
        port = self.held_port()
        self.folder.chmod(0o777)
        run = self.diagnose(*self.binder("127.0.0.1", port), through=[
            self.program("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"])
        check = self.check(run, "ports", "fail",
                           f"127.0.0.1:{port} is taken by a process of user root that we cannot see")
        self.assertIn("takes root", str(check["details"]))

    def test_with_half_of_proc_hidden_nothing_is_called_fine(self):
        self.need_root()
        port = self.held_port()
        setup = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"'
        self.folder.chmod(0o777)
        program = self.file("server", "#!/bin/sh\n", 0o755)
        run = self.diagnose("--check", "--limit", "NPROC=500", program, "--port", port, through=[
            self.program("unshare"), "-m", "sh", "-c", setup, "sh",
            self.program("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"])
        self.check(run, "limits", "unknown", "RLIMIT_NPROC", "are hidden")
        self.assertIn("that we cannot see", str(self.check(run, "ports", "warn", port)))

    def test_an_address_of_another_machine(self):
        run = self.diagnose(*self.binder("192.0.2.77", 8080))
        self.assert_verdict(run, "address.not-available", "address", "192.0.2.77:8080")
        self.check(run, "ports", "fail", "192.0.2.77 is no address of this machine, which has", "127.0.0.1")
        self.assertIn("127.0.0.1", str(run.report["findings"][0]["evidence"]))

    def test_a_network_namespace_in_which_nothing_is_up(self):
        self.need_root()
        connect = self.python("import socket\nsocket.create_connection(('127.0.0.1', 5432), 5)\n")
        run = self.diagnose(*connect, through=[self.program("unshare"), "-n"])
        self.assert_verdict(run, "connect.unreachable")
        self.check(run, "network", "fail", "127.0.0.1:5432")
        details = str(self.check(run, "network", "fail")["details"])
        self.assertIn("loopback interface is down", details)

    def test_ipv6_that_is_switched_off(self):
        self.need_root()
        if not os.path.exists("/proc/net/if_inet6"):
            self.assertNotEqual(self.diagnose(*self.binder("::1", 8080)).status, 0)
            return
        setup = 'ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"'
        run = self.diagnose(*self.binder("::1", 8080), through=[
            self.program("unshare"), "-n", "sh", "-c", setup, "sh"])
        self.assert_verdict(run, "address.not-available", "address", "[::1]:8080")
        self.check(run, "ports", "fail", "IPv6 is switched off (net.ipv6.conf.all.disable_ipv6=1)")

    def test_a_resolver_file_that_leads_nowhere(self):
        self.need_root()
        (self.folder / "etc").mkdir()
        link = self.folder / "etc/resolv.conf"
        link.symlink_to("/run/nowhere/stub-resolv.conf")
        setup = ('cp -a /etc/hosts /etc/nsswitch.conf /etc/passwd /etc/group /etc/ld.so.cache "$0" && '
                 'mount --bind "$0" /etc && exec "$@"')
        run = self.diagnose("/bin/true", through=[
            self.program("unshare"), "-m", "sh", "-c", setup, self.folder / "etc"])
        self.check(run, "network", "warn", "/etc/resolv.conf is a link to /run/nowhere/stub-resolv.conf")

    # Disks.

    WRITE = "import sys\nopen(sys.argv[1], 'wb').write(b'x' * (1 << 20))\n"

    def mounted(self, options, command):
        """Words that run the command in a mount namespace in which 'mount' of the test's folder is a tmpfs."""
        self.need_root()
        mount = self.folder / "mount"
        mount.mkdir(exist_ok=True)
        setup = f'mount -t tmpfs -o "{options}" none "$0" && exec "$@"'
        return [*command, mount / "file"], [self.program("unshare"), "-m", "sh", "-c", setup, mount]

    def test_a_full_disk_is_told_with_its_size(self):
        words, through = self.mounted("size=64k", self.python(self.WRITE))
        run = self.diagnose(*words, through=through)
        self.assert_verdict(run, "disk.full", "path", self.folder / "mount/file")
        self.check(run, "filesystem", "fail", "mount is full: 0 of 64 KiB are free", "tmpfs")

    def test_a_disk_without_inodes(self):
        words, through = self.mounted("nr_inodes=1", self.python(self.WRITE))
        run = self.diagnose(*words, through=through)
        self.assert_verdict(run, "disk.inodes")
        self.check(run, "filesystem", "fail", "has no inodes left for new files: 0 of 1")

    def test_a_disk_that_is_read_only(self):
        words, through = self.mounted("ro", self.python(self.WRITE))
        run = self.diagnose(*words, through=through)
        self.assert_verdict(run, "file.read-only")
        self.check(run, "filesystem", "fail", "mount is read-only")

    # The environment.

    def test_a_home_of_somebody_else_and_a_locale_that_is_not_there(self):
        self.need_root()
        run = self.diagnose("-u", "nobody", "-E", "HOME=/root", "-E", "LANG=tlh_QO.UTF-8", "/bin/true")
        check = self.check(run, "environment", "warn", "HOME is /root, which user nobody may not enter")
        self.assertIn("LANG is tlh_QO.UTF-8, a locale that is not installed", str(check["details"]))

    def test_an_empty_entry_of_the_library_path_is_where_it_is_started(self):
        self.compiled("libhook.so", "int hook(void) { return 0; }\n", "-shared", "-fPIC")
        program = self.compiled("hooked", "int hook(void); int main(void) { return hook(); }\n", "-L.", "-lhook")
        run = self.diagnose("-E", "LD_LIBRARY_PATH=:/nowhere", program)
        self.check(run, "environment", "warn", "LD_LIBRARY_PATH has an empty entry", self.folder)
        self.check(run, "libraries", "pass")
        self.assertEqual(run.status, 0, run)

    def test_a_variable_that_the_program_misses(self):
        run = self.diagnose(*self.python("import os\nos.environ['DATABASE_URL']\n"))
        self.assert_verdict(run, "config.env-missing", "env", "DATABASE_URL")
        self.check(run, "environment", "warn", "DATABASE_URL is not set, and the program complains")

    # How it ended, and what the logs say.

    CRASH = "int main(void) { *(volatile int*)8 = 1; return 0; }\n"

    def test_a_crash_leaves_a_core_dump_where_it_is_said(self):
        program = self.compiled("crasher", self.CRASH)
        pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
        run = self.diagnose("--limit", "CORE=unlimited", program)
        check = self.check(run, "process", "fail", "SIGSEGV")
        told = next(text for name, text in check["details"].items() if name.startswith("core dump of"))
        if pattern.startswith("|"):
            self.assertIn("handed to", told)
        elif "/" not in pattern and "%" not in pattern:
            self.assertRegex(told, "^it is at ")
            self.assertTrue(os.path.exists(told.removeprefix("it is at ")), told)
        run = self.diagnose("--limit", "CORE=0", program)
        self.assertIn("RLIMIT_CORE is 0", str(self.check(run, "process", "fail")["details"]))

    def test_what_it_wrote_to_its_log(self):
        log = self.folder / "app.log"
        run = self.diagnose(*self.python(
            f"import sys\nprint('starting', file=open({str(log)!r}, 'w'))\nsys.exit('fatal: no tenant')\n"))
        check = self.check(run, "logs", "fail", "it wrote: fatal: no tenant")
        self.assertIn(str(log), check["details"])

    def test_an_exit_status_of_sysexits(self):
        self.check(self.diagnose("/bin/sh", "-c", "exit 78"), "process", "fail",
                   "exit status 78 (by the convention of sysexits: wrong configuration)")

    # Containers.

    def test_what_a_container_takes_away(self):
        self.need_root()
        marker = self.folder / "container"
        marker.write_text("docker\n")
        setup = ('mount -t tmpfs none /run && mkdir /run/systemd && cp "$0" /run/systemd/container && '
                 'mount --bind -o ro /proc/sys /proc/sys && exec "$@"')
        run = self.diagnose(*self.python("open('/proc/sys/vm/max_map_count', 'w').write('262144')\n"), through=[
            self.program("unshare"), "-m", "sh", "-c", setup, marker,
            self.program("setpriv"), "--bounding-set=-sys_admin,-net_admin", "--inh-caps=-sys_admin,-net_admin"])
        check = self.check(run, "container", "fail", "/proc/sys/vm/max_map_count is read-only in docker")
        self.assertRegex(str(check["details"]), r"\d+ capabilit")


if __name__ == "__main__":
    harness.main()
