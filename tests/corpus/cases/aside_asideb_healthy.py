"""Further starts that nothing is wrong with, of runtimes, build tools, supervisors and small worlds."""

from case import healthy

FREE = {"holds": {"PORT": "free"}}
PY = "/usr/bin/python3 -B "
BY_DESIGN = "its exit status is an answer, which only who knows the program can tell from a failure: then no cause may be named"
ANSWER = [("app.error", ":", BY_DESIGN)]

# runtimes
healthy("erlang", "exited", "erl -noshell -eval 'io:format(\"~p~n\", [erlang:system_info(otp_release)]), halt().'",
        needs=("erl",))
healthy("erlang-server", "running", "escript server.escript", needs=("erl",), **FREE,
        files={"server.escript": "#!/usr/bin/env escript\nmain(_) ->\n  {ok, S} = gen_tcp:listen(@PORT@, [{ip, {127,0,0,1}}]),\n  gen_tcp:accept(S).\n"})
healthy("elixir-without-locale", "exited", "elixir -e 'IO.puts(Enum.sum(1..9))'", timeout=30, needs=("elixir",),
        env={"LANG": "C"})
healthy("tcl-server", "running", "tclsh server.tcl", needs=("tclsh",), **FREE,
        files={"server.tcl": "catch {package require nosuchpackage}\nproc serve {c a p} { close $c }\nsocket -server serve -myaddr 127.0.0.1 @PORT@\nvwait forever\n"})
healthy("expect-dialogue", "exited", "expect talk.exp", needs=("expect",),
        files={"talk.exp": "spawn sh -c {printf 'Password: '; read x; echo welcome}\nexpect \"Password:\"\nsend \"secret\\r\"\nexpect welcome\nexpect eof\n"})
healthy("luajit", "exited", "luajit sum.lua", needs=("luajit",),
        files={"sum.lua": "local ok, m = pcall(require, 'cjson.safe')\nprint(ok)\nlocal s = 0\nfor i = 1, 2e7 do s = s + i % 3 end\nprint(s)\n"})
healthy("mono", "exited", "mono app.exe", needs=("mono", "mcs"),
        files={"a.cs": "class A { static void Main() { try { System.Reflection.Assembly.Load(\"Optional\"); } catch (System.Exception e) { System.Console.Error.WriteLine(e.Message); } System.Console.WriteLine(\"up\"); } }"},
        setup="mcs -out:app.exe a.cs")
healthy("puma", "running", "puma -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma",), **FREE,
        files={"config.ru": "run lambda { |env| [200, {}, ['up']] }\n"})
healthy("uvicorn", "running", "uvicorn --host 127.0.0.1 --port @PORT@ app:app", needs=("uvicorn",), **FREE,
        files={"app.py": "async def app(scope, receive, send):\n    raise NotImplementedError('no lifespan here')\n"})
healthy("php-extension-that-is-not-there", "exited",
        "php -d extension=redisx.so -d zend_extension=xdebugx.so -r 'echo 1;'", needs=("php",))
healthy("java-old-options", "exited", "java -XX:+UseLargePages -XX:+UseBiasedLocking -version", needs=("java",))
healthy("java-handles-its-faults", "exited", "java Nulls.java", needs=("javac",),
        files={"Nulls.java": "class Nulls { static int[] a; static int n; static void f() { try { n += a.length; } catch (NullPointerException e) { n--; } } public static void main(String[] x) { for (int i = 0; i < 60000; i++) f(); System.out.println(n); } }"})
healthy("node-inspector-port-taken", "running", "node --inspect=127.0.0.1:@TAKEN@ app.js", needs=("node",),
        holds={"PORT": "free", "TAKEN": "listening"},
        files={"app.js": "require('http').createServer(() => {}).listen(@PORT@, '127.0.0.1');\n"})
healthy("node-warnings", "exited", "node app.js", needs=("node",),
        files={"app.js": "new Buffer(5);\nprocess.emitWarning('ENOENT: no such file, using defaults', 'ConfigWarning');\nPromise.reject(new Error('ECONNREFUSED 127.0.0.1:6379')).catch(e => console.error(e));\n"})
healthy("perl-prefork", "running", "perl server.pl", **FREE,
        files={"server.pl": "use IO::Socket::INET;\neval { require Shop::Fast; 1 } or warn \"pure-perl mode: $@\";\nmy $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => @PORT@, Listen => 5) or die;\nfor (1 .. 4) { next if fork; while (1) { my $c = $s->accept } }\n1 while wait != -1;\n"})
healthy("ruby-with-all-warnings", "exited", "ruby -w app.rb", needs=("ruby",),
        files={"app.rb": "def a; x = 1; end\ndef a; 2; end\nbegin\n  require 'oj'\nrescue LoadError => e\n  warn e.message\nend\nraise 'once' rescue warn 'error: once'\n"})

# build tools and programs whose exit status is an answer
healthy("cmake-configure", "exited", "cmake -S . -B build", needs=("cmake", "make", "gcc"),
        files={"CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(shop C)\ninclude(CheckIncludeFile)\ncheck_include_file(nosuch/header.h HAVE_NOSUCH)\nfind_package(Nosuch QUIET)\nfind_program(NOSUCH nosuchtool)\nmessage(WARNING \"building without nosuch\")\n"})
healthy("meson-setup", "exited", "meson setup build", needs=("meson", "ninja", "pkg-config", "gcc"),
        files={"meson.build": "project('shop', 'c')\ndependency('libnosuch', required: false)\n"})
healthy("configure", "exited", "sh configure", timeout=30, needs=("autoconf", "gcc"),
        files={"configure.ac": "AC_INIT([shop],[1])\nAC_PROG_CC\nAC_CHECK_LIB([nosuch],[f],[],[AC_MSG_WARN([building without nosuch])])\nAC_CONFIG_FILES([out.mk])\nAC_OUTPUT\n", "out.mk.in": "CC=gcc\n"},
        setup="autoconf")
healthy("make-in-german", "exited", "make", needs=("make",), env={"LANGUAGE": "de"},
        files={"Makefile": "-include lokal.mk\nall: a\n\t-rm fehlt 2>/dev/null\na:\n\ttouch a\n"})
healthy("compiler-warnings", "exited", "gcc -Wall -Wextra -o a a.c", needs=("gcc",),
        files={"a.c": "#include <stdio.h>\nint f(int error) { int unused; printf(\"%s\", 5); }\nint main(void) { return 0; }\n"})
healthy("ant", "exited", "ant -q", needs=("ant", "java"),
        files={"build.xml": "<project default='a'><property file='local.properties'/><target name='a'><exec executable='false' failonerror='false'/><echo message='built'/></target></project>\n"})
healthy("make-question", "exited", "make -q", needs=("make",), also=ANSWER,
        files={"Makefile": "a: b\n\tcp b a\n", "b": "x"})
healthy("git-diff-exit-code", "exited", "git diff --exit-code", needs=("git",), also=ANSWER,
        setup="git init -q .; echo 1 >a; git add a; git -c user.name=a -c user.email=a@b commit -qm x; echo 2 >a")
healthy("jq-false", "exited", "jq -e .ready state.json", needs=("jq",), also=ANSWER,
        files={"state.json": '{"ready": false}'})
healthy("expr-zero", "exited", "expr 3 - 3", also=ANSWER)
healthy("mountpoint", "exited", "mountpoint -q @DIR@", also=ANSWER)
healthy("pkg-config-exists", "exited", "pkg-config --exists nosuchlib", needs=("pkg-config",), also=ANSWER)
healthy("pytest-without-tests", "exited", "python3 -m pytest -q -p no:cacheprovider @DIR@", needs=("pytest", "root"),
        also=ANSWER)
healthy("cmp-in-script", "exited",
        "sh -c 'cmp -s /etc/passwd /etc/group || echo changed; [ -e /etc/nosuch ] && echo there; true'")

# those that start others, and small worlds
healthy("tini-not-first", "running", "tini -- python3 -m http.server --bind 127.0.0.1 @PORT@", needs=("tini",), **FREE)
healthy("dumb-init", "running", "dumb-init -v python3 -m http.server --bind 127.0.0.1 @PORT@", needs=("dumb-init",),
        **FREE)
healthy("runsv", "running", "runsv web", needs=("runsv",), timeout=4,
        files={"web/run": ("#!/bin/sh\nexec 2>&1\necho starting\nexec sleep 900\n", 0o755)})
healthy("s6-supervise", "running", "s6-supervise web", needs=("/usr/bin/s6-supervise",), timeout=4,
        files={"web/run": ("#!/bin/sh\nexec sleep 900\n", 0o755)})
healthy("daemonize", "either", "daemonize -p @DIR@/pid -l @DIR@/lock /bin/sleep 900", needs=("daemonize",), timeout=4)
healthy("start-stop-daemon", "either",
        "start-stop-daemon --start --background --make-pidfile --pidfile @DIR@/pid --exec /bin/sleep -- 900",
        needs=("start-stop-daemon",), timeout=4)
healthy("start-stop-daemon-is-running", "exited",
        "start-stop-daemon --start --oknodo --pidfile @DIR@/pid --exec /bin/sleep -- 900", needs=("start-stop-daemon",),
        helpers=(("sleep 900 & echo $! >pid; echo 1; wait", "line"),))
healthy("sudo", "exited", "sudo -n -u nobody id -un", needs=("sudo", "root"))
healthy("parallel", "exited", "parallel -j 2 'test {} -lt 3 || echo {}' ::: 1 2 3", needs=("parallel",))
healthy("zsh", "exited",
        "zsh -c 'setopt null_glob; for f in conf.d/*.conf; do . $f; done; autoload -Uz colors && colors; print up'",
        needs=("zsh",))
healthy("fish", "exited", "fish -c 'type -q nosuchtool; or echo without it; test -e /nosuch; true'", needs=("fish",))
healthy("bash-x", "exited", "bash -x run.sh",
        files={"run.sh": "command -v nosuchtool\n. ./local.env 2>/dev/null\nfor h in a b; do (exit 3) || echo \"error on $h, ignored\" >&2; done\nexec 3<>/dev/null\necho up\n"})
healthy("bwrap-server", "running",
        "bwrap --ro-bind / / --tmpfs /tmp --dev /dev --proc /proc --unshare-pid --die-with-parent python3 -m http.server --bind 127.0.0.1 @PORT@",
        needs=("bwrap", "root"), **FREE)
healthy("namespaces", "exited", "unshare -m -p -u -i -f --mount-proc sh -c 'hostname inside; ps ax | wc -l'",
        needs=("root",))
healthy("chroot-static", "exited", "chroot jail /busy", needs=("root", "gcc"),
        files={"b.c": "#include <stdio.h>\nint main(void){FILE*f=fopen(\"/etc/localtime\",\"r\");puts(f?\"zone\":\"no zone, UTC\");return 0;}\n"},
        setup="mkdir jail; gcc -static -o jail/busy b.c")
healthy("musl", "exited", "./a", needs=("musl-gcc",),
        files={"a.c": "#include <stdio.h>\n#include <locale.h>\nint main(void){setlocale(LC_ALL,\"\");puts(\"up\");return 0;}\n"},
        setup="musl-gcc -static -o a a.c")

# programs of our own that fall back, drop, catch, or wait a little
HEAD = "#define _GNU_SOURCE\n#include <errno.h>\n#include <fcntl.h>\n#include <setjmp.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/epoll.h>\n#include <sys/mman.h>\n#include <sys/prctl.h>\n#include <sys/resource.h>\n#include <sys/socket.h>\n#include <sys/syscall.h>\n#include <arpa/inet.h>\n#include <netinet/in.h>\n#include <grp.h>\n#include <unistd.h>\n"
LISTEN = "static int serve(int s) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  int one = 1;\n  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);\n  if (bind(s, (void *)&a, sizeof a)) return -1;\n  return listen(s, 16);\n}\n"
healthy("falls-back-from-io-uring", "running", "./server", **FREE,
        c={"server": HEAD + LISTEN + 'int main(void) {\n  char p[120] = {0};\n  long flags = -1;\n  memcpy(p + 8, &flags, 4);\n  if (syscall(425, 1 << 30, p) < 0) fprintf(stderr, "server: io_uring is not available (%m), using epoll\\n");\n  if (mlockall(64)) perror("server: mlockall, going on without");\n  struct rlimit r = {1 << 30, 1 << 30};\n  if (setrlimit(RLIMIT_NOFILE, &r)) perror("server: cannot raise the number of open files");\n  int s = socket(AF_INET, SOCK_STREAM, 0), e = epoll_create1(0);\n  struct epoll_event v = {EPOLLIN};\n  if (serve(s)) return 1;\n  epoll_ctl(e, EPOLL_CTL_ADD, s, &v);\n  for (;;) epoll_wait(e, &v, 1, -1);\n}\n'})
healthy("drops-privileges", "running", "./server", needs=("root",), **FREE,
        c={"server": HEAD + LISTEN + 'int main(void) {\n  int s = socket(AF_INET, SOCK_STREAM, 0);\n  if (serve(s)) return 1;\n  setgroups(0, 0);\n  if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)) return 2;\n  if (!setuid(0)) return 3;\n  if (open("/etc/shadow", O_RDONLY) >= 0) return 4;\n  for (;;) close(accept(s, 0, 0));\n}\n'})
healthy("waits-for-the-port", "running", "./server", **FREE, timeout=15, options="--expect listen:@PORT@",
        helpers=(("python3 -uc 'import socket, time; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); time.sleep(2.5)'", "line"),),
        c={"server": HEAD + LISTEN + 'int main(void) {\n  int s = socket(AF_INET, SOCK_STREAM, 0);\n  for (int i = 0; serve(s); i++) {\n    if (i > 40) return 1;\n    fprintf(stderr, "server: bind: %m, trying again\\n");\n    usleep(300000);\n  }\n  for (;;) close(accept(s, 0, 0));\n}\n'})
healthy("catches-segfault-on-purpose", "exited", "./collector",
        c={"collector": HEAD + 'static sigjmp_buf back;\nstatic void caught(int s) { siglongjmp(back, s); }\nint main(void) {\n  volatile char *p = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n  signal(SIGSEGV, caught);\n  for (int i = 0; i < 30; i++) if (!sigsetjmp(back, 1)) p[i] = 1;\n  puts("barriers work");\n  return 0;\n}\n'})
healthy("waits-for-a-file-that-comes", "running", "bash start.sh", **FREE, timeout=12, options="--expect listen:@PORT@",
        files={"start.sh": "(sleep 1.5; touch ready) &\nuntil [ -e ready ]; do echo 'waiting for ready' >&2; sleep 0.2; done\nexec python3 -m http.server --bind 127.0.0.1 @PORT@\n"})
healthy("takes-over-a-stale-pid-file", "running", PY + "app.py", **FREE,
        files={"app.pid": "4194000\n", "app.py": "import http.server, os, sys\npid = int(open('app.pid').read())\ntry:\n    os.kill(pid, 0)\n    sys.exit('already running')\nexcept ProcessLookupError:\n    print('stale pid file, taking over', file=sys.stderr)\nopen('app.pid', 'w').write(str(os.getpid()))\nhttp.server.HTTPServer(('127.0.0.1', @PORT@), http.server.SimpleHTTPRequestHandler).serve_forever()\n"})
healthy("daemon-that-tells-its-parent", "either", "./daemon", timeout=5,
        c={"daemon": HEAD + 'int main(void) {\n  int p[2];\n  char c;\n  pipe(p);\n  if (fork()) { close(p[1]); return read(p[0], &c, 1) == 1 ? 0 : 1; }\n  setsid();\n  close(p[0]);\n  usleep(700000);\n  write(p[1], "1", 1);\n  close(p[1]);\n  sleep(900);\n}\n'})
healthy("warms-up-in-children", "running", "bash start.sh", **FREE, timeout=12, options="--expect listen:@PORT@",
        files={"start.sh": "for i in 1 2 3 4; do (sleep 0.$i; python3 -c 'raise SystemExit(3)'; echo \"warm-up $i failed, ignored\" >&2) & done\nwait\nexec python3 -m http.server --bind 127.0.0.1 @PORT@\n"})
