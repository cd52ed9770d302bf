"""Files and folders that are not what the program needs them to be."""

from case import case

NGINX = "daemon off; pid @DIR@/pid; error_log {log}; events {{}} http {{ access_log off; {http} server {{ listen 127.0.0.1:@PORT@; {server} }} }}\n"


def nginx(http="", server="", log="stderr"):
    return {"nginx.conf": NGINX.format(http=http, server=server, log=log)}


FREE = {"holds": {"PORT": "free"}}
NOBODY = {"user": "nobody"}
PY = "/usr/bin/python3 -B "

# missing
case("log-folder-python", "file.missing", "path:^/var/log/shopd(/app.log)?$", PY + "app.py", fast=True,
     needs=("root",), files={"app.py": "import logging\nlogging.FileHandler('/var/log/shopd/app.log')\n"},
     shows="ENOENT.*|/var/log/shopd", misleads="the traceback printer fails TCGETS afterwards")
case("log-folder-nginx", "file.missing", "path:/nolog(/e.log)?$", "nginx -c @DIR@/nginx.conf",
     needs=("nginx", "root"), **FREE, files=nginx(log="@DIR@/nolog/e.log"), shows="nolog.*ENOENT", fast=True)
case("log-folder-apache", "file.missing", "path:/nolog(/err.log|/)?$", "apache2 -X -f @DIR@/a.conf",
     needs=("apache2", "root"), **FREE, shows="nolog.*ENOENT",
     files={"a.conf": "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog @DIR@/nolog/err.log\n" "LoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nListen 127.0.0.1:@PORT@\n"})
case("log-folder-supervisor", "file.missing", "path:/nolog(/s.log)?$", "/usr/bin/supervisord -n -c @DIR@/s.conf",
     needs=("supervisord",), files={"s.conf": "[supervisord]\nlogfile=@DIR@/nolog/s.log\npidfile=@DIR@/pid\n"},
     shows="nolog",
     also=[("config.invalid", "path|text:(s.conf|nolog)", "supervisord calls it a bad value in its file")])
case("log-folder-java", "file.missing", r"path:^/var/log/orders(/gc.log)?$",
     "java -Xlog:gc:file=/var/log/orders/gc.log -version", needs=("java", "root"), shows="/var/log/orders.*ENOENT")
case("log-folder-redis", "file.missing", r"path:/nolog(/redis.log)?$",
     "redis-server --port @PORT@ --logfile @DIR@/nolog/redis.log", needs=("redis-server",), **FREE,
     shows="nolog.*ENOENT")
case("log-folder-silent-wrapper", "file.missing", r"path:/nolog(/out.log)?$", "sh start.sh",
     files={"start.sh": "exec >@DIR@/nolog/out.log 2>&1\nexec sleep 100\n"}, shows="nolog.*ENOENT")
case("working-folder", "file.missing", "path:^/opt/shopx$", "bash start.sh",
     files={"start.sh": "set -e\ncd /opt/shopx\nexec ./run\n"}, shows="/opt/shopx.*ENOENT")
case("sourced-file", "file.missing", "path:/env.sh$", "sh start.sh", files={"start.sh": ". ./env.sh\nexec sleep 1\n"},
     shows="env.sh")
case("config-node", "file.missing", "path:^/etc/myapp/config.json$",
     "node -e 'require(\"fs\").readFileSync(\"/etc/myapp/config.json\")'", needs=("node",),
     shows="config.json.*ENOENT")
case("config-ruby", "file.missing", "path:^/etc/myapp(/database.yml)?$",
     "ruby -e 'require \"yaml\"; YAML.load_file(\"/etc/myapp/database.yml\")'", needs=("ruby",),
     shows="ENOENT.*|No such file.*database.yml")
case("config-perl", "file.missing", "path:^/etc/nosuch.conf$",
     "perl -e 'open(F, \"<\", \"/etc/nosuch.conf\") or die \"cannot open config: $!\\n\"'",
     shows="nosuch.conf.*ENOENT", misleads="the message does not name the file")
case("config-lua", "file.missing", "path:/settings.lua$", "lua5.4 main.lua", needs=("lua5.4",),
     files={"main.lua": "dofile('settings.lua')\n"}, shows="settings.lua.*ENOENT")
case("config-silent-c", "file.missing", "path:^/etc/gated/gated.conf$", "./gated",
     c={"gated": '#include <stdio.h>\nint main(){FILE*f=fopen("/etc/gated/gated.conf","r"); if(!f) return 3; return 0;}'},
     shows="gated.conf.*ENOENT", misleads="it says nothing at all")
case("state-folder-abort", "file.missing", "path:^/var/lib/ledger$", PY + "app.py",
     files={"app.py": "import os\nif not os.path.isdir('/var/lib/ledger'): os.abort()\n"},
     shows="/var/lib/ledger.*ENOENT", misleads="it ends with SIGABRT")
case("config-redis", "file.missing", "path:/redis.conf$", "redis-server @DIR@/redis.conf", needs=("redis-server",),
     shows="redis.conf.*ENOENT")
case("config-nginx", "file.missing", "path:/nginx.conf$", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"),
     shows="nginx.conf.*ENOENT")
case("config-mosquitto", "file.missing", "path:/mq.conf$", "mosquitto -c mq.conf", needs=("mosquitto",),
     shows="mq.conf.*ENOENT")
case("config-haproxy", "file.missing", "path:/ha.cfg$", "haproxy -f ha.cfg", needs=("haproxy",),
     shows="ha.cfg.*ENOENT")
case("config-prometheus", "file.missing", "path:/prometheus.yml$",
     "prometheus --config.file=prometheus.yml --storage.tsdb.path=@DIR@/data --web.listen-address=127.0.0.1:@PORT@",
     needs=("prometheus", "root"), **FREE, shows="prometheus.yml.*ENOENT", timeout=8)
case("config-nats", "file.missing", "path:/nats.conf$", "nats-server -c nats.conf", needs=("nats-server",),
     shows="nats.conf: no such file")
case("config-near-miss", "file.missing", "path:/conf/application.yml$", PY + "app.py",
     files={"app.py": "open('conf/application.yml')\n", "conf/application.yaml": "a: 1\n"},
     shows="application.yml.*ENOENT")
case("redis-folder", "file.missing", "path:/nodata$", "redis-server --port @PORT@ --dir @DIR@/nodata",
     needs=("redis-server",), **FREE, shows="nodata.*ENOENT",
     also=[("config.invalid", "path|text:nodata", "redis calls it an error in its configuration")])
case("sqlite-folder", "file.missing", "path:/db(/shop.sqlite)?$",
     PY + "-c 'import sqlite3; sqlite3.connect(\"db/shop.sqlite\").execute(\"select 1\")'",
     shows="db/shop.sqlite.*ENOENT", misleads="'unable to open database file'")
case("ssl-certificate-nginx", "file.missing", "path:/site.pem$", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"),
     **FREE, files=nginx(server="ssl_certificate @DIR@/site.pem; ssl_certificate_key @DIR@/site.key;"),
     shows="site.pem.*ENOENT")
case("host-key-sshd", "file.missing", "path:/nokey$", "/usr/sbin/sshd -D -e -f @DIR@/sshd_config",
     needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd",
     files={"sshd_config": "Port @PORT@\nListenAddress 127.0.0.1\nHostKey @DIR@/nokey\n"}, shows="nokey.*ENOENT",
     misleads="'no hostkeys available'")
case("separation-folder-sshd", "file.missing", "path:^/run/sshd$",
     "/usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1", needs=("sshd", "root"), **FREE,
     setup="rm -rf /run/sshd", shows="/run/sshd.*ENOENT")
case("data-folder-postgres", "file.missing", "path:/nodata$", "/usr/lib/postgresql/15/bin/postgres -D @DIR@/nodata",
     user="postgres", needs=("/usr/lib/postgresql/15/bin/postgres",), shows="nodata.*ENOENT")
case("data-folder-empty-postgres", "file.missing", "path:/pgdata",
     "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/postgres",), setup="install -d -o postgres -m 700 pgdata",
     shows="pgdata/postgresql.conf.*ENOENT",
     also=[("data.corrupt", "path:/pgdata", "an empty folder is no database")])
case("data-folder-mariadb", "file.missing", "path:/nodata",
     "mariadbd --no-defaults --datadir=@DIR@/nodata --socket=@DIR@/s --port=@PORT@", user="mysql",
     needs=("mariadbd",), **FREE, shows="nodata.*ENOENT")
case("socket-folder-gunicorn", "file.missing", "path:^/run/shop(/web.sock)?$",
     "gunicorn --bind unix:/run/shop/web.sock app:app", needs=("gunicorn", "root"), files={"app.py": "app = None\n"},
     shows="ENOENT.*|/run/shop", timeout=15)
case("socket-folder-php-fpm", "file.missing", "path:^/run/phpx(/fpm.sock)?$", "php-fpm8.2 -F -y @DIR@/fpm.conf",
     needs=("php-fpm8.2", "root"),
     files={"fpm.conf": "[global]\nerror_log=/dev/stderr\n[www]\nuser=www-data\nlisten=/run/phpx/fpm.sock\npm=static\npm.max_children=1\n"},
     shows="/run/phpx.*ENOENT")
case("dangling-link-nginx", "file.missing", "path:/sites/(shop|gone)(.conf)?$", "nginx -c @DIR@/nginx.conf",
     needs=("nginx", "root"), **FREE, files=nginx(http="include @DIR@/sites/*;"),
     setup="mkdir sites; ln -s @DIR@/gone.conf sites/shop", shows="sites/shop.*ENOENT",
     misleads="the file named is there: it is a link to nothing",
     also=[("file.missing", "path:/gone.conf$", "what the link points to")])
case("temp-folder", "file.missing", "path:^/scratchx$",
     PY + "-c 'import os; open(os.environ[\"TMPDIR\"] + \"/a\", \"w\")'", env={"TMPDIR": "/scratchx"},
     shows="/scratchx/a", also=[("file.missing", "path:^/scratchx/a$", "the file in it")])
case("licence-in-log-only", "file.missing", "path:^/opt/lic/key.dat$", PY + "app.py", shows="key.dat.*ENOENT",
     files={"app.py": "import logging\nlogging.basicConfig(filename='@DIR@/app.log')\ntry:\n    open('/opt/lic/key.dat')\nexcept OSError:\n    logging.error('cannot start: licence file /opt/lic/key.dat not found')\n    raise SystemExit(2)\n"},
     misleads="nothing on the terminal")
case("tar", "file.missing", "path:^/srv/.*/backup.tar$", "tar xf backup.tar", shows="backup.tar.*ENOENT")
case("include-bind", "file.missing", "path:/zones.conf$", "named -g -c @DIR@/named.conf", needs=("named", "root"),
     files={"named.conf": "options { directory \"@DIR@\"; listen-on port @PORT@ { 127.0.0.1; }; };\ninclude \"@DIR@/zones.conf\";\n"},
     **FREE, shows="zones.conf.*ENOENT")
case("certificate-stunnel", "file.missing", "path:/stunnel.pem$", "stunnel4 @DIR@/st.conf", needs=("stunnel4",),
     **FREE,
     files={"st.conf": "foreground=yes\npid=\n[a]\naccept=127.0.0.1:@PORT@\nconnect=127.0.0.1:1\ncert=@DIR@/stunnel.pem\n"},
     shows="stunnel.pem.*ENOENT")
case("root-hints-unbound", "file.missing", "path:/root.key$", "unbound -d -c @DIR@/u.conf", needs=("unbound", "root"),
     **FREE,
     files={"u.conf": "server:\n interface: 127.0.0.1@@PORT@\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n use-syslog: no\n trust-anchor-file: @DIR@/root.key\n"},
     shows="root.key.*ENOENT")

# permission
case("permission-log", "file.permission", "path:^/var/log/shop(/app.log)?$",
     PY + "-c 'open(\"/var/log/shop/app.log\", \"a\")'", **NOBODY, fast=True,
     setup="mkdir /var/log/shop; chmod 755 /var/log/shop", shows="app.log.*EACCES")
case("permission-nginx-temp", "file.permission", "path:^/var/(lib|log)/nginx", "nginx -c @DIR@/nginx.conf", **NOBODY,
     needs=("nginx",), **FREE, files=nginx(), setup="chmod 777 .; chmod 750 /var/lib/nginx",
     shows="/var/(lib|log)/nginx.*EACCES", misleads="it warns of another log first")
case("permission-redis-folder", "file.permission", "path:/rootonly$",
     "redis-server --port @PORT@ --dir @DIR@/rootonly", **NOBODY, needs=("redis-server",), **FREE,
     setup="mkdir -m 700 rootonly", shows="rootonly.*EACCES",
     also=[("config.invalid", ":rootonly", "redis calls it an error in its configuration")])
case("permission-config", "file.permission", "path:/secret.conf$", "cat secret.conf", **NOBODY,
     files={"secret.conf": ("x", 0o600)}, shows="secret.conf.*EACCES", fast=True)
case("permission-of-folder-above", "file.permission", "path:/private",
     "node -e 'require(\"fs\").readFileSync(\"private/app/config.json\")'", **NOBODY, needs=("node",),
     files={"private/app/config.json": "{}"}, setup="chmod 700 private", shows="config.json.*EACCES",
     misleads="the file's own mode is fine")
case("permission-mkdir", "file.permission", "path:^/var/lib(/queue)?$", "bash -c 'mkdir /var/lib/queue && sleep 9'",
     **NOBODY, shows="queue.*EACCES")
case("permission-after-setuid", "file.permission", "path:/state.db$",
     PY + "-c 'import os; os.setuid(65534); open(\"state.db\", \"r+\")'", needs=("root",),
     files={"state.db": ("x", 0o600)}, shows="state.db.*EACCES", misleads="started as root")
case("permission-sqlite-read-only", "file.permission", "path:/shop.db$",
     PY + "-c 'import sqlite3; sqlite3.connect(\"shop.db\").execute(\"create table b(a)\")'", **NOBODY,
     setup="sqlite3 shop.db 'create table a(a)'; chmod 644 shop.db", needs=("sqlite3",), shows="readonly database",
     also=[("file.permission", "path:/shop.db-journal$", "the folder would not take its journal either")])
case("permission-key-too-open", "file.permission", "path:/id_key$",
     "ssh -v -o BatchMode=yes -o StrictHostKeyChecking=no -i id_key -p @PORT@ root@127.0.0.1", needs=("sshd", "root"),
     **FREE,
     setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f id_key; ssh-keygen -q -t ed25519 -N '' -f hostkey; chmod 644 id_key; mv id_key.pub allowed",
     helpers=(("/usr/sbin/sshd -D -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/hostkey -o AuthorizedKeysFile=@DIR@/allowed -o StrictModes=no -f /dev/null", "port:@PORT@"),),
     shows="UNPROTECTED PRIVATE KEY", misleads="no call fails; the server then says: permission denied",
     also=[("connect.auth", ":", "what the server makes of it: permission denied (publickey)")])
case("permission-postgres-mode", "file.permission", "path:/pgdata$",
     "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/postgres",),
     setup="install -d -o postgres -m 755 pgdata; touch pgdata/postgresql.conf", shows="invalid permissions",
     misleads="no call fails: the mode is too wide")
case("permission-mosquitto-password", "file.permission", "path:/passwords$", "mosquitto -c @DIR@/mq.conf", **NOBODY,
     needs=("mosquitto",), **FREE,
     files={"mq.conf": "listener @PORT@ 127.0.0.1\npassword_file @DIR@/passwords\n", "passwords": ("a:b\n", 0o600)},
     shows="passwords.*EACCES")
case("permission-shell-script", "file.permission", "path:/job.sh$", "sh job.sh", **NOBODY,
     files={"job.sh": ("echo\n", 0o600)}, shows="job.sh.*EACCES")
case("permission-redirect", "file.permission", "path:^/etc/motd.d?", "bash -c 'echo hello >/etc/motd.d'", **NOBODY,
     setup="rm -rf /etc/motd.d; touch /etc/motd.d; chmod 644 /etc/motd.d", shows="motd.d.*EACCES")
case("permission-chmod-as-other", "file.permission", "path:/spool$", "./spooler", **NOBODY, setup="mkdir spool",
     c={"spooler": '#include <sys/stat.h>\n#include <stdio.h>\nint main(){if(chmod("spool",0700)){perror("spooler: cannot secure its folder");return 1;}return 0;}'},
     shows="spool.*EPERM",
     also=[("security.capability", "capability:CAP_FOWNER", "only the owner may, or who has this capability")])

# the other ways
case("not-a-directory-python", "file.not-a-directory", "path:/state(/a)?$",
     PY + "-c 'import os; os.makedirs(\"state/a\")'", files={"state": ""}, shows="ENOTDIR", fast=True)
case("not-a-directory-node", "file.not-a-directory", "path:/data(/x.json)?$",
     "node -e 'require(\"fs\").writeFileSync(\"data/x.json\", \"\")'", needs=("node",), files={"data": ""},
     shows="ENOTDIR")
case("not-a-directory-redis", "file.not-a-directory", "path:/data$", "redis-server --port @PORT@ --dir @DIR@/data",
     needs=("redis-server",), **FREE, files={"data": ""}, shows="data.*ENOTDIR",
     also=[("config.invalid", ":data", "redis calls it an error in its configuration")])
case("is-a-directory-nginx", "file.is-a-directory", "path:/site.conf$", "nginx -c @DIR@/nginx.conf",
     needs=("nginx", "root"), **FREE, files=nginx(http="include @DIR@/site.conf;"), setup="mkdir site.conf",
     shows="EISDIR")
case("is-a-directory-python", "file.is-a-directory", "path:/config.ini$", PY + "-c 'open(\"config.ini\").read()'",
     setup="mkdir config.ini", shows="IsADirectoryError", fast=True)
case("is-a-directory-ruby-log", "file.is-a-directory", "path:/app.log$", "ruby -e 'File.open(\"app.log\", \"a\")'",
     needs=("ruby",), setup="mkdir app.log", shows="EISDIR")
case("already-exists-mkdir", "file.already-exists", "path:/release$", "bash -ec 'mkdir release; exec ./run'",
     setup="mkdir release", shows="EEXIST", fast=True)
case("already-exists-python", "file.already-exists", "path:/out.db$", PY + "-c 'open(\"out.db\", \"x\")'",
     files={"out.db": ""}, shows="EEXIST")
case("already-exists-initdb", "file.already-exists", "path:/pgdata",
     "/usr/lib/postgresql/15/bin/initdb -D @DIR@/pgdata", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/initdb",), setup="install -d -o postgres -m 700 pgdata; touch pgdata/lost",
     shows="exists but is not empty", misleads="no call fails",
     also=[("app.error", ":pgdata", "the program's own words, with the folder")])
RO = "mkdir ro; mount -t tmpfs tmpfs ro; {}; mount -o remount,ro ro"
case("read-only-python", "file.read-only", "path:/ro(/app.log)?$", PY + "-c 'open(\"ro/app.log\", \"a\")'",
     needs=("root",), setup=RO.format(":"), shows="EROFS", fast=True)
case("read-only-nginx-pid", "file.read-only", "path:/ro(/nginx.pid)?$",
     "nginx -c @DIR@/nginx.conf -g 'pid @DIR@/ro/nginx.pid;'", needs=("nginx", "root"), **FREE,
     files={"nginx.conf": nginx()["nginx.conf"].replace("pid @DIR@/pid;", "")}, setup=RO.format(":"), shows="EROFS")
case("read-only-redis-aof", "file.read-only", "path:/ro",
     "redis-server --port @PORT@ --dir @DIR@/ro --appendonly yes", needs=("redis-server", "root"), **FREE,
     setup=RO.format(":"), shows="EROFS")
case("read-only-sqlite", "file.read-only", "path:/ro(/shop.db(-journal)?)?$",
     PY + "-c 'import sqlite3; sqlite3.connect(\"ro/shop.db\").execute(\"create table b(a)\")'",
     needs=("root", "sqlite3"), setup=RO.format("sqlite3 ro/shop.db 'create table a(a)'"), shows="EROFS|readonly")
case("read-only-node-mkdir", "file.read-only", "path:/ro(/cache)?$",
     "node -e 'require(\"fs\").mkdirSync(\"ro/cache\")'", needs=("root", "node"), setup=RO.format(":"), shows="EROFS")
case("locked-flock", "file.locked", "path:/app.lock$",
     PY + "-c 'import fcntl; fcntl.flock(open(\"app.lock\", \"a\"), 6)'", locks=("app.lock",), shows="EAGAIN",
     fast=True)
case("locked-waits", "file.locked", "path:/app.lock$", "flock app.lock echo got it", locks=("app.lock",), timeout=3,
     shows="flock", misleads="no call fails: it hangs", fast=True)
case("locked-silent-flock", "file.locked", "path:/job.lock$", "flock -n job.lock sleep 1", locks=("job.lock",),
     shows="EAGAIN", misleads="it says nothing, exit status 1")
POSIX = "python3 -uc 'import fcntl; f = open(\"{}\", \"r+b\"); fcntl.lockf(f, fcntl.LOCK_EX); print(1); __import__(\"signal\").pause()'"
case("locked-fcntl-c", "file.locked", "path:/gated.lock$", "./gated", files={"gated.lock": ""},
     helpers=((POSIX.format("gated.lock"), "line"),), shows="EAGAIN|EACCES",
     c={"gated": '#include <fcntl.h>\n#include <unistd.h>\n#include <stdio.h>\nint main(){int f=open("gated.lock",O_RDWR); struct flock l={F_WRLCK,SEEK_SET,0,0}; if(fcntl(f,F_SETLK,&l)){fprintf(stderr,"gated is running already\\n");return 1;}return 0;}'})
case("locked-dpkg", "file.locked", "path:^/var/lib/dpkg/lock", "dpkg --configure -a", needs=("root",),
     helpers=((POSIX.format("/var/lib/dpkg/lock-frontend"), "line"),), shows="EAGAIN|EACCES")
case("locked-sqlite", "file.locked", "path:/shop.db(-journal|-wal|-shm)?$",
     PY + "-c 'import sqlite3; sqlite3.connect(\"shop.db\", timeout=0.3).execute(\"insert into a values (1)\")'",
     needs=("sqlite3",), setup="sqlite3 shop.db 'create table a(a)'",
     helpers=(("python3 -uc 'import sqlite3, signal; c = sqlite3.connect(\"shop.db\", isolation_level=None); c.execute(\"begin exclusive\"); print(1); signal.pause()'", "line"),),
     shows="database is locked")
case("locked-java", "file.locked", "path:/node.lock$", "java Lock.java", needs=("javac",),
     files={"node.lock": "", "Lock.java": "import java.nio.channels.*; import java.nio.file.*; class Lock { public static void main(String[] a) throws Exception { if (FileChannel.open(Path.of(\"node.lock\"), StandardOpenOption.WRITE).tryLock() == null) throw new IllegalStateException(\"failed to obtain node lock\"); } }"},
     helpers=((POSIX.format("node.lock"), "line"),), shows="failed to obtain node lock")
PG = "/usr/lib/postgresql/15/bin/postgres"
POSTGRES = {"user": "postgres", "needs": (PG,), }
INITDB = "install -d -o postgres -m 700 pgdata; setpriv --reuid postgres --regid postgres --clear-groups " \
         "/usr/lib/postgresql/15/bin/initdb -N -A trust -D pgdata >&2; chmod 777 ."
case("locked-postgres-live", "file.locked", "path:/pgdata/postmaster.pid$",
     PG + " -D @DIR@/pgdata -k @DIR@ -p @PORT2@", **POSTGRES, setup=INITDB, shows="postmaster.pid.* already exists",
     holds={"PORT": "free", "PORT2": "free"},
     helpers=(("exec setpriv --reuid postgres --regid postgres --clear-groups " + PG + " -D pgdata -k @DIR@ -p @PORT@", "port:@PORT@"),))
case("stale-pid-postgres", "file.stale-lock", "path:/pgdata/postmaster.pid$",
     PG + " -D @DIR@/pgdata -k @DIR@ -p @PORT@", **POSTGRES, setup=INITDB, shows="postmaster.pid.* already exists",
     holds={"PORT": "free"}, misleads="the PID is alive: it is another program's by now",
     helpers=(("setpriv --reuid postgres --regid postgres --clear-groups bash -c 'printf \"%s\\n@DIR@/pgdata\\n1\\n1\\n@DIR@\\n\\n\" $$ >pgdata/postmaster.pid; chmod 600 pgdata/postmaster.pid; echo 1; exec sleep 1000'", "line"),),
     also=[("file.locked", "path:/pgdata/postmaster.pid$", "postgres asks: is another postmaster running?")])
case("stale-pid-script", "file.stale-lock", "path:/app.pid$", "bash start.sh",
     files={"app.pid": "1\n", "start.sh": "[ -e app.pid ] && { echo \"already running, PID $(cat app.pid)\"; exit 1; }\necho $$ >app.pid\nexec sleep 5\n"},
     shows="already running", misleads="no call fails; PID 1 is always alive", fast=True)
case("stale-pid-dead", "file.stale-lock", "path:/server.pid$", "ruby server.rb", needs=("ruby",),
     files={"server.pid": "4194000\n", "server.rb": "if File.exist?('server.pid')\n  abort \"A server is already running (pid: #{File.read('server.pid').strip}, file: @DIR@/server.pid).\"\nend\n"},
     shows="already running")
case("stale-pid-apache", "file.stale-lock", "path:/httpd.pid$", "apache2 -X -f @DIR@/a.conf",
     needs=("apache2", "root"), **FREE, shows="already running",
     files={"httpd.pid": "1\n", "a.conf": "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/httpd.pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nListen 127.0.0.1:@PORT@\n"})
case("stale-lock-excl", "file.stale-lock", "path:/.lock$", PY + "app.py",
     files={".lock": "", "app.py": "import os, sys\ntry:\n    os.open('.lock', os.O_CREAT | os.O_EXCL)\nexcept FileExistsError:\n    sys.exit('another instance holds @DIR@/.lock')\n"},
     shows="EEXIST",
     also=[("file.already-exists", "path:/.lock$", "nothing in it says whose it is"), ("file.locked", "path:/.lock$", "the program's own words")])
case("stale-x-lock", "file.stale-lock", "path:/X7.lock$", "bash x.sh",
     files={"X7.lock": "   4194001\n", "x.sh": "if ! (set -C; echo $$ >X7.lock) 2>/dev/null; then echo 'Fatal server error: Server is already active for display 7. If this server is no longer running, remove X7.lock and start again.' >&2; exit 1; fi\n"},
     shows="already active", also=[("file.already-exists", "path:/X7.lock$", "the call's own answer")])
case("busy-rmdir", "file.busy", "path:/mnt$", PY + "-c 'import os; os.rmdir(\"mnt\")'", needs=("root",),
     setup="mkdir mnt; mount -t tmpfs tmpfs mnt", shows="EBUSY", fast=True)
case("busy-umount", "file.busy", "path:/mnt$", "bash -ec 'umount mnt; exec ./run'", needs=("root",),
     setup="mkdir mnt; mount -t tmpfs tmpfs mnt; touch mnt/f", shows="EBUSY|target is busy",
     helpers=(("exec 5<mnt/f; echo 1; exec sleep 1000", "line"),))
case("busy-rename", "file.busy", "path:/(current|next)$",
     "node -e 'require(\"fs\").renameSync(\"next\", \"current\")'", needs=("root", "node"),
     setup="mkdir current next; mount -t tmpfs tmpfs current", shows="EBUSY")
case("symlink-loop", "file.symlink-loop", "path:/current", PY + "-c 'open(\"current/app.conf\")'",
     setup="ln -s previous current; ln -s current previous", shows="ELOOP", fast=True)
case("symlink-loop-shell", "file.symlink-loop", "path:/current", "sh -c 'cd current && exec ./run'",
     setup="ln -s current current", shows="ELOOP")
case("name-too-long", "file.name-too-long", "path|text:aaaaaa", PY + "-c 'open(\"a\" * 300, \"w\")'",
     shows="ENAMETOOLONG", fast=True)
case("name-too-long-socket", "file.name-too-long", "path|text:",
     PY + "-c 'import socket; socket.socket(socket.AF_UNIX).bind(\"@DIR@/\" + \"run/\" * 30 + \"s\")'",
     shows="AF_UNIX path too long", misleads="no call is made")
case("io-error", "file.io-error", "path:/disk", PY + "-c 'open(\"disk/data\", \"rb\").read()'",
     needs=("root", "mkfs.ext4"), shows="EIO",
     setup="truncate -s 8M img; mkfs.ext4 -q img; mkdir disk; mount -o loop img disk; head -c 3000000 /dev/urandom >disk/data; umount disk; mount -o loop img disk; truncate -s 100k img")
