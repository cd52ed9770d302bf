"""The program was told the wrong thing, or not enough."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
APACHE = "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nListen 127.0.0.1:@PORT@\n"
NGINX = "daemon off; pid @DIR@/pid; error_log stderr; events {} http { access_log off;\n"


def refuses(name, command, subject, program="", root=False, files=None, **fields):
    """The program reads its file, and refuses it."""
    needs = ((program,) if program else ()) + (("root",) if root else ())
    case("invalid-" + name, "config.invalid", "path|text|env:" + subject, command, needs=needs, files=files or {}, **fields)


refuses("nginx-directive", "nginx -c @DIR@/nginx.conf", "/nginx.conf", "nginx", True,
        {"nginx.conf": NGINX + "server { lissten 127.0.0.1:80; } }\n"}, shows="unknown directive", fast=True)
refuses("nginx-semicolon", "nginx -c @DIR@/nginx.conf", "/nginx.conf", "nginx", True,
        {"nginx.conf": NGINX + "server { listen 127.0.0.1:80\n } }\n"}, shows="nginx.conf:[23]")
refuses("nginx-brace", "nginx -c @DIR@/nginx.conf", "/nginx.conf", "nginx", True, {"nginx.conf": NGINX},
        shows="unexpected end of file")
refuses("nginx-value", "nginx -c @DIR@/nginx.conf", "/nginx.conf", "nginx", True,
        {"nginx.conf": NGINX + "client_max_body_size lots; }\n"}, shows="lots")
refuses("nginx-port", "nginx -c @DIR@/nginx.conf", "/nginx.conf", "nginx", True,
        {"nginx.conf": NGINX + "server { listen 127.0.0.1:99999; } }\n"}, shows="invalid port|invalid number")
refuses("apache-command", "apache2 -X -f @DIR@/a.conf", "/a.conf", "apache2", True,
        {"a.conf": APACHE + "RewriteEngine On\n"}, **FREE, shows="Invalid command",
        misleads="the line is right: the module that knows it is not loaded",
        also=[("module.missing", ":[Rr]ewrite", "the module that would know it")])
refuses("apache-section", "apache2 -X -f @DIR@/a.conf", "/a.conf", "apache2", True,
        {"a.conf": APACHE + "<Directory /srv>\n"}, **FREE, shows="not closed|without closing")
refuses("haproxy-backend", "haproxy -db -f h.cfg", "/?h.cfg|nosuch", "haproxy", False,
        {"h.cfg": "defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n bind 127.0.0.1:@PORT@\n default_backend nosuch\n"},
        **FREE, shows="nosuch")
refuses("haproxy-keyword", "haproxy -db -f h.cfg", "/?h.cfg", "haproxy", False, {"h.cfg": "global\n maxxconn 100\n"},
        shows="unknown keyword|maxxconn")
refuses("sshd-option", "/usr/sbin/sshd -D -e -f @DIR@/sshd_config", "/sshd_config", "sshd", True,
        {"sshd_config": "Port @PORT@\nPermitRootLogn no\n"}, **FREE, setup="mkdir -p /run/sshd",
        shows="Bad configuration option")
refuses("redis-directive", "redis-server @DIR@/r.conf", "/?r.conf|maxmemry", "redis-server", False,
        {"r.conf": "port @PORT@\nmaxmemry 1gb\n"}, **FREE, shows="maxmemry", fast=True)
refuses("redis-value", "redis-server @DIR@/r.conf", "/?r.conf|port|seventy", "redis-server", False,
        {"r.conf": "port seventy\n"}, shows="seventy")
refuses("mosquitto", "mosquitto -c @DIR@/m.conf", "/m.conf", "mosquitto", False,
        {"m.conf": "listener @PORT@ 127.0.0.1\nalow_anonymous true\n"}, **FREE, shows="alow_anonymous")
refuses("lighttpd", "lighttpd -D -f @DIR@/l.conf", "/l.conf", "lighttpd", False,
        {"l.conf": "server.document-root = \"@DIR@\nserver.port = 3\n"}, shows="l.conf")
refuses("dnsmasq", "dnsmasq -k -C @DIR@/d.conf", "/d.conf", "dnsmasq", True,
        {"d.conf": "port=@PORT@\nlisten-adress=127.0.0.1\n"}, **FREE, shows="bad option")
refuses("bind", "named -g -c @DIR@/named.conf", "/named.conf", "named", True,
        {"named.conf": "options { directory \"@DIR@\"; lissten-on { any; }; };\n"}, shows="unknown option")
refuses("bind-zone-missing-semicolon", "named -g -c @DIR@/named.conf", "/named.conf", "named", True,
        {"named.conf": "options { directory \"@DIR@\" };\n"}, shows="missing ';'")
refuses("unbound", "unbound -d -c @DIR@/u.conf", "/u.conf", "unbound", True,
        {"u.conf": "server:\n interfase: 127.0.0.1\n"}, shows="u.conf:2")
refuses("squid", "squid -N -d1 -f @DIR@/s.conf", "/?s.conf|http_port", "squid", True,
        {"s.conf": "http_port @PORT@ nosuchoption\npid_filename none\n"}, **FREE, timeout=10, shows="FATAL|Bungled")
refuses("varnish-vcl", "varnishd -F -a 127.0.0.1:@PORT@ -f @DIR@/v.vcl -n @DIR@/v -T none", "v.vcl|VCL", "varnishd",
        True, {"v.vcl": "vcl 4.1;\nbackend b { .host = \"127.0.0.1\" }\n"}, **FREE, timeout=15,
        shows="VCL compilation failed|VCC-compiler")
refuses("postgres", "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata", "/postgresql.conf|shared_bufers",
        "/usr/lib/postgresql/15/bin/postgres", False, {"extra": "shared_bufers = 1GB\n"}, user="postgres",
        shows="unrecognized configuration parameter",
        setup="chmod 777 .; install -d -o postgres -m 700 pgdata; setpriv --reuid postgres --regid postgres --clear-groups /usr/lib/postgresql/15/bin/initdb -N -A trust -D pgdata >&2; cat extra >>pgdata/postgresql.conf")
refuses("postgres-hba", "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata -k @DIR@ -p @PORT@", "/pg_hba.conf",
        "/usr/lib/postgresql/15/bin/postgres", False, {"extra": "host all all 127.0.0.1/32 trsut\n"}, user="postgres",
        **FREE, shows="pg_hba.conf",
        setup="chmod 777 .; install -d -o postgres -m 700 pgdata; setpriv --reuid postgres --regid postgres --clear-groups /usr/lib/postgresql/15/bin/initdb -N -A trust -D pgdata >&2; cat extra >pgdata/pg_hba.conf")
refuses("php-fpm", "php-fpm8.2 -F -y @DIR@/f.conf", "/f.conf", "php-fpm8.2", True,
        {"f.conf": "[global]\nerror_log=/dev/stderr\n[www]\nuser=www-data\nlisten=127.0.0.1:@PORT@\npm=sttatic\n"},
        **FREE, shows="sttatic|invalid")
refuses("supervisor", "/usr/bin/supervisord -n -c @DIR@/s.conf", "/s.conf", "supervisord", False,
        {"s.conf": "[supervisord]\nlogfile=/dev/null\n[program:a]\nautostart=true\n"}, shows="program:a")
refuses("caddy", "caddy run --config @DIR@/Caddyfile --adapter caddyfile", "Caddyfile", "caddy", False,
        {"Caddyfile": ":@PORT@ {\n\tfile_serverr\n}\n"}, **FREE, shows="unrecognized directive",
        env={"HOME": "@DIR@"})
refuses("prometheus",
        "prometheus --config.file=p.yml --storage.tsdb.path=@DIR@/data --web.listen-address=127.0.0.1:@PORT@",
        "p.yml", "prometheus", False, {"p.yml": "scrape_confgs: []\n"}, **FREE, shows="p.yml")
refuses("nats", "nats-server -c n.conf", "n.conf", "nats-server", False, {"n.conf": "port: abc {\n"},
        shows="n.conf|[Pp]arse")
refuses("stunnel", "stunnel4 @DIR@/st.conf", "/st.conf", "stunnel4", False,
        {"st.conf": "foreground=yes\npid=\n[a]\nacceptt=1\n"}, shows="st.conf")
refuses("tinyproxy", "tinyproxy -d -c @DIR@/t.conf", "/t.conf|syntax|line", "tinyproxy", False,
        {"t.conf": "Porrt 80\n"}, shows="line 1|[Ss]yntax")
refuses("json-python", PY + "-m json.tool c.json", "/?c.json", "", False, {"c.json": '{"a":1,}'},
        shows="Expecting property name", misleads="its words do not name the file")
refuses("json-node", "node -e 'JSON.parse(require(\"fs\").readFileSync(\"c.json\"))'", "/?c.json", "node", False,
        {"c.json": "{'a': 1}"}, shows="in JSON at", misleads="its words do not name the file")
refuses("json-empty", PY + "app.py", "/?settings.json", "", False,
        {"settings.json": "", "app.py": "import json\njson.load(open('settings.json'))\n"}, shows="Expecting value",
        also=[("data.corrupt", "path:/settings.json$", "an empty file")])
refuses("yaml-python", PY + "-c 'import yaml; yaml.safe_load(open(\"c.yaml\"))'", "/?c.yaml",
        "/usr/lib/python3/dist-packages/yaml", False, {"c.yaml": "a: 1\n\tb: 2\n"}, shows="c.yaml")
refuses("yaml-ruby", "ruby -ryaml -e 'YAML.load_file(\"c.yml\")'", "/?c.yml", "ruby", False, {"c.yml": "a: [1, 2\n"},
        shows="c.yml")
refuses("toml-python", PY + "-c 'import tomllib; tomllib.load(open(\"c.toml\", \"rb\"))'", "/?c.toml", "", False,
        {"c.toml": "a = \n"}, shows="TOMLDecodeError|Invalid value")
refuses("ini-python", PY + "-c 'import configparser; configparser.ConfigParser().read_file(open(\"c.ini\"))'",
        "/?c.ini", "", False, {"c.ini": "port = 80\n"}, shows="no section headers")
refuses("ini-key",
        PY + "-c 'import configparser as c; p = c.ConfigParser(); p.read(\"c.ini\"); p.get(\"db\", \"host\")'",
        "/?c.ini|host|db", "", False, {"c.ini": "[db]\nhosst = a\n"}, shows="No option",
        also=[("app.error", ":host", "its own words name it")])
refuses("value-python", PY + "-c 'import os; int(os.environ[\"PORT\"])'", "PORT|80/tcp", env={"PORT": "80/tcp"},
        shows="invalid literal",
        also=[("app.error", ":80/tcp", "its own words name the value"), ("config.usage", ":80/tcp", "the value is the caller's")])
refuses("port-of-node", "node -e 'require(\"http\").createServer().listen(+process.env.PORT)'", "PORT|70000", "node",
        env={"PORT": "70000"}, shows="ERR_SOCKET_BAD_PORT",
        also=[("app.error", ":70000|BAD_PORT", "its own words name the value")])
refuses("json-log", PY + "app.py", "/etc/svc/listen.yaml",
        files={"app.py": "import json, sys\nprint(json.dumps({'level': 'fatal', 'ts': 1700000000.1, 'msg': 'invalid configuration: unknown field \"lisen\" in /etc/svc/listen.yaml:3', 'caller': 'main.go:41'}), file=sys.stderr)\nsys.exit(1)\n"},
        shows="unknown field", misleads="the words are inside JSON")
refuses("shell-file", "bash start.sh", "/?(app.env|start.sh)",
        files={"start.sh": "set -e\n. ./app.env\nexec sleep 9\n", "app.env": "NAME=my app\n"},
        shows="app: command not found", misleads="it reads like a missing program",
        also=[("exec.not-found", ":^app$", "the shell's own words; quotes are what is missing")])
refuses("crontab", "crontab @DIR@/tab", "/?tab", "crontab", True, {"tab": "61 * * * * true\n"}, shows="bad minute",
        setup="mkdir -p /var/spool/cron/crontabs")
refuses("logrotate-like-perl", "perl job.pl", "/?job.conf", "", False,
        {"job.pl": "open(F, '<', 'job.conf') or die; while (<F>) { next if /^\\w+=/; die \"job.conf: line $.: parse error near '$_'\" }\n", "job.conf": "a=1\n=b\n"},
        shows="parse error")
refuses("rsyslog", "rsyslogd -N1 -f @DIR@/r.conf", "/r.conf", "rsyslogd", True,
        {"r.conf": "module(load=\"imuxsock\"\n*.* @DIR@/x\n"}, shows="r.conf")
refuses("gunicorn-config", "gunicorn -c g.py app:app", "/?g.py|nosuchoption|workers", "gunicorn", False,
        {"g.py": "bind = '127.0.0.1:@PORT@'\nworkers = 'many'\n", "app.py": "app = None\n"}, **FREE,
        shows="[Ii]nvalid value")
refuses("certificate-garbage-nginx", "nginx -c @DIR@/nginx.conf", "/(site.pem|nginx.conf)", "nginx", True,
        {"site.pem": "not a certificate\n", "nginx.conf": NGINX + "server { listen 127.0.0.1:@PORT@ ssl; ssl_certificate @DIR@/site.pem; ssl_certificate_key @DIR@/site.pem; } }\n"},
        **FREE, shows="PEM", also=[("data.corrupt", "path:/site.pem", "the file is no certificate")])

# not told
case("env-python", "config.env-missing", "env:^DATABASE_URL$", PY + "-c 'import os; os.environ[\"DATABASE_URL\"]'",
     shows="KeyError: 'DATABASE_URL'", fast=True)
case("env-bash-unbound", "config.env-missing", "env:^DATABASE_URL$", "bash start.sh",
     files={"start.sh": "set -u\nfor f in /etc/apprc ~/.apprc; do [ -r $f ] && . $f; done\necho \"$DATABASE_URL\"\n"},
     shows="unbound variable", misleads="optional files are missing, too", fast=True)
case("env-sh-question-mark", "config.env-missing", "env:^API_TOKEN$", "sh -c ': ${API_TOKEN:?must be set}'",
     shows="API_TOKEN")
case("env-node", "config.env-missing", "env:^API_KEY$", "node app.js", needs=("node",),
     files={"app.js": "if (!process.env.API_KEY) { console.error('Error: API_KEY is required'); process.exit(1) }\n"},
     shows="API_KEY is required")
case("env-ruby", "config.env-missing", "env:^SECRET_KEY_BASE$", "ruby -e 'ENV.fetch(\"SECRET_KEY_BASE\")'",
     needs=("ruby",), shows="SECRET_KEY_BASE")
case("env-perl", "config.env-missing", "env:^ORACLE_HOME$",
     "perl -e 'die \"ORACLE_HOME is not set\\n\" unless $ENV{ORACLE_HOME}'", shows="ORACLE_HOME is not set")
case("env-php", "config.env-missing", "env:^APP_KEY$",
     "php -r 'getenv(\"APP_KEY\") or throw new RuntimeException(\"Environment variable APP_KEY is missing\");'",
     needs=("php",), shows="APP_KEY")
case("env-java-home", "config.env-missing", "env:^JAVA_HOME$", "bash catalina.sh",
     files={"catalina.sh": "if [ -z \"$JAVA_HOME\" ]; then\n  echo 'Neither the JAVA_HOME nor the JRE_HOME environment variable is defined' >&2\n  echo 'At least one of these environment variable is needed to run this program' >&2\n  exit 1\nfi\n"},
     shows="JAVA_HOME", also=[("config.env-missing", "env:^JRE_HOME$", "its words name both, and either will do")])
case("env-entrypoint", "config.env-missing", "env:(MARIADB|MYSQL)_ROOT_PASSWORD", "bash entry.sh",
     shows="ROOT_PASSWORD",
     files={"entry.sh": "[ -n \"$MARIADB_ROOT_PASSWORD\" ] || { echo '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified' >&2; echo '    You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD' >&2; exit 1; }\n"})
case("env-home-python", "config.env-missing", "env:^HOME$",
     PY + "-c 'import os; os.path.join(os.getenv(\"HOME\"), \".app\")'", env={"HOME": None}, shows="TypeError",
     misleads="a TypeError names no variable",
     also=[("app.error", ":NoneType", "the program's own words are all that it says")])
case("env-home-silent-c", "config.env-missing", "env:^HOME$", "./mailer", env={"HOME": None}, shows="SIGSEGV",
     misleads="a segmentation fault",
     c={"mailer": '#include <stdlib.h>\n#include <string.h>\nint main(){return strlen(getenv("HOME"))==0;}'},
     also=[("crash.segfault", "signal:SIGSEGV", "nothing outside of the program tells which variable")])
case("env-display-xterm", "config.env-missing", "env:^DISPLAY$", "xterm", needs=("xterm",),
     shows="DISPLAY is not set|Can.t open display")
case("env-display-gtk", "config.env-missing", "env:^DISPLAY$", "zenity --info", needs=("zenity",),
     shows="cannot open display", misleads="it asks for Wayland's socket and Broadway's first")
case("env-display-xclock", "config.env-missing", "env:^DISPLAY$", "xclock", needs=("xclock",),
     shows="Can.t open display")
case("env-display-tk", "config.env-missing", "env:^DISPLAY$", PY + "-c 'import tkinter; tkinter.Tk()'",
     needs=("/usr/lib/python3.11/lib-dynload/_tkinter.cpython-311-x86_64-linux-gnu.so",), shows="no display name")
case("no-terminal", "device.unavailable", ":", "tmux", needs=("tmux",), shows="not a terminal",
     also=[("app.error", ":not a terminal", "its own words name it"), ("config.env-missing", "env:^TERM$", "that is not set, either")])
case("env-bus", "config.env-missing", "env:^(DISPLAY|DBUS_SESSION_BUS_ADDRESS)$",
     "dbus-send --session --print-reply --dest=org.x /x org.x.y", needs=("dbus-send",), shows="X11|autolaunch",
     env={"HOME": "@DIR@"})
case("env-runtime-folder", "config.env-missing", "env:^XDG_RUNTIME_DIR$",
     PY + "-c 'import os, sys; os.environ.get(\"XDG_RUNTIME_DIR\") or sys.exit(\"error: XDG_RUNTIME_DIR is invalid or not set in the environment.\")'",
     shows="XDG_RUNTIME_DIR")
case("usage-ls", "config.usage", ":", "ls --nosuchoption", shows="unrecognized option", fast=True)
case("usage-nginx", "config.usage", ":", "nginx -z", needs=("nginx",), shows="invalid option")
case("usage-node", "config.usage", ":", "node --nosuchoption app.js", needs=("node",), shows="bad option")
case("usage-java", "config.usage", ":", "java -XX:+NoSuchThing -version", needs=("java",),
     shows="Unrecognized VM option")
case("usage-java-agent", "config.usage", ":", "java -Xmx12parsecs -version", needs=("java",),
     shows="Invalid maximum heap size")
case("usage-git", "config.usage", ":", "git statsu", needs=("git",), shows="is not a git command")
case("usage-argparse", "config.usage", ":", PY + "app.py",
     files={"app.py": "import argparse\np = argparse.ArgumentParser(); p.add_argument('--config', required=True); p.parse_args()\n"},
     shows="required: --config", fast=True)
case("usage-postgres", "config.usage", ":", "/usr/lib/postgresql/15/bin/postgres", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/postgres",), shows="does not know where to find",
     also=[("config.env-missing", "env:^PGDATA$", "its own words offer that, too")])
case("usage-curl", "config.usage", ":", "curl --nosuch http://127.0.0.1/", needs=("curl",), shows="is unknown")
case("usage-sshd", "config.usage", ":", "sshd -D", needs=("sshd",), shows="absolute path",
     misleads="it is found: it wants to be called by its whole name",
     also=[("app.error", ":absolute path", "its own words name it")])
case("usage-haproxy", "config.usage", ":", "haproxy -Z", needs=("haproxy",), shows="[Uu]sage")
case("usage-python-option", "config.usage", ":", "/usr/bin/python3 -Z app.py", shows="[Uu]nknown option")
case("usage-redis", "config.usage", ":", "redis-server --bogus-option 1 --port @PORT@", needs=("redis-server",),
     **FREE, shows="Bad directive", also=[("config.invalid", ":", "redis reads its words as a configuration")])
