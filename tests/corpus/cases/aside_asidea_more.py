"""Servers and clients that fail in a way that is neither a file nor a line of their settings."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
HANG = {"timeout": 4}
SILENT = ("python3 -uc 'import socket; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); c = [s.accept()[0] for _ in range(99)]'", "line")
CLOSES = ("python3 -uc 'import socket, struct; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1)\nwhile True:\n  c = s.accept()[0]; c.setsockopt(1, 13, struct.pack(\"ii\", 1, 0)); c.close()'", "line")
TLS = ("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=shop.example -keyout k.pem -out c.pem 2>/dev/null; exec openssl s_server -accept 127.0.0.1:@PORT@ -key k.pem -cert c.pem -www", "port:@PORT@")
PEER = "port|address|process|host|text:@PORT@"
FULL = "mkdir full; mount -t tmpfs -o size=64k tmpfs full"
SLAPD = "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=shop\ndirectory @DIR@/db\n"

# nobody answers, or not so
case("hang-svn", "hang.network", PEER, "svn log --non-interactive svn://127.0.0.1:@PORT@/shop", needs=("svnserve",), **FREE, helpers=(SILENT,), **HANG, shows="connect")
case("hang-ldapsearch", "hang.network", PEER, "ldapsearch -x -H ldap://127.0.0.1:@PORT@ -b dc=shop", needs=("ldapsearch",), **FREE, helpers=(SILENT,), **HANG, shows="connect")
case("hang-git-clone", "hang.network", PEER, "git clone git://127.0.0.1:@PORT@/shop.git", needs=("git",), **FREE, helpers=(SILENT,), **HANG, shows="connect", misleads="a pipe to a child is all that the first process reads")
case("hang-rsync", "hang.network", PEER, "nice rsync -a rsync://127.0.0.1:@PORT@/data/ copy/", needs=("rsync",), **FREE, helpers=(SILENT,), **HANG, shows="connect")
case("hang-swaks", "hang.network", PEER, "swaks --to a@shop.example --server 127.0.0.1:@PORT@", needs=("swaks",), **FREE, helpers=(SILENT,), **HANG, shows="connect")
case("dig-silent", "connect.timeout", "port|address|host:(@PORT@|127.0.0.1)", "dig +tries=1 +timeout=1 -p @PORT@ @127.0.0.1 shop.example", needs=("dig",), **FREE,
     helpers=(("python3 -uc 'import socket, signal; s = socket.socket(2, 2); s.bind((\"127.0.0.1\", @PORT@)); print(1); signal.pause()'", "line"),),
     shows="timed out", also=[("dns.failure", ":(127.0.0.1|shop.example)", "a name server that does not answer")])
case("hang-keygen-overwrite", "hang.input", ":", "ssh-keygen -q -t ed25519 -N '' -f key", needs=("ssh",), stdin="open", setup="ssh-keygen -q -t ed25519 -N '' -f key", **HANG, shows="Overwrite|read\\(0")
case("borg-question-without-input", "app.error", "text|path|env:(previously unknown|[Aa]bort|continue|repo)", "borg list repo", needs=("borg",), env={"BORG_BASE_DIR": "@DIR@"}, setup="BORG_BASE_DIR=/tmp/other borg init -e none repo",
     shows="previously unknown unencrypted repository", misleads="its last words: Cache, or information obtained from the security directory is invalid, aborting",
     also=[("config.env-missing", "env:BORG_UNKNOWN", "the variable that answers the question"), ("hang.input", ":", "nobody answers its question"), ("data.incompatible", ":repo", "borg does not know it")])
case("ldapsearch-name", "dns.failure", "host:^ldap.shop.internal$", "ldapsearch -x -H ldap://ldap.shop.internal -b dc=shop", needs=("ldapsearch", "root"), shows="ldap.shop.internal", misleads="its words: Can't contact LDAP server (-1)")
case("openvpn-name", "dns.failure", "host:^vpn.shop.internal$", "openvpn --config client.conf", needs=("openvpn", "root"), timeout=6, setup="openvpn --genkey secret static.key >&2; chmod 600 static.key",
     files={"client.conf": "dev null\nsecret static.key\nremote vpn.shop.internal 1194\nnobind\ncipher AES-256-CBC\n"}, shows="vpn.shop.internal", misleads="it tries again for ever")
case("git-name-in-german", "dns.failure", "host:^git.shop.internal$", "git clone https://git.shop.internal/shop.git", needs=("git", "root"), env={"LANGUAGE": "de"}, shows="git.shop.internal")
case("svn-name-server-silent", "dns.failure", "host:^svn.shop.internal$|127.0.0.53", "svn log --non-interactive svn://svn.shop.internal/shop", needs=("svnserve", "root"), dns="silent", shows="svn.shop.internal")
case("rsync-name", "dns.failure", "host:^backup.shop.internal$", "ionice -c3 rsync -a /etc/hostname rsync://backup.shop.internal/daily/", needs=("rsync", "root"), shows="backup.shop.internal")
case("rsync-unreachable", "connect.unreachable", "port|address|host:198.51.100.7", "rsync -a --contimeout=2 /etc/hostname rsync://198.51.100.7/daily/", needs=("rsync", "root"), shows="ENETUNREACH")
case("ssh-reset", "connect.reset", "port|address|process:@PORT@", "ssh -o BatchMode=yes -p @PORT@ root@127.0.0.1 true", needs=("ssh",), **FREE, helpers=(CLOSES,), shows="ECONNRESET|reset by peer", misleads="its words: kex_exchange_identification")
case("svn-reset", "connect.reset", "port|address|process:@PORT@", "svn log --non-interactive svn://127.0.0.1:@PORT@/shop", needs=("svnserve",), **FREE, helpers=(CLOSES,), shows="ECONNRESET|reset by peer|closed unexpectedly", env={"LANGUAGE": "fr"})
case("git-certificate", "connect.tls", ":", "git clone https://127.0.0.1:@PORT@/shop.git", needs=("git", "openssl"), **FREE, helpers=(TLS,), shows="certificate")
case("wget-certificate-german", "connect.tls", ":", "wget -O x https://127.0.0.1:@PORT@/", needs=("wget", "openssl"), **FREE, helpers=(TLS,), env={"LANGUAGE": "de"}, shows="[Zz]ertifikat")
case("ldaps-against-plain", "connect.tls", ":", "ldapsearch -x -H ldaps://127.0.0.1:@PORT@ -b dc=shop", needs=("ldapsearch", "slapd", "root"), **FREE, files={"slapd.conf": SLAPD}, setup="mkdir db", env={"LDAPTLS_REQCERT": "demand"},
     helpers=(("exec slapd -d 0 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", "port:@PORT@"),), shows="Can't contact LDAP server", misleads="the connection stands; its words: Can't contact LDAP server",
     also=[("connect.reset", ":", "the server closes what it does not understand"), ("app.error", ":LDAP", "its own words")])
case("msmtp-certificate", "connect.tls", ":", "msmtp -C @DIR@/msmtprc root@shop.example", needs=("msmtp", "openssl"), **FREE, helpers=(TLS,), shows="certificate",
     files={"msmtprc": ("account default\nhost 127.0.0.1\nport @PORT@\ntls on\ntls_starttls off\nfrom a@shop.example\n", 0o600)})
case("git-asks-for-a-name", "connect.auth", ":", "git clone http://127.0.0.1:@PORT@/shop.git", needs=("git",), **FREE, shows="could not read Username",
     helpers=(("python3 -uc 'import http.server\nclass H(http.server.BaseHTTPRequestHandler):\n  def do_GET(self):\n    self.send_response(401); self.send_header(\"WWW-Authenticate\", \"Basic realm=git\"); self.end_headers()\nhttp.server.HTTPServer((\"127.0.0.1\", @PORT@), H).serve_forever()'", "port:@PORT@"),),
     misleads="its words: No such device or address", also=[("device.unavailable", "device|path:/dev/tty", "there is no terminal to ask at")])
case("fetchmail-password", "connect.auth", ":", "fetchmail -f @DIR@/rc --nosyslog", needs=("fetchmail",), **FREE, setup="chmod 600 rc", shows="[Aa]uthorization failure|Authentication failed",
     files={"rc": "poll 127.0.0.1 service @PORT@ proto pop3 auth password user a password b sslproto ''\n",
            "pop3.py": "import socket\ns = socket.create_server(('127.0.0.1', @PORT@))\nwhile True:\n    c, _ = s.accept()\n    f = c.makefile('rwb', 0)\n    f.write(b'+OK pop3\\r\\n')\n    for line in f:\n        word = line.split()[0].upper()\n        f.write(b'+OK\\r\\n' if word in (b'USER', b'QUIT') else b'-ERR [AUTH] invalid login\\r\\n')\n        if word == b'QUIT':\n            break\n    c.close()\n"},
     helpers=(("exec python3 pop3.py", "port:@PORT@"),))

# ports and addresses
case("rsync-privileged", "port.privileged", "port::873$", "rsync --daemon --no-detach --config=@DIR@/rsyncd.conf", needs=("rsync", "root"), user="nobody", files={"rsyncd.conf": "use chroot = no\n"}, shows="EACCES|Permission denied")
case("dnsmasq-privileged-german", "port.privileged", "port:(:|^)53$", "dnsmasq -k -C /dev/null --port=53 --listen-address=127.0.0.2 --bind-interfaces --pid-file=", needs=("dnsmasq", "root"), user="nobody", env={"LANGUAGE": "de"}, shows="EACCES",
     also=[("security.capability", "capability:.", "as nobody it may not do the rest either")])
case("puma-address", "address.not-available", "address|port:192.0.2.7", "puma -b tcp://192.0.2.7:@PORT@ config.ru", needs=("puma", "root"), **FREE, files={"config.ru": "run ->(env) { [200, {}, ['']] }\n"}, shows="EADDRNOTAVAIL|Cannot assign")
case("slapd-address", "address.not-available", "address|port:192.0.2.7", "slapd -d 256 -h ldap://192.0.2.7:@PORT@ -f @DIR@/slapd.conf", needs=("slapd", "root"), **FREE, files={"slapd.conf": SLAPD}, setup="mkdir db", shows="EADDRNOTAVAIL|Cannot assign")
case("hitch-address", "address.not-available", "address|port:192.0.2.7", "hitch --config=@DIR@/hitch.conf", needs=("hitch", "openssl", "root"), **FREE, setup="openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out c.pem 2>/dev/null; cat k.pem c.pem >site.pem",
     files={"hitch.conf": "frontend = \"[192.0.2.7]:@PORT@\"\nbackend = \"[127.0.0.1]:1\"\npem-file = \"@DIR@/site.pem\"\nuser = \"nobody\"\n"}, shows="EADDRNOTAVAIL|Cannot assign")
case("coturn-port", "port.in-use", "port:127.0.0.1:@PORT@", "turnserver -n --listening-ip=127.0.0.1 -p @PORT@ --log-file=stdout --pidfile=@DIR@/pid --realm=x --no-cli --userdb=@DIR@/turndb", needs=("turnserver",), **TAKEN, shows="EADDRINUSE", timeout=6)
case("aria2-rpc-port", "port.in-use", "port::@PORT@$", "aria2c --enable-rpc --rpc-listen-port=@PORT@ --no-conf --disable-ipv6=true", needs=("aria2c", "root"), holds={"PORT": "everywhere"}, shows="EADDRINUSE", env={"LANGUAGE": "de"})
case("icecast-port-in-its-log", "port.in-use", "port:127.0.0.1:@PORT@", "icecast2 -c @DIR@/ice.xml", needs=("icecast2", "root"), user="nobody", **TAKEN, setup="chmod 777 .", shows="EADDRINUSE", misleads="on the terminal warnings about other things; the reason is in its log",
     files={"ice.xml": "<icecast><hostname>localhost</hostname><authentication><source-password>a</source-password><admin-password>b</admin-password></authentication><listen-socket><port>@PORT@</port><bind-address>127.0.0.1</bind-address></listen-socket><paths><logdir>@DIR@</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths><logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog></logging></icecast>\n"})
case("spawn-fcgi-socket", "port.in-use", "path:/app.sock$", "spawn-fcgi -n -s @DIR@/app.sock -- /bin/cat", needs=("spawn-fcgi",), helpers=(("python3 -uc 'import socket, signal; s = socket.socket(1); s.bind(\"app.sock\"); s.listen(); print(1); signal.pause()'", "line"),),
     shows="app.sock", misleads="no bind fails: it asks by connecting")
case("starman-port", "port.in-use", "port:127.0.0.1:@PORT@", "starman --listen 127.0.0.1:@PORT@ --workers 1 app.psgi", needs=("starman",), **TAKEN, files={"app.psgi": "sub { [200, [], ['']] };\n"}, shows="EADDRINUSE", timeout=8)
case("django-port", "port.in-use", "port:127.0.0.1:@PORT@", PY + "manage.py runserver 127.0.0.1:@PORT@", needs=("/usr/lib/python3/dist-packages/django",), **TAKEN, timeout=8,
     files={"manage.py": "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n", "settings.py": "SECRET_KEY = 'x'\nDEBUG = True\nROOT_URLCONF = 'settings'\nurlpatterns = []\n"},
     shows="That port is already in use", misleads="a watcher starts the server a second time: the child fails")

# somebody was here before
case("apt-lock", "file.locked", "path:^/var/lib/dpkg/lock-frontend$", "apt-get -y install --reinstall hostname", needs=("root",), helpers=(("/usr/bin/python3 -uc 'import fcntl, signal; f = open(\"/var/lib/dpkg/lock-frontend\", \"w\"); fcntl.lockf(f, fcntl.LOCK_EX); print(1); signal.pause()'", "line"),),
     shows="Could not get lock", env={"DEBIAN_FRONTEND": "noninteractive"})
case("tor-second", "file.locked", "path:/data(/lock)?$", "tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor", "root"), setup="mkdir -m 700 data", files={"torrc": "SocksPort 0\nDataDirectory @DIR@/data\nDisableNetwork 1\n"},
     helpers=(("exec flock -n data/lock bash -c 'echo locked; exec sleep 60'", "line"),), shows="another Tor process|EAGAIN", timeout=9)
case("dovecot-stale-pid", "file.stale-lock", "path:/run/master.pid$", "dovecot -F -c @DIR@/d.conf", needs=("dovecot", "root"), setup="mkdir -p run; sleep 60 & echo $! >run/master.pid", files={"d.conf": "base_dir = @DIR@/run\nprotocols =\nssl = no\nlog_path = /dev/stderr\n"},
     shows="already running", misleads="the process of that number lives: it is another program")
case("squid-stale-pid", "file.stale-lock", "path:/squid.pid$", "squid -N -d1 -f @DIR@/s.conf", needs=("squid", "root"), **FREE, timeout=9, setup="sleep 60 & echo $! >squid.pid; chmod 777 .",
     files={"s.conf": "http_port 127.0.0.1:@PORT@\npid_filename @DIR@/squid.pid\ncache_log /dev/stderr\ncache_access_log none\nvisible_hostname x\n"}, shows="already running", misleads="the process of that number lives: it is another program")
case("git-clone-over-german", "file.already-exists", "path|text:/?shop\\b", "git clone @DIR@/from shop", needs=("git",), setup="git init -q --bare from; mkdir shop; echo a >shop/a", env={"LANGUAGE": "de"}, shows="existiert bereits", misleads="no call fails")
case("borg-init-twice", "file.already-exists", "path:/repo$", "borg init -e none repo", needs=("borg",), setup="BORG_BASE_DIR=/tmp/o borg init -e none repo", env={"BORG_BASE_DIR": "@DIR@"}, shows="already exists")
case("umount-busy", "file.busy", "path:/mnt$", "umount @DIR@/mnt", needs=("root",), setup="mkdir mnt; mount -t tmpfs tmpfs mnt; (cd mnt; exec sleep 60) &", shows="EBUSY")
case("ssh-control-path", "file.name-too-long", ":", "ssh -o BatchMode=yes -o ControlMaster=auto -o ControlPath=@DIR@/" + "c" * 90 + "/%r@%h:%p -p @PORT@ root@127.0.0.1", needs=("ssh",), **FREE, shows="too long",
     also=[("config.invalid", ":ControlPath|too long", "the option is what makes it too long"), ("config.usage", ":ControlPath|too long", "the option is the caller's")])
case("dnsmasq-link-loop", "file.symlink-loop", "path:/conf.d/(own|a).conf$|/own.conf$", "dnsmasq -k --port=0 -C @DIR@/own.conf", needs=("dnsmasq",), setup="ln -s own.conf a.conf; ln -s a.conf own.conf", shows="ELOOP")
case("tor-data-is-a-file", "file.not-a-directory", "path:/data$", "tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor",), files={"torrc": "SocksPort 0\nDataDirectory @DIR@/data\nDisableNetwork 1\n", "data": ""}, shows="data is not a directory|ENOTDIR")
case("prometheus-mounted-folder", "file.is-a-directory", "path:/prometheus.yml$", "prometheus --config.file=@DIR@/prometheus.yml --storage.tsdb.path=@DIR@/data --web.listen-address=127.0.0.1:@PORT@", needs=("prometheus",), **FREE, setup="mkdir prometheus.yml", shows="is a directory")

# full, read-only, too little
case("rsync-full", "disk.full", "path:/full", "rsync -a big @DIR@/full/", needs=("rsync", "root"), setup=FULL + "; head -c 300000 /dev/zero >big", shows="ENOSPC", misleads="its last words: error in file IO (code 11)")
case("git-full-german", "disk.full", "path:/full", "git clone -q from @DIR@/full/shop", needs=("git", "root"), setup=FULL + "; git init -q from; head -c 300000 /dev/urandom >from/a; git -C from add a; git -C from -c user.name=a -c user.email=a@b commit -qm x", env={"LANGUAGE": "de"}, shows="ENOSPC")
case("tor-full", "disk.full", "path:/full", "tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor", "root"), setup=FULL + "; chmod 700 full; head -c 99999 /dev/zero >full/x || true", files={"torrc": "SocksPort 0\nORPort 127.0.0.1:9001\nDataDirectory @DIR@/full\nDisableNetwork 1\nNickname x\nAddress 127.0.0.1\nAssumeReachable 1\nPublishServerDescriptor 0\n"}, shows="ENOSPC", timeout=9)
case("svnadmin-inodes", "disk.inodes", "path:/few", "svnadmin create @DIR@/few/repo", needs=("svnserve", "root"), setup="mkdir few; mount -t tmpfs -o nr_inodes=12 tmpfs few", shows="ENOSPC", misleads="it says that there is no space")
case("logrotate-read-only", "file.read-only", "path:/ro(/state(.tmp)?)?$", "logrotate -s @DIR@/ro/state @DIR@/shop.rotate", needs=("logrotate", "root"), setup="mkdir ro; mount -t tmpfs tmpfs ro; mount -o remount,ro ro", files={"shop.rotate": "/nosuch/*.log {\n  missingok\n}\n"}, shows="EROFS")
case("slapd-memory", "limit.memory", "limit:^RLIMIT_AS$", "slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", needs=("slapd", "root"), **FREE, files={"slapd.conf": SLAPD + "maxsize 8589934592\n"}, setup="mkdir db", limits={"as": "2000000000"}, shows="ENOMEM")
case("mariadb-buffer-pool", "limit.memory", "limit:^RLIMIT_AS$", "mariadbd --no-defaults --datadir=@DIR@/data --socket=@DIR@/s --port=@PORT@ --innodb-buffer-pool-size=6G", user="mysql", needs=("mariadbd", "root"), **FREE, limits={"as": "4000000000"}, timeout=9,
     setup="chmod 777 .; mariadb-install-db --no-defaults --datadir=@DIR@/data --user=mysql --skip-test-db >&2", shows="ENOMEM", misleads="its last words: Unknown/unsupported storage engine: InnoDB")
case("memcached-connections", "limit.open-files", "limit:^RLIMIT_NOFILE$", "memcached -u nobody -c 50000 -l 127.0.0.1 -p @PORT@", needs=("memcached", "root"), user="nobody", **FREE, limits={"nofile": "1024:4096"}, shows="rlimit", also=[("config.usage", ":", "fewer connections would do as well")])
case("haproxy-connections", "limit.open-files", "limit:^RLIMIT_NOFILE$", "haproxy -db -f h.cfg", needs=("haproxy", "root"), user="nobody", **FREE, limits={"nofile": "256:512"}, shows="limit",
     files={"h.cfg": "global\n maxconn 20000\ndefaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n bind 127.0.0.1:@PORT@\n"})

# users, words, parts
case("logrotate-user", "user.unknown", "user:^shopx$", "logrotate -s @DIR@/state @DIR@/shop.rotate", needs=("logrotate", "root"), files={"shop.rotate": "/nosuch/*.log {\n  su shopx adm\n  missingok\n}\n"}, shows="unknown user 'shopx'")
case("tftpd-user", "user.unknown", "user:^tftpx$", "in.tftpd -L -a 127.0.0.1:@PORT@ -u tftpx -s @DIR@", needs=("in.tftpd", "root"), **FREE, shows="tftpx", misleads="its words go to syslog, which nobody reads here")
case("rsync-option", "config.usage", ":", "rsync -a --delete-aftr a b", needs=("rsync",), shows="unknown option")
case("pulseaudio-option-german", "config.usage", ":", "pulseaudio --exit-idle-tme=1", needs=("pulseaudio",), env={"LANGUAGE": "de", "XDG_RUNTIME_DIR": "@DIR@"}, shows="Befehlszeile")
case("at-time", "config.usage", ":", "at -f job.sh tomorow noon", needs=("atd",), files={"job.sh": "true\n"}, shows="[Gg]arbled time")
case("dbus-file", "config.invalid", "path|text:/?bus.conf", "dbus-daemon --config-file=@DIR@/bus.conf --nofork --nopidfile", needs=("dbus-daemon",), files={"bus.conf": "<busconfig>\n<type>session</type>\n<listen>unix:path=@DIR@/bus<listen>\n</busconfig>\n"}, shows="bus.conf")
case("icecast-file", "config.invalid", "path|text:/?ice.xml", "icecast2 -c @DIR@/ice.xml", needs=("icecast2",), files={"ice.xml": "<icecast><hostname>localhost</icecast>\n"}, shows="ice.xml")
case("fail2ban-filter", "file.missing", "path:/filter.d/nginx-shopx(.conf|.local)?$", "fail2ban-server -f -c @DIR@/f2b -s @DIR@/f.sock -p @DIR@/f.pid --logtarget stderr start", needs=("fail2ban-server", "root"), setup="cp -r /etc/fail2ban f2b; rm -f f2b/jail.d/*; cp f2b.local f2b/jail.local; touch a.log",
     files={"f2b.local": "[nginx-shopx]\nenabled = true\nbackend = polling\nlogpath = @DIR@/a.log\n"}, shows="nginx-shopx",
     also=[("config.invalid", "path|text:(jail|nginx-shopx)", "fail2ban calls it an error in the jail")])
case("slapd-backend-of-old", "config.invalid", "path|text:(/slapd.conf|hdb)", "slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", needs=("slapd", "root"), **FREE, files={"slapd.conf": "include /etc/ldap/schema/core.schema\ndatabase hdb\nsuffix dc=shop\n"}, shows="hdb",
     misleads="the file is as it was before the upgrade", also=[("module.missing", ":hdb", "the backend is no part of it any more")])
case("git-who-are-you", "config.invalid", ":", "git -C repo commit -q --allow-empty -m x", needs=("git",), env={"EMAIL": None}, setup="git init -q repo; git -C repo config user.useConfigOnly true", shows="tell me who you are|auto-detection is disabled",
     also=[("app.error", ":(who you are|email|user)", "its own words say it"), ("config.env-missing", "env:(GIT_|EMAIL)", "a variable would do as well"), ("user.unknown", ":", "its own words: who are you")])
case("slapd-database-broken", "data.corrupt", "path|text:(/db|MDB_INVALID|LMDB)", "slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", needs=("slapd", "root"), **FREE, files={"slapd.conf": SLAPD}, setup="mkdir db; head -c 20000 /dev/urandom >db/data.mdb", shows="MDB_INVALID|not an LMDB")
case("git-object-empty", "data.corrupt", "path|text:(/objects/|object)", "git -C repo log", needs=("git",), setup="git init -q repo; git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x; f=$(find repo/.git/objects -type f | grep \"$(git -C repo rev-parse HEAD | cut -c3-)\"); chmod 644 $f; : >$f", shows="is empty|corrupt")
case("hg-index", "data.corrupt", "path|text:(00changelog|index)", "hg -R repo log", needs=("hg",), setup="hg init repo; echo a >repo/a; hg -R repo add repo/a >&2; hg -R repo commit -m x -u a; head -c 500 /dev/urandom >repo/.hg/store/00changelog.i", shows="changelog|unknown version|corrupted",
     also=[("data.incompatible", ":(changelog|version)", "hg takes the rubbish for a version that it does not know")])
case("klist-keytab-of-other-version", "data.incompatible", "path|text:(shop.keytab|version|format)", "klist -k /etc/shop.keytab", needs=("kinit", "root"), files={"/etc/shop.keytab": "KT99 something", "/etc/krb5.conf": "[libdefaults]\n default_realm = SHOP.EXAMPLE\n dns_lookup_kdc = false\n[realms]\n SHOP.EXAMPLE = {\n  kdc = 127.0.0.1:8850\n }\n"},
     shows="[Uu]nsupported key table format", also=[("data.corrupt", ":(shop.keytab|format)", "it is none")])
case("perl-version-of-module", "module.incompatible", "module|text:Mojolicious", "perl web.pl daemon", needs=("hypnotoad",), files={"web.pl": "use Mojolicious 99;\nuse Mojolicious::Lite;\napp->start;\n"}, shows="version 99 required")
case("ruby-gem-version", "module.incompatible", "module|text:puma", "ruby app.rb", needs=("puma", "ruby",), files={"app.rb": "gem 'puma', '~> 99.0'\nrequire 'puma'\n"}, shows="puma", also=[("module.missing", "module|text:puma", "of that version it is missing")])
case("redis-module-without-entry", "library.symbol-missing", "symbol:RedisModule_OnLoad", "redis-server --port @PORT@ --dir @DIR@ --loadmodule ./search.so", needs=("redis-server",), **FREE, c={"search.so": "int f(void){return 0;}"}, shows="RedisModule_OnLoad",
     also=[("module.incompatible", ":(search|RedisModule_OnLoad)", "it is no module of Redis"), ("library.unloadable", ":search", "the file is what cannot be used")])
case("redis-module-crashes", "crash.segfault", "signal:^SIGSEGV$", "redis-server --port @PORT@ --dir @DIR@ --loadmodule ./search.so", needs=("redis-server",), **FREE, c={"search.so": "int RedisModule_OnLoad(void *c, void **v, int n){return *(volatile int *)8;}"}, shows="SIGSEGV", misleads="pages of its own bug report")
case("sentinel-file-not-writable", "file.permission", "path:/s.conf$", "redis-server @DIR@/s.conf --sentinel", needs=("redis-server", "root"), user="nobody", files={"s.conf": "port @PORT@\nsentinel monitor shop 127.0.0.1 1 1\n"}, **FREE, shows="not writable|EACCES")
