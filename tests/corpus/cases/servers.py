"""Servers that the other areas meet once or never, each in a way or two of its own."""

from case import case, healthy

FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
GONE = "@DIR@/gone.conf"
CERTIFICATE = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out c.pem 2>/dev/null"


def without_its_file(name, command, program, **fields):
    """Its configuration is not where it is said to be."""
    case(name + "-without-its-file", "file.missing", "path:/gone.conf$", command, needs=(program, "root"),
         shows="gone.conf", **fields)


without_its_file("lighttpd", f"lighttpd -D -f {GONE}", "lighttpd")
without_its_file("named", f"named -g -c {GONE}", "named")
without_its_file("stunnel", f"stunnel4 {GONE}", "stunnel4")
without_its_file("supervisord", f"/usr/bin/supervisord -n -c {GONE}", "supervisord")
without_its_file("dnsmasq", f"dnsmasq -k -C {GONE}", "dnsmasq")
without_its_file("php-fpm", f"php-fpm8.2 -F -y {GONE}", "php-fpm8.2")
without_its_file("squid", f"squid -N -f {GONE}", "squid", timeout=10)
without_its_file("varnish", f"varnishd -F -a 127.0.0.1:@PORT@ -f {GONE} -n @DIR@/v -T none", "varnishd", **FREE,
                 timeout=10)
without_its_file("caddy", f"caddy run --config {GONE}", "caddy")
without_its_file("apache", f"apache2 -X -f {GONE}", "apache2")
without_its_file("uwsgi", f"uwsgi --ini {GONE}", "uwsgi")
without_its_file("gunicorn", f"gunicorn -c {GONE} app:app", "gunicorn")
without_its_file("dovecot", f"dovecot -F -c {GONE}", "dovecot")
without_its_file("exim", f"exim4 -bdf -C {GONE}", "exim4")
without_its_file("vsftpd", f"vsftpd {GONE}", "vsftpd")
without_its_file("privoxy", f"privoxy --no-daemon {GONE}", "privoxy")
without_its_file("chrony", f"chronyd -d -f {GONE}", "chronyd")
without_its_file("slapd", f"slapd -d 0 -f {GONE}", "slapd")
without_its_file("monit", f"monit -I -c {GONE}", "monit")
without_its_file("sshd", f"/usr/sbin/sshd -D -e -f {GONE}", "sshd")
without_its_file("etcd", f"etcd --config-file {GONE}", "etcd")
without_its_file("rsyslog", f"rsyslogd -n -f {GONE}", "rsyslogd")


def refuses(name, command, program, subject, text, shows, **fields):
    """Its configuration has a line that it does not understand."""
    case(name, "config.invalid", "path|text:" + subject, command, needs=(program, "root"), files={"own.conf": text},
         shows=shows, **fields)


OWN = "@DIR@/own.conf"
refuses("dovecot-setting", f"dovecot -F -c {OWN}", "dovecot", "/own.conf", "protocls = imap\n", "Unknown setting")
refuses("exim-line", f"exim4 -bdf -C {OWN}", "exim4", "/own.conf", "nosuchoption = 1\n", "own.conf")
refuses("vsftpd-value", f"vsftpd {OWN}", "vsftpd", "/?own.conf|listen", "listen=perhaps\n", "500 OOPS",
        misleads="its words are on standard output")
refuses("chrony-directive", f"chronyd -d -f {OWN}", "chronyd", "/own.conf", "serverr 192.0.2.1\n",
        "Invalid directive|Invalid command")
refuses("slapd-directive", f"slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f {OWN}", "slapd", "/own.conf", "databasse mdb\n",
        "own.conf", **FREE)
refuses("privoxy-address", f"privoxy --no-daemon {OWN}", "privoxy", "/?own.conf|listen-address",
        "listen-address nohost.invalid:99999\n", "listen|resolve",
        also=[("dns.failure", "host:nohost.invalid", "the name in that line"), ("port.in-use", ":", "privoxy's own guess")])
refuses("etcd-yaml", f"etcd --config-file {OWN}", "etcd", "/own.conf|yaml", "name: [a\n", "yaml")
refuses("uwsgi-option", f"uwsgi --strict --ini {OWN}", "uwsgi", "/own.conf|nosuch-option",
        "[uwsgi]\nnosuch-option = 1\n", "nosuch-option")
refuses("monit-line", f"monit -I -c {OWN}", "monit", "/own.conf", "chekc process a with pidfile /x\n", "own.conf",
        setup="chmod 600 own.conf")

case("monit-file-too-open", "file.permission", "path:/own.conf$", f"monit -I -c {OWN}", needs=("monit", "root"),
     files={"own.conf": "set daemon 30\n"}, setup="chmod 644 own.conf", shows="permission 0644",
     misleads="no call fails: the mode is too wide")
case("exim-file-of-another", "file.permission", "path:/own.conf$", f"exim4 -bdf -C {OWN}", needs=("exim4", "root"),
     files={"own.conf": "primary_hostname = x\n"}, setup="chown nobody own.conf; chmod 666 own.conf",
     shows="wrong owner", misleads="no call fails: it is somebody else's")
case("chrony-as-nobody", "security.capability", ":", "chronyd -d", user="nobody", needs=("chronyd",),
     shows="superuser", misleads="no call fails",
     also=[("app.error", "text:superuser", "its own words, and all that it says"), ("user.unknown", "user:root", "the user that it wants")])
case("dovecot-certificate", "file.missing", "path:/mail.pem$", f"dovecot -F -c {OWN}", needs=("dovecot", "root"),
     files={"own.conf": "protocols = imap\nbase_dir = @DIR@/run\nssl = required\nssl_cert = <@DIR@/mail.pem\nssl_key = <@DIR@/mail.key\n"},
     shows="mail.pem")
case("dovecot-user", "user.unknown", "user:^mailx$", f"dovecot -F -c {OWN}", needs=("dovecot", "root"),
     files={"own.conf": "protocols = imap\nbase_dir = @DIR@/run\nssl = no\ndefault_internal_user = mailx\n"},
     shows="mailx",
     also=[("config.invalid", "path:/own.conf$", "dovecot says it with the line of its file")])
case("slapd-port", "port.in-use", "port:^127.0.0.1:@PORT@$", f"slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f {OWN}",
     needs=("slapd", "root"), **TAKEN,
     files={"own.conf": "include /etc/ldap/schema/core.schema\npidfile @DIR@/pid\ndatabase ldif\nsuffix dc=x\ndirectory @DIR@\n"}, shows="EADDRINUSE")
case("slapd-module", "module.missing", "module|library|path:back_nosuch",
     f"slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f {OWN}", needs=("slapd", "root"), **FREE,
     files={"own.conf": "modulepath /usr/lib/ldap\nmoduleload back_nosuch\n"}, shows="back_nosuch",
     also=[("library.missing", ":back_nosuch", "the loader's view"), ("file.missing", "path:back_nosuch", "a module is a file"), ("config.invalid", "path:/own.conf", "slapd says it with the line of its file")])
case("privoxy-port", "port.in-use", "port:^127.0.0.1:@PORT@$", f"privoxy --no-daemon {OWN}",
     needs=("privoxy", "root"), **TAKEN,
     files={"own.conf": "confdir /etc/privoxy\nlisten-address 127.0.0.1:@PORT@\nlogdir @DIR@\n"}, shows="EADDRINUSE")
case("tinyproxy-port", "port.in-use", "port:^127.0.0.1:@PORT@$", f"tinyproxy -d -c {OWN}",
     needs=("tinyproxy", "root"), **TAKEN, files={"own.conf": "Port @PORT@\nListen 127.0.0.1\nTimeout 600\n"},
     shows="EADDRINUSE", timeout=8)
case("etcd-port", "port.in-use", "port:^127.0.0.1:@PORT@$",
     "etcd --data-dir @DIR@/e --listen-client-urls http://127.0.0.1:@PORT@ --advertise-client-urls http://127.0.0.1:@PORT@ " "--listen-peer-urls http://127.0.0.1:@PEER@",
     needs=("etcd", "root"), holds={"PORT": "listening", "PEER": "free"}, shows="EADDRINUSE", timeout=15)
case("etcd-folder", "file.permission", "path:/rootonly", "etcd --data-dir @DIR@/rootonly/e", user="nobody",
     needs=("etcd",), setup="mkdir -m 700 rootonly", shows="rootonly.*EACCES")
case("beanstalkd-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "beanstalkd -l 127.0.0.1 -p @PORT@",
     needs=("beanstalkd",), **TAKEN, shows="EADDRINUSE")
case("beanstalkd-log-folder", "file.missing", "path:/binlog$", "beanstalkd -l 127.0.0.1 -p @PORT@ -b @DIR@/binlog",
     needs=("beanstalkd",), **FREE, shows="binlog.*ENOENT")
case("vsftpd-port", "port.in-use", "port::@PORT@$", f"vsftpd {OWN}", needs=("vsftpd", "root"), **TAKEN,
     shows="EADDRINUSE",
     files={"own.conf": "listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nlisten_port=@PORT@\nbackground=NO\n" "secure_chroot_dir=@DIR@/empty\n"},
     setup="mkdir empty; chown root own.conf")
case("memcached-socket-folder", "file.missing", "path:^/run/cachex(/m.sock)?$",
     "memcached -u root -s /run/cachex/m.sock", needs=("memcached", "root"), shows="cachex.*ENOENT")
case("mariadb-second-instance", "file.locked", "path:/data/(ibdata1|aria_log_control|ib_logfile0)",
     "mariadbd --no-defaults --user=mysql --datadir=@DIR@/data --socket=@DIR@/t --port=@OTHER@ --bind-address=127.0.0.1",
     needs=("mariadbd", "root"), holds={"PORT": "free", "OTHER": "free"}, timeout=60, shows="Unable to lock|lock",
     setup="chmod 777 .; mariadb-install-db --no-defaults --datadir=@DIR@/data --user=mysql --skip-test-db >&2",
     helpers=(("exec mariadbd --no-defaults --user=mysql --datadir=@DIR@/data --socket=@DIR@/s --port=@PORT@ " "--bind-address=127.0.0.1", "port:@PORT@"),),
     misleads="it tries for half a minute")
case("caddy-admin-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "caddy run --config own.json", needs=("caddy",),
     **TAKEN, files={"own.json": '{"admin": {"listen": "127.0.0.1:@PORT@"}}'}, shows="EADDRINUSE")
case("nats-store-folder", "file.permission", "path:/rootonly",
     "nats-server -a 127.0.0.1 -p @PORT@ -js -sd @DIR@/rootonly/js", user="nobody", needs=("nats-server",), **FREE,
     setup="mkdir -m 700 rootonly", shows="storage directory|rootonly.*EACCES")
case("haproxy-certificate", "file.missing", "path:/site.pem$", "haproxy -db -f own.conf", needs=("haproxy",), **FREE,
     shows="site.pem",
     files={"own.conf": "defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n" " bind 127.0.0.1:@PORT@ ssl crt @DIR@/site.pem\n"},
     misleads="it reads like an error in its file",
     also=[("config.invalid", "path:/own.conf$", "haproxy says it with the line of its file")])
case("squid-cache-folder", "file.missing", "path:/cache", f"squid -N -d1 -f {OWN}", needs=("squid", "root"), **FREE,
     timeout=15, shows="cache",
     files={"own.conf": "http_port 127.0.0.1:@PORT@\npid_filename none\naccess_log none\ncache_log /dev/stderr\nvisible_hostname x\n" "cache_dir ufs @DIR@/cache 10 4 4\n"})
case("nginx-two-servers-one-port", "config.invalid", "path|text:/own.conf", f"nginx -c {OWN}",
     needs=("nginx", "root"), **FREE,
     files={"own.conf": "daemon off; pid @DIR@/pid; error_log stderr; events{} http { server { listen 127.0.0.1:@PORT@ default_server; }\n" "server { listen 127.0.0.1:@PORT@ default_server; } }\n"},
     shows="duplicate default server")
case("nginx-key-of-other-certificate", "config.invalid", "path|text:/(own.conf|other.pem|c.pem)", f"nginx -c {OWN}",
     needs=("nginx", "root", "openssl"), **FREE,
     files={"own.conf": "daemon off; pid @DIR@/pid; error_log stderr; events{} http { server { listen 127.0.0.1:@PORT@ ssl; " "ssl_certificate @DIR@/c.pem; ssl_certificate_key @DIR@/other.pem; } }\n"},
     setup=CERTIFICATE + "; openssl genrsa -out other.pem 2048 2>/dev/null", shows="key values mismatch",
     also=[("data.corrupt", "path:pem", "the two do not belong together"), ("connect.tls", ":", "TLS is what it is about")])
healthy("dovecot", "running", f"dovecot -F -c {OWN}", needs=("dovecot", "root"), timeout=4,
        files={"own.conf": "protocols =\nbase_dir = @DIR@/run\nssl = no\nlog_path = /dev/stderr\n"})
healthy("privoxy", "running", f"privoxy --no-daemon {OWN}", needs=("privoxy", "root"), **FREE,
        files={"own.conf": "confdir /etc/privoxy\nlisten-address 127.0.0.1:@PORT@\nlogdir @DIR@\n"})
healthy("slapd", "running", f"slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f {OWN}", needs=("slapd", "root"), **FREE,
        files={"own.conf": "include /etc/ldap/schema/core.schema\npidfile @DIR@/pid\ndatabase ldif\nsuffix dc=x\ndirectory @DIR@\n"})
healthy("chrony", "running", f"chronyd -d -x -f {OWN}", needs=("chronyd", "root"), **FREE, timeout=4,
        files={"own.conf": "cmdport 0\nport @PORT@\nbindaddress 127.0.0.1\nallow 127.0.0.1\npidfile @DIR@/pid\nlocal stratum 10\n"})
healthy("vsftpd", "running", f"vsftpd {OWN}", needs=("vsftpd", "root"), **FREE,
        setup="mkdir empty; chown root own.conf",
        files={"own.conf": "listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nlisten_port=@PORT@\nbackground=NO\nsecure_chroot_dir=@DIR@/empty\n"})
healthy("monit", "running", f"monit -I -c {OWN}", needs=("monit", "root"), timeout=4, setup="chmod 600 own.conf",
        files={"own.conf": "set daemon 30\nset pidfile @DIR@/pid\nset idfile @DIR@/id\nset statefile @DIR@/state\n"})
healthy("varnish", "running", "varnishd -F -a 127.0.0.1:@PORT@ -b 127.0.0.1:1 -n @DIR@/v -T none",
        needs=("varnishd", "root"), **FREE, timeout=20)
