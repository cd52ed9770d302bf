"""The program that was called is not the one that fails: wrappers, supervisors, crash loops. And: up, but not as wanted."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
SUPERVISOR = "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n[program:web]\ncommand={}\nstdout_logfile=@DIR@/out.log\nredirect_stderr=true\nstartretries=2\n"

case("supervisor-crash-loop", "module.missing", "module:^celeryx$", "/usr/bin/supervisord -n -c @DIR@/s.conf",
     needs=("supervisord",), timeout=8, files={"s.conf": SUPERVISOR.format("/usr/bin/python3 -m celeryx worker")},
     shows="celeryx", misleads="the supervisor stays up, and only counts")
case("supervisor-missing-program", "exec.not-found", "path|text:/opt/shop/bin/web$",
     "/usr/bin/supervisord -n -c @DIR@/s.conf", needs=("supervisord",), timeout=6,
     files={"s.conf": SUPERVISOR.format("/opt/shop/bin/web")}, shows="/opt/shop/bin/web",
     misleads="the supervisor stays up")
case("supervisor-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "/usr/bin/supervisord -n -c @DIR@/s.conf",
     needs=("supervisord",), timeout=8, **TAKEN,
     files={"s.conf": SUPERVISOR.format("/usr/bin/python3 -m http.server --bind 127.0.0.1 @PORT@")},
     shows="EADDRINUSE")
case("restart-loop-shell", "file.missing", "path:^/etc/shopd/shopd.conf$", "bash run.sh", timeout=6,
     files={"run.sh": "while true; do\n  /usr/bin/python3 -B app.py 2>>err.log\n  sleep 0.4\ndone\n", "app.py": "open('/etc/shopd/shopd.conf')\n"},
     shows="shopd.conf", misleads="it runs for ever, and its words are in a file")
case("restart-loop-then-up", "ok.running", ":", "bash run.sh", timeout=8, **FREE,
     files={"run.sh": "for i in 1 2; do cat /etc/shopd/shopd.conf 2>/dev/null && break; sleep 0.3; done\nexec python3 -m http.server --bind 127.0.0.1 @PORT@\n"})
case("errors-to-null", "file.permission", "path:^/var/lib/shop(/db)?$", "bash start.sh", user="nobody",
     setup="mkdir -m 700 /var/lib/shop; touch /var/lib/shop/db",
     files={"start.sh": "cat /var/lib/shop/db >/dev/null 2>&1 || exit 1\n"}, shows="EACCES",
     misleads="nothing is said")
case("nice-nohup-env", "file.missing", "path:^/etc/gated.conf$", "nohup nice env A=1 setsid -w cat /etc/gated.conf",
     shows="ENOENT")
case("xargs", "file.missing", "path:/list.conf$", "xargs -a names cat", files={"names": "list.conf\n"},
     shows="list.conf")
case("python-subprocess-pipe", "library.missing", r"library:^libbilling\.so\.2$", PY + "app.py",
     files={"app.py": "import subprocess, sys\nr = subprocess.run(['./server'], capture_output=True)\nsys.exit('server failed with status %d' % r.returncode)\n"},
     c={"libbilling.so.2": "int f(void){return 0;}", "server": ("int f(void); int main(void){return f();}", "./libbilling.so.2")},
     setup="rm libbilling.so.2", shows="libbilling", misleads="the words are captured and dropped")
case("node-child", "config.env-missing", "env:^QUEUE_URL$", "node app.js", needs=("node",),
     files={"app.js": "const r = require('child_process').spawnSync('python3', ['-c', 'import os; os.environ[\"QUEUE_URL\"]']);\nif (r.status) { console.error('worker exited with code ' + r.status); process.exit(r.status); }\n"},
     shows="QUEUE_URL", misleads="the words are captured and dropped")
case("double-fork-then-fails", "file.missing", "path:^/var/spool/shopd(/queue)?$", "./daemon", shows="ENOENT",
     timeout=5, misleads="the program itself ended well: its child failed later",
     c={"daemon": '#include <unistd.h>\n#include <fcntl.h>\n#include <stdlib.h>\nint main(){if(fork())_exit(0);setsid();if(fork())_exit(0);int f=open("/var/spool/shopd/queue",O_RDWR);if(f<0)_exit(9);pause();}'})
case("master-says-less", "module.missing", "module:^shopx$", "php start.php", needs=("php",),
     files={"start.php": "<?php exec('python3 -c \"import shopx\" 2>&1', $out, $code); if ($code) { fwrite(STDERR, \"task runner: child failed ($code)\\n\"); exit(1); }\n"},
     shows="shopx")
case("make-target", "exec.interpreter-missing", "path:/(gen|no-such-interpreter)$", "make", needs=("make",),
     files={"Makefile": "all:\n\t./gen\n", "gen": ("#!/opt/no-such-interpreter\n", 0o755)}, shows="gen.* ENOENT")
case("wait-for-it", "connect.refused", "port|address:^127.0.0.1:@PORT@$", "bash start.sh", holds={"PORT": "bound"},
     shows="timed out|ECONNREFUSED", timeout=12,
     files={"start.sh": "for i in $(seq 8); do (echo >/dev/tcp/127.0.0.1/@PORT@) >/dev/null 2>&1 && break; sleep 0.3; done\n(echo >/dev/tcp/127.0.0.1/@PORT@) 2>/dev/null || { echo 'wait-for-it: timed out after 2 s waiting' >&2; exit 124; }\n"},
     misleads="its words speak of time")
case("first-cause-ignored", "disk.full", "path:/full", "bash start.sh", needs=("root",),
     setup="mkdir full; mount -t tmpfs -o size=16k tmpfs full", shows="ENOSPC",
     misleads="the copy that failed is not what stops it: the empty file is",
     files={"template.json": '{"a": "' + "x" * 60000 + '"}', "start.sh": "cp template.json full/app.json 2>/dev/null\npython3 -c 'import json; json.load(open(\"full/app.json\"))'\n"},
     also=[("config.invalid", "path:/full/app.json$", "the file that is cut off"), ("data.corrupt", "path:/full/app.json$", "the file that is cut off")])
case("first-step-ignored", "file.permission", "path:^/run/shop(/env)?$|/run/shop", "sh start.sh", user="nobody",
     setup="mkdir -m 755 /run/shop", shows="EACCES", misleads="the missing file is one that it was itself to make",
     files={"start.sh": "echo A=1 2>/dev/null >/run/shop/env\n. /run/shop/env\n"},
     also=[("file.missing", "path:^/run/shop/env$", "what stops it")])

# the words are not where or what one expects
case("words-in-german", "port.in-use", "port:^127.0.0.1:@PORT@$", "node app.js", needs=("node",), **TAKEN,
     shows="EADDRINUSE",
     files={"app.js": "require('net').createServer().on('error', () => { console.error('Fehler: Adresse wird bereits verwendet'); process.exit(1); }).listen(@PORT@, '127.0.0.1');\n"})
case("words-in-french", "file.permission", "path:^/etc/shop/cle.pem$", "perl app.pl", user="nobody",
     setup="mkdir -p /etc/shop; touch /etc/shop/cle.pem; chmod 600 /etc/shop/cle.pem", shows="EACCES",
     files={"app.pl": "open(F, '<', '/etc/shop/cle.pem') or do { print STDERR \"erreur fatale : impossible d'ouvrir la cle : Permission non accordee\\n\"; exit 2 };\n"})
case("words-in-the-journal", "connect.refused", "port|address:^127.0.0.1:@PORT@$", PY + "app.py", needs=("root",),
     holds={"PORT": "bound"}, shows="ECONNREFUSED", misleads="nothing on the terminal",
     setup="mkdir -p /run/systemd/journal; rm -f /run/systemd/journal/socket",
     helpers=(("python3 -uc 'import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(\"/run/systemd/journal/socket\"); print(1)\nwhile True: s.recv(9999)'", "line"),),
     files={"app.py": "import socket, sys\nj = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ntry:\n    socket.create_connection(('127.0.0.1', @PORT@))\nexcept OSError as e:\n    j.sendto(f'PRIORITY=3\\nMESSAGE=broker unavailable: {e}\\n'.encode(), '/run/systemd/journal/socket')\n    sys.exit(1)\n"})
case("words-with-colours-and-time", "file.missing", "path:^/etc/api/routes.yaml$", PY + "app.py", shows="routes.yaml",
     files={"app.py": "import sys\ntry:\n    open('/etc/api/routes.yaml')\nexcept OSError as e:\n    print('\\033[2m2026-01-01T10:00:00.123Z\\033[0m \\033[31mERROR\\033[0m api::boot{pid=7}: startup failed err=\"No such file or directory (os error 2)\"', file=sys.stderr)\n    sys.exit(1)\n"})
case("words-letter-by-letter", "user.unknown", "user:^deployx$", PY + "app.py", shows="deployx",
     files={"app.py": "import os, sys\nfor c in 'fatal: unknown user deployx\\n':\n    os.write(2, c.encode())\nsys.exit(1)\n"},
     misleads="one call a letter")
case("words-among-progress", "limit.memory", "limit:^RLIMIT_AS$", PY + "app.py", limits={"as": "400000000"},
     shows="ENOMEM",
     files={"app.py": "import sys\nfor i in range(200):\n    print(f'\\rloading {i}%', end='', file=sys.stderr)\ntry:\n    b = bytearray(1 << 30)\nexcept MemoryError:\n    sys.exit('\\nloading failed')\n"})
case("module-in-a-venv-that-is-not-used", "module.missing", "module:^shoplib$", PY + "app.py",
     shows="No module named 'shoplib'", misleads="it is installed, in a place that this interpreter does not look at",
     files={"venv/lib/python3.11/site-packages/shoplib/__init__.py": "", "venv/pyvenv.cfg": "home = /usr/bin\n", "app.py": "import shoplib\n"})
case("jni-on-noexec", "exec.noexec-mount", "path:/scratch/", "java Load.java", needs=("root", "javac"), shows="EPERM",
     c={"libjni.so": "int f(void){return 1;}"},
     setup="mkdir scratch; mount -t tmpfs tmpfs scratch; cp libjni.so scratch/; mount -o remount,noexec scratch",
     files={"Load.java": "class Load { public static void main(String[] a) { System.load(\"@DIR@/scratch/libjni.so\"); } }"},
     misleads="UnsatisfiedLinkError: failed to map segment")

# up, but not as wanted
case("never-listens", "ready.timeout", ":", PY + "-c 'import time; time.sleep(100)'", **FREE,
     options="--expect listen:@PORT@", timeout=3, fast=True)
case("never-notifies", "ready.timeout", ":", PY + "-m http.server --bind 127.0.0.1 @PORT@", **FREE,
     options="--expect notify", timeout=3)
case("never-writes-its-pid-file", "ready.timeout", "path|text:/web.pid$",
     "node -e 'require(\"http\").createServer().listen(@PORT@, \"127.0.0.1\")'", needs=("node",), **FREE,
     options="--expect file:@DIR@/web.pid", timeout=3)
case("listens-elsewhere", "ready.wrong-address", "port|address|text:(@PORT@|@OTHER@)",
     PY + "-m http.server --bind 127.0.0.1 @PORT@", holds={"PORT": "free", "OTHER": "free"},
     options="--expect listen:@OTHER@", timeout=3, fast=True)
case("listens-elsewhere-redis", "ready.wrong-address", "port|address|text:(@PORT@|@OTHER@)",
     "redis-server @DIR@/r.conf", needs=("redis-server",), holds={"PORT": "free", "OTHER": "free"},
     options="--expect listen:@OTHER@", timeout=4, files={"r.conf": "port @PORT@\nbind 127.0.0.1\ndir @DIR@\n"})
case("wrong-exit-status", "app.error", ":", "bash -c 'exit 5'", options="--expect exit:0")
case("goes-to-background", "ready.exited-early", ":", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE,
     options="--expect notify", timeout=4,
     files={"nginx.conf": "pid @DIR@/pid; error_log @DIR@/e.log; events{} http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"},
     also=[("ready.timeout", ":", "it never says that it is ready, and its first process is gone")])
case("goes-to-background-and-ends", "ready.exited-early", ":", "./daemon", **FREE, options="--expect listen:@PORT@",
     timeout=4, c={"daemon": '#include <unistd.h>\nint main(){if(fork())_exit(0);setsid();sleep(1);}'},
     also=[("ready.timeout", ":@PORT@", "nobody ever listens")])
