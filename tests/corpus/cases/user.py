"""Users and groups that are not there."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}

case("chown", "user.unknown", "user:^shopx$", "chown shopx data", files={"data": ""}, shows="invalid user",
     misleads="no call fails", fast=True)
case("unbound", "user.unknown", "user:^shopx$", "unbound -d -c u.conf", needs=("unbound", "root"), **FREE,
     files={"u.conf": "server:\n interface: 127.0.0.1@@PORT@\n chroot: \"\"\n username: shopx\n pidfile: \"\"\n use-syslog: no\n"},
     shows="user 'shopx' does not exist")
case("memcached", "user.unknown", "user:^shopx$", "memcached -u shopx -p @PORT@", needs=("memcached", "root"), **FREE,
     shows="shopx")
case("nginx", "user.unknown", "user:^shopx$", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"),
     files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; user shopx; events{} http { }\n"},
     shows='getpwnam\\("shopx"\\) failed')
case("haproxy", "user.unknown", "user:^shopx$", "haproxy -db -f h.cfg", needs=("haproxy", "root"),
     files={"h.cfg": "global\n user shopx\ndefaults\n mode http\n"}, shows="shopx",
     also=[("config.invalid", "path:/h.cfg", "haproxy calls it an error in its file")])
case("apache", "user.unknown", "user:^shopx$", "apache2 -X -f @DIR@/a.conf", needs=("apache2", "root"), **FREE,
     shows="bad user name shopx",
     files={"a.conf": "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nUser shopx\nListen 127.0.0.1:@PORT@\n"})
case("dnsmasq", "user.unknown", "user:^shopx$", "dnsmasq -k --port=@PORT@ --user=shopx --conf-file=/dev/null",
     needs=("dnsmasq", "root"), **FREE, shows="unknown user")
case("mariadb", "user.unknown", "user:^shopx$", "mariadbd --no-defaults --user=shopx --datadir=@DIR@",
     needs=("mariadbd", "root"), shows="shopx")
case("setpriv", "user.unknown", "user:^shopx$", "setpriv --reuid shopx --clear-groups true", shows="shopx")
case("php-fpm", "user.unknown", "user:^shopx$", "php-fpm8.2 -F -y @DIR@/f.conf", needs=("php-fpm8.2", "root"), **FREE,
     files={"f.conf": "[global]\nerror_log=/dev/stderr\n[www]\nuser=shopx\nlisten=127.0.0.1:@PORT@\npm=static\npm.max_children=1\n"},
     shows="shopx")
case("supervisor", "user.unknown", "user:^shopx$", "/usr/bin/supervisord -n -c @DIR@/s.conf",
     needs=("supervisord", "root"),
     files={"s.conf": "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\nuser=shopx\n"},
     shows="shopx")
case("python", "user.unknown", "user:^shopx$", PY + "-c 'import pwd; pwd.getpwnam(\"shopx\")'", shows="shopx")
case("sshd-separation", "user.unknown", "user:^sshd$",
     "/usr/sbin/sshd -D -e -p @PORT@ -o HostKey=@DIR@/key -f /dev/null", needs=("sshd", "root"), **FREE,
     setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key; sed -i /^sshd:/d /etc/passwd",
     shows="sshd does not exist")
case("group-chgrp", "user.unknown", "user:^buildersx$", "install -g buildersx data /tmp/x", files={"data": ""},
     shows="buildersx")
case("of-number", "user.unknown", "user:", PY + "-c 'import getpass; getpass.getuser()'", needs=("root",),
     through="setpriv --reuid 4711 --regid 4711 --clear-groups", setup="chmod 777 .", shows="4711",
     misleads="KeyError: the number has no name")
case("cron-like", "user.unknown", "user:^deployx$", "runuser -u deployx -- true", needs=("root",), shows="deployx")
