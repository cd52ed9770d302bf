#!/usr/bin/python3
"""Programs that cannot be executed, or that crash at once."""

import os
import pathlib

import harness


class ProgramsTest(harness.EndToEndTest):
    def test_a_name_that_no_folder_of_PATH_has(self):
        run = self.diagnose("no-such-program-anywhere", "--port", "80")
        self.assert_verdict(run, "exec.not-found", state="not-started")
        self.assertEqual(run.report["verdict"]["subject"]["value"], "no-such-program-anywhere")
        self.assertEqual(run.report["target"]["argv"], ["no-such-program-anywhere", "--port", "80"])

    def test_a_path_that_does_not_exist(self):
        path = self.folder / "bin" / "server"
        self.assert_verdict(self.diagnose(path), "exec.not-found", "path", path, "not-started")

    def test_a_folder_as_program(self):
        self.assert_verdict(self.diagnose(self.folder), "exec.is-a-directory", "path", self.folder, "not-started")

    def test_a_script_without_its_execute_bit(self):
        script = self.file("start.sh", "#!/bin/sh\nexit 0\n", 0o644)
        self.assert_verdict(self.diagnose(script), "exec.not-executable", "path", script, "not-started")

    def test_a_script_whose_interpreter_is_missing(self):
        script = self.file("start.pl", "#!/opt/gone/bin/perl -w\n", 0o755)
        run = self.diagnose(script)
        # What is missing is what to look at; the script is named beside it.
        self.assert_verdict(run, "exec.interpreter-missing", "path", "/opt/gone/bin/perl", "not-started")
        self.assertIn(str(script), run.report["verdict"]["summary"])

    def test_a_script_with_windows_line_ends(self):
        script = self.file("start.sh", "#!/bin/sh\r\necho starting\r\n", 0o755)
        run = self.diagnose(script)
        self.assert_verdict(run, "exec.interpreter-missing", "path", script, "not-started")
        self.assertIn("Windows line ends", run.report["verdict"]["summary"])

    def test_a_wrapper_that_calls_a_script_with_windows_line_ends(self):
        script = self.file("inner.sh", "#!/bin/sh\r\necho starting\r\n", 0o755)
        wrapper = self.file("outer.sh", f"#!/bin/sh\n{script}\n", 0o755)
        run = self.diagnose(wrapper)
        self.assert_verdict(run, "exec.interpreter-missing", "path", script, "exited")
        self.assertIn("Windows line ends", run.report["verdict"]["summary"])

    def test_a_program_of_another_architecture(self):
        program = self.folder / "program"
        header = bytearray(pathlib.Path(self.program("true")).read_bytes())
        header[18:20] = (8).to_bytes(2, "little")  # e_machine: EM_MIPS
        program.write_bytes(header)
        program.chmod(0o755)
        self.assert_verdict(self.diagnose(program), "exec.bad-format", "path", program, "not-started")

    def test_a_program_on_a_noexec_mount(self):
        self.need_root()
        mount = self.folder / "mount"
        mount.mkdir()
        setup = ('mount -t tmpfs -o noexec,mode=755 none "$1" && cp "$2" "$1/program" && shift 2 && exec "$@"')
        run = self.diagnose(mount / "program", through=[
            self.program("unshare"), "-m", "sh", "-c", setup, "sh", mount, self.program("true")])
        self.assert_verdict(run, "exec.noexec-mount", state="not-started")
        self.assertEqual(run.report["verdict"]["subject"], {"kind": "path", "value": str(mount / "program")}, run)
        self.assertIn(str(mount), run.report["verdict"]["summary"])

    def test_a_null_pointer(self):
        program = self.compiled("crash", "int main(void) { return *(volatile int*)0; }\n")
        run = self.diagnose(program)
        self.assert_verdict(run, "crash.segfault", "signal", "SIGSEGV", "killed")
        self.assertEqual(run.report["outcome"]["signal"], "SIGSEGV")

    def test_a_failed_assertion(self):
        program = self.compiled("crash", "#include <assert.h>\nint main(int n, char** v) { (void)v; assert(n == 7); }\n")
        run = self.diagnose(program)
        self.assert_verdict(run, "crash.abort", state="killed")
        self.assertEqual(run.report["outcome"]["signal"], "SIGABRT")

    def test_a_program_that_gives_its_own_reason(self):
        run = self.diagnose("/bin/sh", "-c", "echo 'flux capacitor: charge below 1.21 GW' >&2; exit 4")
        self.assert_verdict(run, "app.error", state="exited")
        self.assertEqual(run.report["outcome"]["exit_code"], 4)
        self.assertIn("charge below 1.21 GW", run.report["verdict"]["summary"])


class LibrariesTest(harness.EndToEndTest):
    def library(self, name, text, *options):
        return self.compiled(name, text, "-shared", "-fPIC", f"-Wl,-soname,{name}", *options)

    def test_a_library_that_is_gone(self):
        library = self.library("libturbo.so.3", "int turbo(void) { return 0; }\n")
        program = self.compiled("engine", "int turbo(void); int main(void) { return turbo(); }\n", library)
        os.remove(library)
        self.assert_verdict(self.diagnose(program), "library.missing", "library", "libturbo.so.3", "exited")

    def test_a_library_that_another_library_needs(self):
        inner = self.library("libvalve.so.1", "int valve(void) { return 0; }\n")
        outer = self.library("libturbo.so.3", "int valve(void); int turbo(void) { return valve(); }\n", inner,
                             f"-Wl,-rpath,{self.folder}")
        program = self.compiled("engine", "int turbo(void); int main(void) { return turbo(); }\n", outer, inner,
                                "-Wl,--as-needed", f"-Wl,-rpath,{self.folder}")
        os.remove(inner)
        run = self.diagnose(program)
        self.assert_verdict(run, "library.missing", "library", "libvalve.so.1", "exited")
        text = str(run.report["findings"][0])
        self.assertIn("libturbo.so.3", text, "who needs it is part of the answer")

    def test_a_library_without_a_symbol(self):
        library = self.library("libturbo.so.3", "int turbo(void) { return 0; }\nint boost_up(void) { return 0; }\n")
        program = self.compiled("engine", "int boost_up(void); int main(void) { return boost_up(); }\n", library,
                                f"-Wl,-rpath,{self.folder}", "-Wl,-z,now")
        self.library("libturbo.so.3", "int turbo(void) { return 0; }\n")
        self.assert_verdict(self.diagnose(program), "library.symbol-missing", "symbol", "boost_up", "exited")

    def test_a_library_that_may_not_be_read(self):
        self.need_root()
        library = self.library("libturbo.so.3", "int turbo(void) { return 0; }\n")
        program = self.compiled("engine", "int turbo(void); int main(void) { return turbo(); }\n", library,
                                f"-Wl,-rpath,{self.folder}")
        os.chmod(library, 0o600)
        run = self.diagnose("-u", "nobody", program)
        self.assert_verdict(run, "library.unreadable", state="exited")

    def test_a_python_module_that_is_missing(self):
        run = self.diagnose(*self.python("import json\nimport quietqueue.client\n"))
        self.assert_verdict(run, "module.missing", "module", "quietqueue", "exited")

    def test_a_node_module_that_is_missing(self):
        node = self.program("node")
        run = self.diagnose(node, self.file("server.js", 'const fs = require("fs");\nrequire("quietqueue");\n'))
        self.assert_verdict(run, "module.missing", "module", "quietqueue", "exited")


if __name__ == "__main__":
    harness.main()
