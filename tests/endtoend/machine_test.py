#!/usr/bin/python3
"""What the checks find on the real machine: who has a port, which limit is behind a failure, what is missing."""

import os
import pathlib
import socket
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

    def test_no_more_threads_for_the_control_group(self):
        self.need_root()
        program = self.compiled("threads", self.FORKS, "-pthread")
        roots = [path for path in map(pathlib.Path, ("/sys/fs/cgroup/pids", "/sys/fs/cgroup"))
                 if os.access(path / "cgroup.procs", os.W_OK)]
        group = self.need(roots, "a control group for processes")[0] / f"endtoend-{os.getpid()}"
        group.mkdir()
        self.addCleanup(group.rmdir)
        self.need((group / "pids.max").exists(), "the controller pids")
        (group / "pids.max").write_text("20")
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
        overcommit = pathlib.Path("/proc/sys/vm/overcommit_memory").read_text().strip()
        self.need(overcommit == "0", "vm.overcommit_memory=0")
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
        self.need(socket.has_ipv6 and os.path.exists("/proc/net/if_inet6"), "IPv6")
        port = self.held_port()
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
        self.need(os.path.exists("/proc/sys/net/ipv6"), "IPv6")
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


if __name__ == "__main__":
    harness.main()
