"""The one that fails is far from the one that was called, and what it said went elsewhere."""

from case import case, healthy

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
QUIET_NPM = {"npm_config_update_notifier": "false"}
SVLOGD = ("#!/bin/sh\nexec svlogd ./main\n", 0o755)
BILLING = {"libbilling.so.2": "int f(void){return 0;}", "server": ("int f(void); int main(void){return f();}", "./libbilling.so.2")}

case("runsv-with-a-log", "file.missing", "path:^/etc/shop/web.yml$", "runsv web", needs=("runsv",), timeout=5,
     setup="mkdir -p web/log/main",
     files={"web/run": ("#!/bin/sh\nexec 2>&1\nexec cat /etc/shop/web.yml\n", 0o755), "web/log/run": SVLOGD},
     shows="web.yml.*ENOENT", misleads="its words go through a pipe into a log of its own; the supervisor stays up")
case("s6-tree", "config.env-missing", "env:^WEB_SECRET$", "s6-svscan services", needs=("s6-svscan",), timeout=5,
     files={"services/web/run": ("#!/bin/sh\nexec 2>&1\nset -u\necho starting\necho \"$WEB_SECRET\" >/dev/null\nexec sleep 600\n", 0o755), "services/db/run": ("#!/bin/sh\nexec sleep 600\n", 0o755)},
     shows="WEB_SECRET", misleads="a tree of supervisors stays up, and one of two services does")
case("start-stop-daemon-then-fails", "module.missing", "module:^shop_core$",
     "start-stop-daemon --start --background --output @DIR@/out.log --make-pidfile --pidfile @DIR@/pid --exec /usr/bin/python3 -- -B @DIR@/app.py",
     needs=("start-stop-daemon",), timeout=4, files={"app.py": "import shop_core\n"}, shows="shop_core",
     misleads="the one that was called ends well; its child fails after it")
case("tmux-session-ends", "module.missing", "module:^shop_core$",
     "tmux -L corpus new-session -d 'python3 -B app.py 2>app.err'", needs=("tmux",), timeout=5,
     files={"app.py": "import shop_core\n"}, shows="shop_core",
     misleads="tmux ends with 0, and takes the words with it")
case("nohup-and-look", "library.missing", r"library:^libbilling\.so\.2$", "sh start.sh", c=BILLING,
     setup="rm libbilling.so.2",
     files={"start.sh": "nohup ./server >server.log 2>&1 </dev/null &\npid=$!\nsleep 0.5\nkill -0 $pid 2>/dev/null || { echo 'server did not come up, see server.log' >&2; exit 1; }\n"},
     shows="libbilling.*ENOENT", misleads="the words are in a file")
case("script-with-a-terminal", "file.permission", "path:^/etc/shop/shop.key$",
     "script -qefc './serve --foreground' typescript", user="nobody", needs=("root", "script"),
     setup="chmod 777 .; mkdir -m 755 /etc/shop; touch /etc/shop/shop.key; chmod 600 /etc/shop/shop.key",
     files={"serve": ("#!/bin/sh\nexec 3</etc/shop/shop.key || exit 7\n", 0o755)}, shows="shop.key.*EACCES",
     misleads="a terminal of its own lies in between")
case("setarch-stdbuf-env", "connect.refused", "port|address:127.0.0.1:@PORT@",
     "setarch -R stdbuf -oL env -u HOME setsid -w " + PY + "app.py", holds={"PORT": "bound"},
     needs=("setarch", "stdbuf"),
     files={"app.py": "import socket, sys\nfor i in range(3):\n    try:\n        socket.create_connection(('127.0.0.1', @PORT@))\n    except OSError:\n        print('attempt', i + 1)\nsys.exit('giving up')\n"},
     shows="ECONNREFUSED", misleads="four wrappers, and its words give no reason")
case("make-npm-node", "module.missing", "module:^dotenvx$", "make serve", needs=("make", "npm"), env=QUIET_NPM,
     files={"Makefile": "serve: ; @$(MAKE) --no-print-directory -C web up\n", "web/Makefile": "up: ; @npm --silent run serve\n", "web/package.json": '{"name":"a","version":"1.0.0","scripts":{"serve":"node app.js"}}', "web/app.js": "require('dotenvx').config();\n"},
     shows="Cannot find module 'dotenvx'", misleads="two makes, npm and a shell have the last words")
case("python-pool-breaks", "crash.segfault", "signal|process|path:", PY + "app.py",
     files={"app.py": "import concurrent.futures, ctypes\ndef work(x):\n    return ctypes.string_at(8)\nif __name__ == '__main__':\n    with concurrent.futures.ProcessPoolExecutor(1) as pool:\n        print(pool.submit(work, 1).result())\n"},
     shows="SIGSEGV", misleads="BrokenProcessPool: a process was terminated abruptly",
     also=[("app.error", "text:BrokenProcessPool", "Python's own words")])
case("node-folder-of-child", "file.missing", "path:^/opt/shop/work$", "node app.js", needs=("node",),
     files={"app.js": "const c = require('child_process').spawn('ls', ['-l'], {cwd: '/opt/shop/work'});\nc.on('error', e => { console.error(e.message); process.exit(1); });\n"},
     shows="spawn ls ENOENT", misleads="'spawn ls ENOENT': ls is there, the folder in which to start it is not")
case("java-folder-of-child", "file.missing", "path:^/opt/shop/work$", "java Run.java", needs=("javac",),
     files={"Run.java": "class Run { public static void main(String[] a) throws Exception { new ProcessBuilder(\"ls\").directory(new java.io.File(\"/opt/shop/work\")).start().waitFor(); } }"},
     shows="Cannot run program \"ls\" \\(in directory \"/opt/shop/work\"\\)",
     misleads="'cannot run program ls': ls is there")
case("java-child", "exec.not-found", "text|path:(^|/)wkhtmlx$", "java Run.java", needs=("javac",),
     files={"Run.java": "class Run { public static void main(String[] a) throws Exception { try { new ProcessBuilder(\"wkhtmlx\", \"--version\").start(); } catch (java.io.IOException e) { throw new IllegalStateException(\"renderer not usable\", e); } } }"},
     shows="Cannot run program \"wkhtmlx\"")
case("mono-child", "exec.not-found", "text|path:(^|/)wkhtmlx$", "mono app.exe", needs=("mono", "mcs"),
     files={"a.cs": "class A { static void Main() { System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo { FileName = \"wkhtmlx\", UseShellExecute = false }); } }"},
     setup="mcs -out:app.exe a.cs", shows="wkhtmlx")
case("erlang-child", "exec.not-found", "text|path:(^|/)imagerx$", "escript run.escript", needs=("erl",),
     files={"run.escript": "#!/usr/bin/env escript\nmain(_) ->\n  P = open_port({spawn_executable, \"/usr/lib/shop/imagerx\"}, [exit_status]),\n  receive {P, _} -> ok end.\n"},
     shows="enoent", misleads="a failed call of open_port")
case("php-child", "exec.not-found", "text|path:(^|/)wkhtmlx$", "php run.php", needs=("php",),
     files={"run.php": "<?php exec('wkhtmlx --version 2>/dev/null', $out, $code); if ($code != 0) { fwrite(STDERR, \"PDF export disabled ($code), but required\\n\"); exit(1); }\n"},
     shows="wkhtmlx", misleads="its words give a number: 127")
case("gem-start-file", "module.missing", "module:^railsx$", "./bin/railsx server", needs=("ruby",),
     files={"bin/railsx": ("#!/usr/bin/ruby\nrequire 'rubygems'\nload Gem.activate_bin_path('railsx', 'railsx', '>= 0.a')\n", 0o755)},
     shows="can't find gem railsx", misleads="the command is there: the gem that it starts is not")
case("php-base-folder", "file.permission", "path:/conf.php$", "php -d open_basedir=@DIR@/public public/index.php",
     needs=("php",),
     files={"public/index.php": "<?php require __DIR__ . '/../conf.php';\n", "conf.php": "<?php $a = 1;\n"},
     shows="open_basedir restriction in effect",
     misleads="the file may be read by anybody, and no call fails: PHP's own setting forbids it",
     also=[("config.invalid", ":open_basedir", "the setting that forbids it"), ("app.error", "text:open_basedir", "PHP's own words"), ("file.missing", "path:/conf.php$", "PHP's last words: failed opening required")])
case("git-folder-of-the-surroundings", "file.missing", r"path:^/srv/old/\.git$",
     "sh -ec 'git describe --always; exec sleep 60'", needs=("git",), env={"GIT_DIR": "/srv/old/.git"},
     setup="env -u GIT_DIR git init -q .", shows="not a git repository: '/srv/old/.git'",
     misleads="it stands in a repository: GIT_DIR names another one",
     also=[("config.invalid", "env:GIT_DIR", "the variable")])
case("expect-waits-for-a-prompt", "hang.child", ":", "expect login.exp", needs=("expect",), timeout=4,
     files={"login.exp": "set timeout -1\nspawn sh -c {echo ready; sleep 600}\nexpect \"Password:\"\nsend \"secret\\r\"\n"},
     shows="ready", misleads="both are alive, and each waits for the other",
     also=[("hang.input", ":", "it waits for words that never come"), ("hang.deadlock", ":", "each waits for the other")])
case("config-made-by-a-step-that-failed", "exec.not-found", "text|path:(^|/)envsubstx$", "bash entrypoint.sh",
     files={"entrypoint.sh": "envsubstx <app.tmpl >app.json 2>/dev/null\nexec python3 -B app.py\n", "app.tmpl": '{"port": "$PORT"}', "app.py": "import json\nprint(json.load(open('app.json'))['port'])\n"},
     shows="envsubstx",
     misleads="JSONDecodeError in a file that is empty: the program that was to fill it is not there",
     also=[("config.invalid", "path:/app.json$", "the file that is empty"), ("data.corrupt", "path:/app.json$", "the file that is empty")])
case("database-made-by-a-step-that-failed", "file.permission", "path:^/var/lib/catalog(/.*)?$", "bash entrypoint.sh",
     user="nobody", needs=("sqlite3", "root"), setup="mkdir -m 755 /var/lib/catalog",
     files={"entrypoint.sh": "sqlite3 /var/lib/catalog/db 'create table item(a)' >/dev/null 2>&1 || true\nexec python3 -B app.py\n", "app.py": "import sqlite3\nsqlite3.connect('file:/var/lib/catalog/db?mode=ro', uri=True).execute('select * from item')\n"},
     shows="/var/lib/catalog/db.*(EACCES|ENOENT)",
     misleads="'unable to open database file', after a step whose words nobody sees",
     also=[("file.missing", "path:^/var/lib/catalog/db$", "what the second step looks for")])

# healthy
healthy("runsvdir", "running", "runsvdir -P services", needs=("runsv",), timeout=5,
        files={"services/web/run": ("#!/bin/sh\nexec sleep 600\n", 0o755), "services/web/log/run": SVLOGD},
        setup="mkdir -p services/web/log/main")
healthy("tmux-session", "either", "tmux -L corpus new-session -d 'sleep 600'", needs=("tmux",), timeout=4)
healthy("nohup-and-well", "exited", "sh start.sh",
        files={"start.sh": "nohup sleep 3 >server.log 2>&1 </dev/null &\nsleep 0.3\nkill -0 $! || exit 1\necho started\n"},
        also=[("ok.running", ":", "what it started is up")])
