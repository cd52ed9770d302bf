"""Daemons of a machine: mail, directories, monitoring, supervisors, schedulers."""

from case import case

FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}

# mail
case("dovecot-protocol-not-installed", "file.missing", "path:/usr/lib/dovecot/pop3(-login)?$", "dovecot -F -c @DIR@/d.conf",
     needs=("dovecot", "root", "/usr/lib/dovecot/imap"),
     files={"d.conf": "base_dir = @DIR@/run\nprotocols = imap pop3\nssl = no\nlog_path = /dev/stderr\n"}, shows="pop3",
     also=[("module.missing", ":pop3", "the protocol is a part that is not installed"), ("config.invalid", "path|text:pop3|d.conf", "dovecot calls it an error in its settings"),
           ("exec.not-found", "path|text:pop3", "it is a program that it would run")])
case("opendkim-key-too-open", "file.permission", "path:/mail.private$", "opendkim -f -x @DIR@/dkim.conf", needs=("opendkim", "openssl", "root"), **FREE,
     setup="openssl genrsa -out mail.private 2048 2>/dev/null; chmod 644 mail.private",
     files={"dkim.conf": "Domain shop.example\nSelector mail\nKeyFile @DIR@/mail.private\nSocket inet:@PORT@@127.0.0.1\nSyslog no\nUserID opendkim\nRequireSafeKeys yes\n"},
     shows="key data is not secure|mail.private")
case("msmtp-german-refused", "connect.refused", "port|address:127.0.0.1:@PORT@", "msmtp -C @DIR@/msmtprc root@shop.example", needs=("msmtp",), **FREE,
     files={"msmtprc": ("account default\nhost 127.0.0.1\nport @PORT@\nfrom a@shop.example\n", 0o600)}, env={"LANGUAGE": "de"}, shows="ECONNREFUSED",
     misleads="its words are German")
case("fetchmail-file-too-open", "file.permission", "path:/fetchmailrc$", "fetchmail -f @DIR@/fetchmailrc --nosyslog", needs=("fetchmail",),
     files={"fetchmailrc": ("poll mail.shop.example proto imap user a password b\n", 0o644)}, shows="0700|permissions")
case("mbsync-folder", "file.missing", "path:/mail/?$", "mbsync -c @DIR@/mbsyncrc all", needs=("mbsync",),
     files={"mbsyncrc": "MaildirStore here\nPath @DIR@/mail/\nInbox @DIR@/mail/inbox\n\nMaildirStore there\nPath @DIR@/there/\nInbox @DIR@/there/inbox\n\nChannel all\nFar :there:\nNear :here:\nSyncState *\n"},
     setup="mkdir -p there/inbox/{cur,new,tmp}", shows="mail")
case("swaks-refused", "connect.refused", "port|address:127.0.0.1:@PORT@", "swaks --to a@shop.example --server 127.0.0.1:@PORT@", needs=("swaks",), **FREE,
     shows="ECONNREFUSED")
case("exim-log", "file.permission", "path:/log(/mainlog)?$|/log/", "exim4 -bdf -C @DIR@/own.conf", needs=("exim4", "root"), **FREE,
     setup="mkdir -m 555 log; : > log/mainlog; chmod 400 log/mainlog; chown root:root own.conf",
     files={"own.conf": "log_file_path = @DIR@/log/%slog\nspool_directory = @DIR@/spool\ndaemon_smtp_ports = @PORT@\nlocal_interfaces = 127.0.0.1\nexim_user = nobody\nexim_group = nogroup\n"},
     shows="log")
case("postgrey-folder", "file.missing", "path:/spool(/postgreyx.*)?$", "postgrey --inet=127.0.0.1:@PORT@ --dbdir=@DIR@/spool/postgreyx --user=nobody --group=nogroup",
     needs=("postgrey", "root"), **FREE, shows="postgreyx")
case("clamd-without-signatures", "file.missing", "path:/sigs$|/sigs/", "clamd --foreground -c @DIR@/clamd.conf", needs=("clamd", "root"),
     files={"clamd.conf": "DatabaseDirectory @DIR@/sigs\nLocalSocket @DIR@/ctl\nForeground yes\nUser root\n"}, shows="sigs",
     setup="mkdir sigs", misleads="the folder is there: it is empty",
     also=[("app.error", ":(database|sigs)", "its own words say it"), ("data.corrupt", "path:/sigs", "an empty data base")])

# directories and log-ins
case("krb5kdc-database", "file.missing", "path:^/var/lib/krb5kdcx(/principal.*)?$", "krb5kdc -n", needs=("krb5kdc", "root"),
     files={"/etc/krb5.conf": "[libdefaults]\n default_realm = SHOP.EXAMPLE\n", "/etc/krb5kdc/kdc.conf": "[kdcdefaults]\n kdc_ports = 8850\n kdc_tcp_ports = \"\"\n[realms]\n SHOP.EXAMPLE = {\n  database_name = /var/lib/krb5kdcx/principal\n  key_stash_file = /etc/krb5kdc/stash\n }\n[logging]\n kdc = FILE:/tmp/krb5kdc.log\n"},
     shows="krb5kdcx", misleads="on the terminal it only sends to its log")
case("kinit-nobody-there", "connect.refused", "port|address|host|text:(127.0.0.1:8850|SHOP.EXAMPLE)", "kinit -k -t /etc/shop.keytab http/shop.example", needs=("kinit", "root"),
     files={"/etc/shop.keytab": "", "/etc/krb5.conf": "[libdefaults]\n default_realm = SHOP.EXAMPLE\n dns_lookup_kdc = false\n[realms]\n SHOP.EXAMPLE = {\n  kdc = 127.0.0.1:8850\n }\n"},
     shows="Cannot contact any KDC", misleads="the refusal comes through poll, and its words speak of a realm",
     also=[("connect.timeout", ":8850", "its words: cannot contact")])
case("kinit-without-realm", "config.invalid", "path|text|env|host:(krb5.conf|realm)", "kinit -k -t /etc/shop.keytab http/shop", needs=("kinit", "root"),
     setup="rm -f /etc/krb5.conf; touch /etc/shop.keytab", shows="default realm",
     also=[("file.missing", "path:^/etc/krb5.conf$", "the file that would say it"), ("app.error", ":realm", "its own words say it")])
case("ldapsearch-refused", "connect.refused", "port|address:127.0.0.1:@PORT@", "ldapsearch -x -H ldap://127.0.0.1:@PORT@ -b dc=shop", needs=("ldapsearch",), **FREE,
     shows="ECONNREFUSED", misleads="its words: Can't contact LDAP server (-1)")
SLAPD = "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=shop\ndirectory @DIR@/db\nrootdn cn=admin,dc=shop\nrootpw geheim\n"
case("ldapsearch-password", "connect.auth", ":", "ldapsearch -x -D cn=admin,dc=shop -w falsch -H ldap://127.0.0.1:@PORT@ -b dc=shop",
     needs=("ldapsearch", "slapd", "root"), **FREE, files={"slapd.conf": SLAPD}, setup="mkdir db",
     helpers=(("exec slapd -d 0 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", "port:@PORT@"),), shows="Invalid credentials")
case("slapd-database-folder", "file.missing", "path:/db$", "slapd -d 256 -h ldap://127.0.0.1:@PORT@ -f @DIR@/slapd.conf", needs=("slapd", "root"), **FREE,
     files={"slapd.conf": SLAPD}, shows="db")
case("sshd-host-key-too-open", "file.permission", "path:/key$", "/usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -f /dev/null",
     needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key; chmod 644 key",
     shows="UNPROTECTED PRIVATE KEY", misleads="its last words: no hostkeys available")
case("sshd-run-folder-owner", "file.permission", "path:^/run/sshd$", "/usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -f /dev/null",
     needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd; chmod 777 /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key",
     shows="/run/sshd must be owned by root", misleads="no call fails")

# monitoring and logs
case("zabbix-user", "user.unknown", "user:^zabbixx$", "zabbix_agentd -f -c @DIR@/z.conf", needs=("zabbix_agentd", "root"), **FREE,
     files={"z.conf": "PidFile=@DIR@/pid\nLogType=console\nServer=127.0.0.1\nListenIP=127.0.0.1\nListenPort=10050\nUser=zabbixx\n"},
     shows="zabbixx", misleads="its last words: cannot run as root")
case("zabbix-log", "file.missing", "path:/var/log/zabbixx", "zabbix_agentd -f -c @DIR@/z.conf", needs=("zabbix_agentd", "root"), **FREE,
     files={"z.conf": "PidFile=@DIR@/pid\nLogFile=/var/log/zabbixx/agentd.log\nServer=127.0.0.1\nListenIP=127.0.0.1\nListenPort=10050\nAllowRoot=1\n"},
     shows="zabbixx")
case("nrpe-port", "port.in-use", "port:127.0.0.1:@PORT@", "nrpe -f -c @DIR@/nrpe.cfg", needs=("nrpe", "root"), **TAKEN,
     files={"nrpe.cfg": "server_address=127.0.0.1\nserver_port=@PORT@\nnrpe_user=nobody\nnrpe_group=nogroup\nallowed_hosts=127.0.0.1\npid_file=@DIR@/pid\nlog_file=@DIR@/nrpe.log\n"},
     shows="EADDRINUSE", misleads="on the terminal nothing: its words go to syslog or its log")
case("snmpd-port", "port.in-use", "port:127.0.0.1:@PORT@", "snmpd -f -Le -C -c @DIR@/snmpd.conf -p @DIR@/pid udp:127.0.0.1:@PORT@", needs=("snmpd", "root"), **FREE,
     helpers=(("python3 -uc 'import socket, signal; s = socket.socket(2, 2); s.bind((\"127.0.0.1\", @PORT@)); print(1); signal.pause()'", "line"),),
     files={"snmpd.conf": "rocommunity public 127.0.0.1\n"}, shows="EADDRINUSE", misleads="it says: Error opening specified endpoint")
case("collectd-plugin", "module.missing", "module|library|path|text:pingx", "collectd -f -C @DIR@/c.conf", needs=("collectd", "root"),
     files={"c.conf": "BaseDir \"@DIR@\"\nPIDFile \"@DIR@/pid\"\nTypesDB \"/usr/share/collectd/types.db\"\nLoadPlugin pingx\n"}, shows="pingx", timeout=5)
case("node-exporter-web-file", "file.missing", "path:/web.yml$", "prometheus-node-exporter --web.listen-address=127.0.0.1:@PORT@ --web.config.file=@DIR@/web.yml",
     needs=("prometheus-node-exporter",), **FREE, shows="web.yml", misleads="dozens of lines about collectors come first")
case("fail2ban-log", "file.missing", "path:/auth.log$", "fail2ban-server -f -c @DIR@/f2b -s @DIR@/f.sock -p @DIR@/f.pid --logtarget stderr start", needs=("fail2ban-server", "root"),
     setup="cp -r /etc/fail2ban f2b; rm -f f2b/jail.d/*; cp f2b.local f2b/jail.local",
     files={"f2b.local": "[sshd]\nenabled = true\nbackend = polling\nlogpath = @DIR@/auth.log\n"}, shows="auth.log",
     misleads="it names the jail, and not the file")
case("logrotate-folder-mode", "file.permission", "path:/logs(/shop.log)?$", "logrotate -s @DIR@/state @DIR@/shop.rotate", needs=("logrotate", "root"),
     setup="mkdir logs; echo x >logs/shop.log; chmod 777 logs; chmod 644 shop.rotate; chown root shop.rotate",
     files={"shop.rotate": "@DIR@/logs/*.log {\n  size 1\n  rotate 2\n}\n"}, shows="insecure permissions", misleads="no call fails")
case("logrotate-state-locked", "file.locked", "path:/state$", "logrotate -s @DIR@/state @DIR@/shop.rotate", needs=("logrotate", "root"),
     files={"state": ("logrotate state -- version 2\n", 0o600), "shop.rotate": "/nosuch/*.log {\n  missingok\n}\n"}, locks=("state",), shows="already locked|EAGAIN")
case("rsyslog-module", "module.missing", "module|library|path|text:imkafkax", "rsyslogd -n -i @DIR@/pid -f @DIR@/r.conf", needs=("rsyslogd", "root"), timeout=4,
     files={"r.conf": "module(load=\"imkafkax\")\nmodule(load=\"imuxsock\" SysSock.Use=\"off\")\n"}, shows="imkafkax")

# schedulers and supervisors
case("cron-second", "file.locked", "path:^/(var/)?run/crond.pid$", "cron -f", needs=("cron", "root"),
     helpers=(("touch /run/crond.pid; exec flock -n /run/crond.pid bash -c 'echo $$ >/run/crond.pid; echo locked; exec sleep 60'", "line"),), shows="EAGAIN|can't lock",
     also=[("app.error", ":crond.pid|lock", "its own words say it")])
case("atd-spool", "file.missing", "path:^/var/spool/cron/at(jobs|spool)$", "atd -f", needs=("atd", "root"), setup="rm -rf /var/spool/cron/atjobs /var/spool/cron/atspool", shows="atjobs|atspool")
case("anacron-spool", "file.missing", "path:^/var/spool/anacron$", "anacron -d -n", needs=("anacron", "root"), setup="rm -rf /var/spool/anacron", shows="/var/spool/anacron")
case("runit-run-not-executable", "exec.not-executable", "path:(/web|^\\.|)/run$", "runsv web", needs=("runsv",), timeout=4,
     files={"web/run": ("#!/bin/sh\nexec sleep 99\n", 0o644)}, shows="unable to start ./run", misleads="it tries again and again")
case("runit-sv", "connect.socket-missing", "path:supervise/(ok|control)$", "sv start @DIR@/web", needs=("runsv",), files={"web/run": ("#!/bin/sh\nexec sleep 99\n", 0o755)},
     shows="supervise/ok", also=[("file.missing", "path:supervise", "it is a named pipe that is not there"), ("app.error", ":runsv not running", "its own words")])
case("s6-no-shebang", "exec.bad-format", "path:(/web|^\\.|)/run$", "s6-supervise web", needs=("s6-svscan",), timeout=4,
     files={"web/run": ("exec sleep 99\n", 0o755)}, shows="ENOEXEC|Exec format error", misleads="it tries again and again")
case("setuidgid-account", "user.unknown", "user:^wwwx$", "setuidgid wwwx sleep 9", needs=("setuidgid", "root"), shows="wwwx")
case("envdir", "file.missing", "path:/env$", "envdir ./env ./server", needs=("setuidgid",), files={"server": ("#!/bin/sh\nexec sleep 9\n", 0o755)}, shows="env")
case("tini-program", "exec.not-found", "path|text:/app/bin/serverx$", "tini -- /app/bin/serverx --port 80", needs=("tini",), shows="/app/bin/serverx")
case("daemon-respawns", "exec.not-found", "path|text:shopworkerx$", "daemon -f -r -- shopworkerx --queue mail", needs=("daemon",), timeout=5, shows="shopworkerx")
case("start-stop-daemon", "exec.not-found", "path|text:/opt/shop/bin/shopd$", "start-stop-daemon --start --pidfile @DIR@/pid --exec /opt/shop/bin/shopd", shows="/opt/shop/bin/shopd",
     also=[("file.missing", "path:^/opt/shop(/bin/shopd)?$", "the program of that name")])
case("supervisor-variable", "config.env-missing", "env:(ENV_)?QUEUE_HOST", "/usr/bin/supervisord -n -c @DIR@/s.conf", needs=("supervisord",),
     files={"s.conf": "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\n[program:worker]\ncommand=/bin/sleep 99\nenvironment=HOST=\"%(ENV_QUEUE_HOST)s\"\n"},
     shows="ENV_QUEUE_HOST", also=[("config.invalid", "path|text:(s.conf|QUEUE_HOST)", "supervisord calls it an error in its file")])
case("dbus-folder", "file.missing", "path:^/run/busx(/system)?$", "dbus-daemon --config-file=@DIR@/bus.conf --nofork --nopidfile", needs=("dbus-daemon", "root"),
     files={"bus.conf": "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig><type>system</type><listen>unix:path=/run/busx/system</listen><policy context=\"default\"><allow user=\"*\"/></policy></busconfig>\n"},
     shows="busx")
case("dbus-stale-pid", "file.stale-lock", "path:^/run/bus.pid$", "dbus-daemon --config-file=@DIR@/bus.conf --nofork", needs=("dbus-daemon", "root"),
     files={"/run/bus.pid": "4194000\n", "bus.conf": "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig><type>system</type><pidfile>/run/bus.pid</pidfile><listen>unix:path=@DIR@/system</listen><policy context=\"default\"><allow user=\"*\"/></policy></busconfig>\n"},
     shows="bus.pid")
case("avahi-without-bus", "connect.socket-missing", "path:^/(var/)?run/dbus/system_bus_socket$", "avahi-daemon --no-drop-root --no-chroot", needs=("avahi-daemon", "root"),
     setup="rm -rf /run/dbus; mkdir -p /run/avahi-daemon", shows="system_bus_socket")
case("systemctl-in-container", "connect.socket-missing", "path:/run/(systemd/private|dbus/system_bus_socket)$", "systemctl start nginx", needs=("systemctl", "root"),
     setup="rm -rf /run/dbus /run/systemd", shows="systemd/private|system_bus_socket|not been booted",
     also=[("app.error", ":systemd|init system|bus", "its own words say that systemd does not run here"), ("kernel.unsupported", ":systemd", "the machine runs without systemd")])
