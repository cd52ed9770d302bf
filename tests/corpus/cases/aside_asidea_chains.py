"""What fails is called by what was called by what one sees: wrappers, hooks, supervisors, earlier steps."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
SUPERVISOR = "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n"

case("runuser-nice-env-tor", "file.permission", "path:/torrc$", "runuser -u nobody -- nice -n 5 env TZ=UTC tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor", "root"),
     files={"torrc": ("SocksPort 0\nDataDirectory /tmp/tor\n", 0o600)}, shows="torrc.*EACCES")
case("su-shell-of-service-user", "app.error", "text|path|user:(not available|nologin)", "su nats -c 'exec redis-server --port @PORT@'", needs=("root", "redis-server"), **FREE, setup="sed -i 's,^\\(nats:.*:\\)[^:]*$,\\1/usr/sbin/nologin,' /etc/passwd; grep -q ^nats: /etc/passwd || echo nats:x:7011:65534::/:/usr/sbin/nologin >>/etc/passwd",
     shows="not available", misleads="the account is well: its shell says no, by design",
     also=[("config.invalid", ":(nats|nologin)", "the account's shell is what says no"), ("user.unknown", "user:nats", "an account that cannot be used")])
case("make-docker-like", "exec.not-found", "path|text:docker-composex$", "make up", needs=("make",), files={"Makefile": "up: env\n\tdocker-composex up -d\nenv:\n\t@test -f .env || echo 'no .env, taking the defaults'\n"}, shows="docker-composex", misleads="a missing file is only mentioned")
case("git-push-hook", "exec.not-found", "path|text:eslintx$", "git -C repo push -q @DIR@/to HEAD:main", needs=("git",), setup="git init -q --bare to; git init -q repo; git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x; printf '#!/bin/sh\\nset -e\\neslintx --max-warnings 0 src\\n' >repo/.git/hooks/pre-push; chmod 755 repo/.git/hooks/pre-push",
     shows="eslintx", misleads="its last words: failed to push some refs")
case("git-server-hook", "file.permission", "path:/deploy$|/deploy/", "git -C repo push -q @DIR@/to HEAD:main", needs=("git", "root"), user="nobody",
     setup="git init -q --bare to; mkdir deploy; git init -q repo; git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x; printf '#!/bin/sh\\nwhile read old new ref; do echo $new >@DIR@/deploy/head || exit 1; done\\n' >to/hooks/pre-receive; chmod 755 to/hooks/pre-receive; chown -R nobody to repo",
     shows="deploy.*EACCES", misleads="its last words: pre-receive hook declined")
case("logrotate-postrotate", "file.missing", "path:^/run/shopx.pid$", "logrotate -f -s @DIR@/state @DIR@/shop.rotate", needs=("logrotate", "root"), setup="mkdir -m 755 logs; echo x >logs/shop.log",
     files={"shop.rotate": "@DIR@/logs/*.log {\n  rotate 2\n  su root root\n  postrotate\n    kill -USR1 $(cat /run/shopx.pid)\n  endscript\n}\n"}, shows="/run/shopx.pid", misleads="its last words: error running non-shared postrotate script",
     also=[("file.stale-lock", "path:^/run/shopx.pid$", "the server is gone, and its file with it")])
case("supervisor-celery", "connect.refused", "port|address:127.0.0.1:@PORT@", "/usr/bin/supervisord -n -c @DIR@/s.conf", needs=("supervisord", "/usr/lib/python3/dist-packages/celery"), **FREE, timeout=9,
     files={"s.conf": SUPERVISOR + "[program:worker]\ncommand=/usr/bin/python3 -m celery -A tasks worker -P solo\ndirectory=@DIR@\nstdout_logfile=@DIR@/worker.log\nredirect_stderr=true\n", "tasks.py": "import celery\napp = celery.Celery('tasks', broker='amqp://guest:guest@127.0.0.1:@PORT@//')\n"},
     shows="ECONNREFUSED|EINPROGRESS", misleads="the supervisor says that it is RUNNING; the words are in its log")
case("s6-service-variable", "config.env-missing", "env:^SHOP_DSN$", "s6-svscan scan", needs=("s6-svscan",), timeout=4, files={"scan/web/run": ("#!/bin/sh\nexec 2>&1\n: ${SHOP_DSN:?not set}\nexec sleep 99\n", 0o755)}, shows="SHOP_DSN", misleads="it tries again every second")
case("runit-log-service", "file.missing", "path:^/var/log/shopx(/web)?$", "runsv web", needs=("runsv",), timeout=4, files={"web/run": ("#!/bin/sh\nexec sleep 99\n", 0o755), "web/log/run": ("#!/bin/sh\nexec svlogd -tt /var/log/shopx/web\n", 0o755)}, shows="/var/log/shopx/web",
     misleads="the service is up: its logger is not")
case("runit-crashing-service", "crash.segfault", "signal:^SIGSEGV$", "runsv web", needs=("runsv",), timeout=4, files={"web/run": ("#!/bin/sh\nexec ./server\n", 0o755)}, c={"server": "int main(){*(volatile int*)0=1;}"}, setup="mv server web/", shows="SIGSEGV", misleads="the supervisor stays up and says nothing")
case("spawn-fcgi-application", "module.missing", "module:^flupx$", "spawn-fcgi -n -a 127.0.0.1 -p @PORT@ -- @DIR@/app.py", needs=("spawn-fcgi",), **FREE, files={"app.py": ("#!/usr/bin/python3 -B\nfrom flupx.server.fcgi import WSGIServer\n", 0o755)}, shows="flupx")
case("xvfb-run-tests", "module.missing", "module:^seleniumx$", "xvfb-run -n 83 /usr/bin/python3 -B tests.py", needs=("xvfb-run", "root"), files={"tests.py": "import seleniumx\n"}, shows="seleniumx")
case("dbus-run-session-without-display", "config.env-missing", "env:^DISPLAY$", "dbus-run-session -- sh -c 'echo x | xclip -i'", needs=("dbus-daemon", "xclip"), shows="Can't open display", misleads="the bus fails to raise a limit, which does not matter")
case("tini-entrypoint-chown", "security.capability", "capability|path:(CAP_CHOWN|/data)", "tini -s -- sh entrypoint.sh", needs=("tini", "root"), user="nobody", setup="mkdir data; chown root data", files={"entrypoint.sh": "set -e\nchown -R 1000 data\nexec sleep 99\n"}, shows="EPERM",
     also=[("file.permission", "path:/data$", "the folder that is not its own")])
case("autossh-proxy", "exec.not-found", "path|text:cloudflaredx$", "autossh -M 0 -N -F @DIR@/config -o BatchMode=yes bastion", needs=("autossh", "ssh"), timeout=6, files={"config": "Host bastion\n HostName 127.0.0.1\n ProxyCommand cloudflaredx access ssh --hostname %h\n"}, env={"AUTOSSH_GATETIME": "0"}, shows="cloudflaredx",
     misleads="it tries again; its last words: Connection closed by UNKNOWN")
case("sshfs-without-ssh-key", "file.permission", "path:/id_backup$", "sshfs -o BatchMode=yes,StrictHostKeyChecking=no,IdentityFile=@DIR@/id_backup -p @PORT@ root@127.0.0.1:/srv @DIR@/mnt", needs=("sshfs", "sshd", "root"), **FREE,
     setup="mkdir -p /run/sshd mnt; ssh-keygen -q -t ed25519 -N '' -f key; ssh-keygen -q -t ed25519 -N '' -f id_backup; cp id_backup.pub keys; chmod 644 id_backup",
     helpers=(("exec /usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -o StrictModes=no -o AuthorizedKeysFile=@DIR@/keys -f /dev/null", "port:@PORT@"),),
     shows="UNPROTECTED PRIVATE KEY|too open", misleads="its last words: read: Connection reset by peer", also=[("connect.auth", ":", "the server turns it away, for it shows no key")])
case("rsync-remote-shell", "exec.not-found", "path|text:sshx$", "rsync -a -e 'sshx -p 22' /etc/hostname backup:/daily/", needs=("rsync",), shows="sshx", misleads="its last words: error in IPC code (code 14)")
case("borg-in-backup-script", "file.missing", "path:/mnt/backupx(/borg)?$", "timeout 60 bash backup.sh", needs=("borg",), env={"BORG_BASE_DIR": "@DIR@"},
     files={"backup.sh": "mount /mnt/backupx 2>/dev/null\nset -e\nexport BORG_REPO=/mnt/backupx/borg BORG_PASSPHRASE=x\necho 'Starting backup' >&2\nborg create ::{now} /etc/hostname\necho done\n"}, shows="backupx", misleads="the mount that failed first says nothing")
case("cron-job-path", "exec.not-found", "path|text:shop-reportx$", "env -i SHELL=/bin/sh PATH=/usr/bin:/bin HOME=@DIR@ /bin/sh -c 'cd @DIR@ && ./nightly.sh >nightly.log 2>&1'", files={"nightly.sh": ("#!/bin/sh\nset -e\nmkdir -p tmp\nshop-reportx --yesterday >tmp/report\n", 0o755), "bin/shop-reportx": ("#!/bin/sh\n", 0o755)}, shows="shop-reportx", misleads="its words are in its log only")
case("find-exec", "file.permission", "path:/spool/locked", "find spool -name '*.job' -exec sh -c 'cat \"$1\" >/dev/null || exit 1' _ {} \\;", user="nobody", needs=("root",), setup="mkdir -p spool/locked; echo a >spool/a.job; chmod 700 spool/locked; echo b >spool/locked/b.job", shows="spool/locked.*Permission denied")
case("parallel-make-one-fails", "dns.failure", "host:^artifacts.shop.internal$", "make -j2 all", needs=("make", "curl", "root"), files={"Makefile": "all: code data\ncode:\n\t@sleep 0.2; echo code is built\ndata:\n\t@curl -sf -o data.bin https://artifacts.shop.internal/data.bin\n"}, shows="artifacts.shop.internal", misleads="curl is silent: make only says Error 6")
case("flock-wrapper", "file.locked", "path:/nightly.lock$", "flock -n nightly.lock ionice -c3 sh -c 'echo running'", locks=("nightly.lock",), shows="EAGAIN", misleads="it says nothing at all")
case("setpriv-starman", "file.permission", "path:/app.psgi$", "setpriv --reuid nobody --clear-groups starman --listen 127.0.0.1:@PORT@ --workers 1 @DIR@/app.psgi", needs=("starman", "root"), **FREE, timeout=6, files={"app.psgi": ("sub { [200, [], ['']] };\n", 0o600)}, shows="app.psgi.*EACCES|Permission denied", misleads="it tries again for ever")
case("npm-start-through-sh", "port.in-use", "port:127.0.0.1:@PORT@", "npm start --silent", needs=("npm", "node"), **TAKEN, timeout=9, files={"package.json": "{\"name\": \"shop\", \"version\": \"1.0.0\", \"scripts\": {\"prestart\": \"node -e 0\", \"start\": \"sh -c 'node server.js 2>server.log'\"}}\n", "server.js": "require('http').createServer().listen(@PORT@, '127.0.0.1');\n"},
     shows="EADDRINUSE", misleads="its words are in a log; npm is silent")
case("stdbuf-chain", "connect.socket-missing", "path:/agent.sock$", "stdbuf -oL timeout 20 ionice -c2 curl -sS --unix-socket @DIR@/agent.sock http://agent/metrics", needs=("curl",), shows="agent.sock.*ENOENT")
case("upgrade-script-old-step", "disk.full", "path:/full", "bash upgrade.sh", needs=("root", "sqlite3"), setup="mkdir full; mount -t tmpfs -o size=64k tmpfs full", shows="ENOSPC", timeout=6,
     files={"dump.sql": "create table a(b);\n" + "insert into a values(hex(randomblob(2000)));\n" * 40, "upgrade.sh": "sqlite3 full/shop.db <dump.sql 2>>upgrade.log\necho 'database restored'\nsqlite3 full/shop.db 'select count(*) from orders' || { echo 'schema check failed, see upgrade.log' >&2; exit 1; }\n"},
     misleads="its last words speak of a table that is not there", also=[("app.error", ":(no such table|orders)", "the step that stops")])
case("entrypoint-waits-for-database", "dns.failure", "host:^db$", "sh entrypoint.sh", needs=("root",), timeout=9, files={"entrypoint.sh": "i=0\nuntil python3 -c 'import socket; socket.create_connection((\"db\", 5432), 1)' 2>/dev/null; do\n  i=$((i+1)); [ $i -gt 5 ] && { echo 'Database is unavailable - giving up' >&2; exit 1; }\n  echo 'Postgres is unavailable - sleeping'; sleep 0.3\ndone\nexec sleep 99\n"},
     shows="unavailable", misleads="it speaks of a data base: the name is what does not exist")
case("copy-step-german", "file.permission", "path:/rechnung.pdf$", "bash -c 'cp rechnung.pdf /tmp/out.pdf || { echo Abbruch >&2; exit 3; }'", user="nobody", needs=("root",), env={"LANGUAGE": "de"}, files={"rechnung.pdf": ("x", 0o600)}, shows="Keine Berechtigung", misleads="its last word is only: Abbruch")
case("killed-by-memory-watch", "killed.signal", "signal:^SIGKILL$", "sh -c './indexer & p=$!; sleep 1; kill -9 $p; wait $p'", c={"indexer": "#include <unistd.h>\nint main(){for(;;)sleep(9);}"}, shows="SIGKILL", misleads="the status is 137: nobody ran out of memory")
case("hang-startup-step", "hang.child", ":", "sh start.sh", timeout=4, files={"start.sh": "./migrate\nexec redis-server --port @PORT@\n"}, **FREE, c={"migrate": "#include <unistd.h>\n#include <sys/wait.h>\nint main(){if(!fork()){for(;;)pause();}wait(0);}"}, shows="pause", also=[("ok.running", ":", "a tree that waits is what many servers look like"), ("hang.deadlock", ":", "a child that nobody will wake")])
