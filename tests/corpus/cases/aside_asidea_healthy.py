"""Servers, clients and daemons that start well, however it looks."""

from case import healthy

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
BY_DESIGN = "its exit status is an answer, which only who knows the program can tell from a failure: then no cause may be named"
ANSWER = [("app.error", ":", BY_DESIGN)]
BUS = "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig><type>session</type><listen>unix:path=@DIR@/bus</listen><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n"

healthy("knot", "running", "knotd -c @DIR@/knot.conf", needs=("knotd", "root"), **FREE,
        files={"knot.conf": "server:\n    listen: 127.0.0.1@@PORT@\n    rundir: @DIR@\ndatabase:\n    storage: @DIR@\nlog:\n  - target: stderr\n    any: info\nzone:\n  - domain: shop.example\n    file: @DIR@/none.zone\n"})
healthy("nsd-in-background", "either", "nsd -c @DIR@/nsd.conf", needs=("nsd", "root"), **FREE,
        files={"nsd.conf": "server:\n  ip-address: 127.0.0.1@@PORT@\n  username: nobody\n  chroot: \"\"\n  pidfile: \"@DIR@/pid\"\n  zonesdir: \"@DIR@\"\n  xfrdfile: \"@DIR@/x\"\n  zonelistfile: \"@DIR@/z\"\n  database: \"\"\n  logfile: \"@DIR@/nsd.log\"\nremote-control:\n  control-enable: no\n"}, setup="chmod 777 .")
healthy("pdns-recursor", "running", "pdns_recursor --config-dir=@DIR@ --socket-dir=@DIR@ --daemon=no --local-address=127.0.0.1 --local-port=@PORT@", needs=("pdns_recursor", "root"), **FREE)
healthy("radvd-grumbling", "running", "radvd -n -m stderr -C @DIR@/radvd.conf -p @DIR@/pid", needs=("radvd", "root"), timeout=4,
        files={"radvd.conf": "interface lo {\n  IgnoreIfMissing on;\n  AdvSendAdvert off;\n};\n"})
healthy("openvpn-peer-silent", "running", "openvpn --config office.conf", needs=("openvpn", "root"), **FREE, timeout=5, setup="openvpn --genkey secret static.key >&2; chmod 600 static.key",
        files={"office.conf": "dev null\nsecret static.key\nlocal 127.0.0.1\nremote 127.0.0.1 9\nlport @PORT@\ncipher AES-256-CBC\nifconfig-noexec\nping 1\n"})
healthy("tor-without-network", "running", "tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor", "root"), **FREE, timeout=6, files={"torrc": "SocksPort 127.0.0.1:@PORT@\nDataDirectory @DIR@/data\n"})
healthy("ngircd", "running", "ngircd -n -f @DIR@/ng.conf", needs=("ngircd", "root"), **FREE, files={"ng.conf": "[Global]\nName = irc.shop.example\nInfo = x\nListen = 127.0.0.1\nPorts = @PORT@\nServerUID = nobody\nServerGID = nogroup\n[Options]\nPAM = no\n"})
healthy("coturn-without-certificate", "running", "turnserver -n --listening-ip=127.0.0.1 -p @PORT@ --log-file=stdout --pidfile=@DIR@/pid --realm=x --no-cli --userdb=@DIR@/turndb", needs=("turnserver",), **FREE, timeout=5)
healthy("gearmand-log-to-stderr", "running", "gearmand -L 127.0.0.1 -p @PORT@ -l /var/log/gearmanx/g.log", needs=("gearmand", "root"), **FREE, timeout=5)
healthy("node-exporter", "running", "prometheus-node-exporter --web.listen-address=127.0.0.1:@PORT@", needs=("prometheus-node-exporter",), **FREE)
healthy("zabbix-agent", "running", "zabbix_agentd -f -c @DIR@/z.conf", needs=("zabbix_agentd", "root"), **FREE, timeout=5,
        files={"z.conf": "PidFile=@DIR@/pid\nLogType=console\nServer=127.0.0.1\nServerActive=127.0.0.1:@PORT@\nListenIP=127.0.0.1\nListenPort=10050\nAllowRoot=1\nHostname=x\n"})
healthy("snmpd-complaining-about-mibs", "running", "snmpd -f -Le -C -c @DIR@/snmpd.conf -p @DIR@/pid udp:127.0.0.1:@PORT@", needs=("snmpd", "root"), **FREE, timeout=6, files={"snmpd.conf": "rocommunity public 127.0.0.1\n"})
healthy("icecast", "running", "icecast2 -c @DIR@/ice.xml", needs=("icecast2", "root"), **FREE, user="nobody", setup="chmod 777 .",
        files={"ice.xml": "<icecast><hostname>localhost</hostname><authentication><source-password>a</source-password><admin-password>b</admin-password></authentication><listen-socket><port>@PORT@</port><bind-address>127.0.0.1</bind-address></listen-socket><paths><logdir>@DIR@</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths></icecast>\n"})
healthy("cups", "running", "cupsd -f -c @DIR@/cupsd.conf -s @DIR@/cups-files.conf", needs=("cupsd", "root"), **FREE, timeout=5,
        files={"cupsd.conf": "Listen 127.0.0.1:@PORT@\n", "cups-files.conf": "ErrorLog stderr\nAccessLog stderr\nServerRoot @DIR@\nRequestRoot @DIR@/spool\nCacheDir @DIR@/cache\nStateDir @DIR@/state\n"})
healthy("transmission", "running", "transmission-daemon -f -g @DIR@/conf -p @PORT@ -r 127.0.0.1", needs=("transmission-daemon", "root"), **FREE, timeout=6)
healthy("aria2-rpc", "running", "aria2c --enable-rpc --rpc-listen-port=@PORT@ --no-conf", needs=("aria2c",), **FREE, timeout=4)
healthy("rsync-daemon-in-background", "either", "rsync --daemon --config=@DIR@/rsyncd.conf", needs=("rsync", "root"), **FREE,
        files={"rsyncd.conf": "log file = @DIR@/rsyncd.log\npid file = @DIR@/pid\nport = @PORT@\naddress = 127.0.0.1\n"})
healthy("svnserve", "running", "svnserve -d --foreground --listen-host 127.0.0.1 --listen-port @PORT@ -r @DIR@", needs=("svnserve",), **FREE)
healthy("hg-serve-in-background", "either", "hg serve -d -R repo -a 127.0.0.1 -p @PORT@ --pid-file pid -E e.log -A a.log", needs=("hg",), **FREE, setup="hg init repo")
healthy("pgbouncer-database-down", "running", "pgbouncer @DIR@/p.ini", needs=("pgbouncer", "root"), user="nobody", **FREE,
        files={"p.ini": "[databases]\nshop = host=127.0.0.1 port=1 dbname=shop\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = @PORT@\nauth_type = any\nunix_socket_dir =\n"})
healthy("xvfb", "running", "Xvfb :81 -nolisten tcp", needs=("Xvfb", "root"), timeout=6)
healthy("xvfb-run", "exited", "xvfb-run -n 82 xset q", needs=("xvfb-run", "/usr/bin/xset", "root"))
healthy("dbus-session", "running", "dbus-daemon --config-file=@DIR@/bus.conf --nofork --nopidfile", needs=("dbus-daemon",), files={"bus.conf": BUS}, timeout=4)
healthy("uvicorn", "running", "uvicorn --port @PORT@ shop:app", needs=("uvicorn",), **FREE, files={"shop.py": "async def app(scope, receive, send):\n    pass\n"})
DJANGO = "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
healthy("django-with-reloader", "running", PY + "manage.py runserver 127.0.0.1:@PORT@", needs=("/usr/lib/python3/dist-packages/django",), **FREE, timeout=9,
        files={"manage.py": DJANGO, "settings.py": "SECRET_KEY = 'x'\nDEBUG = True\nROOT_URLCONF = 'settings'\nurlpatterns = []\nUSE_TZ = True\n"})
healthy("puma", "running", "puma -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma",), **FREE, files={"config.ru": "run ->(env) { [200, {}, ['']] }\n"}, timeout=9)
healthy("starman-workers", "running", "starman --listen 127.0.0.1:@PORT@ --workers 2 app.psgi", needs=("starman",), **FREE, files={"app.psgi": "sub { [200, [], ['']] };\n"}, timeout=9)
healthy("hypnotoad-in-background", "either", "hypnotoad app.pl", needs=("hypnotoad",), **FREE, timeout=9,
        files={"app.pl": "use Mojolicious::Lite;\napp->config(hypnotoad => {listen => ['http://127.0.0.1:@PORT@'], workers => 1});\nget '/' => {text => 'ok'};\napp->start;\n"})
healthy("radicale", "running", "radicale --server-hosts 127.0.0.1:@PORT@ --storage-filesystem-folder @DIR@/c --auth-type none", needs=("radicale",), **FREE)
healthy("fail2ban", "running", "fail2ban-server -f -c @DIR@/f2b -s @DIR@/f.sock -p @DIR@/f.pid --logtarget stderr start", needs=("fail2ban-server", "root"), timeout=6, setup="cp -r /etc/fail2ban f2b; rm -f f2b/jail.d/*")
healthy("atd", "running", "atd -f", needs=("atd", "root"), timeout=3)
healthy("runit-service-fails-twice", "running", "runsv web", needs=("runsv",), timeout=7,
        files={"web/run": ("#!/bin/sh\n[ -e ready ] || { echo x >>tries; [ $(wc -l <tries) -lt 2 ] || touch ready; echo 'web: database not there yet' >&2; exit 1; }\nexec sleep 99\n", 0o755)})
healthy("s6-service", "running", "s6-svscan scan", needs=("s6-svscan",), timeout=5, files={"scan/web/run": ("#!/bin/sh\nexec sleep 99\n", 0o755)})
healthy("anacron-nothing-due", "exited", "anacron -d -n -t @DIR@/tab -S @DIR@/spool", needs=("anacron", "root"), setup="mkdir spool; date +%Y%m%d >spool/backup", files={"tab": "7 5 backup /bin/false\n"})
healthy("at-without-atd", "exited", "bash -c 'echo true | at now + 1 hour'", needs=("atd", "root"), setup="rm -f /run/atd.pid")
healthy("logrotate-debug", "exited", "logrotate -d -s @DIR@/state @DIR@/shop.rotate", needs=("logrotate", "root"), files={"shop.rotate": "/var/log/nosuch/*.log {\n  missingok\n  rotate 2\n}\n"})
healthy("dig-no-such-name", "exited", "dig +tries=1 +timeout=1 @127.0.0.53 nosuch.shop.example", needs=("dig", "root"))
healthy("ldapsearch-no-such-entry", "exited", "ldapsearch -x -H ldap://127.0.0.1:@PORT@ -b cn=nobody,dc=shop", needs=("ldapsearch", "slapd", "root"), **FREE, also=ANSWER, setup="mkdir db",
        files={"slapd.conf": "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=shop\ndirectory @DIR@/db\n"},
        helpers=(("exec slapd -d 0 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", "port:@PORT@"),))
healthy("git-diff-with-status", "exited", "git -C repo diff --exit-code", needs=("git",), also=ANSWER, setup="git init -q repo; echo a >repo/a; git -C repo add a; echo b >repo/a")
healthy("borg-first-access-answered", "exited", "borg list repo", needs=("borg",), env={"BORG_BASE_DIR": "@DIR@", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}, setup="BORG_BASE_DIR=/tmp/other borg init -e none repo")
healthy("fetchmail-nothing-new", "exited", "fetchmail -f @DIR@/rc --nosyslog", needs=("fetchmail",), also=ANSWER, **FREE,
        setup="chmod 600 rc", files={"rc": "poll 127.0.0.1 service @PORT@ proto pop3 auth password user a password b sslproto ''\n",
               "pop3.py": "import socket\ns = socket.create_server(('127.0.0.1', @PORT@))\nwhile True:\n    c, _ = s.accept()\n    f = c.makefile('rwb', 0)\n    f.write(b'+OK pop3\\r\\n')\n    for line in f:\n        word = line.split()[0].upper()\n        f.write({b'CAPA': b'-ERR\\r\\n', b'STAT': b'+OK 0 0\\r\\n'}.get(word, b'+OK\\r\\n'))\n        if word == b'QUIT':\n            break\n    c.close()\n"},
        helpers=(("exec python3 pop3.py", "port:@PORT@"),))
healthy("git-locale-not-there", "exited", "git -C repo log --oneline", needs=("git",), env={"LANGUAGE": "de", "LC_ALL": "de_DE.UTF-8"}, setup="git init -q repo; git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x")
healthy("collectd-missing-sensors", "running", "collectd -f -C @DIR@/c.conf", needs=("collectd", "root"), timeout=5,
        files={"c.conf": "BaseDir \"@DIR@\"\nPIDFile \"@DIR@/pid\"\nTypesDB \"/usr/share/collectd/types.db\"\nInterval 1\nLoadPlugin load\nLoadPlugin battery\nLoadPlugin entropy\nLoadPlugin thermal\n"})
healthy("opendkim", "running", "opendkim -f -x @DIR@/dkim.conf", needs=("opendkim", "openssl", "root"), **FREE, setup="openssl genrsa -out mail.private 2048 2>/dev/null; chmod 600 mail.private; chown opendkim mail.private",
        files={"dkim.conf": "Domain shop.example\nSelector mail\nKeyFile @DIR@/mail.private\nSocket inet:@PORT@@127.0.0.1\nSyslog no\nUserID opendkim\n"})
