#!/usr/bin/python3
"""The command line: what the options do to the program, what the exit status says, which calls are refused."""

import json
import os
import pathlib
import pwd
import signal
import socket

import harness


class CheckTest(harness.EndToEndTest):
    def test_check_does_not_run_the_program(self):
        witness = self.folder / "it-ran"
        script = self.file("start.sh", f"#!/bin/sh\ntouch {witness}\n", 0o755)
        run = self.diagnose("--check", script)
        self.assert_verdict(run, "ok.exited", state="not-run")
        self.assertEqual(run.status, 0)
        self.assertFalse(witness.exists())

    def test_quiet_is_the_verdict_alone(self):
        run = self.tool("-q", "--check", "no-such-program")
        self.assertIn("there is no program no-such-program", run.stderr)
        self.assertLess(run.stderr.count("\n"), 3, run)

    def test_check_sees_what_would_stop_it(self):
        script = self.file("start.sh", "#!/bin/sh\r\nexit 0\r\n", 0o755)
        run = self.diagnose("--check", script)
        self.assert_verdict(run, "exec.interpreter-missing", "path", script, "not-run")
        self.assertEqual(run.status, 1)
        self.assert_verdict(self.diagnose("--check", "no-such-program"), "exec.not-found", "path", "no-such-program",
                            "not-run")


class HowItIsStartedTest(harness.EndToEndTest):
    def say(self, expression, *options, **keywords):
        """What a started Python program prints of this expression, read back."""
        run = self.diagnose(*options, *self.python(f"import json, os, resource\nprint(json.dumps({expression}))\n"),
                            **keywords)
        self.assert_verdict(run, "ok.exited", state="exited")
        return json.loads(run.stdout), run.report

    def test_user(self):
        self.need_root()
        nobody = pwd.getpwnam("nobody")
        said, report = self.say("[os.getresuid(), os.getresgid(), os.getgroups()]", "-u", "nobody")
        self.assertEqual(said[:2], [[nobody.pw_uid] * 3, [nobody.pw_gid] * 3])
        self.assertNotIn(0, said[2], "it keeps none of root's groups")
        target = report["target"]
        self.assertEqual([target["user"], target["uid"], target["gid"]], ["nobody", nobody.pw_uid, nobody.pw_gid])

    def test_a_user_that_does_not_exist(self):
        self.need_root()
        run = self.tool("-u", "nobody-of-that-name", "/bin/true")
        self.assertIn(run.status, (1, 2), run)
        self.assertIn("nobody-of-that-name", run.stderr, run)

    def test_folder(self):
        (self.folder / "work").mkdir()
        said, report = self.say("os.getcwd()", "-C", self.folder / "work")
        self.assertEqual(said, str(self.folder / "work"))
        self.assertEqual(report["target"]["cwd"], str(self.folder / "work"))

    def test_a_relative_report_belongs_to_the_folder_of_the_call(self):
        (self.folder / "work").mkdir()
        self.assertEqual(self.tool("-o", "here.json", "-C", self.folder / "work", "/bin/true").status, 0)
        self.assertTrue((self.folder / "here.json").exists())

    def test_environment(self):
        said, _ = self.say("dict(os.environ)", "-E", "COLOUR=blue", "-E", "EMPTY=", env={"KEPT": "yes"})
        self.assertEqual((said["COLOUR"], said["EMPTY"], said["KEPT"]), ("blue", "", "yes"))

    def test_clean_environment(self):
        said, _ = self.say("dict(os.environ)", "--clean-env", "-E", "COLOUR=blue", "-E", "KEPT",
                           env={"KEPT": "yes", "DROPPED": "yes"})
        self.assertEqual((said["COLOUR"], said["KEPT"]), ("blue", "yes"))
        self.assertNotIn("DROPPED", said)
        self.assertNotEqual(said.get("HOME"), str(self.folder), "that is the caller's")

    def test_limits(self):
        said, _ = self.say("[resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CORE)]",
                           "--limit", "nofile=100:200", "--limit", "core=0")
        self.assertEqual(said, [[100, 200], [0, 0]])

    def test_the_program_sees_nothing_of_the_tool(self):
        plain = ("{'open': sorted(os.listdir('/proc/self/fd')), 'environment': dict(os.environ), 'limits':"
                 " open('/proc/self/limits').read(), 'signals': [line for line in open('/proc/self/status') if"
                 " line.startswith(('SigBlk', 'SigIgn', 'Groups', 'CapEff', 'CapPrm'))]}")
        traced, _ = self.say(plain)
        command = self.python(f"import json, os, resource\nprint(json.dumps({plain}))\n")
        environment = traced["environment"] | {}
        bare = harness.subprocess.run(command, env=environment, cwd=self.folder, stdin=harness.subprocess.DEVNULL,
                                      capture_output=True, check=True, start_new_session=True)
        self.assertEqual(traced, json.loads(bare.stdout))
        self.assertFalse([name for name in environment if "WHYWONT" in name])


class OutcomeTest(harness.EndToEndTest):
    UP = ("import os, signal, socket\nlistener = socket.create_server(('127.0.0.1', {port}))\n"
          "while True:\n    listener.accept()\n")

    def test_propagate_the_exit_status(self):
        self.assertEqual(self.tool("--propagate", "/bin/sh", "-c", "exit 37").status, 37)
        self.assertEqual(self.tool("--propagate", "/bin/true").status, 0)

    def test_propagate_the_signal(self):
        self.assertEqual(self.tool("--propagate", "/bin/sh", "-c", "kill -TERM $$").status, 128 + signal.SIGTERM)

    def test_keep_leaves_the_program_alone(self):
        port = self.free_port()
        run = self.diagnose("--keep", *self.python(self.UP.format(port=port)), leaves_running=True)
        # Whatever the assertions say, it ends here.
        self.addCleanup(self.assert_nothing_left)
        self.assert_verdict(run, "ok.running", state="running")
        pid = run.report["processes"][0]["pid"]
        self.assertIn(pid, self.left)
        tracer = [line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if "TracerPid" in line]
        self.assertEqual(tracer, ["TracerPid:\t0"])
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), -signal.SIGTERM)
        del self.left[pid]

    def test_without_keep_it_is_ended(self):
        run = self.diagnose(*self.python(self.UP.format(port=self.free_port())))
        self.assert_verdict(run, "ok.running", state="running")

    def test_a_program_that_ignores_SIGTERM_is_ended_all_the_same(self):
        program = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + self.UP
        self.assert_verdict(self.diagnose(*self.python(program.format(port=self.free_port()))), "ok.running")

    def test_timeout(self):
        fifo = self.folder / "commands"
        os.mkfifo(fifo)
        run = self.diagnose("--timeout", "2", "/bin/cat", fifo)  # nobody ever writes
        self.assertTrue(1.5 <= run.seconds <= 15, run)
        self.assertIn(run.report["outcome"]["state"], ("hung", "running"), run)
        self.assertEqual(run.status, 1, run)

    def test_the_program_keeps_its_output(self):
        run = self.tool("/bin/sh", "-c", "echo to-stdout; echo to-stderr >&2")
        self.assertEqual((run.status, run.stdout), (0, "to-stdout\n"))
        self.assertIn("to-stderr\n", run.stderr)

    def test_options_end_at_the_program(self):
        run = self.diagnose("/bin/echo", "-u", "--keep", "--version")
        self.assertEqual(run.stdout, "-u --keep --version\n")
        self.assertEqual(run.report["target"]["argv"], ["/bin/echo", "-u", "--keep", "--version"])
        self.assertEqual(self.diagnose("--", "/bin/echo", "--", "x").stdout, "-- x\n")

    def test_reports_in_all_formats_at_once(self):
        reports = [self.folder / f"r.{suffix}" for suffix in ("txt", "md", "html", "json")]
        run = self.tool(*(word for path in reports for word in ("-o", path)), "no-such-program-anywhere")
        self.assertEqual(run.status, 1, run)
        for path in reports:
            self.assertIn("no-such-program-anywhere", path.read_text(), path)
        self.assertTrue(reports[2].read_text().lower().startswith("<!doctype html"))
        self.check_schema(json.loads(reports[3].read_text()))

    def test_json_on_standard_output(self):
        self.check_schema(json.loads(self.tool("-f", "json", "no-such-program-anywhere").stdout))

    def test_terminal_escapes_of_the_program_do_not_reach_the_report(self):
        report = self.folder / "report.txt"
        self.tool("-o", report, "/bin/sh", "-c", r"printf '\033]0;owned\007\033[2Jno way\n' >&2; exit 1")
        self.assertNotIn("\033", report.read_text())
        self.assertIn("no way", report.read_text())

    def test_secrets_are_masked(self):
        command = ["/bin/sh", "-c", "echo 'login failed: postgres://app:hunter2hunter2@db/app' >&2; exit 1"]
        run = self.diagnose(*command)
        self.assertNotIn("hunter2", json.dumps(run.report))
        self.assertIn("hunter2", json.dumps(self.diagnose("--no-redact", *command).report))


class RefusedCallTest(harness.EndToEndTest):
    def test_no_program(self):
        self.assert_refused_call(self.tool())

    def test_an_empty_word_as_program(self):
        self.assert_refused_call(self.tool(""))

    def test_an_unknown_option(self):
        self.assert_refused_call(self.tool("--no-such-option", "/bin/true"), "--no-such-option")

    def test_values_that_make_no_sense(self):
        for words in (("-t", "soon"), ("-t", "-5"), ("--limit", "nofile"), ("--limit", "nofile=many"),
                      ("--limit", "no-such-limit=3"), ("-f", "pdf"), ("-o", "report.pdf"), ("-E", "=value")):
            with self.subTest(words=words):
                self.assert_refused_call(self.tool(*words, "/bin/true"), words[1].partition("=")[0])

    def test_an_option_without_its_value(self):
        self.assert_refused_call(self.tool("--timeout"), "--timeout")

    def test_a_rule_file_with_a_mistake(self):
        rules = self.file("own.yaml", "rules:\n  - rule: mine\n    cause: no.such-cause\n")
        run = self.tool("--rules", rules, "/bin/true")
        self.assert_refused_call(run, f"{rules}:3:", "no.such-cause")
        self.assertRegex(run.stderr, r"own\.yaml:3:\d+")
        run = self.tool("--check-rules", rules)
        self.assert_refused_call(run, f"{rules}:3:")

    def test_a_rule_file_that_is_no_yaml(self):
        rules = self.file("own.yaml", "rules:\n  - rule: [mine\n")
        self.assertRegex(self.tool("--rules", rules, "/bin/true").stderr, r"own\.yaml:\d+:\d+")

    def test_a_rule_file_that_is_not_there(self):
        self.assert_refused_call(self.tool("--rules", self.folder / "none.yaml", "/bin/true"), "none.yaml")

    def test_a_report_into_a_folder_that_does_not_exist(self):
        mark = self.folder / "it-ran"
        path = self.folder / "none" / "report.json"
        run = self.tool("-o", path, "/bin/touch", mark)
        self.assert_refused_call(run, path)
        self.assertFalse(path.parent.exists())
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), [], "known before the program is started")

    def test_a_folder_as_report(self):
        (self.folder / "report.json").mkdir()
        self.assert_refused_call(self.tool("-o", self.folder / "report.json", "/bin/true"), "report.json")

    def test_help_and_version(self):
        run = self.tool("--version")
        self.assertEqual(run.status, 0)
        self.assertRegex(run.stdout, r"^whywontitstart \d+\.\d+\.\d+")
        run = self.tool("--help")
        self.assertEqual((run.status, run.stderr), (0, ""))
        for option in ("--propagate", "--timeout", "--keep", "--clean-env", "--limit", "--rules", "--no-redact"):
            self.assertIn(option, run.stdout)

    def test_the_built_in_rules_pass_their_own_tests(self):
        run = self.tool("--check-rules", harness.TREE / "rules")
        self.assertEqual(run.status, 0, run)
        run = self.tool("--list-rules")
        self.assertEqual(run.status, 0, run)
        self.assertIn("program-not-found", run.stdout)


if __name__ == "__main__":
    harness.main()
