"""What a case is: a failure to start (or a healthy start) that can be brought about, and the truth about it."""

import dataclasses
import hashlib
import importlib
import pathlib
import re

ALL = {}

# Debian's package of what a case may need and the other tests do not: './dev score' installs these.
PACKAGES = {
    "/usr/lib/postgresql/15/bin/initdb": "postgresql", "/usr/lib/postgresql/15/bin/postgres": "postgresql",
    "/usr/lib/postgresql/15/bin/psql": "postgresql-client-15",
    "/usr/lib/python3/dist-packages/psycopg2": "python3-psycopg2",
    "/usr/lib/python3/dist-packages/pymysql": "python3-pymysql",
    "/usr/lib/python3/dist-packages/requests": "python3-requests",
    "/usr/lib/python3/dist-packages/yaml": "python3-yaml",
    "/usr/lib/python3.11/lib-dynload/_tkinter.cpython-311-x86_64-linux-gnu.so": "python3-tk",
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1": "libfaketime",
    "/usr/lib/x86_64-linux-gnu/perl5/5.36/DBI.pm": "libdbi-perl", "apache2": "apache2",
    "beanstalkd": "beanstalkd", "caddy": "caddy", "chronyd": "chrony", "cron": "cron", "curl": "curl",
    "dbus-send": "dbus", "dnsmasq": "dnsmasq-base", "dovecot": "dovecot-core", "etcd": "etcd-server",
    "exim4": "exim4-daemon-light", "flask": "python3-flask", "git": "git", "gunicorn": "gunicorn",
    "haproxy": "haproxy", "java": "openjdk-17-jre-headless", "javac": "openjdk-17-jdk-headless",
    "lighttpd": "lighttpd", "lua5.4": "lua5.4", "make": "make", "mariadb": "mariadb-client",
    "mariadbd": "mariadb-server", "memcached": "memcached", "mkfs.ext4": "e2fsprogs", "modprobe": "kmod",
    "monit": "monit", "mosquitto": "mosquitto", "mosquitto_pub": "mosquitto-clients", "named": "bind9",
    "nats-server": "nats-server", "ncat": "ncat", "openssl": "openssl", "php": "php-cli",
    "php-fpm8.2": "php-fpm", "privoxy": "privoxy", "prometheus": "prometheus", "rsyslogd": "rsyslog",
    "ruby": "ruby", "slapd": "slapd", "socat": "socat", "sqlite3": "sqlite3", "squid": "squid",
    "ssh": "openssh-client", "sshd": "openssh-server", "stunnel4": "stunnel4", "supervisorctl": "supervisor",
    "supervisord": "supervisor", "tinyproxy": "tinyproxy", "tmux": "tmux", "unbound": "unbound",
    "uwsgi": "uwsgi-core uwsgi-plugin-python3", "varnishd": "varnish", "vsftpd": "vsftpd", "wget": "wget",
    "xclock": "x11-apps", "xterm": "xterm", "zenity": "zenity",
}
# The same for the cases that were written aside, by people who did not see the rules.
PACKAGES |= {
    "/usr/bin/xset": "x11-xserver-utils", "/usr/lib/dovecot/imap": "dovecot-imapd",
    "/usr/lib/python3/dist-packages/celery": "python3-celery",
    "/usr/lib/python3/dist-packages/django": "python3-django", "Xvfb": "xvfb", "anacron": "anacron",
    "aplay": "alsa-utils", "aria2c": "aria2", "atd": "at", "autossh": "autossh", "avahi-daemon": "avahi-daemon",
    "borg": "borgbackup", "clamd": "clamav-daemon", "collectd": "collectd-core", "cryptsetup": "cryptsetup-bin",
    "cupsd": "cups-daemon", "daemon": "daemon", "danted": "dante-server", "dbus-daemon": "dbus-daemon",
    "dhcpd": "isc-dhcp-server", "dig": "bind9-dnsutils", "fail2ban-server": "fail2ban", "fetchmail": "fetchmail",
    "freeradius": "freeradius", "gearmand": "gearman-job-server", "gpsd": "gpsd", "hg": "mercurial", "hitch": "hitch",
    "hostapd": "hostapd", "hypnotoad": "libmojolicious-perl", "icecast2": "icecast2", "in.tftpd": "tftpd-hpa",
    "kea-dhcp4": "kea-dhcp4-server", "keepalived": "keepalived", "kinit": "krb5-user", "knotd": "knot",
    "krb5kdc": "krb5-kdc", "ldapsearch": "ldap-utils", "logrotate": "logrotate", "lpstat": "cups-client",
    "mbsync": "isync", "mdadm": "mdadm", "msmtp": "msmtp", "nft": "nftables", "ngircd": "ngircd",
    "nrpe": "nagios-nrpe-server", "nsd": "nsd", "nutcracker": "nutcracker", "opendkim": "opendkim",
    "openvpn": "openvpn", "pactl": "pulseaudio-utils", "pdns_recursor": "pdns-recursor", "pdns_server": "pdns-server",
    "pgbouncer": "pgbouncer", "picocom": "picocom", "postgrey": "postgrey",
    "prometheus-node-exporter": "prometheus-node-exporter", "prosody": "prosody", "pulseaudio": "pulseaudio",
    "puma": "puma", "radicale": "radicale", "radvd": "radvd", "rndc": "bind9-utils", "rpcinfo": "rpcbind",
    "rsync": "rsync", "runsv": "runit", "s6-svscan": "s6", "scanimage": "sane-utils", "screen": "screen",
    "setuidgid": "daemontools", "snmpd": "snmpd", "spawn-fcgi": "spawn-fcgi", "ss-server": "shadowsocks-libev",
    "sshfs": "sshfs", "sshpass": "sshpass", "sslh": "sslh", "starman": "starman", "svnserve": "subversion",
    "swaks": "swaks", "systemctl": "systemd", "tcpdump": "tcpdump", "tincd": "tinc", "tini": "tini", "tor": "tor",
    "transmission-daemon": "transmission-daemon", "turnserver": "coturn", "upsd": "nut-server", "uvicorn": "uvicorn",
    "websockify": "websockify", "wg-quick": "wireguard-tools", "x11vnc": "x11vnc", "xauth": "xauth", "xclip": "xclip",
    "xvfb-run": "xvfb xauth", "zabbix_agentd": "zabbix-agent",
}
# The same for those about runtimes, build tools and small worlds.
PACKAGES |= {
    "/usr/bin/s6-envdir": "s6", "/usr/bin/s6-softlimit": "s6", "/usr/bin/s6-supervise": "s6",
    "/usr/lib/python3.11/lib-dynload/_gdbm.cpython-311-x86_64-linux-gnu.so": "python3-gdbm",
    "/usr/lib/python3/dist-packages/pip": "python3-pip", "ant": "ant", "autoconf": "autoconf", "bison": "bison",
    "bundle": "ruby-bundler", "bwrap": "bubblewrap", "cmake": "cmake", "crun": "crun", "daemonize": "daemonize",
    "dumb-init": "dumb-init", "elixir": "elixir", "erl": "erlang-base", "expect": "expect",
    "fakeroot": "fakeroot", "fish": "fish", "gem": "ruby", "gforth": "gforth", "gosu": "gosu",
    "inotifywait": "inotify-tools", "jq": "jq", "ksh": "ksh93u+m", "luajit": "luajit", "mcs": "mono-mcs",
    "meson": "meson", "mono": "mono-runtime", "musl-gcc": "musl-tools", "ninja": "ninja-build",
    "parallel": "parallel", "pkg-config": "pkg-config", "pytest": "python3-pytest", "scons": "scons",
    "sudo": "sudo", "tcc": "tcc", "tclsh": "tcl", "tox": "tox", "xz": "xz-utils", "zsh": "zsh",
}


@dataclasses.dataclass
class Truth:
    """A cause with the subject that has to go with it."""
    cause: str
    kinds: tuple  # of the subject; none: any kind will do
    subject: str  # a pattern, searched for in the subject's value; @NAME@ is filled in
    why: str = ""  # of an alternative: why it is accepted as well


@dataclasses.dataclass
class Case:
    name: str
    area: str
    truths: list  # the truth first, then what is accepted as well
    command: str  # words as a shell reads them, but no shell runs them
    misleads: str = ""  # what leads astray
    shows: str = ""  # a pattern that the plain run (strace's log and the output) has to contain: the proof of the truth
    files: dict = dataclasses.field(default_factory=dict)  # name: text or (text, mode); absolute names need root
    c: dict = dataclasses.field(default_factory=dict)  # program or lib*.so*: its C text, or (text, options of gcc)
    setup: str = ""  # bash, in the folder of the case, after files and programs are there
    holds: dict = dataclasses.field(default_factory=dict)  # PORT: free, listening or bound (taken, but silent)
    locks: tuple = ()  # files that somebody else holds with flock(2)
    writes: tuple = ()  # files that somebody else has open for writing
    helpers: tuple = ()  # (bash command, what to wait for: port:N, file:PATH or line, a line on its standard output)
    env: dict = dataclasses.field(default_factory=dict)  # None takes a variable away
    user: str = ""
    limits: dict = dataclasses.field(default_factory=dict)  # as prlimit(1) names them
    through: str = ""  # words in front of the tool: surroundings that hold for the tool as well
    options: str = ""  # of the tool, where the case is about them
    timeout: float = 0  # of the tool; 0: its own
    stdin: str = "null"  # null, or open: a pipe that nobody writes to
    dns: str = "nxdomain"  # what the name server answers: nxdomain, silent (nothing) or off (there is none)
    needs: tuple = ()  # programs or files that have to be there, or not to ("no /x"); root where a namespace is needed
    fast: bool = False  # belongs to the part that runs with all tests

    @property
    def id(self):
        return f"{self.area}.{self.name}"

    @property
    def healthy(self):
        return self.truths[0].cause.startswith("ok.")

    @property
    def held_out(self):
        """Rules are not written with these in sight: a quarter of the files called aside_*, whose authors saw neither the
        rules nor a verdict, and a sixth of the others, chosen by a hash of the name so that nobody chooses. The fast
        ones are in sight of everybody who runs the tests."""
        chance = hashlib.sha256(self.id.encode()).digest()[0]
        return not self.fast and chance % (4 if self.area.startswith("aside_") else 6) == 0

    @property
    def needs_root(self):
        return bool("root" in self.needs or self.user or self.through or self.dns != "nxdomain"
                    or any(name.startswith("/") for name in self.files))


def truth(cause, subject, why=""):
    """Subjects are written as 'kind|kind:pattern', or as ':pattern' where any kind will do."""
    kinds, _, pattern = subject.partition(":")
    return Truth(cause, tuple(kinds.split("|")) if kinds else (), pattern, why)


def case(name, cause, subject, command, also=(), **fields):
    """Adds a case; 'also' has further accepted answers as (cause, subject, why)."""
    made = Case(name=name, area=case.area, truths=[truth(cause, subject), *(truth(*other) for other in also)],
                command=command, **fields)
    assert made.id not in ALL, f"two cases are called {made.id}"
    assert not (made.fast and PACKAGES.keys() & made.needs), f"{made.id} needs more than all tests do: it is no fast one"
    ALL[made.id] = made


def healthy(name, cause, command, also=(), **fields):
    """Adds a start that nothing is wrong with; cause is running, exited, or either."""
    first, *others = ["ok.running", "ok.exited"] if cause == "either" else ["ok." + cause]
    either = [(other, ":", "it stays, or is done at once: both are well") for other in others]
    case(name, first, ":", command, also=[*either, *also], **fields)


def load():
    for path in sorted((pathlib.Path(__file__).parent / "cases").glob("*.py")):
        case.area = path.stem
        importlib.import_module("cases." + path.stem)
    return list(ALL.values())


def fill(text, values, escape=lambda value: value):
    return re.sub(r"@([A-Z][A-Z0-9_]*)@", lambda match: escape(str(values[match[1]])), text)
