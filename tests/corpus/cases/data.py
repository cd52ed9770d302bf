"""What it wrote itself, or was to read, is of another version or broken."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}

case("incompatible-postgres", "data.incompatible", "path|text:(/pgdata|13|15)",
     "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/postgres",), shows="incompatible",
     setup="install -d -o postgres -m 700 pgdata; echo 13 >pgdata/PG_VERSION; touch pgdata/postgresql.conf; chown postgres pgdata/*")
case("incompatible-redis", "data.incompatible", "path|text:(dump.rdb|version|99)",
     "redis-server --port @PORT@ --dir @DIR@", needs=("redis-server",), **FREE,
     files={"dump.rdb": b"REDIS0099" + b"\0" * 30}, shows="RDB format version 99", fast=True)
case("incompatible-pickle", "data.incompatible", "path|text:(state.pkl|pickle|protocol)",
     PY + "-c 'import pickle; pickle.load(open(\"state.pkl\", \"rb\"))'", files={"state.pkl": b"\x80\x63K\x01."},
     shows="unsupported pickle protocol")
case("incompatible-sqlite", "data.incompatible", "path|text:(app.db|version|schema)", PY + "app.py",
     needs=("sqlite3",), setup="sqlite3 app.db 'pragma user_version=42; create table a(b)'", shows="42",
     files={"app.py": "import sqlite3, sys\nv = sqlite3.connect('app.db').execute('pragma user_version').fetchone()[0]\nif v > 17:\n    sys.exit(f'app.db: database schema version 42 is newer than this program supports (17)')\n"})
case("incompatible-mariadb-words", "data.incompatible", "path|text:", "bash start.sh",
     files={"start.sh": "echo '[ERROR] InnoDB: Unsupported redo log format (0). The redo log was created with MariaDB 10.2.' >&2\necho '[ERROR] Plugin InnoDB init function returned error.' >&2\necho '[ERROR] Aborting' >&2\nexit 1\n"},
     shows="redo log", misleads="the last words say nothing")
case("corrupt-redis", "data.corrupt", "path|text:(dump.rdb|signature)", "redis-server --port @PORT@ --dir @DIR@",
     needs=("redis-server",), **FREE, files={"dump.rdb": "garbage, not a dump\n"}, shows="Wrong signature", fast=True)
case("corrupt-redis-aof", "data.corrupt", "path|text:(aof|append)",
     "redis-server --port @PORT@ --dir @DIR@ --appendonly yes", needs=("redis-server",), **FREE,
     shows="Bad file format",
     files={"appendonlydir/appendonly.aof.manifest": "file appendonly.aof.1.incr.aof seq 1 type i\n", "appendonlydir/appendonly.aof.1.incr.aof": "garbage\n"})
case("corrupt-sqlite", "data.corrupt", "path|text:(app.db|not a database)",
     PY + "-c 'import sqlite3; sqlite3.connect(\"app.db\").execute(\"select * from a\")'",
     files={"app.db": "this is not a database at all, it is text " * 40}, shows="not a database", fast=True)
case("corrupt-jar", "data.corrupt", "path|text:app.jar", "java -jar app.jar", needs=("java",),
     files={"app.jar": "<html>502 Bad Gateway</html>\n"}, shows="corrupt jarfile")
case("corrupt-gzip", "data.corrupt", "path|text:(backup|gzip)", "tar xzf backup.tgz",
     files={"backup.tgz": "not gzip\n"}, shows="not in gzip format")
case("corrupt-zip-python", "data.corrupt", "path|text:(plugin.zip|zip)",
     PY + "-c 'import zipfile; zipfile.ZipFile(\"plugin.zip\")'", files={"plugin.zip": "PK\x03\x04 cut"},
     shows="not a zip file")
case("corrupt-git-index", "data.corrupt", "path|text:(index|signature)", "git status", needs=("git",),
     setup="git init -q .; printf garbagegarbage >.git/index", shows="bad signature|index file (corrupt|smaller)")
case("corrupt-host-key", "data.corrupt", "path|text:(key)",
     "/usr/sbin/sshd -D -e -p @PORT@ -o HostKey=@DIR@/key -f /dev/null", needs=("sshd", "root"), **FREE,
     files={"key": ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", 0o600)}, setup="mkdir -p /run/sshd", shows="key",
     also=[("config.invalid", "path|text:key", "its key is none"), ("file.missing", "path:/key", "no usable host key: sshd says 'no hostkeys available'")])
case("corrupt-empty-state", "data.corrupt", "path:/state.json$", "node app.js", needs=("node",),
     files={"state.json": "", "app.js": "JSON.parse(require('fs').readFileSync('state.json', 'utf8'))\n"},
     shows="Unexpected end of JSON", misleads="the file is there, and empty: a full disk or a crash left it so",
     also=[("config.invalid", "path:/state.json$", "whether it is state or configuration only its name tells")])
case("corrupt-postgres", "data.corrupt", "path|text:(pg_control|checksum)",
     "/usr/lib/postgresql/15/bin/postgres -D @DIR@/pgdata -k @DIR@ -p @PORT@", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/postgres",), **FREE, shows="pg_control|checksum",
     setup="chmod 777 .; install -d -o postgres -m 700 pgdata; setpriv --reuid postgres --regid postgres --clear-groups /usr/lib/postgresql/15/bin/initdb -N -A trust -D pgdata >&2; dd if=/dev/urandom of=pgdata/global/pg_control bs=1 seek=40 count=60 conv=notrunc 2>/dev/null")
case("corrupt-certificate-key", "data.corrupt", "path|text:(k.pem|PEM)",
     PY + "-c 'import ssl; ssl.create_default_context().load_cert_chain(\"k.pem\")'",
     files={"k.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n"}, shows="SSLError|PEM",
     also=[("config.invalid", "path|text:(k.pem|PEM)", "the file is no certificate")])
