"""Classes that are met more seldom, each with a program that has not had it yet."""

from case import case, healthy
from sandbox import SANDBOX

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
QUIET_NPM = {"npm_config_update_notifier": "false"}
NOEXEC = "mkdir data; mount -t tmpfs tmpfs data; {}; mount -o remount,noexec data"
ARM = "python3 -c \"d=bytearray(open('{0}','rb').read());d[18:20]=b'\\xb7\\0';open('{0}','wb').write(d)\""
CLASS32 = "python3 -c \"d=bytearray(open('{0}','rb').read());d[4]=1;open('{0}','wb').write(d)\""
SILENT = "python3 -uc 'import socket; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); c = [s.accept()[0] for _ in range(99)]'"
INSTANCES = "setpriv --reuid {0} --regid nogroup --clear-groups python3 -uc 'import ctypes, signal; c = ctypes.CDLL(None); f = [c.inotify_init1(0) for _ in range(200)]; print(1); signal.pause()'"
NOTIFY = "import os, socket, time\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ndef say(what):\n    n = os.environ.get('NOTIFY_SOCKET')\n    if n:\n        s.sendto(what.encode(), '\\0' + n[1:] if n[0] == '@' else n)\n"
UNSHARE, AFFINITY = 272, 204  # the numbers of x86-64

# what cannot be run or loaded
case("perl-library-on-noexec", "exec.noexec-mount", "path:/data/Fast.so$",
     "perl -MDynaLoader -e 'DynaLoader::dl_load_file(\"@DIR@/data/Fast.so\") or die \"Cannot load Fast: \" . DynaLoader::dl_error() . \"\\n\"'",
     needs=("root",), c={"Fast.so": "int f(void){return 1;}"}, setup=NOEXEC.format("cp Fast.so data/"),
     shows="mmap.*EPERM", misleads="no execve fails: mmap does")
case("npm-tool-on-noexec", "exec.noexec-mount", "path:/node_modules/(.bin/)?.*vitex", "npm run dev",
     needs=("root", "npm"), env=QUIET_NPM,
     files={"package.json": '{"name":"a","version":"1.0.0","scripts":{"dev":"vitex --port 3000"}}'},
     setup="mkdir node_modules; mount -t tmpfs tmpfs node_modules; mkdir node_modules/.bin; printf '#!/bin/sh\\necho up\\n' >node_modules/.bin/vitex; chmod 755 node_modules/.bin/vitex; mount -o remount,noexec node_modules",
     shows="vitex.*EACCES|vitex: Permission denied", misleads="its mode is fine",
     also=[("exec.not-executable", "path:/vitex$", "the shell's words: permission denied")])
case("erlang-library-on-noexec", "exec.noexec-mount", "path:/data/fast(\\.so)?$",
     "erl -noshell -pa @DIR@ -s fast start", needs=("root", "erl"), env={"ERL_CRASH_DUMP": "/dev/null"},
     files={"fast.erl": "-module(fast).\n-export([start/0]).\nstart() -> ok = erlang:load_nif(\"@DIR@/data/fast\", 0), halt().\n"},
     c={"fast.so": "void *nif_init(void){return 0;}"}, setup="erlc fast.erl; " + NOEXEC.format("cp fast.so data/"),
     shows="failed to map segment|mmap.*EPERM")
case("runsv-text-busy", "exec.text-busy", "path:/(web|run)(/run)?$", "runsv web", needs=("runsv",), timeout=5,
     setup="mkdir web; cp /bin/sleep web/run", writes=("web/run",), shows="run.*ETXTBSY",
     misleads="it stays up and tries again each second")
case("make-long-command", "exec.args-too-long", ":", "make", needs=("make",),
     files={"Makefile": "FILES := $(shell seq 1 60000)\nall:\n\t@echo $(FILES) | wc -w; true\n"},
     shows="E2BIG|[Aa]rgument list too long")
case("pattern-of-too-many-files", "exec.args-too-long", ":", "sh -c 'rm -f cache/* && exec sleep 60'",
     limits={"stack": "1048576"},
     setup="mkdir cache; cd cache; seq -f 'session-of-a-customer-whose-name-is-rather-long-and-has-a-number-as-well-%06g' 1 4000 | xargs touch",
     shows="E2BIG")
case("gosu-folder", "exec.is-a-directory", "path:/app$", "gosu nobody @DIR@/app", needs=("gosu", "root"),
     setup="mkdir app", shows="app.*(is a directory|permission denied|EACCES)",
     misleads="'permission denied', or the name of a folder",
     also=[("exec.not-executable", "path:/app$", "what the call says")])
case("java-library-of-another-cpu", "library.wrong-arch", r"path|library:libcodec\.so$", "java Load.java",
     needs=("javac",), c={"libcodec.so": "int f(void){return 1;}"}, setup=ARM.format("libcodec.so"),
     files={"Load.java": "class Load { public static void main(String[] a) { System.load(\"@DIR@/libcodec.so\"); } }"},
     shows="UnsatisfiedLinkError", misleads="'cannot open shared object file: no such file'")
case("node-addon-of-32-bits", "library.wrong-arch", r"path|library|module:addon\.node$",
     "node -e 'require(\"./addon.node\")'", needs=("node",), c={"a.so": "int f(void){return 1;}"},
     setup=CLASS32.format("a.so") + "; mv a.so addon.node", shows="wrong ELF class", misleads="ERR_DLOPEN_FAILED")
case("perl-symbol-of-older-perl", "library.symbol-missing", "symbol:^PL_thr_keyx$",
     "perl -MDynaLoader -e 'DynaLoader::dl_load_file(\"@DIR@/Fast.so\") or die \"Cannot load Fast: \" . DynaLoader::dl_error() . \"\\n\"'",
     c={"Fast.so": "extern int PL_thr_keyx; int *f(void){return &PL_thr_keyx;}"}, shows="undefined symbol: PL_thr_keyx")
case("luajit-symbol", "library.symbol-missing", "symbol:^pay_authorize$", "luajit pay.lua", needs=("luajit",),
     files={"pay.lua": "local ffi = require('ffi')\nffi.cdef('int pay_authorize(int);')\nprint(ffi.load('./libpay.so').pay_authorize(1))\n"},
     c={"libpay.so": "int pay_auth(int x){return x;}"}, shows="undefined symbol: pay_authorize")
case("mono-symbol", "library.symbol-missing", "symbol|text:pay_authorize", "mono app.exe", needs=("mono", "mcs"),
     files={"a.cs": "using System.Runtime.InteropServices; class A { [DllImport(\"@DIR@/libpay.so\")] static extern int pay_authorize(); static void Main() { pay_authorize(); } }"},
     c={"libpay.so": "int pay_auth(int x){return x;}"}, setup="mcs -out:app.exe a.cs",
     shows="EntryPointNotFoundException")
case("java-native-method", "library.symbol-missing", "symbol|text|module:Store.open",
     "java -Djava.library.path=@DIR@ Store.java", needs=("javac",),
     files={"Store.java": "class Store { static native int open(); public static void main(String[] a) { System.loadLibrary(\"store\"); open(); } }"},
     c={"libstore.so": "int Java_Store_opened(void){return 1;}"}, shows="UnsatisfiedLinkError.*Store.open",
     misleads="the library is found and loaded")
case("isa-level", "cpu.unsupported", ":", "sh -c './fast --serve'", needs=("gcc", "/usr/bin/python3"),
     setup="echo 'int main(void){return 0;}' >f.c; gcc -Wl,-z,x86-64-v4 -o fast f.c; python3 -c \"d=bytearray(open('fast','rb').read());i=d.index(b'\\x02\\x80\\x00\\xc0\\x04\\0\\0\\0');d[i+8]|=0x80;open('fast','wb').write(d)\"",
     shows="CPU ISA level is lower than required", misleads="it exits with 127, without a signal",
     also=[("library.unloadable", ":", "the loader refuses it"), ("library.version-missing", ":", "the loader refuses it")])
case("mono-program-is-a-page", "data.corrupt", "path|text:app.exe", "mono app.exe", needs=("mono",),
     files={"app.exe": "<!DOCTYPE html><html><body>504 Gateway Time-out</body></html>\n"}, shows="valid CIL image",
     also=[("exec.bad-format", "path|text:app.exe", "it is no program")])

# files
case("make-in-a-file", "file.not-a-directory", "path:/backend$", "make -C backend all", needs=("make",),
     files={"backend": "see ../server\n"}, shows="backend.*(ENOTDIR|Not a directory)")
case("php-document-root-is-a-file", "file.not-a-directory", "path:/public$", "php -S 127.0.0.1:@PORT@ -t public",
     needs=("php",), **FREE, files={"public": "x"}, shows="public is not a directory|ENOTDIR")
case("java-jar-is-a-folder", "file.is-a-directory", "path:/app.jar$", "java -jar app.jar", needs=("java",),
     setup="mkdir app.jar", shows="app.jar",
     misleads="'invalid or corrupt', or 'unable to access': a mount of a file that was not there made a folder",
     also=[("data.corrupt", "path:/app.jar$", "Java's words"), ("file.missing", "path:/app.jar$", "Java's words: unable to access")])
case("ruby-script-is-a-folder", "file.is-a-directory", "path:/server.rb$", "ruby server.rb", needs=("ruby",),
     setup="mkdir server.rb", shows="Is a directory.*server.rb")
case("git-clone-into", "file.already-exists", "path:/site$", "git clone -q repo site", needs=("git",),
     setup="git init -q repo; mkdir site; touch site/index.html", shows="already exists and is not an empty directory")
case("link-in-german", "file.already-exists", "path:/aktuell$", "sh -e ausrollen.sh", env={"LANGUAGE": "de"},
     files={"ausrollen.sh": "mkdir -p stand/7\nln -s stand/7 aktuell\nexec sleep 60\n"}, setup="ln -s stand/6 aktuell",
     shows="aktuell.*EEXIST")
case("node-link-loop", "file.symlink-loop", "path:/config/local(.js)?", "node app.js", needs=("node",),
     files={"app.js": "require('fs').readFileSync('config/local.js');\n"},
     setup="mkdir config; ln -s live.js config/local.js; ln -s local.js config/live.js", shows="ELOOP")
case("tcl-link-loop", "file.symlink-loop", "path:/settings.tcl$", "tclsh app.tcl", needs=("tclsh",),
     files={"app.tcl": "source settings.tcl\n"}, setup="ln -s settings.tcl settings.tcl", shows="ELOOP",
     also=[("file.missing", "path:/settings.tcl$", "Tcl's words may say so")])
case("ruby-long-name", "file.name-too-long", "path|text:report-x+", "ruby report.rb", needs=("ruby",),
     files={"report.rb": "name = 'report-' + 'x' * 300\nFile.write(name, '1')\n"}, shows="ENAMETOOLONG")
case("git-index-lock", "file.stale-lock", r"path:/\.git/index\.lock$", "git add a", needs=("git",),
     setup="git init -q .; touch a .git/index.lock", shows="index.lock.*EEXIST",
     misleads="'another git process seems to be running'",
     also=[("file.already-exists", "path:/index.lock$", "what is in the way")])
case("rails-like-pid-file", "file.stale-lock", "path:/tmp/pids/server.pid$", "ruby server.rb", needs=("ruby",),
     helpers=(("mkdir -p tmp/pids; sleep 90 & echo $! >tmp/pids/server.pid; echo 1; wait", "line"),),
     shows="A server is already running",
     files={"server.rb": "file = 'tmp/pids/server.pid'\nif File.exist?(file)\n  begin\n    Process.kill(0, File.read(file).to_i)\n    warn \"A server is already running. Check #{File.expand_path(file)}.\"\n    exit 1\n  rescue Errno::ESRCH\n  end\nend\nsleep\n"},
     misleads="the process of that number is another program",
     also=[("app.error", "text:already running", "its own words, which name the file"), ("file.locked", "path:/server.pid$", "it takes the file for a lock that is held")])
case("python-dbm-lock", "file.locked", "path:/cache.db$", PY + "app.py",
     needs=("/usr/lib/python3.11/lib-dynload/_gdbm.cpython-311-x86_64-linux-gnu.so",),
     setup="python3 -c \"import dbm.gnu; dbm.gnu.open('cache.db', 'n')['a'] = '1'\"", locks=("cache.db",),
     files={"app.py": "import dbm.gnu\ndb = dbm.gnu.open('cache.db', 'w')\n"}, shows="flock.*EAGAIN",
     misleads="'resource temporarily unavailable'")
case("perl-waits-for-a-lock", "file.locked", "path:/run.lock$", "perl run.pl",
     files={"run.lock": "", "run.pl": "use Fcntl ':flock';\nopen(my $l, '>>', 'run.lock') or die;\nflock($l, LOCK_EX) or die;\nprint \"up\\n\"; sleep 60;\n"},
     locks=("run.lock",), timeout=3, shows="flock\\(")
case("bundler-lock-file", "file.permission", "path:/(Gemfile.lock|bundler-lock-file)$", "bundle exec ruby -e 'puts 1'",
     user="nobody", needs=("bundle",), files={"Gemfile": "source 'https://gems.example'\n"},
     shows="Gemfile.lock.*EACCES", misleads="a trace of fifty lines after it")
case("sysctl-as-anybody", "file.permission", "path:^/proc/sys/vm/max_map_count$",
     "sh -ec 'sysctl -w vm.max_map_count=262144; exec sleep 60'", user="nobody",
     shows="max_map_count.*(EACCES|ermission denied)",
     also=[("security.capability", ":", "only root may"), ("limit.kernel", "limit:max_map_count", "the value that it wants to raise")])

# space and limits
FULL = "mkdir full; mount -t tmpfs -o size={} tmpfs full"
case("git-commit-full", "disk.full", "path:/full", "git -C full commit -qam x", needs=("git", "root"),
     setup=FULL.format("400k") + "; cd full; git init -q .; git config user.name a; git config user.email a@b; head -c 60000 /dev/urandom >a; git add a; head -c 999999 /dev/zero >fill 2>/dev/null || true",
     shows="ENOSPC|No space left")
case("sort-in-german", "disk.full", "path:/full", "sort -S 64k -T full -o sorted numbers", needs=("root",),
     env={"LANGUAGE": "de"}, setup=FULL.format("128k") + "; seq 1 90000 >numbers", shows="ENOSPC",
     misleads="the folder of the result has space")
case("tar-full", "disk.full", "path:/full", "sh -c 'tar xf app.tar -C full && exec sleep 60'", needs=("root",),
     setup=FULL.format("64k") + "; head -c 300000 /dev/zero >blob; tar cf app.tar blob", shows="ENOSPC")
case("git-init-inodes", "disk.inodes", "path:/few", "git init -q few/repo", needs=("git", "root"),
     setup="mkdir few; mount -t tmpfs -o nr_inodes=6 tmpfs few", shows="ENOSPC",
     misleads="'no space left on device', and there is space")
case("linker-file-size", "limit.file-size", "path|limit:(/app$|RLIMIT_FSIZE|a.out|/tmp|\\.o$|\\.s$)",
     "gcc -o app app.c", needs=("gcc",), limits={"fsize": "4096"},
     files={"app.c": "int a[9000] = {1};\nint main(void){return a[3];}\n"},
     shows="SIGXFSZ|EFBIG|File size limit|File too large")
case("chpst-cpu", "limit.cpu-time", "limit:^RLIMIT_CPU$", "chpst -t 1 luajit spin.lua", needs=("runsv", "luajit"),
     timeout=20, files={"spin.lua": "local i = 0\nwhile i >= 0 do i = i + 1 end\n"}, shows="SIGXCPU|SIGKILL")
case("chpst-memory", "limit.memory", "limit:^RLIMIT_(AS|DATA|RSS)$", "chpst -m 12000000 /usr/bin/python3 -c 'print(1)'",
     needs=("runsv",), shows="ENOMEM", misleads="the words are about a codec, or a library that cannot be mapped")
case("java-recursion", "app.error", "text:StackOverflowError", "java Deep.java", needs=("javac",),
     files={"Deep.java": "class Deep { static int f(int x) { return f(x + 1) + 1; } public static void main(String[] a) { f(0); } }"},
     shows="StackOverflowError", also=[("limit.stack", ":", "the stack that it has, of Java's own making")])
case("make-jobs", "limit.processes", "limit:^RLIMIT_NPROC$", "make -s -j 8", user="irc", needs=("make",),
     limits={"nproc": "2"}, files={"Makefile": "all: a b c d e f\na b c d e f:\n\tsleep 1; true\n"},
     shows="(fork|clone).*EAGAIN")
case("erlang-threads", "limit.processes", "limit:^RLIMIT_NPROC$", "erl -noshell -eval 'halt().'", user="irc",
     needs=("erl",), limits={"nproc": "4"}, env={"ERL_CRASH_DUMP": "/dev/null"}, shows="EAGAIN",
     misleads="'failed to create thread', or a crash")
case("tcl-open-files", "limit.open-files", "limit:^RLIMIT_NOFILE$", "tclsh fan.tcl", needs=("tclsh",),
     limits={"nofile": "20"}, files={"fan.tcl": "for {set i 0} {$i < 50} {incr i} { lappend f [open /dev/null] }\n"},
     shows="EMFILE")
case("php-open-files", "limit.open-files", "limit:^RLIMIT_NOFILE$", "php fan.php", needs=("php",),
     limits={"nofile": "24"},
     files={"fan.php": "<?php for ($i = 0; $i < 60; $i++) if (!($f[] = fopen('/dev/null', 'r'))) { exit(5); }\n"},
     shows="EMFILE", misleads="a warning names the file")
case("inotifywait-watches", "limit.inotify", r"limit:max_(user|inotify)_watches", "inotifywait -qr /etc",
     needs=("inotifywait", "root"),
     through="unshare -U -r bash -c 'echo 3 >/proc/sys/user/max_inotify_watches; exec \"$@\"' --", shows="ENOSPC")

# state of another version, or broken
case("ruby-marshal-version", "data.incompatible", "path|text:(session.bin|5\\.0|marshal)", "ruby load.rb",
     needs=("ruby",), files={"session.bin": b"\x05\x00[\x00", "load.rb": "Marshal.load(File.binread('session.bin'))\n"},
     shows="incompatible marshal file format",
     also=[("data.corrupt", "path:/session.bin$", "whether it is newer or broken nobody can tell"), ("app.error", "text:incompatible marshal", "Ruby's own words")])
case("git-repository-version", "data.incompatible", "path|text:(\\.git(/config)?$|99|repo)", "git status",
     needs=("git",), setup="git init -q .; git config core.repositoryformatversion 99", shows="repo version",
     also=[("config.invalid", "path:/.git/config$", "the file that has the number"), ("app.error", "text:repo version", "git's own words")])
case("java-serial-version", "data.incompatible", "path|text|module:(cart.ser|serialVersionUID|Cart|incompatible)",
     "java -cp @DIR@ Load", needs=("javac",),
     setup="mkdir v; echo 'public class Cart implements java.io.Serializable { static final long serialVersionUID = 1; int a; }' >v/Cart.java; echo 'class Save { public static void main(String[] a) throws Exception { new java.io.ObjectOutputStream(new java.io.FileOutputStream(\"cart.ser\")).writeObject(new Cart()); } }' >v/Save.java; javac -d v v/Cart.java v/Save.java; java -cp v Save; echo 'public class Cart implements java.io.Serializable { static final long serialVersionUID = 2; int a; }' >Cart.java; echo 'class Load { public static void main(String[] a) throws Exception { new java.io.ObjectInputStream(new java.io.FileInputStream(\"cart.ser\")).readObject(); } }' >Load.java; javac Cart.java Load.java",
     shows="local class incompatible",
     also=[("module.incompatible", ":", "class and data do not go together"), ("app.error", "text:incompatible", "Java's own words")])
case("python-cut-off-bytecode", "data.corrupt", r"path|module|text:(settings|marshal|__pycache__)", PY + "app.py",
     files={"app.py": "import settings\nprint(settings.A)\n", "settings.py": "A = 1\nB = {'x': [1, 2, 3]}\n"},
     setup="python3 -m py_compile settings.py; cd __pycache__; truncate -s 40 settings.*.pyc",
     shows="marshal data too short|EOFError|bad marshal",
     misleads="the source is fine: what was compiled from it is cut off",
     also=[("app.error", "text:(EOFError|marshal)", "Python's own words"), ("module.incompatible", ":settings", "a compiled file that this Python cannot read")])
case("java-cut-off-class", "data.corrupt", "path|module|text:Main", "java -cp @DIR@ Main", needs=("javac",),
     setup="echo 'class Main { public static void main(String[] a) { System.out.println(1); } }' >Main.java; javac Main.java; rm Main.java; truncate -s 200 Main.class",
     shows="Truncated class file|ClassFormatError",
     also=[("module.incompatible", ":Main", "a class that this Java cannot read")])
case("git-object", "data.corrupt", r"path|text:(\.git/objects|[Cc]orrupt|object)", "git checkout -q -f HEAD -- a",
     needs=("git",),
     setup="git init -q .; echo 1 >a; git add a; git -c user.name=a -c user.email=a@b commit -qm x; rm a; f=.git/objects/$(git rev-parse HEAD:a | sed 's,^..,&/,'); chmod 644 $f; echo garbage >$f",
     shows="inflate|corrupt", also=[("app.error", "text:(corrupt|inflate|object)", "git's own words")])
case("xz-archive", "data.corrupt", "path|text:(app.tar.xz|format|xz)", "tar xJf app.tar.xz", needs=("xz",),
     files={"app.tar.xz": "<html>403 Forbidden</html>\n" * 9}, shows="format not recognized",
     misleads="tar has the last words: child returned status 1")

# crashes and hangs inside of runtimes
case("java-crash-in-library", "crash.segfault", "signal|library|path:(SIGSEGV|libcrash)",
     "java -XX:-CreateCoredumpOnCrash -Djava.library.path=@DIR@ Crash.java", needs=("javac",),
     files={"Crash.java": "class Crash { static native int f(); public static void main(String[] a) { System.loadLibrary(\"crash\"); f(); } }"},
     c={"libcrash.so": "int Java_Crash_f(void){return *(volatile int *)16;}"}, shows="SIGSEGV.*libcrash|libcrash.so",
     misleads="the virtual machine catches it, and ends after a report of its own",
     also=[("crash.abort", "signal|library|path:(SIGABRT|libcrash)", "how it ends, where it may leave a core")])
case("ruby-crash", "crash.segfault", "signal|library|path:", "ruby -rfiddle -e 'Fiddle::Pointer.new(16)[0, 4]'",
     needs=("ruby",), shows="\\[BUG\\] Segmentation fault", misleads="it ends with SIGABRT, after a page of maps",
     also=[("crash.abort", "signal:SIGABRT", "how it ends")])
case("erlang-crash-in-library", "crash.segfault", "signal|library|path:",
     "sh -c 'erl -noshell -pa @DIR@ -s fast start'", needs=("erl",), env={"ERL_CRASH_DUMP": "/dev/null"},
     files={"fast.erl": "-module(fast).\n-export([start/0]).\nstart() -> erlang:load_nif(\"@DIR@/fast\", 0), halt().\n"},
     c={"fast.so": "void *nif_init(void){return (void *)(long)*(volatile int *)16;}"}, setup="erlc fast.erl",
     shows="[Ss]egmentation fault|SIGSEGV")
case("ruby-sees-a-deadlock", "hang.deadlock", ":", "ruby work.rb", needs=("ruby",),
     files={"work.rb": "require 'thread'\nq = Queue.new\nworker = Thread.new { q.pop }\nputs 'starting'\nworker.join\n"},
     shows="No live threads left. Deadlock\\?", misleads="it does not hang: Ruby ends it",
     also=[("app.error", "text:[Dd]eadlock", "Ruby's own words")])
case("java-deadlock", "hang.deadlock", ":", "java Lock.java", needs=("javac",), timeout=6,
     files={"Lock.java": "class Lock { public static void main(String[] x) throws Exception { Object a = new Object(), b = new Object(); Thread t = new Thread(() -> { synchronized (b) { try { Thread.sleep(300); } catch (Exception e) { } synchronized (a) { } } }); synchronized (a) { t.start(); Thread.sleep(300); synchronized (b) { } } } }"},
     shows="futex", misleads="a virtual machine has a dozen threads that wait, and all but two are right to")
case("perl-waits-for-its-child", "hang.child", ":", "perl run.pl", timeout=3,
     files={"run.pl": "my $p = fork; if (!$p) { exec 'sleep', '600' } print \"migrating\\n\"; waitpid $p, 0; print \"up\\n\";\n"},
     shows="wait4")
case("php-asks", "hang.input", ":", "php setup.php", needs=("php",), stdin="open", timeout=3,
     files={"setup.php": "<?php echo 'Overwrite the settings? [y/n] '; $a = fgets(STDIN); if (trim($a) != 'y') exit(1);\n"},
     shows="read\\(0")
case("mix-asks-for-hex", "hang.input", ":", "mix deps.get", needs=("elixir",), stdin="open", timeout=8,
     env={"MIX_HOME": "@DIR@/.mix"},
     files={"mix.exs": "defmodule Shop.MixProject do\n  use Mix.Project\n  def project, do: [app: :shop, version: \"0.1.0\", deps: [{:jason, \"~> 1.4\"}]]\nend\n"},
     shows="Shall I install Hex", also=[("module.missing", "module|text:[Hh]ex", "what it asks for")])
case("make-asks", "hang.input", ":", "make deploy", needs=("make",), stdin="open", timeout=3,
     files={"Makefile": "deploy: ask\n\t@echo up\nask:\n\t@printf 'Really deploy to production? '; read a; [ \"$$a\" = yes ]\n"},
     shows="read\\(0")
case("wrapper-calls-itself", "hang.busy-loop", ":", "sh -c 'PATH=@DIR@/bin:$PATH; exec javax -jar app.jar'", timeout=3,
     files={"bin/javax": ("#!/bin/sh\n# adds our options\nexec javax -Xmx64m \"$@\"\n", 0o755)},
     shows="execve.*javax.*-Xmx64m.*-Xmx64m",
     misleads="one process that starts itself again and again, with more and more words",
     also=[("exec.args-too-long", ":", "how it would end")])
case("java-waits-for-an-answer", "hang.network", "port|address|process|host|text:@PORT@", "java Get.java",
     needs=("javac",), **FREE, helpers=((SILENT, "line"),), timeout=6,
     files={"Get.java": "class Get { public static void main(String[] a) throws Exception { new java.net.URL(\"http://127.0.0.1:@PORT@/config\").openStream().read(); } }"},
     shows="connect")
case("php-waits-for-an-answer", "hang.network", "port|address|process|host|text:@PORT@", "php get.php", needs=("php",),
     **FREE, helpers=((SILENT, "line"),), timeout=4,
     files={"get.php": "<?php echo file_get_contents('http://127.0.0.1:@PORT@/config');\n"}, shows="connect")
case("java-killed-by-filter", "security.seccomp", "text|signal|profile:(sched_getaffinity|SIGSYS|seccomp)",
     f"./sandbox 0 {AFFINITY} java -version", needs=("java",), c={"sandbox": SANDBOX}, shows="SIGSYS")
case("unshare-forbidden-by-filter", "security.seccomp", "text|profile|signal:",
     f"./sandbox 1 {UNSHARE} unshare -r true", needs=("root",), c={"sandbox": SANDBOX}, shows="unshare.*EPERM",
     misleads="'operation not permitted', for root",
     also=[("security.namespace", ":", "what the filter forbids"), ("security.capability", "capability:CAP_SYS_ADMIN", "what the kernel would want as well")])

# ports, addresses, peers
case("erlang-privileged", "port.privileged", "port:(:|^)81$", "escript web.escript", user="nobody",
     needs=("erl", "root"),
     files={"web.escript": "#!/usr/bin/env escript\nmain(_) ->\n  {ok, _} = gen_tcp:listen(81, [{ip, {127,0,0,1}}]).\n"},
     env={"HOME": "/tmp"}, shows="eacces", misleads="a failed match, not a message")
case("php-privileged", "port.privileged", "port:(:|^)81$", "php -S 127.0.0.1:81", user="nobody", needs=("php", "root"),
     shows="81.*(EACCES|Permission denied)")
case("puma-address", "address.not-available", "port|address:192.0.2.10", "puma -b tcp://192.0.2.10:@PORT@ config.ru",
     needs=("puma", "root"), **FREE, files={"config.ru": "run lambda { |env| [200, {}, ['up']] }\n"},
     shows="EADDRNOTAVAIL")
case("php-address", "address.not-available", "port|address:192.0.2.10", "sh -c 'php -S 192.0.2.10:8000 || exit 9'",
     needs=("php", "root"), shows="EADDRNOTAVAIL")
case("java-debugger-port", "port.in-use", "port:@PORT@$", "java -version", needs=("java",), **TAKEN,
     env={"JAVA_TOOL_OPTIONS": "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:@PORT@"},
     shows="bind failed: Address already in use",
     misleads="it is not the program's own port: JAVA_TOOL_OPTIONS opens one for a debugger")
case("mono-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "mono app.exe", needs=("mono", "mcs"), **TAKEN,
     files={"a.cs": "class A { static void Main() { new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, @PORT@).Start(); } }"},
     setup="mcs -out:app.exe a.cs", shows="EADDRINUSE")
case("php-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "npm run api", needs=("php", "npm"), **TAKEN, env=QUIET_NPM,
     files={"package.json": '{"name":"a","version":"1.0.0","scripts":{"api":"php -S 127.0.0.1:@PORT@"}}'},
     shows="EADDRINUSE")
case("erlang-refused", "connect.refused", "port|address:@PORT@", "escript job.escript", needs=("erl",),
     holds={"PORT": "bound"},
     files={"job.escript": "#!/usr/bin/env escript\nmain(_) ->\n  {ok, S} = gen_tcp:connect({127,0,0,1}, @PORT@, []),\n  gen_tcp:send(S, <<\"HELLO\">>).\n"},
     shows="econnrefused", misleads="a failed match, not a message")
case("tcl-refused", "connect.refused", "port|address:@PORT@", "tclsh job.tcl", needs=("tclsh",),
     holds={"PORT": "bound"}, files={"job.tcl": "set s [socket 127.0.0.1 @PORT@]\n"},
     shows="ECONNREFUSED|connection refused")
case("mono-refused", "connect.refused", "port|address:@PORT@", "mono app.exe", needs=("mono", "mcs"),
     holds={"PORT": "bound"},
     files={"a.cs": "class A { static void Main() { new System.Net.Sockets.TcpClient(\"127.0.0.1\", @PORT@); } }"},
     setup="mcs -out:app.exe a.cs", shows="ECONNREFUSED")
case("erlang-name", "dns.failure", "host|text:mq.internal", "escript job.escript", needs=("erl", "root"),
     files={"job.escript": "#!/usr/bin/env escript\nmain(_) ->\n  {ok, S} = gen_tcp:connect(\"mq.internal\", 5672, []),\n  gen_tcp:send(S, <<\"HELLO\">>).\n"},
     shows="nxdomain", misleads="a helper process asks for the name")
case("tcl-name", "dns.failure", "host|text:mq.internal", "tclsh job.tcl", needs=("tclsh", "root"),
     files={"job.tcl": "set s [socket mq.internal 5672]\n"}, shows="mq.internal|couldn't open socket")
case("ssh-agent-gone", "connect.socket-missing", "path|env:(/run/user/0/agent.1$|SSH_AUTH_SOCK)", "ssh-add -l",
     needs=("ssh", "root"), env={"SSH_AUTH_SOCK": "/run/user/0/agent.1"}, shows="agent.1.*ENOENT")
case("ssh-agent-not-named", "config.env-missing", "env:^SSH_AUTH_SOCK$",
     "sh -ec 'ssh-add -q deploy.key; exec sleep 60'", needs=("ssh",), env={"SSH_AUTH_SOCK": None},
     setup="ssh-keygen -q -t ed25519 -N '' -f deploy.key",
     shows="Could not open a connection to your authentication agent", misleads="it never tries to connect",
     also=[("app.error", "text:authentication agent", "its own words"), ("connect.socket-missing", ":", "there is no agent to talk to")])
case("sv-without-supervisor", "connect.socket-missing", "path|process:(supervise|web|runsv)", "sv -w 2 start @DIR@/web",
     needs=("runsv",), files={"web/run": ("#!/bin/sh\nexec sleep 60\n", 0o755)},
     shows="runsv not running|unable to open supervise/ok",
     also=[("file.missing", "path:/supervise(/ok)?$", "the pipe that its supervisor would have made"), ("app.error", "text:(runsv not running|unable to open)", "its own words")])

# up, but not as wanted
case("puma-elsewhere", "ready.wrong-address", "port|address|text:(@PORT@|@OTHER@)",
     "puma -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma",), holds={"PORT": "free", "OTHER": "free"},
     options="--expect listen:@OTHER@", timeout=5, files={"config.ru": "run lambda { |env| [200, {}, ['up']] }\n"})
case("erlang-never-listens", "ready.timeout", ":", "erl -noshell", needs=("erl",), **FREE,
     options="--expect listen:@PORT@", timeout=4, stdin="open")
case("daemonize-and-gone", "ready.exited-early", ":", "daemonize /bin/sleep 1", needs=("daemonize",), **FREE,
     options="--expect listen:@PORT@", timeout=4, also=[("ready.timeout", ":@PORT@", "nobody ever listens")])

case("speaks-to-systemd-but-is-not-ready", "ready.timeout", ":", PY + "app.py", options="--expect notify", timeout=4,
     files={"app.py": NOTIFY + "say('STATUS=Loading the index, 3 %')\nsay('EXTEND_TIMEOUT_USEC=90000000')\ntime.sleep(600)\n"},
     misleads="it does speak, and never says READY=1")
case("pid-file-in-another-place", "ready.timeout", "path|text:/shop.pid$",
     "daemonize -p @DIR@/other.pid /bin/sleep 600", needs=("daemonize",), options="--expect file:@DIR@/shop.pid",
     timeout=4,
     also=[("ready.exited-early", ":", "it goes to the background, and the file that is waited for never comes"), ("file.missing", "path:/shop.pid$", "the file that is waited for")])
case("listens-on-a-path", "ready.wrong-address", ":", "uvicorn --uds @DIR@/app.sock app:app", needs=("uvicorn",),
     **FREE, options="--expect listen:@PORT@", timeout=6,
     files={"app.py": "async def app(scope, receive, send):\n    raise NotImplementedError('no lifespan here')\n"},
     also=[("ready.timeout", ":@PORT@", "nobody listens on that port")])
case("ends-with-another-status", "app.error", ":", "sh -c 'echo \"3 of 9 checks failed\"; exit 3'",
     options="--expect exit:0", also=[("ready.exited-early", ":", "it is over, and not as it was expected")])

# healthy ones of the same kind
healthy("says-ready-late", "running", PY + "app.py", options="--expect notify", timeout=10,
        files={"app.py": NOTIFY + "say('STATUS=Loading')\ntime.sleep(1.5)\nsay('READY=1\\nSTATUS=Serving')\ntime.sleep(600)\n"})
healthy("expected-to-find-nothing", "exited", "grep -q nosuchword /etc/passwd", options="--expect exit:1")
healthy("writes-its-pid-file-late", "running", PY + "app.py", options="--expect file:@DIR@/app.pid", timeout=10,
        files={"app.py": "import os, time\ntime.sleep(1.5)\nopen('app.pid', 'w').write(str(os.getpid()))\ntime.sleep(600)\n"})
healthy("tail-without-inotify", "running", "tail -F app.log", user="irc", helpers=((INSTANCES.format("irc"), "line"),),
        files={"app.log": "up\n"}, timeout=3, needs=("root",))
healthy("php-with-a-broken-ini", "exited", "php -c php.ini -r 'echo 1;'", needs=("php",),
        files={"php.ini": "[PHP]\nmemory_limit = = 64M)\ndate.timezone = UTC\n"})
healthy("ninja-with-an-old-log", "exited", "ninja", needs=("ninja",),
        files={"build.ninja": "rule cp\n command = cp $in $out\nbuild b: cp a\n", "a": "1", ".ninja_log": "# ninja log v99\nx\n"})
healthy("git-hook-that-may-not-run", "exited", "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x",
        needs=("git",),
        setup="git init -q .; printf '#!/bin/sh\\nexit 1\\n' >.git/hooks/pre-commit; chmod 644 .git/hooks/pre-commit")
healthy("python-bytecode-cannot-be-kept", "exited", "/usr/bin/python3 app.py", user="nobody",
        files={"app.py": "import lib\nprint(lib.A)\n", "lib.py": "A = 1\n"})
healthy("npm-cache-of-another", "exited", "npm ci --offline --no-audit --no-fund", user="nobody", needs=("npm", "root"),
        env={"npm_config_update_notifier": "false", "HOME": "@DIR@/home"},
        files={"package.json": '{"name":"a","version":"1.0.0"}', "package-lock.json": '{"name":"a","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"a","version":"1.0.0"}}}'},
        setup="mkdir -p -m 755 home/.npm/_cacache")
