"""Starts that nothing is wrong with, though much of it looks bad."""

from case import healthy

FREE = {"holds": {"PORT": "free"}}
PY = "/usr/bin/python3 -B "
PG = "/usr/lib/postgresql/15/bin/"
AS_POSTGRES = "setpriv --reuid postgres --regid postgres --clear-groups "
BY_DESIGN = "its exit status is an answer, which only who knows the program can tell from a failure: then no cause may be named"

# short ones
healthy("true", "exited", "/bin/true", fast=True)
healthy("ls", "exited", "ls -la /etc", fast=True)
healthy("git", "exited",
        "bash -c 'git init -q a && cd a && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log'",
        needs=("git",))
healthy("python-imports", "exited", PY + "-c 'import json, asyncio, http.server, sqlite3, ssl, email.mime.text'",
        fast=True)
healthy("node", "exited", "node -e 0", needs=("node",), fast=True)
healthy("npm-version", "exited", "npm --version", needs=("npm",))
healthy("perl", "exited", "perl -MPOSIX -MFile::Temp -e 'print 1'", fast=True)
healthy("ruby", "exited", "ruby -e 'require \"json\"; puts 1'", needs=("ruby",))
healthy("php", "exited", "php -r 'echo 1;'", needs=("php",))
healthy("java", "exited", "java -version", needs=("java",))
healthy("lua", "exited", "lua5.4 -e 'print(1)'", needs=("lua5.4",))
healthy("apt-cache", "exited", "apt-cache policy bash")
healthy("gcc", "exited", "gcc -o a a.c", files={"a.c": "int main(void){return 0;}"}, needs=("gcc",))
healthy("make", "exited", "make", needs=("make",), files={"Makefile": "all:\n\t-cat /nosuch\n\t@echo built\n"})
healthy("bash-probes", "exited",
        "bash -c 'for f in /etc/apprc ~/.apprc; do [ -r $f ] && . $f; done; grep -q zzz /etc/passwd; ls /nosuch 2>/dev/null; echo fine'",
        fast=True)
healthy("scary-words", "exited",
        "bash -c 'echo \"ERROR: connection refused\" >&2; echo \"FATAL: No such file or directory: /etc/app.conf\" >&2; echo panic: permission denied >&2'",
        fast=True)
healthy("many-failing-calls", "exited", "./prober", fast=True,
        c={"prober": '#include <fcntl.h>\n#include <stdio.h>\nint main(){char n[64];for(int i=0;i<3000;i++){sprintf(n,"/etc/probe/%d",i);open(n,O_RDONLY);}open("/etc/shadow/x",O_RDWR);return 0;}'})
healthy("preload-missing", "exited", "ls", env={"LD_PRELOAD": "libnosuch.so"}, fast=True)
healthy("probe-by-crash", "exited", "bash -c './probe; ls / >/dev/null; echo built for the plain processor'",
        c={"probe": "int main(){__builtin_trap();}"}, fast=True)
healthy("missing-helper-is-optional", "exited",
        "sh -c 'command -v nosuchtool >/dev/null || echo without it; nosuchtool 2>/dev/null; exit 0'", fast=True)
healthy("optional-module", "exited", PY + "-c 'try:\n  import ujsonx\nexcept ImportError as e: print(e)'")
healthy("refused-then-fallback", "exited", PY + "app.py", fast=True, holds={"PORT": "bound"},
        files={"app.py": "import socket\ntry:\n    socket.create_connection(('127.0.0.1', @PORT@))\nexcept OSError as e:\n    print('no cache:', e)\n"})
healthy("limit-probe", "exited",
        PY + "-c 'import resource, os\ntry: resource.setrlimit(resource.RLIMIT_NOFILE, (9999999, 9999999))\nexcept (ValueError, OSError) as e: print(e)'",
        user="nobody")
healthy("tar-warning", "exited", "tar cf /dev/null --absolute-names --ignore-failed-read /etc/hostname")
healthy("openssl-version", "exited", "openssl version -a", needs=("openssl",))
healthy("ssh-version", "exited", "ssh -V")
healthy("curl-file", "exited", "curl -sS file:///etc/hostname", needs=("curl",))
healthy("grep-without-match", "exited", "grep -q nosuchword /etc/passwd", also=[("app.error", ":", BY_DESIGN)],
        fast=True)
healthy("diff-that-differs", "exited", "diff /etc/passwd /etc/group", also=[("app.error", ":", BY_DESIGN)])
healthy("test-that-is-false", "exited", "test -e /nosuch", also=[("app.error", ":", BY_DESIGN)])
healthy("pgrep-without-match", "exited", "pgrep -x nosuchprocess", also=[("app.error", ":", BY_DESIGN)])

# those that stay
healthy("sleep", "running", "sleep 50", timeout=2, fast=True)
healthy("tail-follow", "running", "tail -f /dev/null", timeout=2)
healthy("python-http", "running", PY + "-m http.server --bind 127.0.0.1 @PORT@", **FREE, fast=True)
healthy("redis", "running", "redis-server --port @PORT@ --bind 127.0.0.1 --dir @DIR@", needs=("redis-server",),
        **FREE, fast=True)
healthy("nginx", "running", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE,
        files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; events{} http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"},
        fast=True)
healthy("nginx-in-background", "either", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE,
        files={"nginx.conf": "pid @DIR@/pid; error_log @DIR@/e.log; events{ worker_connections 99999; } http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"})
healthy("redis-in-background", "either", "redis-server --port @PORT@ --daemonize yes --dir @DIR@ --pidfile @DIR@/pid",
        needs=("redis-server",), **FREE)
healthy("node-http", "running", "node -e 'require(\"http\").createServer(()=>{}).listen(@PORT@, \"127.0.0.1\")'",
        needs=("node",), **FREE)
healthy("memcached", "running", "memcached -u nobody -l 127.0.0.1 -p @PORT@", needs=("memcached", "root"), **FREE)
healthy("sshd", "running",
        "/usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -f /dev/null",
        needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key")
healthy("cron", "running", "cron -f", needs=("cron", "root"), timeout=3)
healthy("lighttpd", "running", "lighttpd -D -f @DIR@/l.conf", needs=("lighttpd",), **FREE,
        files={"l.conf": "server.document-root=\"@DIR@\"\nserver.port=@PORT@\nserver.bind=\"127.0.0.1\"\n"})
healthy("apache", "running", "apache2 -X -f @DIR@/a.conf", needs=("apache2", "root"), **FREE,
        files={"a.conf": "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog @DIR@/e.log\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nListen 127.0.0.1:@PORT@\n"})
healthy("haproxy-backend-down", "running", "haproxy -db -f @DIR@/h.cfg", needs=("haproxy",), timeout=4, **FREE,
        files={"h.cfg": "defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n mode http\nfrontend f\n bind 127.0.0.1:@PORT@\n default_backend b\nbackend b\n server s 127.0.0.1:1 check\n"})
healthy("mosquitto", "running", "mosquitto -p @PORT@", needs=("mosquitto",), **FREE)
healthy("unbound", "running", "unbound -d -c @DIR@/u.conf", needs=("unbound", "root"), **FREE,
        files={"u.conf": "server:\n interface: 127.0.0.1@@PORT@\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n use-syslog: no\nremote-control:\n control-enable: no\n"})
healthy("dnsmasq", "running",
        "dnsmasq -k --port=@PORT@ --listen-address=127.0.0.1 --bind-interfaces --user=root --pid-file=",
        needs=("dnsmasq", "root"), **FREE)
healthy("named", "running", "named -g -c @DIR@/named.conf", needs=("named", "root"), **FREE,
        files={"named.conf": "options { directory \"@DIR@\"; listen-on port @PORT@ { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; };\ncontrols { };\n"})
healthy("caddy", "running", "caddy file-server --listen 127.0.0.1:@PORT@", needs=("caddy",), **FREE)
healthy("nats", "running", "nats-server -a 127.0.0.1 -p @PORT@", needs=("nats-server",), **FREE)
healthy("prometheus", "running",
        "prometheus --config.file=p.yml --storage.tsdb.path=@DIR@/data --web.listen-address=127.0.0.1:@PORT@",
        needs=("prometheus",), **FREE, files={"p.yml": "global: {}\n"})
healthy("etcd", "running",
        "etcd --data-dir @DIR@/e --listen-client-urls http://127.0.0.1:@PORT@ --advertise-client-urls http://127.0.0.1:@PORT@ --listen-peer-urls http://127.0.0.1:@PORT2@",
        needs=("etcd",), holds={"PORT": "free", "PORT2": "free"})
healthy("gunicorn", "running", "gunicorn --bind 127.0.0.1:@PORT@ app:app", needs=("gunicorn",), **FREE,
        files={"app.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n"})
healthy("flask", "running", "flask --app app run -p @PORT@", needs=("flask",), **FREE,
        files={"app.py": "import flask\napp = flask.Flask('a')\n"})
healthy("php-fpm", "running", "php-fpm8.2 -F -y @DIR@/fpm.conf", needs=("php-fpm8.2", "root"), **FREE,
        files={"fpm.conf": "[global]\nerror_log=/dev/stderr\n[www]\nuser=www-data\nlisten=127.0.0.1:@PORT@\npm=static\npm.max_children=1\n"})
healthy("php-builtin", "running", "php -S 127.0.0.1:@PORT@", needs=("php",), **FREE)
healthy("uwsgi", "running", "uwsgi --plugin python3 --http-socket 127.0.0.1:@PORT@ -w app", needs=("uwsgi", "root"),
        **FREE, files={"app.py": "def application(environ, start):\n    start('200 OK', [])\n    return [b'']\n"})
healthy("beanstalkd", "running", "beanstalkd -l 127.0.0.1 -p @PORT@", needs=("beanstalkd",), **FREE)
healthy("squid", "running", "squid -N -d1 -f @DIR@/s.conf", needs=("squid", "root"), **FREE, timeout=20,
        files={"s.conf": "http_port 127.0.0.1:@PORT@\npid_filename none\naccess_log none\ncache_log /dev/stderr\ncache deny all\nvisible_hostname x\n"})
healthy("stunnel", "running", "stunnel4 @DIR@/st.conf", needs=("stunnel4",), **FREE,
        setup="openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out c.pem 2>/dev/null; cat k.pem c.pem >s.pem; chmod 600 s.pem",
        files={"st.conf": "foreground=yes\npid=\n[a]\naccept=127.0.0.1:@PORT@\nconnect=127.0.0.1:1\ncert=@DIR@/s.pem\n"})
healthy("rsyslog", "running", "rsyslogd -n -i @DIR@/pid -f @DIR@/r.conf", needs=("rsyslogd", "root"), timeout=3,
        files={"r.conf": "module(load=\"imuxsock\" SysSock.Name=\"@DIR@/log\")\n*.* @DIR@/all.log\n"})
healthy("tinyproxy", "running", "tinyproxy -d -c @DIR@/t.conf", needs=("tinyproxy",), **FREE,
        files={"t.conf": "Port @PORT@\nListen 127.0.0.1\nTimeout 600\n"})
healthy("supervisor-with-a-child", "running", "/usr/bin/supervisord -n -c @DIR@/s.conf", needs=("supervisord",),
        timeout=4,
        files={"s.conf": "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n[program:a]\ncommand=/bin/sleep 1000\n"})
healthy("postgres", "running", PG + "postgres -D @DIR@/pgdata -k @DIR@ -p @PORT@", user="postgres",
        needs=(PG + "postgres",), **FREE,
        setup="chmod 777 .; install -d -o postgres -m 700 pgdata; " + AS_POSTGRES + PG + "initdb -N -A trust -D pgdata >&2")
healthy("mariadb", "running",
        "mariadbd --no-defaults --datadir=@DIR@/data --socket=@DIR@/s --port=@PORT@ --bind-address=127.0.0.1",
        user="mysql", needs=("mariadbd",), **FREE, timeout=40,
        setup="chmod 777 .; mariadb-install-db --no-defaults --datadir=@DIR@/data --user=mysql --skip-test-db >&2")
healthy("psql-query", "exited", "psql -h 127.0.0.1 -p @PORT@ -U postgres -c 'select 1'",
        needs=(PG + "postgres", "root"), **FREE,
        setup="chmod 777 .; install -d -o postgres -m 700 pgdata; " + AS_POSTGRES + PG + "initdb -N -A trust -D pgdata >&2",
        helpers=((f"exec {AS_POSTGRES} {PG}postgres -D pgdata -k @DIR@ -p @PORT@", "port:@PORT@"),))

# slow, or in a roundabout way
healthy("slow-server", "running", PY + "app.py", **FREE,
        files={"app.py": "import http.server, time\ntime.sleep(3)\nhttp.server.HTTPServer(('127.0.0.1', @PORT@), http.server.SimpleHTTPRequestHandler).serve_forever()\n"},
        options="--expect listen:@PORT@")
healthy("slow-to-end", "exited", "bash -c 'sleep 4; echo done'")
healthy("retries-until-it-is-there", "running", "bash start.sh", holds={"PORT": "free", "BACK": "free"}, timeout=15,
        files={"start.sh": "(sleep 2; exec python3 -m http.server --bind 127.0.0.1 @BACK@) & \nuntil (echo >/dev/tcp/127.0.0.1/@BACK@) 2>/dev/null; do echo waiting for it; sleep 0.3; done\nexec /usr/bin/python3 -m http.server --bind 127.0.0.1 @PORT@\n"},
        options="--expect listen:@PORT@")
healthy("next-port", "running", "node app.js", needs=("node",), holds={"PORT": "listening", "NEXT": "free"},
        files={"app.js": "const s = require('http').createServer(()=>{});\ns.on('error', e => { console.error(e.message + ', taking the next'); s.listen(@NEXT@, '127.0.0.1'); });\ns.listen(@PORT@, '127.0.0.1');\n"})
healthy("child-crashes-and-is-replaced", "running",
        "bash -c './fast || exec /usr/bin/python3 -m http.server --bind 127.0.0.1 @PORT@'", **FREE,
        c={"fast": "int main(){*(volatile int*)0=1;}"}, fast=True)
healthy("double-fork", "either", "./daemon",
        c={"daemon": '#include <unistd.h>\n#include <stdlib.h>\nint main(){if(fork())_exit(0);setsid();if(fork())_exit(0);chdir("/");sleep(100);}'},
        timeout=4, fast=True)
healthy("stderr-closed", "exited", "bash -c 'exec 2>&-; ls /nosuch; exit 0'")
healthy("locale-missing", "exited", "perl -e 'print 1'", env={"LC_ALL": "xx_YY.UTF-8"})
healthy("threads", "exited",
        PY + "-c 'import threading\nt=[threading.Thread(target=print) for _ in range(50)]\n[x.start() for x in t]; [x.join() for x in t]'")
healthy("killed-helper", "exited", "bash -c 'sleep 100 & p=$!; kill $p; wait $p; exit 0'")
healthy("signal-handled", "exited",
        PY + "-c 'import os, signal\nsignal.signal(15, lambda *a: os._exit(0))\nos.kill(os.getpid(), 15)'")
healthy("temporary-server", "exited", "bash job.sh", needs=("redis-server", "redis-cli"), **FREE,
        files={"job.sh": "redis-server --port @PORT@ --save '' >/dev/null & \nuntil redis-cli -p @PORT@ ping 2>/dev/null | grep -q PONG; do sleep 0.1; done\nredis-cli -p @PORT@ set a 1\nkill %1; wait\n"})
healthy("low-limit-adapts", "running", "redis-server --port @PORT@ --dir @DIR@", needs=("redis-server",),
        limits={"nofile": "256"}, **FREE)
healthy("interactive-prompt-answered", "exited", "bash -c 'read -t 1 x; echo ok'", stdin="null")
healthy("busy-for-a-while", "exited", PY + "-c 'sum(range(30000000))'")
