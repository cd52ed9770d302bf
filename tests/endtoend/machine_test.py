#!/usr/bin/python3
"""What the checks find on the real machine: who has a port, which limit is behind a failure, what is missing."""

import os
import pathlib
import subprocess

import harness

NOBODY = 65534


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


if __name__ == "__main__":
    harness.main()
