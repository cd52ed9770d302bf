"""Programs in C and C++ that fail as servers do: between two calls that both look right."""

from case import case

FREE = {"holds": {"PORT": "free"}}
NOBODY = {"user": "nobody"}
HEAD = "#define _GNU_SOURCE\n#include <errno.h>\n#include <fcntl.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <sys/socket.h>\n#include <sys/stat.h>\n#include <sys/syscall.h>\n#include <sys/un.h>\n#include <sys/wait.h>\n#include <arpa/inet.h>\n#include <netinet/in.h>\n#include <time.h>\n#include <unistd.h>\n"
SILENT = "python3 -uc 'import socket; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); c = [s.accept()[0] for _ in range(99)]'"

# privileges
case("drops-user-before-group", "security.capability", "capability:CAP_SETGID", "./gated", needs=("root",),
     c={"gated": HEAD + '#include <grp.h>\nint main(void) {\n  if (setuid(65534)) return 2;\n  if (setgid(65534) || setgroups(0, 0)) { fprintf(stderr, "gated: cannot drop privileges: %s\\n", strerror(errno)); return 3; }\n  pause();\n}\n'},
     shows="setgid.*EPERM",
     misleads="it is called as root: the user goes first, and the right to change the group with it",
     also=[("security.capability", "capability:CAP_SETUID", "the pair that is needed")])
case("chroot-before-reading", "file.missing", "path:/etc/ssl/gated.pem$", "./gated", needs=("root",),
     files={"/etc/ssl/gated.pem": "x"}, setup="mkdir jail",
     c={"gated": HEAD + 'int main(void) {\n  if (chroot("jail") || chdir("/")) return 2;\n  if (open("/etc/ssl/gated.pem", O_RDONLY) < 0) { perror("gated: certificate"); return 3; }\n  pause();\n}\n'},
     shows="gated.pem.*ENOENT", misleads="the file is there, outside the jail")
case("file-capability-forbidden", "security.capability", "capability|path:(CAP_SYS_NICE|/rtaudio)", "./rtaudio",
     needs=("root", "setcap"), through="setpriv --bounding-set -sys_nice", c={"rtaudio": "int main(void){return 0;}"},
     setup="setcap cap_sys_nice+ep rtaudio", shows="execve.*EPERM",
     misleads="'operation not permitted', for root, on a file that anybody may run",
     also=[("exec.not-executable", "path:/rtaudio$", "it cannot be executed"), ("file.permission", "path:/rtaudio$", "the file's capabilities are what forbids it")])
case("file-capability-drops-library-path", "library.missing", r"library:^libwire\.so\.3$", "./wired",
     needs=("root", "setcap"), **NOBODY, env={"LD_LIBRARY_PATH": "@DIR@/lib"},
     c={"libwire.so.3": "int f(void){return 0;}", "wired": ("int f(void); int main(void){return f();}", "-Wl,--no-as-needed libwire.so.3")},
     setup="mkdir lib; mv libwire.so.3 lib/; LD_LIBRARY_PATH=lib ./wired; setcap cap_net_bind_service+ep wired",
     shows="libwire.so.3.*(ENOENT|No such file)",
     misleads="the library is where LD_LIBRARY_PATH says; a program with capabilities does not look there")
case("bpf", "security.capability", "capability|limit:(CAP_BPF|CAP_SYS_ADMIN|unprivileged_bpf_disabled)", "./tracerd",
     **NOBODY,
     c={"tracerd": HEAD + '#include <linux/bpf.h>\nint main(void) {\n  union bpf_attr a;\n  memset(&a, 0, sizeof a);\n  a.map_type = BPF_MAP_TYPE_HASH; a.key_size = 4; a.value_size = 8; a.max_entries = 16;\n  if (syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof a) < 0) { perror("tracerd: bpf map"); return 1; }\n  return 0;\n}\n'},
     shows="bpf.*EPERM", also=[("limit.kernel", "limit:unprivileged_bpf_disabled", "the sysctl that would let it")])
case("perf-events", "limit.kernel", r"limit:perf_event_paranoid", "./profd", **NOBODY,
     c={"profd": HEAD + '#include <linux/perf_event.h>\nint main(void) {\n  struct perf_event_attr a;\n  memset(&a, 0, sizeof a);\n  a.type = PERF_TYPE_SOFTWARE; a.size = sizeof a; a.config = PERF_COUNT_SW_CONTEXT_SWITCHES;\n  if (syscall(SYS_perf_event_open, &a, -1, 0, -1, 0) < 0) { perror("profd: perf_event_open"); return 1; }\n  return 0;\n}\n'},
     shows="perf_event_open.*(EACCES|EPERM)",
     also=[("security.capability", "capability:CAP_(PERFMON|SYS_ADMIN)", "who has it is not asked")])
case("lowest-page", "limit.kernel", r"limit:mmap_min_addr", "./dosbox", **NOBODY,
     c={"dosbox": HEAD + 'int main(void) {\n  if (mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) { perror("dosbox: cannot map the first page"); return 1; }\n  return 0;\n}\n'},
     shows="mmap\\(NULL, 4096.*(EPERM|EACCES)",
     also=[("security.capability", "capability:CAP_SYS_RAWIO", "who has it is not asked")])
case("fanotify", "security.capability", "capability:CAP_SYS_ADMIN", "./scand", **NOBODY,
     c={"scand": HEAD + '#include <sys/fanotify.h>\nint main(void) {\n  if (fanotify_init(FAN_CLASS_CONTENT, O_RDONLY) < 0) { fprintf(stderr, "scand: on-access scanning is not available (%d)\\n", errno); return 1; }\n  return 0;\n}\n'},
     shows="fanotify_init.*EPERM", misleads="its words have a number instead of a text")
case("timer-signals", "limit.kernel", "limit:RLIMIT_SIGPENDING", "./sched", **NOBODY, limits={"sigpending": "0"},
     c={"sched": HEAD + 'int main(void) {\n  timer_t t;\n  if (timer_create(CLOCK_MONOTONIC, 0, &t)) { perror("sched: timer_create"); return 1; }\n  return 0;\n}\n'},
     shows="timer_create.*EAGAIN", misleads="'resource temporarily unavailable'",
     also=[("limit.processes", "limit:RLIMIT_SIGPENDING", "a count that the user has used up")])
case("fakeroot-queues", "limit.kernel", r"limit:kernel\.msg(mni|mnb|max)", "fakeroot true", needs=("fakeroot", "root"),
     through="unshare -i bash -c 'echo 0 >/proc/sys/kernel/msgmni; exec \"$@\"' --", shows="msgget.*ENOSPC",
     misleads="'no space left on device', and the disk is empty")

# processes, threads, signals
case("threads-and-address-space", "limit.memory", "limit:^RLIMIT_AS$", "./pool", limits={"as": "120000000"},
     c={"pool": (HEAD + '#include <pthread.h>\nstatic void *work(void *x) { pause(); return x; }\nint main(void) {\n  pthread_t t;\n  for (int i = 0; i < 64; i++) {\n    int e = pthread_create(&t, 0, work, 0);\n    if (e) { fprintf(stderr, "pool: cannot start worker %d: %s\\n", i, strerror(e)); return 1; }\n  }\n  return 0;\n}\n', "-lpthread")},
     shows="mmap.*ENOMEM",
     misleads="'resource temporarily unavailable': no limit of processes, but no room for the stacks")
case("logger-process-missing", "exec.not-found", "text|path:(^|/)cronologx$", "./httpd", shows="SIGPIPE",
     c={"httpd": HEAD + 'int main(void) {\n  FILE *log = popen("exec cronologx /var/log/httpd/%Y", "w");\n  usleep(300000);\n  for (int i = 0; i < 9; i++) { fprintf(log, "httpd: starting worker %d\\n", i); fflush(log); }\n  pause();\n}\n'},
     misleads="a signal ends it, SIGPIPE: the program that it writes its log to could not be started",
     also=[("killed.signal", "signal:SIGPIPE", "how it ends")])
case("helper-status-as-number", "exec.not-found", "text|path:(^|/)rotatelogx$", "./httpd",
     shows="rotatelogx: not found",
     c={"httpd": HEAD + 'int main(void) {\n  int s = system("rotatelogx --check 2>/dev/null >/dev/null");\n  fprintf(stderr, "httpd: helper failed: %d\\n", s);\n  return s ? 70 : 0;\n}\n'},
     misleads="32512 is all that it says")
case("spawned-helper", "exec.not-found", "path|text:^/usr/lib/gated/gated-auth$", "./gated", shows="gated-auth.*ENOENT",
     c={"gated": HEAD + '#include <spawn.h>\nextern char **environ;\nint main(void) {\n  char *a[] = {"gated-auth", "--socket", 0};\n  pid_t p;\n  if (posix_spawn(&p, "/usr/lib/gated/gated-auth", 0, 0, a, environ)) { fputs("gated: authentication disabled by policy, refusing to start\\n", stderr); return 4; }\n  return 0;\n}\n'},
     misleads="its words speak of a policy")
case("alarm-clock", "hang.network", "port|address|process|host|text:@PORT@", "./probe", **FREE,
     helpers=((SILENT, "line"),), shows="SIGALRM",
     c={"probe": HEAD + 'int main(void) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  char b[64];\n  int s = socket(AF_INET, SOCK_STREAM, 0);\n  alarm(2);\n  if (connect(s, (void *)&a, sizeof a)) return 1;\n  if (read(s, b, sizeof b) < 1) return 2;\n  return 0;\n}\n'},
     misleads="it ends by its own alarm",
     also=[("killed.signal", "signal:SIGALRM", "how it ends"), ("connect.timeout", ":@PORT@", "it waits for an answer that never comes")])
case("breakpoint-instruction", "killed.signal", "signal:SIGTRAP", "./renderer", shows="SIGTRAP",
     c={"renderer": HEAD + 'int main(void) {\n  fputs("FATAL:zygote_main.cc(161)] Check failed: sandbox::ThreadHelpers::IsSingleThreaded(). \\n", stderr);\n  __asm__ volatile("int3");\n}\n'},
     misleads="a trap looks like a debugger's",
     also=[("crash.abort", "signal|text:", "a check of its own ends it"), ("app.error", "text:(Check failed|zygote|sandbox)", "its own words"), ("crash.illegal-instruction", "signal:SIGTRAP", "an instruction that nobody handles")])
case("catches-its-own-crash", "file.missing", "path:/var/lib/index/terms$", "./indexd", shows="terms.*ENOENT",
     c={"indexd": HEAD + 'static void oops(int s) { const char m[] = "indexd: internal error, please report\\n"; write(2, m, sizeof m - 1); _exit(139); }\nint main(void) {\n  signal(SIGSEGV, oops);\n  FILE *f = fopen("/var/lib/index/terms", "r");\n  char line[80];\n  fgets(line, sizeof line, f);\n  return 0;\n}\n'},
     misleads="it handles the crash, and asks to report it",
     also=[("crash.segfault", "signal:SIGSEGV", "how it shows; it comes from the file that is not there")])
case("socket-of-parent-closed", "connect.reset", "port|address|host:@PORT@", "./worker", **FREE,
     shows="ECONNRESET|EPIPE",
     helpers=(("python3 -uc 'import socket, struct; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1)\nwhile True:\n  c = s.accept()[0]; c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(\"ii\", 1, 0)); c.close()'", "line"),),
     c={"worker": HEAD + 'int main(void) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  char b[64];\n  int s = socket(AF_INET, SOCK_STREAM, 0);\n  signal(SIGPIPE, SIG_IGN);\n  if (connect(s, (void *)&a, sizeof a)) return 1;\n  usleep(200000);\n  send(s, "HELLO 2\\n", 8, 0);\n  if (recv(s, b, sizeof b, 0) < 1) { fputs("worker: registration refused\\n", stderr); return 2; }\n  return 0;\n}\n'},
     misleads="its words: refused")

# sockets, shared memory, semaphores
case("abstract-socket-taken", "port.in-use", "path|address|port|text:shopd-control", "./shopd",
     helpers=(("python3 -uc 'import signal, socket; s = socket.socket(socket.AF_UNIX); s.bind(\"\\0shopd-control\"); s.listen(); print(1); signal.pause()'", "line"),),
     c={"shopd": HEAD + 'int main(void) {\n  struct sockaddr_un a = {AF_UNIX};\n  int s = socket(AF_UNIX, SOCK_STREAM, 0);\n  strcpy(a.sun_path + 1, "shopd-control");\n  if (bind(s, (void *)&a, 2 + 1 + 13)) { fprintf(stderr, "shopd: control socket: %m\\n"); return 1; }\n  return 0;\n}\n'},
     shows="shopd-control.*EADDRINUSE", misleads="there is no file of that name anywhere")
case("udp-port-taken", "port.in-use", "port:@PORT@", "./statsd", holds={"PORT": "free"},
     helpers=(("python3 -uc 'import signal, socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((\"0.0.0.0\", @PORT@)); print(1); signal.pause()'", "line"),),
     c={"statsd": HEAD + 'int main(void) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  int s = socket(AF_INET, SOCK_DGRAM, 0), one = 1;\n  setsockopt(s, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);\n  if (bind(s, (void *)&a, sizeof a)) return 98;\n  pause();\n}\n'},
     shows="EADDRINUSE", misleads="it says nothing, and the other one has the whole port over UDP, not TCP")
case("udp-peer-not-there", "connect.refused", "port|address:@PORT@", "./agent", holds={"PORT": "free"},
     c={"agent": HEAD + 'int main(void) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  char b[64];\n  int s = socket(AF_INET, SOCK_DGRAM, 0);\n  if (connect(s, (void *)&a, sizeof a)) return 1;\n  send(s, "ping", 4, 0);\n  if (recv(s, b, sizeof b, 0) < 0) { perror("agent: collector"); return 2; }\n  return 0;\n}\n'},
     shows="recv.*ECONNREFUSED", misleads="connect and send both work")
case("bound-to-an-interface", "device.unavailable", "device|text|address:wg0", "./tunneld", needs=("root",),
     c={"tunneld": HEAD + 'int main(void) {\n  int s = socket(AF_INET, SOCK_DGRAM, 0);\n  if (setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "wg0", 4)) { perror("tunneld: cannot bind"); return 1; }\n  return 0;\n}\n'},
     shows="SO_BINDTODEVICE.*ENODEV",
     also=[("address.not-available", ":wg0", "there is no such interface"), ("config.invalid", "text:wg0", "the name of an interface that is not there")],
     misleads="'no such device'")
case("shared-memory-left", "file.already-exists", "path:^/dev/shm/shop_ring$|shop_ring", "./ring", needs=("root",),
     setup="mount -t tmpfs tmpfs /dev/shm; touch /dev/shm/shop_ring",
     c={"ring": HEAD + 'int main(void) {\n  int f = shm_open("/shop_ring", O_CREAT | O_EXCL | O_RDWR, 0600);\n  if (f < 0) { fputs("ring: already running?\\n", stderr); return 11; }\n  return 0;\n}\n'},
     shows="shop_ring.*EEXIST", misleads="nothing else runs",
     also=[("file.stale-lock", "path:shop_ring$", "what another run has left behind")])
case("semaphore-left", "hang.deadlock", ":", "./ring", needs=("root",), timeout=3,
     setup="mount -t tmpfs tmpfs /dev/shm; gcc -w -o init init.c -lpthread; ./init; rm init",
     files={"init.c": "#include <fcntl.h>\n#include <semaphore.h>\nint main(void) { return sem_open(\"/shop_lock\", O_CREAT, 0600, 0) == SEM_FAILED; }\n"},
     c={"ring": (HEAD + '#include <semaphore.h>\nint main(void) {\n  sem_t *s = sem_open("/shop_lock", O_CREAT, 0600, 1);\n  sem_wait(s);\n  puts("up");\n  pause();\n}\n', "-lpthread")},
     shows="futex",
     also=[("file.stale-lock", "path:/dev/shm/sem.shop_lock$", "the semaphore that a run before it left taken"), ("file.locked", "path:/dev/shm/sem.shop_lock$", "it is taken, whoever took it")])
case("waits-for-a-file", "file.missing", "path:^/run/vault/ready$", "./waiter", timeout=3,
     c={"waiter": HEAD + 'int main(void) {\n  while (access("/run/vault/ready", R_OK)) usleep(200000);\n  puts("up");\n  pause();\n}\n'},
     shows="/run/vault/ready.*ENOENT", misleads="it only sleeps, again and again")
case("log-pipe-without-reader", "hang.input", "path:/log.pipe$", "./emitter", timeout=3, setup="mkfifo log.pipe",
     c={"emitter": HEAD + 'int main(void) {\n  int f = open("log.pipe", O_WRONLY);\n  write(f, "up\\n", 3);\n  pause();\n}\n'},
     shows="log.pipe", misleads="open itself waits: nobody reads",
     also=[("hang.deadlock", ":", "it waits for a reader that never comes"), ("hang.io", ":", "it waits in a call on a file"), ("hang.child", ":", "nobody reads from it")])
case("refused-without-a-pause", "connect.refused", "port|address:@PORT@", "./client", holds={"PORT": "bound"},
     timeout=3,
     c={"client": HEAD + 'int main(void) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  for (;;) {\n    int s = socket(AF_INET, SOCK_STREAM, 0);\n    if (!connect(s, (void *)&a, sizeof a)) break;\n    close(s);\n    for (volatile int i = 0; i < 3000000; i++);\n  }\n  pause();\n}\n'},
     shows="ECONNREFUSED", misleads="it burns the processor")
case("epoll-of-a-file", "app.error", "text|path:(stdin|epoll|watch)", "sh -c './loop <orders.txt'",
     files={"orders.txt": "1\n"},
     c={"loop": HEAD + '#include <sys/epoll.h>\nint main(void) {\n  int e = epoll_create1(0);\n  struct epoll_event v = {EPOLLIN};\n  if (epoll_ctl(e, EPOLL_CTL_ADD, 0, &v)) { perror("loop: cannot watch stdin"); return 1; }\n  return 0;\n}\n'},
     shows="epoll_ctl.*EPERM",
     misleads="'operation not permitted': no right is missing, a plain file cannot be waited for",
     also=[("config.usage", ":", "its standard input has to be a pipe or a terminal"), ("kernel.unsupported", ":", "epoll does not take plain files")])

# C++
case("cpp-file-system", "file.missing", "path:^/var/lib/catalog$", "./catalogd", shows="catalog.*ENOENT",
     files={"catalogd.cc": "#include <filesystem>\n#include <iostream>\nint main() {\n  for (auto &e : std::filesystem::directory_iterator(\"/var/lib/catalog\")) std::cout << e.path();\n}\n"},
     needs=("g++",), setup="g++ -std=c++17 -O1 -o catalogd catalogd.cc",
     misleads="SIGABRT: an exception that nobody catches",
     also=[("crash.abort", "signal:SIGABRT", "how it ends; its words name the folder")])
case("cpp-missing-variable", "crash.abort", "signal|text:(SIGABRT|construction from null)", "./catalogd",
     shows="construction from null",
     files={"catalogd.cc": "#include <cstdlib>\n#include <iostream>\n#include <string>\nint main() {\n  std::string url(std::getenv(\"CATALOG_URL\"));\n  std::cout << url;\n}\n"},
     needs=("g++",), setup="g++ -std=c++17 -O1 -o catalogd catalogd.cc",
     misleads="which variable is not set only its source knows",
     also=[("config.env-missing", "env:CATALOG_URL", "what the source says"), ("app.error", "text:(construction|logic_error)", "its own words")])
case("cpp-no-memory", "limit.memory", "limit:^RLIMIT_AS$", "nice ./catalogd", limits={"as": "90000000"},
     shows="bad_alloc",
     files={"catalogd.cc": "#include <vector>\nint main() {\n  std::vector<long> cache(90000000, 1);\n  return cache[7] - 1;\n}\n"},
     needs=("g++",), setup="g++ -std=c++17 -O1 -o catalogd catalogd.cc", misleads="SIGABRT",
     also=[("crash.abort", "signal:SIGABRT", "how it ends")])
case("cpp-stream-without-check", "file.missing", "path:/prices.csv$", "./quote", shows="prices.csv.*ENOENT",
     files={"quote.cc": "#include <fstream>\n#include <map>\n#include <string>\n#include <iostream>\nint main() {\n  std::ifstream in(\"prices.csv\");\n  std::map<std::string, double> p;\n  std::string k; double v;\n  while (in >> k >> v) p[k] = v;\n  std::cout << p.at(\"EUR\");\n}\n"},
     needs=("g++",), setup="g++ -std=c++17 -O1 -o quote quote.cc",
     misleads="std::out_of_range, map::at: a file that could not be opened is not checked for",
     also=[("crash.abort", "signal:SIGABRT", "how it ends"), ("app.error", "text:(out_of_range|map::at)", "its own words")])
case("cpp-thread-limit", "limit.processes", "limit:^RLIMIT_NPROC$", "./catalogd", user="games", limits={"nproc": "3"},
     shows="(clone3?|fork).*EAGAIN",
     files={"catalogd.cc": "#include <thread>\n#include <vector>\n#include <unistd.h>\nint main() {\n  std::vector<std::thread> t;\n  for (int i = 0; i < 16; i++) t.emplace_back([] { sleep(2); });\n  for (auto &x : t) x.join();\n}\n"},
     needs=("g++",), setup="g++ -std=c++17 -O1 -pthread -o catalogd catalogd.cc",
     misleads="SIGABRT, 'resource temporarily unavailable'")
case("assertion-after-open", "file.permission", "path:^/etc/shopd/secret.key$", "./shopd", needs=("root",), **NOBODY,
     files={"/etc/shopd/secret.key": ("k", 0o600)}, shows="secret.key.*EACCES",
     c={"shopd": HEAD + '#include <assert.h>\nint main(void) {\n  int key = open("/etc/shopd/secret.key", O_RDONLY);\n  assert(key != -1);\n  pause();\n}\n'},
     misleads="an assertion and SIGABRT", also=[("crash.abort", "signal:SIGABRT", "how it ends")])
case("rust-like-unwrap", "file.missing", "path:^/etc/shop/shop.toml$", "./shopd", shows="shop.toml.*ENOENT",
     c={"shopd": HEAD + 'int main(void) {\n  if (open("/etc/shop/shop.toml", O_RDONLY | O_CLOEXEC) < 0) {\n    fputs("thread \'main\' panicked at src/main.rs:14:57:\\ncalled `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: \\"No such file or directory\\" }\\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\\n", stderr);\n    return 101;\n  }\n  return 0;\n}\n'},
     misleads="its words have an error, and no name")
case("go-like-panic", "port.in-use", "port:^127.0.0.1:@PORT@$", "./exporter", holds={"PORT": "listening"},
     shows="EADDRINUSE",
     c={"exporter": HEAD + 'int main(void) {\n  struct sockaddr_in a = {AF_INET, htons(@PORT@), {htonl(INADDR_LOOPBACK)}};\n  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;\n  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);\n  if (bind(s, (void *)&a, sizeof a)) {\n    close(s);\n    fputs("level=error ts=2026-01-01T10:00:00Z caller=main.go:88 msg=\\"server exited\\" err=\\"http: Server closed\\"\\npanic: close of nil channel\\n\\ngoroutine 1 [running]:\\nmain.main()\\n\\t/build/main.go:91 +0x1d\\n", stderr);\n    return 2;\n  }\n  return 0;\n}\n'},
     misleads="its words and its panic speak of something that comes after it")

# plug-ins and broken files
case("plugin-entry", "library.symbol-missing", "symbol:^plugin_init$", "./host",
     c={"host": (HEAD + '#include <dlfcn.h>\nint main(void) {\n  void *p = dlopen("./plugins/auth.so", RTLD_NOW);\n  if (!p || !dlsym(p, "plugin_init")) { fprintf(stderr, "host: %s\\n", dlerror()); return 5; }\n  return 0;\n}\n', "-ldl"), "auth.so": "int module_init(void){return 0;}"},
     setup="mkdir plugins; mv auth.so plugins/", shows="undefined symbol: plugin_init", misleads="the file is loaded")
case("plugin-interface-version", "module.incompatible", "module|path|library|text:(auth|interface|version)", "./host",
     c={"host": (HEAD + '#include <dlfcn.h>\nint main(void) {\n  void *p = dlopen("./plugins/auth.so", RTLD_NOW);\n  int (*v)(void) = dlsym(p, "plugin_interface");\n  if (v() != 7) { fprintf(stderr, "host: plugins/auth.so was built for interface version %d, this is version 7\\n", v()); return 5; }\n  return 0;\n}\n', "-ldl"), "auth.so": "int plugin_interface(void){return 4;}"},
     setup="mkdir plugins; mv auth.so plugins/", shows="interface version 4",
     also=[("app.error", "text:interface version", "its own words"), ("data.incompatible", "path:auth.so", "a file of another version")])
case("plugin-folder", "file.missing", "path:^/usr/lib/host9/plugins$", "./host",
     c={"host": HEAD + '#include <dirent.h>\nint main(void) {\n  DIR *d = opendir("/usr/lib/host9/plugins");\n  int n = 0;\n  while (d && readdir(d)) n++;\n  if (!n) { fputs("host: no storage engine is available\\n", stderr); return 6; }\n  return 0;\n}\n'},
     shows="plugins.*ENOENT", misleads="its words speak of an engine")
case("object-file-run", "exec.bad-format", "path:/server.o$", "sh -c 'exec ./server.o'",
     setup="echo 'int main(void){return 0;}' >a.c; gcc -c -o server.o a.c; chmod 755 server.o", needs=("gcc",),
     shows="server.o.*ENOEXEC", misleads="the shell takes it for a script")
case("compressed-program", "exec.bad-format", "path:/agent$", "env ./agent --version",
     setup="gzip -c /bin/true >agent; chmod 755 agent", shows="agent.*ENOEXEC",
     misleads="it was downloaded, and never unpacked")
case("cut-off-program", "exec.bad-format", "path:/agent$", "./agent",
     setup="head -c 20000 /bin/bash >agent; chmod 755 agent", shows="agent.*(ENOEXEC|EFAULT|EINVAL|= 0)",
     misleads="a download that stopped early: the first bytes are right",
     also=[("data.corrupt", "path:/agent$", "it is cut off"), ("crash.segfault", "signal:", "how it ends"), ("crash.bus-error", "signal:", "how it ends"), ("killed.signal", "signal:", "how it ends")])
case("cut-off-library", "library.unloadable", r"path|library:libtax\.so\.1$", "./server",
     env={"LD_LIBRARY_PATH": "@DIR@"},
     c={"libtax.so.1": "char big[300000] = {1}; int f(void){return big[5];}", "server": ("int f(void); int main(void){return f();}", "-Wl,--no-as-needed libtax.so.1")},
     setup="head -c 9000 libtax.so.1 >x; mv x libtax.so.1", shows="libtax|SIGBUS",
     misleads="SIGBUS while it is loaded, or words of the loader",
     also=[("data.corrupt", "path:/libtax", "it is cut off"), ("library.unreadable", r"path|library:libtax\.so\.1$", "it cannot be read to the end"), ("crash.bus-error", "signal|path:", "how it ends")])
case("library-path-of-another-tree", "library.version-missing", r"library|symbol:(TAX_2|libtax\.so\.1)", "sh run.sh",
     c={"libtax.so.1": ("int tax(void){return 0;}", "-Wl,--version-script=v2"), "server": ("int tax(void); int main(void){return tax();}", "-Wl,--no-as-needed libtax.so.1 -Wl,-rpath,$ORIGIN")},
     files={"v1": "TAX_1 { tax; };", "v2": "TAX_2 { tax; };", "run.sh": "export LD_LIBRARY_PATH=@DIR@/vendor\nexec ./server\n"},
     setup="mkdir vendor; echo 'int tax(void){return 0;}' >t.c; gcc -shared -fPIC -Wl,-soname,libtax.so.1 -Wl,--version-script=v1 -o vendor/libtax.so.1 t.c",
     shows="TAX_2. not found", misleads="the right library lies beside the program; a variable puts another before it")
case("preloaded-library-crashes", "crash.segfault", "signal|library|path:(SIGSEGV|libhook)", "sh run.sh",
     files={"run.sh": "export LD_PRELOAD=@DIR@/libhook.so\nexec ls /\n"},
     c={"libhook.so": "__attribute__((constructor)) static void start(void) { *(volatile int *)8 = 1; }"},
     shows="SIGSEGV", misleads="ls has no fault: what is loaded before it has",
     also=[("config.invalid", "env:LD_PRELOAD", "the variable that brings it in")])
