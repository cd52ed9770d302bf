"""Somebody else is needed, and is not there or does not want to."""

from case import case

PY = "/usr/bin/python3 -B "
NOONE = {"holds": {"PORT": "bound"}}  # taken, so that nobody else comes, but nobody listens
REFUSED = r"port|address:^(127\.0\.0\.1|\[::ffff:127\.0\.0\.1\]):@PORT@$"  # the second is how Java asks
PG = "/usr/lib/postgresql/15/bin/"
AS_POSTGRES = "setpriv --reuid postgres --regid postgres --clear-groups "


def refused(name, command, program="", **fields):
    case("refused-" + name, "connect.refused", REFUSED, command, needs=(program,) if program else (), shows=fields.pop("shows", "ECONNREFUSED"), **(NOONE | fields))


refused("python", PY + "-c 'import socket; socket.create_connection((\"127.0.0.1\", @PORT@))'", fast=True)
refused("python-urllib", PY + "-c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:@PORT@/health\")'")
refused("python-requests", PY + "-c 'import requests; requests.get(\"http://127.0.0.1:@PORT@/health\")'",
        "/usr/lib/python3/dist-packages/requests")
refused("python-psycopg", PY + "-c 'import psycopg2; psycopg2.connect(host=\"127.0.0.1\", port=@PORT@)'",
        "/usr/lib/python3/dist-packages/psycopg2")
refused("python-pymysql", PY + "-c 'import pymysql; pymysql.connect(host=\"127.0.0.1\", port=@PORT@)'",
        "/usr/lib/python3/dist-packages/pymysql")
refused("node", "node -e 'require(\"net\").connect(@PORT@, \"127.0.0.1\")'", "node", fast=True)
refused("node-fetch", "node -e 'fetch(\"http://127.0.0.1:@PORT@/\").then(r => r.text())'", "node",
        misleads="'fetch failed': the reason stands below")
refused("redis-cli", "redis-cli -p @PORT@ ping", "redis-cli")
refused("psql", "psql -h 127.0.0.1 -p @PORT@", PG + "psql")
refused("mysql", "mariadb -h 127.0.0.1 -P @PORT@", "mariadb")
refused("curl", "curl -sS http://127.0.0.1:@PORT@/", "curl")
refused("wget", "wget -q -t 1 -O /dev/null http://127.0.0.1:@PORT@/", "wget", misleads="it says nothing: -q")
refused("ssh", "ssh -o BatchMode=yes -p @PORT@ nobody@127.0.0.1", "ssh")
refused("mosquitto-pub", "mosquitto_pub -h 127.0.0.1 -p @PORT@ -t a -m b", "mosquitto_pub")
refused("ruby", "ruby -rsocket -e 'TCPSocket.new(\"127.0.0.1\", @PORT@)'", "ruby")
refused("perl",
        "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(PeerAddr => \"127.0.0.1:@PORT@\") or die \"no broker: $@\\n\"'")
refused("php", "php -r '$s = fsockopen(\"127.0.0.1\", @PORT@, $n, $t) or exit(1);'", "php")
refused("java", "java Client.java", "javac",
        files={"Client.java": "class Client { public static void main(String[] a) throws Exception { new java.net.Socket(\"127.0.0.1\", @PORT@); } }"})
refused("loop-c", "./retry", timeout=4, misleads="it never ends, and says nothing",
        c={"retry": '#include <sys/socket.h>\n#include <netinet/in.h>\n#include <unistd.h>\nint main(){for(;;){int s=socket(2,1,0);struct sockaddr_in a={2,htons(@PORT@),{htonl(0x7f000001)}};if(!connect(s,(void*)&a,sizeof a))return 0;close(s);usleep(300000);}}'})
refused("loop-python", PY + "app.py", timeout=5,
        files={"app.py": "import socket, time\nwhile True:\n  try:\n    socket.create_connection(('127.0.0.1', @PORT@)); break\n  except OSError:\n    print('waiting for the database', flush=True); time.sleep(.3)\n"})
refused("loop-shell", "bash start.sh", timeout=5,
        files={"start.sh": "until (echo >/dev/tcp/127.0.0.1/@PORT@) 2>/dev/null; do echo 'db is unavailable - sleeping'; sleep 0.5; done\nexec sleep 100\n"})
refused("loop-nc", "sh start.sh", "ncat", timeout=6,
        files={"start.sh": "while ! ncat -z 127.0.0.1 @PORT@; do sleep 0.5; done\nexec sleep 100\n"})
refused("gives-up", "node app.js", "node",
        files={"app.js": "const net = require('net'); let n = 0;\nfunction go() { net.connect(@PORT@, '127.0.0.1').on('error', e => { if (++n == 4) { console.error('giving up after 4 tries'); process.exit(1); } setTimeout(go, 200); }); }\ngo();\n"},
        misleads="its last words name nothing")
refused("first-of-two", PY + "app.py",
        files={"app.py": "import socket, sys\ntry:\n    socket.create_connection(('127.0.0.1', @PORT@))\nexcept OSError:\n    pass\ntry:\n    open('/etc/app/fallback.conf')\nexcept OSError:\n    pass\nsys.exit('fatal: cannot reach 127.0.0.1:@PORT@')\n"},
        misleads="a file is missing after it")
case("display-refused-xterm", "connect.refused", r"address|port|path|host|env|device|text:(:99|X99|6099|DISPLAY)",
     "xterm", needs=("xterm", "root"), env={"DISPLAY": "127.0.0.1:99"}, shows="ECONNREFUSED")
case("display-missing-socket", "connect.socket-missing", r"path|env|host|text:(X98|:98|DISPLAY)", "xclock",
     needs=("xclock",), env={"DISPLAY": ":98"}, shows="X98.*(ENOENT|ECONNREFUSED)",
     also=[("connect.refused", ":(X98|:98|6098)", "the last of its tries, at a socket without a file"), ("config.env-missing", "env:DISPLAY", "it is set, to a display that is not there")])
case("display-missing-socket-gtk", "connect.socket-missing", r"path|env|host|text:(X98|:98|DISPLAY)", "zenity --info",
     needs=("zenity",), env={"DISPLAY": ":98"}, shows="cannot open display",
     also=[("connect.refused", ":(X98|:98|6098)", "the last of its tries"), ("config.env-missing", "env:DISPLAY", "it is set, to a display that is not there")])

# reached, but not taken in
case("timeout-python", "connect.timeout", r"port|address:^192\.0\.2\.9:5432$",
     PY + "-c 'import socket; socket.create_connection((\"192.0.2.9\", 5432), timeout=2)'", needs=("root", "ip"),
     shows="timed out",
     setup="ip link add v0 type veth peer name v1; ip addr add 192.0.2.1/24 dev v0; ip link set v0 up; ip link set v1 up; ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
     misleads="no call fails")
BLACK_HOLE = "ip link add v0 type veth peer name v1; ip addr add 192.0.2.1/24 dev v0; ip link set v0 up; ip link set v1 up; ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent"
case("timeout-curl", "connect.timeout", r"port|address|host:192\.0\.2\.9",
     "curl -sS --connect-timeout 2 http://192.0.2.9:8080/", needs=("root", "ip", "curl"), setup=BLACK_HOLE,
     shows="timed out|[Tt]imeout")
case("timeout-psql", "connect.timeout", r"port|address|host:192\.0\.2\.9", "psql -h 192.0.2.9 -p 5432",
     env={"PGCONNECT_TIMEOUT": "2"}, needs=("root", "ip", PG + "psql"), setup=BLACK_HOLE, shows="timeout expired")
case("timeout-blocked", "connect.timeout", r"port|address|host:192\.0\.2\.9", "redis-cli -h 192.0.2.9 -p 6379 ping",
     needs=("root", "ip", "redis-cli"), setup=BLACK_HOLE, timeout=4, shows="192.0.2.9",
     misleads="it hangs in connect, and says nothing",
     also=[("hang.network", r":192\.0\.2\.9", "it still waits when the time is over")])
case("timeout-node", "connect.timeout", r"port|address|host:192\.0\.2\.9",
     "node -e 'const s = require(\"net\").connect(5672, \"192.0.2.9\"); s.setTimeout(1500, () => { console.error(\"no answer from the broker\"); process.exit(1); })'",
     needs=("root", "ip", "node"), setup=BLACK_HOLE, shows="192.0.2.9")
case("unreachable-python", "connect.unreachable", r"port|address|host:192\.0\.2\.8",
     PY + "-c 'import socket; socket.create_connection((\"192.0.2.8\", 5432))'", needs=("root",), shows="ENETUNREACH",
     fast=True)
case("unreachable-curl", "connect.unreachable", r"port|address|host:192\.0\.2\.8", "curl -sS http://192.0.2.8/",
     needs=("root", "curl"), shows="ENETUNREACH|ouldn.t connect|Failed to connect")
case("unreachable-host", "connect.unreachable", r"port|address|host:198\.51\.100\.4", "mariadb -h 198.51.100.4",
     needs=("root", "ip", "mariadb"), setup="ip route add unreachable 198.51.100.0/24", shows="EHOSTUNREACH")
case("prohibited-route", "connect.permission", r"port|address|host:198\.51\.100\.4",
     PY + "-c 'import socket; socket.create_connection((\"198.51.100.4\", 443))'", needs=("root", "ip"),
     setup="ip route add prohibit 198.51.100.0/24", shows="EACCES",
     also=[("connect.unreachable", r":198\.51\.100\.4", "the route forbids it")])
RESETS = "python3 -uc 'import socket, struct; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1)\nwhile True:\n  c, _ = s.accept(); c.recv(1); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(\"ii\", 1, 0)); c.close()'"
FREE = {"holds": {"PORT": "free"}}
case("reset-curl", "connect.reset", REFUSED, "curl -sS http://127.0.0.1:@PORT@/", needs=("curl",), **FREE,
     helpers=((RESETS, "line"),), shows="ECONNRESET")
case("reset-python", "connect.reset", REFUSED,
     PY + "-c 'import http.client as h; c = h.HTTPConnection(\"127.0.0.1\", @PORT@); c.request(\"GET\", \"/\"); c.getresponse()'",
     **FREE, helpers=((RESETS, "line"),), shows="ECONNRESET", fast=True)
case("reset-redis-cli", "connect.reset", REFUSED, "redis-cli -p @PORT@ ping", needs=("redis-cli",), **FREE,
     helpers=((RESETS, "line"),), shows="ECONNRESET")
case("socket-missing-psql", "connect.socket-missing", r"path:^/run/pgx(/\.s\.PGSQL\.5432)?$", "psql -h /run/pgx",
     needs=(PG + "psql",), shows="ENOENT")
case("socket-missing-mysql", "connect.socket-missing", "path:^/run/mysqldx/mysqld.sock$",
     "mariadb -S /run/mysqldx/mysqld.sock", needs=("mariadb",), shows="ENOENT")
case("socket-missing-redis-cli", "connect.socket-missing", "path:/r.sock$", "redis-cli -s @DIR@/r.sock ping",
     needs=("redis-cli",), shows="ENOENT")
case("socket-missing-docker", "connect.socket-missing", "path:^/(var/)?run/dockerx.sock$",
     PY + "-c 'import socket; socket.socket(socket.AF_UNIX).connect(\"/var/run/dockerx.sock\")'", shows="ENOENT",
     fast=True)
case("socket-missing-dbus", "connect.socket-missing", "path|env:(/busx|DBUS_SESSION_BUS_ADDRESS)",
     "dbus-send --session --print-reply --dest=org.x /x org.x.y", needs=("dbus-send",),
     env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=@DIR@/busx"}, shows="ENOENT")
case("socket-missing-supervisorctl", "connect.socket-missing", "path:/sup.sock$",
     "supervisorctl -c @DIR@/s.conf status", needs=("supervisorctl",),
     files={"s.conf": "[supervisorctl]\nserverurl=unix://@DIR@/sup.sock\n"}, shows="ENOENT|no such file",
     misleads="its words are on standard output")
case("socket-missing-node", "connect.socket-missing", "path:/agent.sock$",
     "node -e 'require(\"net\").connect(\"@DIR@/agent.sock\")'", needs=("node",), shows="ENOENT")
SECRET = "python3 -uc 'import os, socket, signal; os.umask(0o77); s = socket.socket(socket.AF_UNIX); s.bind(\"docker.sock\"); s.listen(); print(1); signal.pause()'"
case("permission-socket", "connect.permission", "path:/docker.sock$",
     PY + "-c 'import socket; socket.socket(socket.AF_UNIX).connect(\"docker.sock\")'", user="nobody",
     helpers=((SECRET, "line"),), shows="EACCES", fast=True)
case("permission-socket-redis-cli", "connect.permission", "path:/docker.sock$", "redis-cli -s docker.sock ping",
     user="nobody", needs=("redis-cli",), helpers=((SECRET, "line"),), shows="EACCES")
case("permission-socket-curl", "connect.permission", "path:/docker.sock$",
     "curl -sS --unix-socket docker.sock http://x/info", user="nobody", needs=("curl",), helpers=((SECRET, "line"),),
     shows="EACCES")
AUTH = r"port|address|user|host|text|path|env:"
case("auth-redis", "connect.auth", AUTH, "redis-cli -e -p @PORT@ get a", needs=("redis-server", "redis-cli"), **FREE,
     helpers=(("exec redis-server --port @PORT@ --requirepass secret --save ''", "port:@PORT@"),), shows="NOAUTH")
case("auth-redis-python", "connect.auth", AUTH, PY + "app.py", needs=("redis-server",), **FREE,
     helpers=(("exec redis-server --port @PORT@ --requirepass secret --save ''", "port:@PORT@"),), shows="WRONGPASS",
     files={"app.py": "import socket, sys\ns = socket.create_connection(('127.0.0.1', @PORT@))\ns.sendall(b'AUTH wrong\\r\\n')\na = s.recv(200).decode()\nif a.startswith('-'):\n    sys.exit('cache: ' + a[1:].strip())\n"})
WITH_PASSWORD = "chmod 777 .; echo secret >pw; install -d -o postgres -m 700 pgdata; " + AS_POSTGRES + PG + "initdb -N -A scram-sha-256 --pwfile=pw -D pgdata >&2"
SERVE = (f"exec {AS_POSTGRES} {PG}postgres -D pgdata -k @DIR@ -p @PORT@", "port:@PORT@")
case("auth-postgres", "connect.auth", AUTH, "psql -h 127.0.0.1 -p @PORT@ -U postgres", env={"PGPASSWORD": "old"},
     needs=(PG + "postgres", "root"), **FREE, setup=WITH_PASSWORD, helpers=(SERVE,),
     shows="password authentication failed", misleads="connect works, and no call fails")
case("auth-postgres-python", "connect.auth", AUTH,
     PY + "-c 'import psycopg2; psycopg2.connect(host=\"127.0.0.1\", port=@PORT@, user=\"shop\", password=\"x\")'",
     needs=(PG + "postgres", "root", "/usr/lib/python3/dist-packages/psycopg2"), **FREE, setup=WITH_PASSWORD,
     helpers=(SERVE,), shows="password authentication failed")
case("auth-mariadb", "connect.auth", AUTH, "mariadb -h 127.0.0.1 -P @PORT@ -u shop -pwrong",
     needs=("mariadbd", "root"), **FREE, shows="Access denied",
     setup="chmod 777 .; mariadb-install-db --no-defaults --datadir=@DIR@/data --user=mysql --skip-test-db >&2",
     helpers=(("exec mariadbd --no-defaults --user=mysql --datadir=@DIR@/data --socket=@DIR@/s --port=@PORT@ --bind-address=127.0.0.1", "port:@PORT@"),))
case("auth-mosquitto", "connect.auth", AUTH, "mosquitto_pub -h 127.0.0.1 -p @PORT@ -t a -m b -u x -P y",
     needs=("mosquitto", "mosquitto_pub"), **FREE, shows="not authori[sz]ed", setup=": >pw",
     files={"m.conf": "listener @PORT@ 127.0.0.1\nallow_anonymous false\npassword_file @DIR@/pw\n"},
     helpers=(("chmod 644 pw; exec mosquitto -c m.conf", "port:@PORT@"),))
case("auth-http", "connect.auth", AUTH, "curl -fsS http://127.0.0.1:@PORT@/v1", needs=("curl",), **FREE, shows="401",
     helpers=(("python3 -uc 'import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n  def do_GET(s): s.send_error(401)\ns = h.HTTPServer((\"127.0.0.1\", @PORT@), H); print(1); s.serve_forever()'", "line"),))
case("auth-ssh", "connect.auth", AUTH, "ssh -o BatchMode=yes -o StrictHostKeyChecking=no -p @PORT@ root@127.0.0.1",
     needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f hostkey",
     helpers=(("exec /usr/sbin/sshd -D -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/hostkey -f /dev/null", "port:@PORT@"),),
     shows="Permission denied", misleads="'permission denied' is no file's")
TLS = r"port|address|host|text|path:"
CERT = "openssl req -x509 -newkey rsa:2048 -nodes -days {days} -subj /CN={name} -addext subjectAltName=DNS:{name} -keyout k.pem -out c.pem 2>/dev/null"
SERVER = ("exec openssl s_server -quiet -accept 127.0.0.1:@PORT@ -key k.pem -cert c.pem -WWW", "port:@PORT@")
case("tls-self-signed-curl", "connect.tls", TLS, "curl -sS https://127.0.0.1:@PORT@/", needs=("curl", "openssl"),
     **FREE, setup=CERT.format(days=9, name="localhost"), helpers=(SERVER,), shows="self.signed certificate")
case("tls-self-signed-python", "connect.tls", TLS,
     PY + "-c 'import urllib.request as u; u.urlopen(\"https://127.0.0.1:@PORT@/\")'", needs=("openssl",), **FREE,
     setup=CERT.format(days=9, name="localhost"), helpers=(SERVER,), shows="CERTIFICATE_VERIFY_FAILED")
case("tls-wrong-name-node", "connect.tls", TLS,
     "node -e 'require(\"https\").get({host: \"localhost\", port: @PORT@, ca: require(\"fs\").readFileSync(\"c.pem\")})'",
     needs=("node", "openssl"), **FREE, setup=CERT.format(days=9, name="db.internal"), helpers=(SERVER,),
     shows="does not match certificate")
case("tls-expired-curl", "connect.tls", TLS, "curl -sS --cacert c.pem https://localhost:@PORT@/",
     needs=("curl", "openssl", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"), **FREE, helpers=(SERVER,),
     shows="expired",
     setup="export LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME=-400d; " + CERT.format(days=9, name="localhost"))
case("tls-against-plain", "connect.tls", TLS, "curl -sS https://127.0.0.1:@PORT@/", needs=("curl",), **FREE,
     helpers=(("exec python3 -m http.server --bind 127.0.0.1 @PORT@", "port:@PORT@"),), shows="wrong version number")
case("tls-missing-ca-file", "file.missing", "path:/ca.pem$", "curl -sS --cacert ca.pem https://127.0.0.1:@PORT@/",
     needs=("curl",), **FREE, helpers=(("exec python3 -m http.server --bind 127.0.0.1 @PORT@", "port:@PORT@"),),
     shows="ca.pem", also=[("connect.tls", ":", "curl calls it an error setting certificate verify locations")])

# names
NAME = r"host:^db\.invalid\.?$"
case("dns-curl", "dns.failure", NAME, "curl -sS http://db.invalid/", needs=("curl", "root"),
     shows="Could not resolve")
case("dns-python", "dns.failure", NAME, PY + "-c 'import urllib.request as u; u.urlopen(\"http://db.invalid/\")'",
     needs=("root",), shows="Name or service not known|Temporary failure|No address", fast=True,
     misleads="the message does not name the host")
case("dns-ruby", "dns.failure", NAME, "ruby -rsocket -e 'TCPSocket.new(\"db.invalid\", 5432)'",
     needs=("ruby", "root"), shows="getaddrinfo")
case("dns-node", "dns.failure", NAME, "node -e 'require(\"net\").connect(5432, \"db.invalid\")'",
     needs=("node", "root"), shows="ENOTFOUND|EAI_AGAIN")
case("dns-psql", "dns.failure", NAME, "psql -h db.invalid", needs=(PG + "psql", "root"),
     shows="could not translate host name")
case("dns-mysql", "dns.failure", NAME, "mariadb -h db.invalid", needs=("mariadb", "root"),
     shows="Unknown (MySQL )?server host|Unknown server host")
case("dns-ssh", "dns.failure", NAME, "ssh -o BatchMode=yes db.invalid", needs=("ssh", "root"),
     shows="Could not resolve hostname")
case("dns-redis-cli", "dns.failure", NAME, "redis-cli -h db.invalid ping", needs=("redis-cli", "root"),
     shows="Name or service not known|Could not connect")
case("dns-nginx-upstream", "dns.failure", NAME, "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE,
     shows="host not found in upstream",
     files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; events{} http { server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://db.invalid:80; } } }\n"},
     misleads="it reads like an error in its file", also=[("dns.failure", "host:db.invalid:80", "with its port")])
case("dns-haproxy", "dns.failure", NAME, "haproxy -db -f ha.cfg", needs=("haproxy", "root"), **FREE,
     shows="could not resolve",
     files={"ha.cfg": "defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n bind 127.0.0.1:@PORT@\n default_backend b\nbackend b\n server s db.invalid:80\n"})
case("dns-java", "dns.failure", NAME, "java Client.java", needs=("javac", "root"),
     files={"Client.java": "class Client { public static void main(String[] a) throws Exception { new java.net.Socket(\"db.invalid\", 5432); } }"},
     shows="UnknownHostException")
case("dns-php", "dns.failure", NAME, "php -r 'file_get_contents(\"http://db.invalid/\") !== false or exit(2);'",
     needs=("php", "root"), shows="getaddrinfo")
case("dns-silent-server", "dns.failure", NAME, "curl -sS --max-time 8 http://db.invalid/", needs=("curl", "root"),
     dns="silent", shows="Could not resolve|timed out", misleads="nobody answers: it takes seconds")
case("dns-no-server", "dns.failure", NAME,
     PY + "-c 'import socket; socket.create_connection((\"db.invalid\", 5432))'", needs=("root",), dns="off",
     shows="Temporary failure", misleads="a refused connection, to the name server",
     also=[("connect.refused", r":127\.0\.0\.53", "the name server is what is missing")])
case("dns-perl-lookup", "dns.failure", NAME,
     "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(PeerAddr => \"db.invalid:25\") or die \"mail relay: $@\\n\"'",
     needs=("root",), shows="Bad hostname|mail relay")
