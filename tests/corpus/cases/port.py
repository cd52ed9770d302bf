"""Addresses that cannot be had."""

from case import case

NGINX = "daemon off; pid @DIR@/pid; error_log stderr; events {{}} http {{ access_log off; server {{ listen {0}; }} }}\n"
PY = "/usr/bin/python3 -B "
TAKEN = {"holds": {"PORT": "listening"}}
APACHE = "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nListen {}\n"
HAPROXY = "global\ndefaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n mode http\nfrontend f\n bind {}\n"


def taken(name, command, program="", root=False, files=None, **fields):
    """Somebody listens at 127.0.0.1:PORT, where this program wants to listen."""
    needs = ((program,) if program else ()) + (("root",) if root else ())
    case("in-use-" + name, "port.in-use", r"port:^(127\.0\.0\.1|\[::ffff:127\.0\.0\.1\]):@PORT@$", command, needs=needs, files=files or {},
         shows="EADDRINUSE|ddress (already )?in use", **(TAKEN | fields))


taken("python", PY + "-m http.server --bind 127.0.0.1 @PORT@", fast=True,
      misleads="TCGETS fails after it, when the traceback is printed")
taken("node", "node -e 'require(\"http\").createServer(()=>{}).listen(@PORT@, \"127.0.0.1\")'", "node", fast=True)
taken("nginx", "nginx -c @DIR@/nginx.conf", "nginx", root=True,
      files={"nginx.conf": NGINX.format("127.0.0.1:@PORT@")})
taken("redis", "redis-server --port @PORT@ --bind 127.0.0.1", "redis-server")
taken("memcached", "memcached -u nobody -l 127.0.0.1 -p @PORT@", "memcached", root=True)
taken("haproxy", "haproxy -db -f ha.cfg", "haproxy", files={"ha.cfg": HAPROXY.format("127.0.0.1:@PORT@")})
taken("mosquitto", "mosquitto -c mq.conf", "mosquitto", files={"mq.conf": "listener @PORT@ 127.0.0.1\n"})
taken("php", "php -S 127.0.0.1:@PORT@", "php")
taken("ruby", "ruby -rsocket -e 'TCPServer.new(\"127.0.0.1\", @PORT@)'", "ruby")
taken("perl",
      "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(LocalAddr => \"127.0.0.1\", LocalPort => @PORT@, Listen => 5) or die \"cannot listen: $@\"'")
taken("java", "java Server.java", "javac",
      files={"Server.java": "class Server { public static void main(String[] a) throws Exception { new java.net.ServerSocket(@PORT@, 5, java.net.InetAddress.getByName(\"127.0.0.1\")); } }"})
taken("lighttpd", "lighttpd -D -f l.conf", "lighttpd",
      files={"l.conf": "server.document-root=\"@DIR@\"\nserver.port=@PORT@\nserver.bind=\"127.0.0.1\"\n"})
taken("dnsmasq", "dnsmasq -k --port=@PORT@ --listen-address=127.0.0.1 --bind-interfaces --user=root --pid-file=",
      "dnsmasq", root=True)
taken("apache", "apache2 -X -f @DIR@/a.conf", "apache2", root=True,
      files={"a.conf": APACHE.format("127.0.0.1:@PORT@")})
taken("caddy", "caddy file-server --listen 127.0.0.1:@PORT@", "caddy")
taken("sshd", "/usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -f /dev/null", "sshd",
      root=True, setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key")
taken("unbound", "unbound -d -c u.conf", "unbound", root=True,
      files={"u.conf": "server:\n interface: 127.0.0.1@@PORT@\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n use-syslog: no\n"})
taken("nats", "nats-server -a 127.0.0.1 -p @PORT@", "nats-server")
taken("prometheus",
      "prometheus --config.file=p.yml --storage.tsdb.path=@DIR@/data --web.listen-address=127.0.0.1:@PORT@",
      "prometheus", files={"p.yml": "global: {}\n"})
taken("gunicorn", "gunicorn --bind 127.0.0.1:@PORT@ app:app", "gunicorn", files={"app.py": "app = None\n"},
      misleads="it retries for five seconds, and its last words are 'cannot connect'")
taken("uwsgi", "uwsgi --plugin python3 --http-socket 127.0.0.1:@PORT@", "uwsgi", root=True)
taken("flask", "flask --app app run -p @PORT@", "flask", files={"app.py": "import flask\napp = flask.Flask('a')\n"})
taken("php-fpm", "php-fpm8.2 -F -y @DIR@/fpm.conf", "php-fpm8.2", root=True,
      files={"fpm.conf": "[global]\nerror_log=/dev/stderr\n[www]\nuser=www-data\nlisten=127.0.0.1:@PORT@\npm=static\npm.max_children=1\n"})
taken("squid", "squid -N -d1 -f @DIR@/s.conf", "squid", root=True, timeout=15,
      files={"s.conf": "http_port 127.0.0.1:@PORT@\npid_filename none\naccess_log none\ncache_log /dev/stderr\ncache deny all\nvisible_hostname x\n"})
taken("stunnel", "stunnel4 @DIR@/st.conf", "stunnel4",
      files={"st.conf": "foreground=yes\npid=\n[a]\nclient=yes\naccept=127.0.0.1:@PORT@\nconnect=127.0.0.1:1\n"})
taken("socat", "socat TCP-LISTEN:@PORT@,bind=127.0.0.1 -", "socat")
taken("supervisor", "/usr/bin/supervisord -n -c @DIR@/s.conf", "supervisord",
      files={"s.conf": "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n[inet_http_server]\nport=127.0.0.1:@PORT@\n"})
taken("varnish", "varnishd -F -a 127.0.0.1:@PORT@ -b 127.0.0.1:1 -n @DIR@/v -T none", "varnishd", root=True,
      timeout=15)
taken("postgres", "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata -k @DIR@ -h 127.0.0.1 -p @PORT@",
      "/usr/lib/postgresql/15/bin/postgres", user="postgres",
      setup="chmod 777 .; install -d -o postgres -m 700 pgdata; setpriv --reuid postgres --regid postgres --clear-groups /usr/lib/postgresql/15/bin/initdb -N -A trust -D pgdata >&2")
taken("mariadb",
      "mariadbd --no-defaults --datadir=@DIR@/data --socket=@DIR@/s --port=@PORT@ --bind-address=127.0.0.1",
      "mariadbd", user="mysql", timeout=40,
      setup="chmod 777 .; mariadb-install-db --no-defaults --datadir=@DIR@/data --user=mysql --skip-test-db >&2")
taken("in-a-child-of-python", PY + "app.py", "redis-server",
      files={"app.py": "import subprocess, sys\nsys.exit(subprocess.run(['redis-server', '--port', '@PORT@', '--bind', '127.0.0.1']).returncode)\n"})
taken("in-a-pipeline", "bash -c 'set -o pipefail; php -S 127.0.0.1:@PORT@ 2>&1 | cat'", "php",
      misleads="the last process of the pipe ends well")
taken("swallowed", "bash start.sh",
      files={"start.sh": "echo starting\npython3 -m http.server --bind 127.0.0.1 @PORT@ >server.log 2>&1\necho stopped\n"},
      misleads="the script ends with 0, and the words are in a file")
taken("only-in-its-log", "nginx -c @DIR@/nginx.conf", "nginx", root=True,
      files={"nginx.conf": NGINX.format("127.0.0.1:@PORT@").replace("stderr", "@DIR@/error.log")})
taken("of-a-background-redis", "redis-server --port @PORT@ --bind 127.0.0.1 --daemonize yes --logfile @DIR@/r.log",
      "redis-server", misleads="it goes to the background and fails there; its words are in its log")
taken("after-others-worked", PY + "app.py",
      files={"app.py": "import socket\na = socket.create_server(('127.0.0.1', 0))\nb = socket.create_server(('127.0.0.1', 0))\nc = socket.create_server(('127.0.0.1', @PORT@))\n"})
taken("bound-but-silent", PY + "-c 'import socket; socket.create_server((\"127.0.0.1\", @PORT@))'",
      holds={"PORT": "bound"}, misleads="nobody listens there: it is only bound")
taken("silent-c", "./gate",
      c={"gate": '#include <sys/socket.h>\n#include <netinet/in.h>\nint main(){int s=socket(2,1,0);struct sockaddr_in a={2,htons(@PORT@),{htonl(0x7f000001)}};return bind(s,(void*)&a,sizeof a)?7:0;}'},
      misleads="it says nothing")
case("in-use-wildcard", "port.in-use", r"port:^(0\.0\.0\.0|\*|\[?::\]?):@PORT@$",
     "node -e 'require(\"net\").createServer().listen(@PORT@, \"0.0.0.0\")'", needs=("node",), **TAKEN,
     shows="EADDRINUSE", misleads="the holder sits at 127.0.0.1: overlap, not equality")
case("in-use-dns-stub", "port.in-use", r"port:^0\.0\.0\.0:53$",
     "dnsmasq -k --user=root --pid-file= --conf-file=/dev/null --bind-interfaces --listen-address=0.0.0.0",
     needs=("dnsmasq", "root"), shows="EADDRINUSE|in use", misleads="the stub of the resolver sits at 127.0.0.53:53",
     also=[("port.in-use", r"port:^127\.0\.0\.53:53$", "who has it")])
case("in-use-udp", "port.in-use", r"port:^127\.0\.0\.1:@PORT@$",
     PY + "-c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind((\"127.0.0.1\", @PORT@))'",
     holds={"PORT": "free"}, shows="EADDRINUSE",
     helpers=(("python3 -uc 'import socket, signal; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((\"127.0.0.1\", @PORT@)); print(1); signal.pause()'", "line"),))
case("in-use-ipv6", "port.in-use", r"port:^\[?::1\]?:@PORT@$", PY + "-m http.server --bind ::1 @PORT@",
     holds={"PORT": "free"}, shows="EADDRINUSE",
     helpers=(("python3 -uc 'import socket, signal; s = socket.create_server((\"::1\", @PORT@), family=socket.AF_INET6); print(1); signal.pause()'", "line"),))
case("stale-socket-python", "port.in-use", "path:/app.sock$",
     PY + "-c 'import socket; socket.socket(socket.AF_UNIX).bind(\"app.sock\")'", shows="EADDRINUSE",
     setup="python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"app.sock\")'",
     misleads="nobody listens there")
case("stale-socket-nginx", "port.in-use", "path:/web.sock$", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"),
     files={"nginx.conf": NGINX.format("unix:@DIR@/web.sock")}, shows="EADDRINUSE",
     setup="python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"web.sock\")'")
case("live-socket-node", "port.in-use", "path:/app.sock$",
     "node -e 'require(\"net\").createServer().listen(\"app.sock\")'", needs=("node",), shows="EADDRINUSE",
     helpers=(("python3 -uc 'import socket, signal; s = socket.socket(socket.AF_UNIX); s.bind(\"app.sock\"); s.listen(); print(1); signal.pause()'", "line"),))
NOBODY = {"user": "nobody", "holds": {"PORT": "free"}}
case("privileged-python", "port.privileged", r"port:^127\.0\.0\.1:81$", PY + "-m http.server --bind 127.0.0.1 81",
     **NOBODY, shows="EACCES", fast=True)
case("privileged-node", "port.privileged", r"port::80$",
     "node -e 'require(\"http\").createServer(()=>{}).listen(80)'", **NOBODY, needs=("node",), shows="EACCES")
case("privileged-nginx", "port.privileged", r"port::443$", "nginx -c @DIR@/nginx.conf", **NOBODY, needs=("nginx",),
     files={"nginx.conf": NGINX.format("127.0.0.1:443").replace("events", "client_body_temp_path x;events") .replace("client_body_temp_path x;", "").replace("http {", "http { client_body_temp_path @DIR@/b; proxy_temp_path @DIR@/p; fastcgi_temp_path @DIR@/f; uwsgi_temp_path @DIR@/u; scgi_temp_path @DIR@/s;")},
     setup="chmod 777 .", shows="bind.*EACCES",
     misleads="it warns of a log that it may not open, and of its user setting")
case("privileged-redis", "port.privileged", r"port::79$", "redis-server --port 79 --bind 127.0.0.1", **NOBODY,
     needs=("redis-server",), shows="EACCES")
case("privileged-haproxy", "port.privileged", r"port::80$", "haproxy -db -f ha.cfg", **NOBODY, needs=("haproxy",),
     files={"ha.cfg": HAPROXY.format("127.0.0.1:80")}, shows="EACCES|[Pp]ermission denied")
case("privileged-without-capability", "port.privileged", r"port::80$", PY + "-m http.server --bind 127.0.0.1 80",
     through="setpriv --bounding-set -net_bind_service --inh-caps -net_bind_service", shows="EACCES",
     misleads="it is root: the capability was taken away",
     also=[("security.capability", "capability:CAP_NET_BIND_SERVICE", "what root lacks here")])
AWAY = r"address|port:203\.0\.113\.7"
case("address-python", "address.not-available", AWAY, PY + "-m http.server --bind 203.0.113.7 @PORT@",
     holds={"PORT": "free"}, shows="EADDRNOTAVAIL", fast=True)
case("address-nginx", "address.not-available", AWAY, "nginx -c @DIR@/nginx.conf", holds={"PORT": "free"},
     needs=("nginx", "root"), files={"nginx.conf": NGINX.format("203.0.113.7:@PORT@")}, shows="EADDRNOTAVAIL")
case("address-redis", "address.not-available", AWAY, "redis-server --port @PORT@ --bind 203.0.113.7",
     holds={"PORT": "free"}, needs=("redis-server",), shows="EADDRNOTAVAIL")
case("address-haproxy", "address.not-available", AWAY, "haproxy -db -f ha.cfg", holds={"PORT": "free"},
     needs=("haproxy",), files={"ha.cfg": HAPROXY.format("203.0.113.7:@PORT@")}, shows="EADDRNOTAVAIL|annot bind")
case("address-ipv6-off", "address.not-available", r"address|port:::1", "redis-server --port @PORT@ --bind ::1",
     holds={"PORT": "free"}, needs=("redis-server", "root"), setup="echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6",
     shows="EADDRNOTAVAIL", also=[("address.family-unsupported", ":", "IPv6 as a whole is off here")])
case("family-unsupported", "address.family-unsupported", ":", "./radio",
     c={"radio": '#include <sys/socket.h>\n#include <stdio.h>\nint main(){if(socket(9,SOCK_SEQPACKET,0)<0){perror("radio: socket");return 1;}return 0;}'},
     shows="EAFNOSUPPORT", fast=True)
case("family-unsupported-sandbox", "address.family-unsupported", ":", "python3 -B app.py", needs=("gcc",),
     shows="EAFNOSUPPORT",
     files={"app.py": "import socket\nsocket.socket(socket.AF_DECnet if hasattr(socket, 'AF_DECnet') else 12, socket.SOCK_STREAM)\n"})
