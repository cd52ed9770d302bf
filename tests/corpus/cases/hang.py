"""It never comes to an end, and never comes up."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
HANG = {"timeout": 3}
SILENT = "python3 -uc 'import socket; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); c = [s.accept()[0] for _ in range(99)]'"
PEER = r"port|address|process|host|text:@PORT@"

case("input-cat", "hang.input", ":", "cat", stdin="open", **HANG, fast=True, shows="read\\(0")
case("input-python", "hang.input", ":", PY + "-c 'input(\"Accept the licence? [y/n] \")'", stdin="open", **HANG,
     shows="read\\(0")
case("input-shell", "hang.input", ":", "bash -c 'read -p \"Password: \" x; exec sleep 9'", stdin="open", **HANG,
     shows="read\\(0")
case("input-in-grandchild", "hang.input", ":",
     "sh -c 'bash -c \"python3 -c \\\"import sys; sys.stdin.read()\\\"; true\"; true'", stdin="open", **HANG,
     shows="read\\(0")
case("input-fifo", "hang.input", "path:/orders$", "bash -c 'read line <orders; echo $line'", setup="mkfifo orders",
     **HANG, shows="orders", misleads="open itself waits", also=[("hang.child", ":", "nobody writes to it")])
case("deadlock-c", "hang.deadlock", ":", "./server",
     c={"server": ("#include <pthread.h>\nint main(){pthread_mutex_t m=PTHREAD_MUTEX_INITIALIZER;pthread_mutex_lock(&m);pthread_mutex_lock(&m);}", "-lpthread")},
     **HANG, shows="futex", fast=True)
case("deadlock-two-threads", "hang.deadlock", ":", "./server", **HANG, shows="futex",
     c={"server": ("#include <pthread.h>\n#include <unistd.h>\npthread_mutex_t a=PTHREAD_MUTEX_INITIALIZER,b=PTHREAD_MUTEX_INITIALIZER;\nvoid*f(void*x){pthread_mutex_lock(&b);usleep(200000);pthread_mutex_lock(&a);return 0;}\nint main(){pthread_t t;pthread_create(&t,0,f,0);pthread_mutex_lock(&a);usleep(200000);pthread_mutex_lock(&b);}", "-lpthread")})
case("deadlock-python", "hang.deadlock", ":",
     PY + "-c 'import threading; l = threading.Lock(); l.acquire(); l.acquire()'", **HANG, shows="futex")
case("deadlock-pipe", "hang.deadlock", ":", PY + "app.py", **HANG, shows="write\\(1",
     files={"app.py": "import subprocess\np = subprocess.Popen(['seq', '1', '100000'], stdout=subprocess.PIPE)\np.wait()\n"},
     misleads="parent waits for the child, the child for the parent to read",
     also=[("hang.child", ":", "the parent waits for its child")])
case("network-curl", "hang.network", PEER, "curl -sS http://127.0.0.1:@PORT@/", needs=("curl",), **FREE,
     helpers=((SILENT, "line"),), **HANG, shows="connect")
case("network-python", "hang.network", PEER,
     PY + "-c 'import socket; socket.create_connection((\"127.0.0.1\", @PORT@)).recv(9)'", **FREE,
     helpers=((SILENT, "line"),), **HANG, shows="connect", fast=True)
case("network-redis-cli", "hang.network", PEER, "redis-cli -p @PORT@ ping", needs=("redis-cli",), **FREE,
     helpers=((SILENT, "line"),), **HANG, shows="connect")
case("network-psql", "hang.network", PEER, "psql -h 127.0.0.1 -p @PORT@", needs=("/usr/lib/postgresql/15/bin/psql",),
     **FREE, helpers=((SILENT, "line"),), **HANG, shows="connect")
case("network-node", "hang.network", PEER,
     "node -e 'require(\"http\").get(\"http://127.0.0.1:@PORT@/config\", () => {})'", needs=("node",), **FREE,
     helpers=((SILENT, "line"),), **HANG, shows="connect")
case("network-ssh", "hang.network", PEER, "ssh -o BatchMode=yes -p @PORT@ root@127.0.0.1", needs=("ssh",), **FREE,
     helpers=((SILENT, "line"),), **HANG, shows="connect")
case("network-full-queue", "hang.network", PEER,
     PY + "-c 'import socket; socket.create_connection((\"127.0.0.1\", @PORT@))'", **FREE, **HANG, shows="connect",
     also=[("connect.timeout", ":@PORT@", "nobody takes the connection")],
     helpers=(("python3 -uc 'import socket, signal; s = socket.socket(); s.bind((\"127.0.0.1\", @PORT@)); s.listen(0); c = []\nfor _ in range(4):\n  d = socket.socket(); d.setblocking(False); d.connect_ex((\"127.0.0.1\", @PORT@)); c.append(d)\nprint(1); signal.pause()'", "line"),))
case("busy-loop-c", "hang.busy-loop", ":", "./server", c={"server": "int main(){volatile int i=0;for(;;)i++;}"},
     **HANG, fast=True)
case("busy-loop-python", "hang.busy-loop", ":", PY + "-c 'while True: pass'", **HANG)
case("busy-loop-in-shell-child", "hang.busy-loop", ":", "sh -c 'while :; do :; done; true'", **HANG)
case("busy-loop-poll", "hang.busy-loop", ":", "./server",
     c={"server": "#include <poll.h>\nint main(){for(;;)poll(0,0,0);}"}, **HANG, shows="poll")
case("child-waits-for-input", "hang.input", ":", "make", stdin="open", needs=("make",),
     files={"Makefile": "all:\n\t@printf 'Continue? '; read x\n"}, **HANG, shows="read\\(0",
     also=[("hang.child", ":", "make waits for its child")])
case("child-that-waits-for-a-lock", "file.locked", "path:/db.lock$", "bash -c 'flock db.lock true; exec sleep 9'",
     locks=("db.lock",), **HANG, shows="flock")
case("child-that-is-stopped", "hang.stopped", ":", "bash -c 'bash -c \"kill -STOP \\$\\$\"; echo done'", **HANG,
     shows="SIGSTOP", misleads="nothing fails: a signal stopped the child",
     also=[("hang.child", ":", "the parent waits for it")])
case("child-that-waits-for-its-child", "hang.child", ":",
     PY + "-c 'import os; p = os.fork(); os.waitpid(p, 0) if p else __import__(\"signal\").pause()'", **HANG,
     shows="pause",
     also=[("ok.running", ":", "a parent that waits for a child that waits is what many servers look like")])
