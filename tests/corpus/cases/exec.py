"""The program cannot even be run."""

from case import case

NOBODY = {"user": "nobody"}
HELLO = "int main(){return 0;}"
PATCH = "python3 -c \"d=bytearray(open('{0}','rb').read());d[18:20]=b'\\xb7\\0';open('{0}','wb').write(d)\""  # e_machine: ARM

case("crlf-bash", "exec.interpreter-missing", "path:/start.sh$", "./start.sh", fast=True,
     files={"start.sh": ("#!/bin/bash\r\necho hi\r\n", 0o755)}, shows="execve.*start.sh.* ENOENT",
     misleads="ENOENT for a file that is there")
case("crlf-env-python", "exec.interpreter-missing", "path:/serve$", "sh -c ./serve",
     files={"serve": ("#!/usr/bin/env python3\r\nprint(1)\r\n", 0o755)}, shows=r"python3\\r",
     misleads="env runs, and looks for a program whose name ends in a carriage return")
case("crlf-perl-in-wrapper", "exec.interpreter-missing", "path:/job.pl$", "bash run.sh",
     files={"run.sh": "cd /tmp\n@DIR@/job.pl || exit 3\n", "job.pl": ("#!/usr/bin/perl\r\nprint 1;\r\n", 0o755)},
     shows="job.pl.* ENOENT")
case("deleted-venv", "exec.interpreter-missing", r"path:/venv/bin/(gunicorn|python3)$", "venv/bin/gunicorn app:app",
     files={"venv/bin/gunicorn": ("#!@DIR@/venv/bin/python3\nimport gunicorn\n", 0o755)}, shows="gunicorn.* ENOENT")
case("shebang-php-version", "exec.interpreter-missing", r"path:/(worker|php8\.9)$", "env ./worker",
     files={"worker": ("#!/usr/bin/php8.9\n<?php\n", 0o755)}, shows="worker.* ENOENT")
case("shebang-of-a-shebang", "exec.interpreter-missing", "path:/(task|runner|no-such-shell)$", "./task",
     files={"task": ("#!@DIR@/runner\n", 0o755), "runner": ("#!/opt/no-such-shell\n", 0o755)}, shows="task.* ENOENT")
case("musl-binary", "exec.interpreter-missing", r"path:/(agent|ld-musl-x86_64\.so\.1)$",
     "bash -c './agent --version'", c={"agent": (HELLO, "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1")},
     needs=("no /lib/ld-musl-x86_64.so.1",), shows="agent.* ENOENT", misleads="the shell says 'not found' of a file that is there")
case("musl-binary-direct", "exec.interpreter-missing", r"path:/(agent|ld-musl-x86_64\.so\.1)$", "./agent",
     c={"agent": (HELLO, "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1")},
     needs=("no /lib/ld-musl-x86_64.so.1",), shows="agent.* ENOENT")
case("other-cpu", "exec.bad-format", "path:/tool$", "./tool", c={"tool": HELLO}, setup=PATCH.format("tool"),
     shows="ENOEXEC", fast=True)
case("other-cpu-in-shell", "exec.bad-format", "path:/tool$", "sh -c './tool serve'", c={"tool": HELLO},
     setup=PATCH.format("tool"), shows="ENOEXEC", misleads="dash runs it as a script and prints nonsense")
case("other-cpu-from-node", "exec.bad-format", "path:/esbuild$",
     """node -e 'require("child_process").execFileSync("./esbuild", ["--version"])'""", needs=("node",),
     c={"esbuild": HELLO}, setup=PATCH.format("esbuild"), shows="ENOEXEC")
case("no-shebang-from-python", "exec.bad-format", "path:/hook$",
     """/usr/bin/python3 -c 'import subprocess; subprocess.run(["./hook"], check=True)'""",
     files={"hook": ("print('hi')\n", 0o755)}, shows="hook.* ENOEXEC")
case("empty-download", "exec.bad-format", "path:/kubectl$", "./launch", files={"kubectl": ("", 0o755)},
     shows="kubectl.* ENOEXEC",
     c={"launch": '#include <unistd.h>\n#include <stdio.h>\nint main(){execl("./kubectl","kubectl",(char*)0); perror("launch"); return 9;}'})
case("html-instead-of-program", "exec.bad-format", "path:/installer$", "bash -c ./installer",
     files={"installer": ("<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n", 0o755)},
     shows="installer.* ENOEXEC", misleads="the shell reads the page as a script: syntax error",
     also=[("app.error", "text|path:", "bash runs it and names a syntax error in line 1; the format is the reason")])
case("not-executable", "exec.not-executable", "path:/deploy.sh$", "./deploy.sh", fast=True,
     files={"deploy.sh": "#!/bin/sh\n"}, shows="deploy.sh.* EACCES")
case("not-executable-in-entrypoint", "exec.not-executable", "path:/docker-entrypoint.sh$",
     "sh -c 'exec ./docker-entrypoint.sh run'", files={"docker-entrypoint.sh": "#!/bin/sh\nexec \"$@\"\n"},
     shows="entrypoint.* EACCES")
case("not-executable-from-ruby", "exec.not-executable", "path:/bin/rails$", "ruby -e 'exec(\"./bin/rails\", \"s\")'",
     needs=("ruby",), files={"bin/rails": "#!/usr/bin/env ruby\n"}, shows="rails.* EACCES")
case("program-in-roots-home", "file.permission", "path:^/root|/root/app/start$", "/root/app/start", **NOBODY,
     files={"/root/app/start": ("#!/bin/sh\necho up\n", 0o755)}, setup="chmod 700 /root", shows="EACCES",
     also=[("exec.not-executable", "path:/root", "the call is execve; what is in the way is the folder")],
     misleads="the program's own mode is fine")
NOEXEC = "mkdir data; mount -t tmpfs tmpfs data; cp /bin/true data/app; {}; mount -o remount,noexec data"
case("noexec-mount", "exec.noexec-mount", "path:/data/app$", "data/app", needs=("root",), setup=NOEXEC.format(":"),
     shows="EACCES", fast=True)
case("noexec-mount-in-env", "exec.noexec-mount", "path:/data/app$", "env -i data/app", needs=("root",),
     setup=NOEXEC.format(":"), shows="EACCES")
case("noexec-mount-script", "exec.noexec-mount", "path:/data/run.sh$", "bash -c 'exec data/run.sh'", needs=("root",),
     setup=NOEXEC.format("printf '#!/bin/sh\\n' >data/run.sh; chmod 755 data/run.sh"), shows="EACCES")
case("noexec-dlopen-python", "exec.noexec-mount", "path:/data/fast.so$",
     "/usr/bin/python3 -c 'import ctypes; ctypes.CDLL(\"data/fast.so\")'", needs=("root",),
     c={"fast.so": "int f(){return 1;}"}, setup=NOEXEC.format("cp fast.so data/"), shows="EPERM",
     misleads="no execve fails: mmap does")
case("noexec-dlopen-node", "exec.noexec-mount", "path:/data/native.node$",
     "node -e 'process.dlopen({exports: {}}, \"@DIR@/data/native.node\")'", needs=("root", "node"),
     c={"fast.so": "int f(){return 1;}"}, setup=NOEXEC.format("cp fast.so data/native.node"), shows="EPERM")
case("not-found", "exec.not-found", "text|path:nosuchserver$", "nosuchserver --port 80", fast=True)
case("not-found-in-start-script", "exec.not-found", "text|path:javax9$", "./start.sh",
     files={"start.sh": ("#!/bin/sh\nset -e\n[ -f /etc/apprc ] && . /etc/apprc\nJAVA=javax9\nexec $JAVA -jar app.jar\n", 0o755)},
     shows="javax9: not found", misleads="an optional file is missing, too")
case("not-found-env", "exec.not-found", "text|path:uvicornx$", "sh -c '/usr/bin/env uvicornx app:main'",
     shows="uvicornx.*No such file")
case("not-found-python-subprocess", "exec.not-found", "text|path:ffmpegx$",
     "/usr/bin/python3 -c 'import subprocess; subprocess.check_call([\"ffmpegx\", \"-version\"])'",
     shows="No such file.*ffmpegx")
case("not-found-node-spawn", "exec.not-found", "text|path:tscx$",
     "node -e 'require(\"child_process\").spawn(\"tscx\", [\"-w\"])'", needs=("node",), shows="spawn tscx ENOENT")
case("not-found-make", "exec.not-found", "text|path:protocx$", "make -s all", needs=("make",),
     files={"Makefile": "all:\n\tprotocx --version\n"}, shows="protocx.*(No such file|not found)")
case("not-found-wrong-folder", "exec.not-found", "text|path:/bin/server$", "./bin/server",
     files={"build/bin/server": ("#!/bin/sh\n", 0o755)})
case("not-found-poor-path", "exec.not-found", "text|path:mytool$", "bash job.sh", env={"PATH": "/usr/bin:/bin"},
     needs=("root",), files={"job.sh": "set -e\nmytool sync\n", "/opt/tools/bin/mytool": ("#!/bin/sh\n", 0o755)},
     shows="mytool: command not found", misleads="the program is there, in a folder that this PATH does not name")
case("not-found-perl-exec", "exec.not-found", "text|path:sendmailx$",
     "perl -e 'exec {\"/usr/sbin/sendmailx\"} \"sendmailx\" or die \"cannot run sendmailx: $!\\n\"'",
     shows="sendmailx.*No such file")
case("not-found-through-nice", "exec.not-found", "text|path:indexerx$", "nice -n 5 timeout 5 indexerx",
     shows="indexerx.*No such file")
case("text-busy", "exec.text-busy", "path:/worker$", "./worker 0", setup="cp /bin/sleep worker", writes=("worker",),
     shows="ETXTBSY", fast=True)
case("text-busy-in-script", "exec.text-busy", "path:/worker$", "bash -c './worker 0 || exit 5'",
     setup="cp /bin/sleep worker", writes=("worker",), shows="ETXTBSY")
case("text-busy-java-updater", "exec.text-busy", "path:/app/bin/agent$",
     "/usr/bin/python3 -c 'import os; os.execv(\"app/bin/agent\", [\"agent\"])'",
     setup="mkdir -p app/bin; cp /bin/true app/bin/agent", writes=("app/bin/agent",), shows="ETXTBSY")
case("args-too-long-shell", "exec.args-too-long", ":", "bash -c 'exec /bin/true $(seq 1 900000)'", shows="E2BIG")
case("args-too-long-one-word", "exec.args-too-long", ":",
     "/usr/bin/python3 -c 'import os; os.execve(\"/bin/true\", [\"true\", \"x\" * 200000], {})'", shows="E2BIG",
     fast=True)
case("env-too-long", "exec.args-too-long", ":",
     "bash -c 'export BIG=$(head -c 200000 /dev/zero | tr \"\\0\" x); exec /bin/true'", shows="E2BIG",
     misleads="the words are few: the environment is what is too long")
case("is-a-directory", "exec.is-a-directory", "path:/server$", "./server", setup="mkdir server", fast=True)
case("is-a-directory-in-script", "exec.is-a-directory", "path:/app/conf$", "bash run.sh", setup="mkdir -p app/conf",
     files={"run.sh": "exec ./app/conf\n"}, shows="conf.*(EACCES|[Ii]s a directory)", misleads="EACCES")
