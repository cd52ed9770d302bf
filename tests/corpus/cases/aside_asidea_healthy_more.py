"""More starts that are well: those that find traces of a crash, retry, fall back, or answer with their exit status."""

from case import healthy

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
PG = "/usr/lib/postgresql/15/bin/"
AS_POSTGRES = "setpriv --reuid postgres --regid postgres --clear-groups "
BY_DESIGN = "its exit status is an answer, which only who knows the program can tell from a failure: then no cause may be named"
ANSWER = [("app.error", ":", BY_DESIGN)]

healthy("gunicorn-port-gets-free", "running", "gunicorn --bind 127.0.0.1:@PORT@ app:app", needs=("gunicorn",), **FREE, timeout=9, options="--expect listen:@PORT@", files={"app.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n"},
        helpers=(("exec timeout 4 python3 -uc 'import socket, signal; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); signal.pause()'", "line"),))
healthy("postgres-after-a-crash", "running", PG + "postgres -D @DIR@/pgdata -k @DIR@ -p @PORT@", user="postgres", needs=(PG + "postgres", "root"), **FREE, timeout=9,
        setup="chmod 777 .; install -d -o postgres -m 700 pgdata; " + AS_POSTGRES + PG + "initdb -N -A trust -D pgdata >&2; " + AS_POSTGRES + PG + "pg_ctl -w -D pgdata -o '-k @DIR@ -p @PORT@' -l pgdata/log start >&2; kill -9 $(head -1 pgdata/postmaster.pid); sleep 0.5; rm -f .s.PGSQL*")
healthy("redis-after-a-crash", "running", "redis-server --port @PORT@ --dir @DIR@ --appendonly yes", needs=("redis-server",), **FREE,
        setup="redis-server --port @PORT@ --dir . --appendonly yes --save '' --daemonize yes >&2; until redis-cli -p @PORT@ set a b 2>/dev/null | grep -q OK; do sleep 0.1; done; redis-cli -p @PORT@ shutdown nosave >&2 || true; f=$(ls appendonlydir/*.incr.aof); head -c -3 $f >x; mv x $f")
healthy("xvfb-lock-of-the-dead", "running", "Xvfb :84 -nolisten tcp", needs=("Xvfb", "root"), timeout=6, setup="printf '%10d\\n' 4194001 >/tmp/.X84-lock; chmod 444 /tmp/.X84-lock")
healthy("sshd-one-key-of-three", "running", "/usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/rsa -o HostKey=@DIR@/ecdsa -o HostKey=@DIR@/key -f /dev/null", needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key")
healthy("dnsmasq-without-its-hosts", "running", "dnsmasq -k --port=@PORT@ --listen-address=127.0.0.1 --bind-interfaces --user=root --pid-file= --addn-hosts=/etc/nosuch.hosts --resolv-file=/etc/nosuch.resolv", needs=("dnsmasq", "root"), **FREE)
healthy("nginx-conflicting-names", "running", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE, files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; worker_rlimit_nofile 99; events{ worker_connections 9999; } http { access_log off; server { listen 127.0.0.1:@PORT@; server_name a; } server { listen 127.0.0.1:@PORT@; server_name a; } }\n"})
healthy("sentinel-master-down", "running", "redis-server @DIR@/s.conf --sentinel", needs=("redis-server",), **FREE, timeout=6, files={"s.conf": "port @PORT@\ndir @DIR@\nsentinel monitor shop 127.0.0.1 1 1\nsentinel down-after-milliseconds shop 500\n"})
healthy("supervisor-program-stopped", "exited", "supervisorctl -c @DIR@/s.conf status", needs=("supervisord", "supervisorctl", "root"), also=ANSWER, files={"s.conf": "[unix_http_server]\nfile=@DIR@/sock\n[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix://@DIR@/sock\n[program:a]\ncommand=/bin/sleep 99\nautostart=false\n"},
        helpers=(("exec /usr/bin/supervisord -n -c s.conf", "file:sock"),))
healthy("pg-isready-no", "exited", PG + "pg_isready -h 127.0.0.1 -p @PORT@", needs=(PG + "psql",), **FREE, also=[*ANSWER, ("connect.refused", ":@PORT@", "its question was whether somebody is there, and that is the answer's reason")])
healthy("dpkg-not-installed", "exited", "dpkg -s nosuchpackage", also=ANSWER)
healthy("getent-nobody", "exited", "getent passwd shopx", also=ANSWER)
healthy("pidof-nobody", "exited", "pidof nosuchserver", also=ANSWER)
healthy("curl-not-found", "exited", "curl -sS http://127.0.0.1:@PORT@/nosuch", needs=("curl",), **FREE, helpers=(("exec python3 -m http.server --bind 127.0.0.1 @PORT@", "port:@PORT@"),))
healthy("wget-second-try", "exited", "wget -q -O page --tries=5 --waitretry=1 --retry-connrefused http://127.0.0.1:@PORT@/", needs=("wget",), **FREE, timeout=9, helpers=(("echo started; sleep 2; exec python3 -m http.server --bind 127.0.0.1 @PORT@", "line"),))
healthy("borg-lock-of-the-dead", "exited", "borg list repo", needs=("borg",), env={"BORG_BASE_DIR": "@DIR@", "BORG_HOST_ID": "shop@1"}, setup="borg init -e none repo; mkdir repo/lock.exclusive; touch repo/lock.exclusive/shop@1.4194001-0")
healthy("rsync-vanished-excluded", "exited", "rsync -a --ignore-missing-args nosuch a.txt copy/", needs=("rsync",), files={"a.txt": "x"})
healthy("git-nothing-to-commit", "exited", "git -C repo -c user.name=a -c user.email=a@b commit -m x", needs=("git",), also=ANSWER, setup="git init -q repo; git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x")
healthy("svn-status-unversioned", "exited", "svn status wc", needs=("svnserve",), setup="svnadmin create repo; svn checkout -q file://@DIR@/repo wc; touch wc/new", env={"LANGUAGE": "de"})
healthy("puma-cluster-warnings", "running", "puma -w 2 -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma",), **FREE, files={"config.ru": "run ->(env) { [200, {}, ['']] }\n"}, timeout=9)
healthy("anacron-job", "exited", "anacron -d -f -n -t @DIR@/tab -S @DIR@/spool", needs=("anacron", "root"), setup="mkdir spool", files={"tab": "SHELL=/bin/sh\n1 0 ok true\n"})
healthy("aria2-dht-missing", "running", "aria2c --enable-rpc --rpc-listen-port=@PORT@ --conf-path=@DIR@/a.conf --save-session=@DIR@/s --enable-dht=true", needs=("aria2c",), **FREE, timeout=4, files={"a.conf": "continue=true\n"}, env={"LANGUAGE": "de"})
healthy("lighttpd-old-directives", "running", "lighttpd -D -f @DIR@/l.conf", needs=("lighttpd",), **FREE, files={"l.conf": "server.modules = (\"mod_nosuch_but_commented\") \nserver.modules := ()\nserver.document-root=\"@DIR@\"\nserver.port=@PORT@\nserver.bind=\"127.0.0.1\"\nserver.max-keep-alive-requests-typo = 5\n"})
healthy("uvicorn-slow-to-come-up", "running", "uvicorn --port @PORT@ shop:app", needs=("uvicorn",), **FREE, options="--expect listen:@PORT@", timeout=9,
        files={"shop.py": "import asyncio\n\nasync def app(scope, receive, send):\n    if scope['type'] == 'lifespan':\n        await receive()\n        print('loading the model', flush=True)\n        await asyncio.sleep(4)\n        await send({'type': 'lifespan.startup.complete'})\n        await receive()\n"})
healthy("supervisor-socket-of-the-dead", "running", "/usr/bin/supervisord -n -c @DIR@/s.conf", needs=("supervisord",), timeout=5, setup="python3 -c 'import socket; socket.socket(1).bind(\"sock\")'",
        files={"s.conf": "[unix_http_server]\nfile=@DIR@/sock\n[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n[program:a]\ncommand=/bin/sleep 99\n"})
healthy("redis-that-notifies", "running", "redis-server --port @PORT@ --dir @DIR@ --supervised systemd", needs=("redis-server",), **FREE, options="--expect notify", timeout=6)
