"""Package managers and clients against peers of many kinds; and what the kernel, the processor or a group does not give."""

from case import case, healthy
from sandbox import SANDBOX

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
BOUND = {"holds": {"PORT": "bound"}}
PEER = "port|address|host:(@PORT@|127.0.0.1)"
QUIET_NPM = {"npm_config_update_notifier": "false", "npm_config_fetch_retries": "0", "npm_config_fund": "false", "npm_config_audit": "false"}
QUIET_PIP = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"}
SELF_SIGNED = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout k.pem -out c.pem 2>/dev/null"
TLS = (("exec openssl s_server -accept 127.0.0.1:@PORT@ -cert c.pem -key k.pem -www -quiet", "port:@PORT@"),)
SERVER = "import http.server\nclass H(http.server.BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response({0})\n        self.send_header('WWW-Authenticate', 'Basic realm=\"a\"')\n        self.end_headers()\n    log_message = lambda *a: None\nhttp.server.HTTPServer(('127.0.0.1', @PORT@), H).serve_forever()\n"
ANSWERS = (("exec python3 -B server.py", "port:@PORT@"),)
INOTIFY_INIT, EPOLL_CREATE = 253, 291  # the numbers of x86-64

# package managers
case("pip-refused", "connect.refused", PEER,
     "/usr/bin/python3 -m pip install --retries 1 --index-url http://127.0.0.1:@PORT@/simple shoplib", timeout=30,
     needs=("/usr/lib/python3/dist-packages/pip", "root"), **BOUND, env=QUIET_PIP, shows="ECONNREFUSED",
     misleads="its last words: no matching distribution found")
case("pip-name", "dns.failure", "host|text:pypi.org", "/usr/bin/python3 -m pip install --retries 1 shoplib", timeout=30,
     needs=("/usr/lib/python3/dist-packages/pip", "root"), env=QUIET_PIP,
     shows="Name or service not known|Temporary failure in name resolution|NameResolution",
     misleads="its last words: no matching distribution found")
case("gem-name", "dns.failure", "host|text:rubygems.org", "gem install --no-document sidekiqx", timeout=30,
     needs=("gem", "root"), shows="rubygems.org", misleads="its first words: could not find a valid gem")
case("npm-refused", "connect.refused", PEER, "npm ci --registry http://127.0.0.1:@PORT@/", needs=("npm",), **BOUND,
     env=QUIET_NPM,
     files={"package.json": '{"name":"a","version":"1.0.0","dependencies":{"leftx":"1.0.0"}}', "package-lock.json": '{"name":"a","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"a","version":"1.0.0","dependencies":{"leftx":"1.0.0"}},"node_modules/leftx":{"version":"1.0.0","resolved":"http://127.0.0.1:@PORT@/leftx/-/leftx-1.0.0.tgz"}}}'},
     shows="ECONNREFUSED", misleads="it advises about proxies")
case("npm-unauthorised", "connect.auth", PEER, "npm install --registry http://127.0.0.1:@PORT@/ leftx", needs=("npm",),
     **FREE, helpers=ANSWERS, files={"server.py": SERVER.format(401), "package.json": '{"name":"a","version":"1.0.0"}'},
     env=QUIET_NPM, shows="E401",
     also=[("connect.auth", "text|user|path:(E401|401|registry|\\.npmrc)", "npm's own words, and where the token belongs")])
case("npm-not-in-the-registry", "module.missing", "module|text:leftx",
     "npm install --registry http://127.0.0.1:@PORT@/ leftx", needs=("npm",), **FREE, helpers=ANSWERS,
     files={"server.py": SERVER.format(404), "package.json": '{"name":"a","version":"1.0.0"}'}, env=QUIET_NPM,
     shows="E404", also=[("app.error", "text:(E404|404)", "npm's own words")])
case("git-asks-for-a-name", "connect.auth", PEER, "git ls-remote http://127.0.0.1:@PORT@/shop.git", needs=("git",),
     **FREE, helpers=ANSWERS, files={"server.py": SERVER.format(401)}, shows="could not read Username",
     misleads="'no such device or address': it wants to ask at a terminal that is not there",
     also=[("device.unavailable", "device|path:^/dev/tty$", "the terminal at which it would ask"), ("connect.auth", "text|user:(Username|127.0.0.1)", "git's own words")])
case("git-not-there", "app.error", "text:(not found|127.0.0.1)", "git ls-remote http://127.0.0.1:@PORT@/shop.git",
     needs=("git",), **FREE, helpers=ANSWERS, files={"server.py": SERVER.format(404)},
     shows="repository .* not found|not found",
     also=[("file.missing", ":shop.git", "the repository"), ("config.usage", ":shop.git", "the address that it was given")])
case("git-through-a-proxy", "connect.refused", PEER, "git ls-remote https://git.example/shop.git", needs=("git",),
     **BOUND, env={"https_proxy": "http://127.0.0.1:@PORT@"}, shows="ECONNREFUSED",
     misleads="the repository's own server is never asked: a proxy stands in between",
     also=[("config.invalid", "env:https_proxy", "the variable that names the proxy")])
case("git-self-signed", "connect.tls", PEER, "git ls-remote https://127.0.0.1:@PORT@/shop.git",
     needs=("git", "openssl"), **FREE, setup=SELF_SIGNED, helpers=TLS,
     shows="certificate verification failed|server verification failed|certificate")
case("java-self-signed", "connect.tls", PEER, "java Get.java", needs=("javac", "openssl"), **FREE, setup=SELF_SIGNED,
     helpers=TLS,
     files={"Get.java": "class Get { public static void main(String[] a) throws Exception { new java.net.URL(\"https://127.0.0.1:@PORT@/\").openStream().read(); } }"},
     shows="PKIX path building failed", misleads="it speaks of a path",
     also=[("connect.tls", "text|path:(PKIX|certificat|cacerts)", "Java's own words, or its store of certificates")])
case("ruby-self-signed", "connect.tls", PEER, "ruby get.rb", needs=("ruby", "openssl"), **FREE, setup=SELF_SIGNED,
     helpers=TLS, files={"get.rb": "require 'net/http'\nputs Net::HTTP.get(URI('https://127.0.0.1:@PORT@/'))\n"},
     shows="certificate verify failed")
case("php-tls-against-plain", "connect.tls", PEER, "php get.php", needs=("php",), **FREE, helpers=ANSWERS,
     files={"server.py": SERVER.format(200), "get.php": "<?php $s = stream_socket_client('tls://127.0.0.1:@PORT@', $n, $e, 3); if (!$s) { fwrite(STDERR, \"broker not available\\n\"); exit(3); }\n"},
     shows="SSL|wrong version number", misleads="its own words: not available")
case("php-refused", "connect.refused", PEER, "php get.php", needs=("php",), **BOUND,
     files={"get.php": "<?php $s = @fsockopen('127.0.0.1', @PORT@, $n, $e, 2); if (!$s) { exit(75); }\n"},
     shows="ECONNREFUSED", misleads="it says nothing, and 75 is its own number")
case("tmux-socket-of-root", "connect.permission", "path:/run/shop/tmux.sock$",
     "tmux -S /run/shop/tmux.sock list-sessions", user="nobody", needs=("tmux", "root"), setup="mkdir /run/shop",
     helpers=(("python3 -uc 'import os, signal, socket; s = socket.socket(socket.AF_UNIX); s.bind(\"/run/shop/tmux.sock\"); os.chmod(\"/run/shop/tmux.sock\", 0o600); s.listen(); print(1); signal.pause()'", "line"),),
     shows="tmux.sock.*EACCES",
     also=[("file.permission", "path:/run/shop/tmux.sock$", "the mode of the socket's file")])
case("sv-as-anybody", "file.permission", "path:/web(/supervise(/ok|/status|/control)?)?$", "sv start @DIR@/web",
     user="nobody", needs=("runsv",),
     setup="mkdir -p web/supervise; mkfifo -m 600 web/supervise/ok web/supervise/control; touch web/supervise/status; chmod 700 web/supervise",
     shows="supervise/ok.*EACCES|access denied",
     also=[("connect.permission", "path:/web", "the pipe of its supervisor")])

# programs that are called by an old name
case("python-of-two", "exec.interpreter-missing", "path:(/tool|/usr/bin/python)$", "./tool",
     files={"tool": ("#!/usr/bin/python\nprint 'up'\n", 0o755)}, shows="tool.* ENOENT",
     misleads="Python is there, as python3")
case("python-of-two-by-env", "exec.not-found", "text|path:(^|/)python$", "./tool",
     files={"tool": ("#!/usr/bin/env python\nprint('up')\n", 0o755)}, shows="python.: No such file",
     misleads="Python is there, as python3",
     also=[("exec.interpreter-missing", "path:/tool$", "the script whose first line names it")])
case("print-of-two", "app.error", "text|path:(Missing parentheses|SyntaxError|tool.py)", PY + "tool.py",
     files={"tool.py": "import sys\nprint 'starting', sys.argv\n"}, shows="Missing parentheses",
     also=[("module.incompatible", ":", "it was written for Python 2"), ("config.invalid", "path|text:(tool.py|SyntaxError)", "a file that its reader refuses")])
case("awk-of-another-kind", "app.error", "text|path:(gensubx|mawk|awk|function)", "awk -f report.awk /etc/passwd",
     files={"report.awk": "{ print gensubx(/a/, \"b\", \"g\", $1) }\n"}, shows="gensubx",
     also=[("library.symbol-missing", ":gensubx", "a function that is not there"), ("config.invalid", "path|text:(report.awk|gensubx)", "a file that its reader refuses"), ("module.incompatible", ":", "written for another awk")])

# crashes and limits
case("make-arithmetic", "crash.arithmetic", "signal|path|process:", "make", needs=("make", "gcc"),
     files={"Makefile": "table.h:\n\t./gen >$@\n"},
     c={"gen": "int main(int n, char **a){volatile int zero = n - 1; return 5 / zero;}"},
     shows="Floating point exception", misleads="no number has a point in it")
case("ruby-illegal-instruction", "crash.illegal-instruction", "signal|path|process:", "ruby run.rb",
     needs=("ruby", "gcc"),
     files={"run.rb": "ok = system('./codec')\nabort \"codec: #{$?.exitstatus.inspect}\" unless ok\n"},
     c={"codec": "int main(void){__builtin_trap();}"}, shows="SIGILL", misleads="its own words: nil")
case("perl-library-unreadable", "library.unreadable", "path|library:Fast.so$",
     "perl -MDynaLoader -e 'DynaLoader::dl_load_file(\"@DIR@/Fast.so\") or die \"Cannot load Fast: \" . DynaLoader::dl_error() . \"\\n\"'",
     user="nobody", c={"Fast.so": "int f(void){return 1;}"}, setup="chmod 600 Fast.so", shows="Fast.so.*EACCES",
     also=[("file.permission", "path:/Fast.so$", "the mode of the file")])
case("bash-recursion", "limit.stack", "limit:^RLIMIT_STACK$", "bash -c 'f() { f; }; f'", limits={"stack": "1048576"},
     shows="SIGSEGV", misleads="a segmentation fault",
     also=[("crash.segfault", "signal:SIGSEGV", "recursion without end overruns any limit")], needs=("root",))
case("luajit-locked-memory", "limit.locked-memory", "limit:^RLIMIT_MEMLOCK$", "luajit vault.lua", user="nobody",
     needs=("luajit",), limits={"memlock": "65536"},
     files={"vault.lua": "local ffi = require('ffi')\nffi.cdef('int mlockall(int); char *strerror(int);')\nif ffi.C.mlockall(3) ~= 0 then io.stderr:write('vault: ', ffi.string(ffi.C.strerror(ffi.errno())), '\\n') os.exit(2) end\n"},
     shows="mlockall.*ENOMEM", misleads="'cannot allocate memory'",
     also=[("security.capability", "capability:CAP_IPC_LOCK", "who has it needs no limit")])
case("real-time-disk", "security.capability", "capability:CAP_SYS_(NICE|ADMIN)", "ionice -c 1 sleep 60", user="nobody",
     shows="ioprio_set.*EPERM")
case("device-node", "security.capability", "capability|path:(CAP_MKNOD|/null2)", "mknod @DIR@/dev/null2 c 1 3",
     user="nobody", setup="mkdir -m 777 dev", shows="mknod.*EPERM")
case("group-switch", "user.unknown", "user:^deployersx$", "sg deployersx -c 'sleep 60'", needs=("sg", "root"),
     shows="deployersx")
case("su-unknown", "user.unknown", "user:^shopx$", "bash start.sh", needs=("su", "root"),
     files={"start.sh": "set -e\necho starting as shopx\nsu -s /bin/sh shopx -c 'exec sleep 60'\n"},
     shows="user shopx does not exist")

# what the kernel does not have
case("inotify-not-there", "kernel.unsupported", ":", f"./sandbox 38 {INOTIFY_INIT} inotifywait -q /etc",
     needs=("inotifywait",), c={"sandbox": SANDBOX}, shows="ENOSYS",
     also=[("security.seccomp", ":", "what answers ENOSYS here is a filter"), ("limit.inotify", ":", "inotifywait's words are about inotify")])
case("epoll-not-there", "kernel.unsupported", ":", f"./sandbox 38 {EPOLL_CREATE} node -e 0", needs=("node",),
     c={"sandbox": SANDBOX}, shows="epoll_create1.*ENOSYS", misleads="it ends with a signal, and a page of addresses",
     also=[("security.seccomp", ":", "what answers ENOSYS here is a filter"), ("crash.abort", "signal:SIGABRT", "how it ends")])

# hangs
case("erlang-busy", "hang.busy-loop", ":", "erl -noshell -eval 'F = fun(G) -> G(G) end, F(F).'", needs=("erl",),
     timeout=4, stdin="open", misleads="two dozen threads, most of which wait")
case("luajit-waits-for-its-child", "hang.child", ":", "luajit run.lua", needs=("luajit",), timeout=3,
     files={"run.lua": "io.stderr:write('syncing clock\\n')\nos.execute('sleep 600')\nprint('up')\n"}, shows="wait4")
case("backticks-ask", "hang.input", ":", "ruby run.rb", needs=("ruby",), timeout=3, stdin="open",
     files={"run.rb": "key = `cat`\nputs key.length\n"}, shows="read\\(0")
case("git-editor", "hang.child", ":", "git commit --allow-empty", needs=("git",), timeout=3,
     env={"GIT_EDITOR": "sh -c \"sleep 600\""},
     setup="git init -q .; git config user.name a; git config user.email a@b", shows="sleep",
     misleads="it waits for an editor that nobody sees")
case("polls-a-lock-file", "file.stale-lock", "path:/run/migrate.lock$", "sh migrate.sh", timeout=3, needs=("root",),
     setup="touch /run/migrate.lock",
     files={"migrate.sh": "while [ -e /run/migrate.lock ]; do echo 'waiting for the other migration to end'; sleep 0.3; done\ntouch /run/migrate.lock\nexec sleep 60\n"},
     shows="/run/migrate.lock", misleads="no call fails: the file is there, and nobody will take it away",
     also=[("file.already-exists", "path:/run/migrate.lock$", "what is in the way"), ("file.locked", "path:/run/migrate.lock$", "what it takes for a lock")])

# healthy
healthy("tail-where-inotify-is-not-there", "running", f"./sandbox 38 {INOTIFY_INIT} tail -F app.log",
        c={"sandbox": SANDBOX}, files={"app.log": "up\n"}, timeout=3)
healthy("nice-that-may-not", "exited", "nice -n -5 true", user="nobody")
healthy("curl-then-cache", "exited", "sh -c 'curl -sS --max-time 3 http://127.0.0.1:@PORT@/ || cat cached'",
        needs=("curl",), **BOUND, files={"cached": "from the cache\n"})
healthy("gem-list", "exited", "gem list --local", needs=("gem",))
healthy("pip-list", "exited", "/usr/bin/python3 -m pip list", needs=("/usr/lib/python3/dist-packages/pip",),
        env=QUIET_PIP)
healthy("java-server-that-tries-two-peers", "running", "java Serve.java", needs=("javac",),
        holds={"PORT": "free", "OLD": "bound"}, timeout=12,
        files={"Serve.java": "class Serve { public static void main(String[] a) throws Exception { try { new java.net.Socket(\"127.0.0.1\", @OLD@); } catch (java.io.IOException e) { System.err.println(\"WARN cache not reachable: \" + e); } new java.net.ServerSocket(@PORT@, 5, java.net.InetAddress.getByName(\"127.0.0.1\")).accept(); } }"},
        options="--expect listen:@PORT@")
