"""The logs of tests/corpus/logs, each with its truth: written from reading the log, before the tool is asked."""

import dataclasses

from case import truth

ALL = []


@dataclasses.dataclass
class Log:
    name: str
    truths: list  # the truth first, then what is accepted as well
    how: str  # the options of strace, or how the log was bent
    unread: int = 0  # lines of it that nobody can read as strace's: prose, a call whose end is missing

    @property
    def healthy(self):
        return self.truths[0].cause.startswith("ok.")


def log(name, how, cause, subject, also=(), unread=0):
    ALL.append(Log(name, [truth(cause, subject), *(truth(*other) for other in also)], how, unread))


def healthy(name, how, also=()):
    log(name, how, "ok.running", ":", also=[("ok.exited", ":", "it ended, and well"), *also])


# Recorded from real programs.
log("abort-cpp", "-y -s 200", "file.missing", "path:^/usr/lib/mixer/plugins$")
log("attach-lock", "-f -y -p, to a terminal", "file.locked", "path:^/run/dw/spool.lock$")
log("busybox-httpd", "-r", "file.missing", "path:^/srv/www/htdocs$")
log("busybox-verbose", "-f -X verbose", "config.usage", ":s|nc")
log("bwrap-bind", "-f -r -yy", "file.missing", "path:^/srv/appdata$")
log("cargo-manifest", "-f -e trace=…, head cut", "file.missing", "path:Cargo.toml$",
    also=[("app.error", ":Cargo.toml", "the program's own words name it")])
log("cmake-lists", "-f -e trace=…", "file.missing", "path:^/srv/site/empty/CMakeLists.txt$")
log("command-missing", "", "exec.not-found", ":htpasswd2")
log("cp-names", "-f -Y", "file.missing", "path:^/etc/nagios/cgi.cfg$")
log("curl-stack", "-k -s 60 -e trace=…", "connect.refused", "address:^127.0.0.1:8123$")
log("dash-raw", "-X raw", "file.missing", "path:^/opt/tools/bin/backup.sh$")
log("dd-full", "-T", "disk.full", "path:^/srv/site/small(/img)?$")
log("exec-denied", "", "exec.not-executable", "path:^/srv/site/keys/tls.key$",
    also=[("file.permission", "path:^/srv/site/keys/tls.key$", "the log alone does not tell which of both it is")])
log("exec-format", "", "exec.bad-format", "path:^/srv/site/trunc$")
log("exec-script", "-f", "exec.not-found", "path:^/srv/site/report$",
    also=[("exec.interpreter-missing", ":", "ENOENT of execve is either; only the file would tell")])
log("git-no-repository", "-f -e trace=…", "file.missing", "path:/.git(/HEAD)?$",
    also=[("app.error", ":not a git repository", "the program's own words")])
log("injected-mkdir", "-f -e inject=mkdir:error=EROFS", "file.read-only", "path:^/var/cache(/thumbs)?$")
log("injected-write", "-e inject=write:error=ENOSPC:when=1+", "disk.full", ":")
log("java-class", "-f -qq -e trace=…, head cut", "file.missing", "path:^/opt/app(/lib/app.jar)?$",
    also=[("module.missing", ":com.example.Main", "that is what the program says")])
log("library-playd", "-t", "library.missing", "library:^libtrackdb.so.4$")
log("lua-pointers", "-i -n", "file.missing", "path:^/etc/prosody/prosody.cfg.lua$")
log("make-summary", "-C -f", "file.missing", "path:^/srv/site/empty/Makefile.prod$")
log("ncat-in-use", "-yy -T, middle cut", "port.in-use", "port:^127.0.0.1:9000$")
log("ngircd-key", "-f -tt -s 120, head cut", "file.missing", r"path:^/etc/ngircd/server-(key|cert)\.pem$")
log("node-emfile", "-f, head cut", "limit.open-files", "limit:RLIMIT_NOFILE")
log("openssl-denied", "-f -tt -u nobody", "file.permission", "path:^/srv/site/keys(/tls.key)?$")
log("perl-failed-only", "-f -Z", "module.missing", "module:^Net(::|/)Frobnicate")
log("php-extension", "-f -e trace=…, middle cut", "module.missing", ":imagick",
    also=[("file.missing", "path:^/usr/lib/php/20220829/imagick(.so)?$", "the extension is this file")])
log("php-privileged", "-f -tt -u nobody, middle cut", "port.privileged", "port:^127.0.0.1:80$")
log("psql-refused", "-f -yy -e trace=…", "connect.refused", "address:^127.0.0.1:5499$")
log("rsync-daemon.3058", "-ff -y", "file.missing", "path:^/etc/rsyncd.missing.conf$")
log("rsync-dns", "-f -r -s 100 -e trace=…", "dns.failure", "host:^mirror.intern.example$",
    also=[("connect.unreachable", "address:^10.255.255.53:53$", "why the name has no answer")])
log("rustc-source", "-f -s 60 -e trace=…, head cut", "file.missing", ":src/main.rs$")
log("script-glued", "-f -tt within script(1), middle cut", "module.missing", "module:^Net(::|/)LDAP(::|/)Nope", unread=2)
log("seccomp-kill", "-f -n", "security.seccomp", ":socket")
log("segv-thread", "-f -ttt", "file.missing", "path:^/etc/meterd/meterd.conf$")
log("socat-unix", "-x -y -tt, head cut", "connect.socket-missing", "path:^/run/php/php8.2-fpm.sock$")
log("sqlite-folder", "-xx -s 40, head cut", "file.missing", "path:^/var/lib/inventory(/stock.db)?$")
log("sqlite-full", "-f -y, head cut", "disk.full", "path:^/srv/site/small")
log("ssh-keygen-v", "-v -s 30 -e trace=…", "file.missing", "path:^/etc/ssh/ssh_host_missing_key$")
log("su-unknown", "-f -s 100, head cut", "user.unknown", "user:^webrunner$")
log("tcl-package", "-ttt -T, head cut", "module.missing", "module:^Tk")
log("thread-exec", "-f", "file.missing", "path:^/var/spool/feeds(/out.txt)?$")
log("worker-glued", "-f, to a terminal with the program's output", "file.missing", "path:^/etc/worker/worker.toml$")
healthy("healthy-lighttpd", "-f -y, ended by SIGTERM")
healthy("healthy-python", "-f -r -e trace=…, head cut")
healthy("healthy-redis", "-f -tt, head and tail cut")
healthy("healthy-tar", "-f -T, head cut")

# Old dialects.
log("old-mysql-socket", "strace 4.5, i386", "connect.socket-missing", "path:^/var/run/mysqld/mysqld.sock$")
log("old-apache-port", "strace 4.5 -f, head cut", "port.in-use", "port:^0.0.0.0:80$")
log("old-fork-dialect", "strace 4.5 -f, a clone cut by remarks", "file.permission", "path:^/etc/cups(/cupsd.conf)?$")
log("old-segv", "strace 4.5, head cut", "crash.segfault", ":")

# One to three lines.
log("one-line-exec", "one line", "exec.not-found", "path:^/usr/local/bin/thumbd$",
    also=[("exec.interpreter-missing", ":", "ENOENT of execve is either; only the file would tell")])
log("two-lines-bind", "two lines", "port.in-use", r"port:^\[::\]:8443$")
log("three-lines-mkdir", "three lines", "file.permission", "path:^/var/run(/wpa-gui)?$")

# As mail, terminals, browsers, services and bug trackers bend them.
log("html-cp", "in HTML, <pre>", "file.missing", "path:^/etc/nagios/cgi.cfg$")
log("html-bwrap", "in HTML, <br>", "file.missing", "path:^/srv/appdata$")
log("smart-quotes", "typographic quotes, dashes, ellipses", "file.missing", "path:^/etc/radvd.conf$")
log("markdown-issue", "Markdown: fences, bullets, prose", "file.permission", "path:^/var/lib/kea(/kea-leases4.csv)?$", unread=6)
log("journal-nslcd", "syslog's stamp before each line", "file.missing", "path:^/etc/ssl/certs/ldap-ca.pem$")
log("docker-nslcd", "docker logs -t", "file.missing", "path:^/etc/ssl/certs/ldap-ca.pem$")
log("compose-nslcd", "docker compose up", "file.missing", "path:^/etc/ssl/certs/ldap-ca.pem$", unread=2)
log("dockerjson-nslcd", "docker's json-file", "file.missing", "path:^/etc/ssl/certs/ldap-ca.pem$")
log("numbered-nslcd", "cat -n", "file.missing", "path:^/etc/ssl/certs/ldap-ca.pem$")
log("grep-ff", "grep over the files of -ff", "file.permission",
    "path:^/var/lib/prometheus/node-exporter(/apt.prom.tmp)?$", unread=1)
log("tail-ff", "tail over the files of -ff", "file.permission", "path:^/etc/dkimkeys(/mail.private)?$", unread=2)
log("crlf-tabs", "CRLF, tabs for blanks", "port.in-use", "port:^127.0.0.1:9000$")
log("mail-quoted", "quoted twice, wrapped at 72", "file.permission", "path:^/srv/site/keys(/tls.key)?$", unread=5)
log("terminal-wrapped", "copied from 80 columns, with prompt and command", "exec.not-found", ":htpasswd2", unread=2)
log("forum-snipped", "prose and [...] between", "port.in-use", "path:^/tmp/.X11-unix/X1$", unread=6)
log("cut-head", "begins within a line", "file.missing", "path:^/etc/prosody/prosody.cfg.lua$", unread=1)
log("cut-tail", "ends within a line", "library.missing", "library:^libriemann-client.so.0$", unread=1)
log("cut-columns", "each line cut at column 100", "file.missing", "path:^/etc/meterd/meterd.conf$", unread=20)
log("latin1-german", "errno in German, output in Latin-1", "file.missing", "path:^/srv/share/M.*rz/plan.ods$")
log("spanish-port", "errno in Spanish", "port.in-use", "port:^0.0.0.0:3128$")
log("chinese-library", "errno in Chinese", "library.missing", "library:^libQt5Sensors.so.5$")
log("powershell-utf16", "UTF-16 with CRLF, as PowerShell redirects", "file.missing", "path:^/srv/www/htdocs$")
log("bom-nbsp", "byte order mark, no-break spaces", "file.missing", "path:^/etc/pam.d/vlock-main$")
log("chat-irc", "pasted into a chat", "device.unavailable", ":^/dev/sdc$", unread=3)
log("ci-colours", "stamps and colours of a CI server", "file.missing", "path:^/srv/www/htdocs$")
