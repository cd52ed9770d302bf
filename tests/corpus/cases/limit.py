"""Limits of the process, of its group and of the kernel."""

from case import case

PY = "/usr/bin/python3 -B "
OPENS = PY + "-c 'f = [open(\"/dev/null\") for i in range(99)]'"
PIDS = "bash -c 'g=/sys/fs/cgroup/pids/corpus-$$; mkdir $g; echo {0} >$g/pids.max; echo $$ >$g/cgroup.procs; trap \"echo $$ >/sys/fs/cgroup/pids/cgroup.procs; rmdir $g\" EXIT; \"$@\"' --"
INSTANCES = "setpriv --reuid @USER@ --regid nogroup --clear-groups python3 -uc 'import ctypes, signal; c = ctypes.CDLL(None); f = [c.inotify_init1(0) for _ in range(200)]; print(1); signal.pause()'"
WATCH = '#include <sys/inotify.h>\n#include <stdio.h>\nint main(){int f=inotify_init1(0);if(f<0){perror("watcher");return 1;}return 0;}'
OWN_USERS = "unshare -U -r bash -c 'echo 3 >/proc/sys/user/max_inotify_watches; exec \"$@\"' --"

case("open-files-python", "limit.open-files", "limit:^RLIMIT_NOFILE$", OPENS, limits={"nofile": "24"}, shows="EMFILE",
     fast=True)
case("open-files-in-script", "limit.open-files", "limit:^RLIMIT_NOFILE$", "bash start.sh",
     files={"start.sh": "ulimit -n 20\nexec " + OPENS + "\n"}, shows="EMFILE")
case("open-files-node", "limit.open-files", "limit:^RLIMIT_NOFILE$",
     "node -e 'const fs = require(\"fs\"); for (let i = 0; i < 200; i++) fs.openSync(\"/dev/null\")'",
     needs=("node",), limits={"nofile": "64"}, shows="EMFILE")
case("open-files-ruby-sockets", "limit.open-files", "limit:^RLIMIT_NOFILE$",
     "ruby -rsocket -e '50.times.map { UDPSocket.new }'", needs=("ruby",), limits={"nofile": "32"}, shows="EMFILE")
case("open-files-silent-epoll", "limit.open-files", "limit:^RLIMIT_NOFILE$", "./loop", limits={"nofile": "12"},
     shows="EMFILE", misleads="it says nothing",
     c={"loop": '#include <sys/epoll.h>\nint main(){for(int i=0;i<40;i++)if(epoll_create1(0)<0)return 4;return 0;}'})
case("open-files-perl", "limit.open-files", "limit:^RLIMIT_NOFILE$",
     "perl -e 'for (1..99) { open(my $f, \"<\", \"/dev/null\") or die \"cannot open worker pipe: $!\"; push @f, $f }'",
     limits={"nofile": "16"}, shows="EMFILE")
case("open-files-redis-cluster", "limit.open-files", "limit|text:(RLIMIT_NOFILE|maxclients)",
     "redis-server --port @PORT@ --dir @DIR@", needs=("redis-server",), holds={"PORT": "free"},
     limits={"nofile": "20"}, shows="ulimit|open files")
case("processes-bash", "limit.processes", "limit:^RLIMIT_NPROC$", "bash -c '(ls); (ls)'", user="nobody",
     limits={"nproc": "1"}, shows="EAGAIN", fast=True, timeout=25)
case("processes-python-threads", "limit.processes", "limit:^RLIMIT_NPROC$",
     PY + "-c 'import threading; t = [threading.Thread(target=threading.Event().wait, args=(1,)) for _ in range(30)]; [x.start() for x in t]'",
     user="nobody", limits={"nproc": "5"}, shows="EAGAIN", misleads="RuntimeError: can't start new thread")
case("processes-java", "limit.processes", "limit:^RLIMIT_NPROC$", "java -version", user="nobody", needs=("java",),
     limits={"nproc": "4"}, shows="EAGAIN", misleads="it speaks of native memory or resources")
case("processes-ruby-fork", "limit.processes", "limit:^RLIMIT_NPROC$", "ruby -e '9.times { fork { sleep 3 } }'",
     user="nobody", needs=("ruby",), limits={"nproc": "4"}, shows="EAGAIN", timeout=6,
     misleads="it tries again and again, and says nothing")
case("processes-of-group", "limit.processes", r"limit:^pids\.max$",
     PY + "-c 'import threading; t = [threading.Thread(target=threading.Event().wait, args=(1,)) for _ in range(40)]; [x.start() for x in t]'",
     needs=("root", "/sys/fs/cgroup/pids/cgroup.procs"), through=PIDS.format(20), shows="EAGAIN",
     misleads="RLIMIT_NPROC has no limit: the group has")
case("processes-of-group-node", "limit.processes", r"limit:^pids\.max$",
     "node -e 'for (let i = 0; i < 30; i++) require(\"child_process\").spawn(\"sleep\", [\"2\"])'",
     needs=("root", "node", "/sys/fs/cgroup/pids/cgroup.procs"), through=PIDS.format(24), shows="EAGAIN")
case("memory-python", "limit.memory", "limit:^RLIMIT_AS$", PY + "-c 'bytearray(10**9)'", limits={"as": "200000000"},
     shows="ENOMEM", fast=True, misleads="MemoryError, without a number")
case("memory-perl", "limit.memory", "limit:^RLIMIT_AS$", "perl -e '$x = \"a\" x 900000000; print length $x'",
     limits={"as": "300000000"}, shows="ENOMEM")
case("memory-c", "limit.memory", "limit:^RLIMIT_AS$", "./cache", limits={"as": "100000000"}, shows="ENOMEM",
     misleads="it ends with a segmentation fault: nobody looked at malloc's answer",
     c={"cache": '#include <stdlib.h>\n#include <string.h>\nint main(){char*p=malloc(800000000);memset(p,0,800000000);return 0;}'})
case("memory-data-limit", "limit.memory", "limit:^RLIMIT_(DATA|AS)$", "ruby -e '\"x\" * 900_000_000'",
     needs=("ruby",), limits={"data": "200000000"}, shows="ENOMEM")
case("memory-java-heap", "limit.memory", "limit|text|env:(RLIMIT_AS|heap|Xm[sx])", "java -Xms6g -Xmx6g -version",
     needs=("java",), limits={"as": "3000000000"}, shows="reserve|ENOMEM")
case("memory-node", "limit.memory", "limit:^RLIMIT_AS$", "node -e 0", needs=("node",), limits={"as": "400000000"},
     shows="ENOMEM", misleads="it dies by a signal of its own making")
case("memory-in-a-unit-like-script", "limit.memory", "limit:^RLIMIT_AS$", "sh start.sh",
     files={"start.sh": "ulimit -v 150000\nexec " + PY + "-c 'import mmap; mmap.mmap(-1, 10**9)'\n"}, shows="ENOMEM")
case("memory-huge-pages-postgres", "limit.kernel", r"limit:(vm\.nr_hugepages|huge)",
     "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata -k @DIR@ -p @PORT@ -c huge_pages=on", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/postgres",), holds={"PORT": "free"},
     setup="chmod 777 .; install -d -o postgres -m 700 pgdata; setpriv --reuid postgres --regid postgres --clear-groups /usr/lib/postgresql/15/bin/initdb -N -A trust -D pgdata >&2",
     shows="ENOMEM", misleads="'cannot allocate memory': huge pages are what there are none of",
     also=[("limit.memory", "limit|text:([Hh]uge|memory)", "what the call says")])
case("stack-small", "limit.stack", "limit:^RLIMIT_STACK$", "./parse", limits={"stack": "65536"},
     c={"parse": 'int main(){volatile char a[400000];for(int i=399999;i>=0;i-=512)a[i]=1;return a[5]-1;}'},
     shows="SIGSEGV", fast=True, misleads="a segmentation fault",
     also=[("crash.segfault", "signal|limit:(SIGSEGV|RLIMIT_STACK)", "how it shows; what it overran is the limit")])
case("stack-recursion", "limit.stack", "limit:^RLIMIT_STACK$", "./parse", shows="SIGSEGV",
     also=[("crash.segfault", "signal:SIGSEGV", "recursion without end overruns any limit")],
     c={"parse": ('int f(int x){volatile char a[4096];a[0]=x;return f(x+1)+a[0];}int main(){return f(0);}', "-O0")})
case("stack-python-recursion", "app.error", "text|path:RecursionError", PY + "-c 'def f(): f()\nf()'",
     shows="RecursionError", also=[("limit.stack", ":", "the interpreter's own limit")])
case("file-size-python", "limit.file-size", "path|limit:(/big$|RLIMIT_FSIZE)",
     PY + "-c 'f = open(\"big\", \"wb\"); f.write(b\"x\" * 99999); f.close()'", limits={"fsize": "4096"},
     shows="EFBIG", fast=True)
case("file-size-killed", "limit.file-size", "path|limit:(/big$|RLIMIT_FSIZE)",
     "dd if=/dev/zero of=big bs=1k count=100", limits={"fsize": "4096"}, shows="SIGXFSZ", misleads="a signal ends it")
case("cpu-time", "limit.cpu-time", "limit:^RLIMIT_CPU$", "bash -c 'while :; do :; done'", limits={"cpu": "1"},
     shows="SIGXCPU|SIGKILL", timeout=30, fast=True)
case("cpu-time-python", "limit.cpu-time", "limit:^RLIMIT_CPU$", PY + "-c 'while True: pass'", limits={"cpu": "1"},
     shows="SIGXCPU|SIGKILL", timeout=30)
case("locked-memory", "limit.locked-memory", "limit:^RLIMIT_MEMLOCK$", "./vault", user="nobody",
     limits={"memlock": "4096"},
     c={"vault": '#include <sys/mman.h>\n#include <stdio.h>\nint main(){if(mlockall(MCL_CURRENT|MCL_FUTURE)){perror("vault: mlockall");return 1;}return 0;}'},
     shows="mlockall.*(ENOMEM|EPERM)", fast=True,
     also=[("security.capability", "capability:CAP_IPC_LOCK", "who has it needs no limit")])
case("locked-memory-python", "limit.locked-memory", "limit:^RLIMIT_MEMLOCK$", PY + "app.py", user="nobody",
     limits={"memlock": "65536"}, shows="mlock.*ENOMEM",
     files={"app.py": "import ctypes, os, sys\nlibc = ctypes.CDLL(None, use_errno=True)\nb = ctypes.create_string_buffer(1 << 20)\nif libc.mlock(b, ctypes.c_size_t(1 << 20)):\n    sys.exit('cannot lock key memory: ' + os.strerror(ctypes.get_errno()))\n"},
     misleads="'cannot allocate memory'")
case("inotify-instances", "limit.inotify", r"limit:max_(user|inotify)_instances", "./watcher", user="games",
     helpers=((INSTANCES, "line"),), limits={"nofile": "5000"}, c={"watcher": WATCH}, shows="EMFILE",
     misleads="'too many open files', and none is open", fast=True)
case("inotify-instances-node", "limit.inotify", r"limit:max_(user|inotify)_instances",
     "node -e 'require(\"fs\").watch(\"/etc/hosts\")'", user="news", needs=("node",), helpers=((INSTANCES, "line"),),
     shows="EMFILE")
case("inotify-watches", "limit.inotify", r"limit:max_(user|inotify)_watches", PY + "app.py", needs=("root",),
     through=OWN_USERS, shows="ENOSPC", misleads="'no space left on device', and the disk is empty",
     files={"app.py": "import ctypes, os, sys\nc = ctypes.CDLL(None, use_errno=True)\nf = c.inotify_init1(0)\nfor p in ('/etc', '/usr', '/var', '/bin', '/opt', '/srv'):\n    if c.inotify_add_watch(f, p.encode(), 2) < 0:\n        sys.exit('cannot watch: ' + os.strerror(ctypes.get_errno()))\n"})
case("inotify-watches-node", "limit.inotify", r"limit:max_(user|inotify)_watches",
     "node -e 'for (const p of [\"/etc\", \"/usr\", \"/var\", \"/bin\", \"/opt\", \"/srv\"]) require(\"fs\").watch(p)'",
     needs=("root", "node"), through=OWN_USERS, shows="ENOSPC")
case("map-count", "limit.kernel", r"limit:vm\.max_map_count", "bash start.sh", shows="too low",
     files={"start.sh": "n=$(cat /proc/sys/vm/max_map_count)\necho 'bootstrap check failure [1] of [1]:' >&2\necho \"max virtual memory areas vm.max_map_count [$n] is too low, increase to at least [26214400]\" >&2\nexit 78\n"},
     misleads="no call fails", fast=True)
case("semaphores", "limit.kernel", r"limit:kernel\.sem", "./pool", needs=("root",),
     through="unshare -i bash -c 'echo 32 64 32 1 >/proc/sys/kernel/sem; exec \"$@\"' --", shows="ENOSPC",
     misleads="'no space left on device', and the disk is empty",
     c={"pool": '#include <sys/sem.h>\n#include <stdio.h>\nint main(){for(int i=0;i<3;i++)if(semget(IPC_PRIVATE,8,0600|IPC_CREAT)<0){perror("pool: semget");return 1;}return 0;}'})
case("shared-memory-maximum", "limit.kernel", r"limit:kernel\.shm(max|all)", "./pool", needs=("root",),
     through="unshare -i bash -c 'echo 65536 >/proc/sys/kernel/shmmax; exec \"$@\"' --", shows="EINVAL",
     c={"pool": '#include <sys/shm.h>\n#include <stdio.h>\nint main(){if(shmget(IPC_PRIVATE,1<<20,0600|IPC_CREAT)<0){perror("pool: shmget");return 1;}return 0;}'},
     misleads="'invalid argument'")
case("message-queues", "limit.kernel", r"limit|path:(RLIMIT_MSGQUEUE|mqueue|queues_max|msg_max)", "./queues",
     needs=("root",), user="nobody", limits={"msgqueue": "1000"}, shows="mq_open.*EMFILE",
     c={"queues": '#include <mqueue.h>\n#include <fcntl.h>\n#include <stdio.h>\nint main(){if(mq_open("/corpusq",O_CREAT|O_RDWR,0600,0)<0){perror("queues: mq_open");return 1;}mq_unlink("/corpusq");return 0;}'},
     misleads="'too many open files', and none is open")
case("file-limit-above-maximum", "limit.open-files", "limit:(RLIMIT_NOFILE|fs.nr_open)", PY + "app.py", user="nobody",
     limits={"nofile": "1024:1024"}, shows="(setrlimit|prlimit).*EPERM|not allowed to raise",
     files={"app.py": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))\n"},
     also=[("security.capability", "capability:CAP_SYS_RESOURCE", "who has it may raise a hard limit"), ("limit.kernel", ":", "a limit that may not be raised")])
