"""Disks that take no more."""

from case import case
from sandbox import MKDIR, SANDBOX

PY = "/usr/bin/python3 -B "
FULL = "mkdir full; mount -t tmpfs -o size=64k,mode=777 tmpfs full; dd if=/dev/zero of=full/x bs=1k count=60 2>/dev/null"
SHM = "mount -t tmpfs -o size=64k tmpfs /dev/shm"
INODES = "mkdir few; mount -t tmpfs -o nr_inodes=8,mode=777 tmpfs few; touch few/1 few/2 few/3 few/4 few/5 few/6 few/7"

case("full-python", "disk.full", "path:/full",
     PY + "-c 'f = open(\"full/y\", \"wb\"); f.write(b\"x\" * 99999); f.close()'", needs=("root",), setup=FULL,
     shows="ENOSPC", fast=True)
case("full-node", "disk.full", "path:/full",
     "node -e 'require(\"fs\").writeFileSync(\"full/y\", Buffer.alloc(99999))'", needs=("root", "node"), setup=FULL,
     shows="ENOSPC")
case("full-sqlite", "disk.full", "path:/full",
     PY + "-c 'import sqlite3; c = sqlite3.connect(\"full/s.db\"); c.execute(\"create table a(b)\"); c.executemany(\"insert into a values (?)\", [(\"x\" * 999,)] * 99); c.commit()'",
     needs=("root",), setup=FULL, shows="ENOSPC", misleads="'database or disk is full'")
case("full-shell", "disk.full", "path:/full", "bash -ec 'seq 1 99999 >full/list; exec ./run'", needs=("root",),
     setup=FULL, shows="ENOSPC")
case("full-log-silent", "disk.full", "path:/full", "./gated", needs=("root",), setup=FULL, shows="ENOSPC",
     c={"gated": '#include <stdio.h>\nint main(){FILE*f=fopen("full/log","w");for(int i=0;i<9999;i++)fputs("gated starting\\n",f);if(fclose(f))return 6;return 0;}'},
     misleads="it says nothing")
case("full-redis-aof", "disk.full", "path:/full", "redis-server --port @PORT@ --dir @DIR@/full --appendonly yes",
     needs=("root", "redis-server"), holds={"PORT": "free"}, setup=FULL.replace("count=60", "count=64"),
     shows="ENOSPC")
case("full-initdb", "disk.full", "path:/full", "/usr/lib/postgresql/15/bin/initdb -N -D @DIR@/full/data",
     user="postgres", needs=("/usr/lib/postgresql/15/bin/initdb",), setup=FULL.replace("size=64k", "size=2m"),
     shows="ENOSPC|No space left")
case("shared-memory-full-killed", "disk.full", "path:/dev/shm", "./ring", needs=("root",), setup=SHM, shows="SIGBUS",
     misleads="SIGBUS, and no failing call",
     c={"ring": '#include <sys/mman.h>\n#include <fcntl.h>\n#include <unistd.h>\n#include <string.h>\nint main(){int f=shm_open("/ring",O_CREAT|O_RDWR,0600);ftruncate(f,1<<20);char*p=mmap(0,1<<20,3,1,f,0);memset(p,1,1<<20);return 0;}'},
     also=[("crash.bus-error", "signal|path:(SIGBUS|/dev/shm)", "how it shows; why is that /dev/shm is full")])
case("shared-memory-full", "disk.full", "path:/dev/shm",
     PY + "-c 'import os; f = os.open(\"/dev/shm/ring\", os.O_CREAT | os.O_RDWR); os.posix_fallocate(f, 0, 1 << 20)'",
     needs=("root",), setup=SHM, shows="ENOSPC")
case("shared-memory-full-postgres", "disk.full", "path:/dev/shm",
     "/usr/lib/postgresql/15/bin/initdb -N -D @DIR@/data", user="postgres",
     needs=("/usr/lib/postgresql/15/bin/initdb",),
     setup="chmod 777 .; mount -t tmpfs -o size=16k,mode=1777 tmpfs /dev/shm", shows="ENOSPC|No space left")
case("inodes-python", "disk.inodes", "path:/few", PY + "-c 'open(\"few/session\", \"w\")'", needs=("root",),
     setup=INODES, shows="ENOSPC", misleads="there are blocks left", fast=True)
case("inodes-ext4-mkdir", "disk.inodes", "path:/few", "mkdir -p few/cache/a/b/c/d/e/f/g/h",
     needs=("root", "mkfs.ext4"),
     setup="truncate -s 4M img; mkfs.ext4 -q -N 16 img; mkdir few; mount -o loop img few", shows="ENOSPC")
case("quota-of-remote-disk", "disk.quota", "path:/home", f"./sandbox 122 {MKDIR} mkdir home/new",
     c={"sandbox": SANDBOX}, setup="mkdir home", shows="EDQUOT",
     also=[("security.seccomp", ":", "what answers EDQUOT here is a filter")])
