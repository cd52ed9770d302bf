"""Classes that servers meet less often: sandboxes, limits of the kernel, libraries of plugins, up but not as wanted."""

from case import case, healthy
from sandbox import LISTEN, SANDBOX, SOCKET

FREE = {"holds": {"PORT": "free"}}
TWO = {"holds": {"PORT": "free", "OTHER": "free"}}
NO_INOTIFY = "unshare -U -r bash -c 'echo 0 >/proc/sys/user/max_inotify_instances; exec \"$@\"' --"
PSGI = {"app.psgi": "sub { [200, [], ['']] };\n"}
RACK = {"config.ru": "run ->(env) { [200, {}, ['']] }\n"}

# limits
case("recursor-threads", "limit.processes", "limit:^RLIMIT_NPROC$", "pdns_recursor --config-dir=@DIR@ --socket-dir=@DIR@ --daemon=no --local-address=127.0.0.1 --local-port=@PORT@", needs=("pdns_recursor", "root"), **FREE, user="nobody", setup="chmod 777 .", limits={"nproc": "1"}, shows="EAGAIN")
case("puma-threads", "limit.processes", "limit:^RLIMIT_NPROC$", "puma -w 2 -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma", "root"), **FREE, files=RACK, user="nobody", limits={"nproc": "1"}, shows="EAGAIN", timeout=9)
case("rsync-file-size", "limit.file-size", "path|limit:(/copy/big|RLIMIT_FSIZE)", "rsync -a big copy/", needs=("rsync", "root"), setup="head -c 300000 /dev/zero >big", limits={"fsize": "100000"}, shows="EFBIG", misleads="its last words: error in file IO (code 11)")
case("dnsmasq-inotify", "limit.inotify", "limit:max_(user|inotify)_instances", "dnsmasq -k --port=@PORT@ --listen-address=127.0.0.1 --bind-interfaces --user=root --pid-file=", needs=("dnsmasq", "root"), **FREE, through=NO_INOTIFY, shows="inotify.*EMFILE", misleads="its words: failed to create inotify: too many open files")
case("radicale-open-files", "limit.open-files", "limit:^RLIMIT_NOFILE$", "radicale --server-hosts 127.0.0.1:@PORT@ --storage-filesystem-folder @DIR@/c --auth-type none", needs=("radicale",), **FREE, limits={"nofile": "6"}, shows="EMFILE")
case("openvpn-mlock", "limit.locked-memory", "limit|capability:(RLIMIT_MEMLOCK|CAP_IPC_LOCK)", "openvpn --config office.conf", needs=("openvpn", "root"), **FREE, user="nobody", limits={"memlock": "65536"}, setup="openvpn --genkey secret static.key >&2; chmod 644 static.key",
     files={"office.conf": "dev null\nsecret static.key\nlocal 127.0.0.1\nlport @PORT@\ncipher AES-256-CBC\nmlock\n"}, shows="[Mm]lock", timeout=4)
healthy("memcached-cannot-lock", "running", "memcached -k -l 127.0.0.1 -p @PORT@", needs=("memcached", "root"), **FREE, user="nobody", limits={"memlock": "65536"})

# sandboxes
case("svnserve-without-sockets", "address.family-unsupported", ":", f"./sandbox 97 {SOCKET} svnserve -d --foreground --listen-host 127.0.0.1 --listen-port @PORT@ -r @DIR@", needs=("svnserve",), **FREE, c={"sandbox": SANDBOX}, shows="EAFNOSUPPORT",
     also=[("security.seccomp", ":", "a filter is what answers so")])
case("gearmand-may-not-listen", "security.seccomp", ":", f"./sandbox 0 {LISTEN} gearmand -L 127.0.0.1 -p @PORT@ -l stderr", needs=("gearmand",), **FREE, c={"sandbox": SANDBOX}, shows="SIGSYS")
case("puma-may-not-listen", "security.seccomp", ":", f"nice ./sandbox 1 {LISTEN} puma -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma",), **FREE, files=RACK, c={"sandbox": SANDBOX}, shows="listen.*EPERM",
     also=[("security.capability", ":", "the errno is the same as that of a missing capability")])
case("runit-service-on-noexec", "exec.noexec-mount", "path:(/web|^\\.|)/run$|/sv$", "runsv sv/web", needs=("runsv", "root"), timeout=4, setup="mkdir sv; mount -t tmpfs tmpfs sv; mkdir sv/web; printf '#!/bin/sh\\nexec sleep 99\\n' >sv/web/run; chmod 755 sv/web/run; mount -o remount,noexec sv", shows="run.*EACCES", misleads="its words: access denied; the mode is well")
healthy("git-hook-on-noexec-is-only-mentioned", "exited", "git -C repo push -q @DIR@/srv/to HEAD:main", needs=("git", "root"), setup="git init -q repo; git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x; mkdir srv; mount -t tmpfs tmpfs srv; git init -q --bare srv/to; printf '#!/bin/sh\\nexit 0\\n' >srv/to/hooks/update; chmod 755 srv/to/hooks/update; mount -o remount,noexec srv")
case("tini-folder", "exec.is-a-directory", "path:/app$", "tini -s -- @DIR@/app", needs=("tini",), setup="mkdir app; touch app/server", shows="app.*EACCES", misleads="its words: Permission denied")
case("tmux-of-somebody-else", "connect.permission", "path:/team$", "tmux -S @DIR@/team list-sessions", needs=("tmux", "root"), user="nobody", helpers=(("TERM=xterm tmux -S team new-session -d 'sleep 60'; echo started; exec sleep 60", "line"),), shows="EACCES|Permission denied")

# parts
case("collectd-plugin-library", "library.missing", r"library:^libqpid-proton\.so\.11$", "collectd -f -C @DIR@/c.conf", needs=("collectd", "root"), files={"c.conf": "BaseDir \"@DIR@\"\nPIDFile \"@DIR@/pid\"\nTypesDB \"/usr/share/collectd/types.db\"\nLoadPlugin amqp1\n"}, shows="libqpid-proton", timeout=5,
     misleads="the plugin is there: its library is what is missing")
case("hg-extension", "module.missing", "module|text|path:shopflowx", "hg --config extensions.shopflowx= -R repo shopflow", needs=("hg",), setup="hg init repo", shows="shopflowx", misleads="its last words: unknown command", also=[("config.usage", ":", "its last words: unknown command")])
case("freeradius-module", "module.missing", "module|library|path|text:rlm_sqlx", "freeradius -X -d @DIR@/raddb", needs=("freeradius", "root"), files={"raddb/radiusd.conf": "prefix = /usr\nlibdir = /usr/lib/freeradius\nrun_dir = @DIR@\nlogdir = @DIR@\nmodules {\n  sqlx {\n  }\n}\n"}, shows="rlm_sqlx",
     also=[("library.missing", ":rlm_sqlx", "the module is a library"), ("file.missing", "path:rlm_sqlx", "the module is a file")])
case("apache-module-symbol", "library.symbol-missing", "symbol:^shop_module$", "apache2 -X -f @DIR@/a.conf", needs=("apache2", "root"), **FREE, c={"mod_shop.so": "int shop_modul;"}, shows="shop_module",
     files={"a.conf": "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule shop_module @DIR@/mod_shop.so\nListen 127.0.0.1:@PORT@\n"},
     misleads="it speaks of an API module structure", also=[("config.invalid", "path|text:(a.conf|shop_module)", "Apache calls it a syntax error in its file")])
case("lighttpd-module-of-other-cpu", "library.wrong-arch", "library|path:mod_shop.so$", "lighttpd -D -f @DIR@/l.conf -m @DIR@/mods", needs=("lighttpd",), **FREE, setup="mkdir mods; head -c 20000 /usr/lib/lighttpd/mod_accesslog.so >mods/mod_shop.so; printf '\\267' | dd of=mods/mod_shop.so bs=1 seek=18 conv=notrunc 2>/dev/null",
     files={"l.conf": "server.modules = ( \"mod_shop\" )\nserver.document-root=\"@DIR@\"\nserver.port=@PORT@\nserver.bind=\"127.0.0.1\"\n"}, shows="mod_shop.so", misleads="its words: No such file; it is there", also=[("library.unreadable", "library|path:mod_shop.so$", "the file is no library for this machine")])
case("nginx-module-of-other-version", "module.incompatible", "module|path|text:(mod_shop|/nginx.conf)", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE, shows="not binary compatible|version",
     c={"mod_shop.so": "#include <stdint.h>\ntypedef struct { uintptr_t a, b; char *name; uintptr_t s0, s1, version; const char *sig; void *rest[16]; } M;\nM shop_module = { -1, -1, 0, 0, 0, 1018000, \"8,4,8,0011111111010111001111111111111111\" };\nM *ngx_modules[] = { &shop_module, 0 };\nchar *ngx_module_names[] = { \"shop_module\", 0 };\n"},
     files={"nginx.conf": "load_module @DIR@/mod_shop.so;\ndaemon off; pid @DIR@/pid; error_log stderr; events{} http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"}, misleads="the file is well as a library",
     also=[("config.invalid", "path|text:(nginx.conf|mod_shop)", "nginx calls it an error in its file")])

# up, but not as wanted
case("tor-never-listens", "ready.timeout", ":", "tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor",), **FREE, files={"torrc": "SocksPort 0\nDataDirectory @DIR@/data\nDisableNetwork 1\n"}, options="--expect listen:@PORT@", timeout=5)
case("svnserve-goes-to-background", "ready.exited-early", ":", "svnserve -d --listen-host 127.0.0.1 --listen-port @PORT@ -r @DIR@", needs=("svnserve",), **FREE, options="--expect notify", timeout=5, also=[("ready.timeout", ":", "it never says that it is ready, and its first process is gone")])
case("pgbouncer-listens-elsewhere", "ready.wrong-address", "port|address|text:(@PORT@|@OTHER@)", "pgbouncer @DIR@/p.ini", needs=("pgbouncer", "root"), user="nobody", **TWO, options="--expect listen:@OTHER@", timeout=5, files={"p.ini": "[databases]\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = @PORT@\nauth_type = any\nunix_socket_dir =\n"})
case("starman-listens-elsewhere", "ready.wrong-address", "port|address|text:(@PORT@|@OTHER@)", "starman --listen 127.0.0.1:@PORT@ --workers 1 app.psgi", needs=("starman",), **TWO, files=PSGI, options="--expect listen:@OTHER@", timeout=6)
case("rsync-daemon-pid-file-elsewhere", "ready.timeout", "path|text:/run/rsyncd.pid$", "rsync --daemon --no-detach --config=@DIR@/rsyncd.conf", needs=("rsync", "root"), **FREE, options="--expect file:/run/rsyncd.pid", timeout=5, files={"rsyncd.conf": "log file = @DIR@/rsyncd.log\npid file = @DIR@/rsyncd.pid\nport = @PORT@\naddress = 127.0.0.1\n"})
case("dbus-never-notifies", "ready.timeout", ":", "dbus-daemon --config-file=@DIR@/bus.conf --nofork --nopidfile", needs=("dbus-daemon",), options="--expect notify", timeout=4,
     files={"bus.conf": "<busconfig><type>session</type><listen>unix:path=@DIR@/bus</listen><policy context=\"default\"><allow send_destination=\"*\"/><allow own=\"*\"/></policy></busconfig>\n"})
healthy("gunicorn-on-its-socket", "running", "gunicorn --bind unix:@DIR@/web.sock app:app", needs=("gunicorn",), options="--expect listen:@DIR@/web.sock", timeout=8, files={"app.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n"})
healthy("redis-pid-file-as-expected", "either", "redis-server --port @PORT@ --dir @DIR@ --daemonize yes --pidfile @DIR@/r.pid", needs=("redis-server",), **FREE, options="--expect file:@DIR@/r.pid", timeout=6)
case("redis-that-does-not-notify", "ready.timeout", ":", "redis-server --port @PORT@ --dir @DIR@", needs=("redis-server",), **FREE, options="--expect notify", timeout=4, misleads="it is up, and ready to accept connections")
