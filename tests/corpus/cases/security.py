"""Rights that are not the file system's."""

from case import case
from sandbox import CLONE3, LISTEN, MEMFD, MKDIR, PTRACE, SANDBOX, SOCKET

PY = "/usr/bin/python3 -B "
NOBODY = {"user": "nobody"}
FREE = {"holds": {"PORT": "free"}}

case("seccomp-killed", "security.seccomp", "text|signal|profile:(mkdir|SIGSYS|seccomp)",
     f"./sandbox 0 {MKDIR} mkdir cache", c={"sandbox": SANDBOX}, shows="SIGSYS", fast=True)
case("seccomp-killed-python", "security.seccomp", "text|signal|profile:(listen|SIGSYS|seccomp)",
     f"./sandbox 0 {LISTEN} python3 -m http.server --bind 127.0.0.1 @PORT@", c={"sandbox": SANDBOX}, **FREE,
     shows="SIGSYS")
case("seccomp-killed-in-wrapper", "security.seccomp", "text|signal|profile:(memfd|SIGSYS|seccomp)",
     f"bash -c './sandbox 0 {MEMFD} python3 -c \"import os; os.memfd_create(chr(97))\"; exit $?'",
     c={"sandbox": SANDBOX}, shows="SIGSYS")
case("seccomp-eperm-socket", "security.seccomp", "text|profile|signal:",
     f"./sandbox 1 {SOCKET} python3 -m http.server --bind 127.0.0.1 @PORT@", c={"sandbox": SANDBOX}, **FREE,
     shows="socket.*EPERM", misleads="'operation not permitted', for root")
case("seccomp-eperm-threads", "security.seccomp", "text|profile|signal:",
     f"./sandbox 1 {CLONE3} python3 -c 'import threading; threading.Thread(target=print).start()'",
     c={"sandbox": SANDBOX}, shows="clone3.*EPERM",
     misleads="'can't start new thread': an old filter answers EPERM where ENOSYS would do")
case("capability-raw-socket", "security.capability", "capability:CAP_NET_RAW",
     PY + "-c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'", **NOBODY, shows="EPERM", fast=True)
case("capability-chown", "security.capability", "capability|path:(CAP_CHOWN|/data)", "chown root data", **NOBODY,
     setup="touch data; chown nobody data", shows="EPERM")
case("capability-mount", "security.capability", "capability:CAP_SYS_ADMIN", "mount -t tmpfs none /mnt", **NOBODY,
     shows="EPERM|must be superuser", misleads="mount says only: must be superuser",
     also=[("file.permission", "path:/mnt", "only root may mount there")])
case("capability-chroot", "security.capability", "capability:CAP_SYS_CHROOT",
     "perl -e 'chroot(\"/srv\") or die \"jail: $!\"'", **NOBODY, shows="EPERM")
case("capability-nice", "security.capability", "capability:CAP_SYS_NICE", "./clockd", **NOBODY,
     c={"clockd": '#include <sched.h>\n#include <stdio.h>\nint main(){struct sched_param p={50};if(sched_setscheduler(0,SCHED_FIFO,&p)){perror("clockd: sched_setscheduler");return 1;}return 0;}'},
     shows="EPERM", also=[("limit.kernel", "limit:RLIMIT_RTPRIO", "a limit that allows it would do as well")])
case("capability-time", "security.capability", "capability:CAP_SYS_TIME",
     PY + "-c 'import time; time.clock_settime(time.CLOCK_REALTIME, time.time())'", **NOBODY, shows="EPERM")
case("capability-hostname", "security.capability", "capability:CAP_SYS_ADMIN", "ruby -e 'syscall(170, \"x\", 1)'",
     **NOBODY, needs=("ruby",), shows="EPERM")
case("capability-interface", "security.capability", "capability:CAP_NET_ADMIN", "ip link set lo down", **NOBODY,
     needs=("ip",), shows="Operation not permitted", misleads="no call fails: the answer comes over netlink")
case("capability-setgid-as-root", "security.capability", "capability:CAP_SET(GID|UID)", "nginx -c @DIR@/nginx.conf",
     needs=("nginx", "root"), **FREE, through="setpriv --bounding-set -setgid,-setuid",
     shows="set(gid|groups|uid).*EPERM", timeout=4,
     files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; user www-data; events{} http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"},
     misleads="it is root, and its workers die one after the other while it goes on")
case("capability-chown-as-root", "security.capability", "capability|path:(CAP_CHOWN|/data)",
     "bash -ec 'chown -R nobody data; exec sleep 9'", needs=("root",), through="setpriv --bounding-set -chown",
     setup="mkdir data; touch data/a", shows="EPERM", misleads="it is root")
case("capability-drop-privileges", "security.capability", "capability:CAP_SET(GID|UID)",
     PY + "-c 'import os; os.setgid(1000); os.setuid(1000)'", **NOBODY, shows="EPERM")
case("capability-unshare", "security.capability", "capability:CAP_SYS_ADMIN", "unshare -m true", **NOBODY,
     shows="EPERM")
case("namespace-users-forbidden", "security.namespace", ":", "unshare -U true", needs=("root",),
     through="unshare -U -r bash -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"' --", shows="ENOSPC",
     misleads="'no space left on device'",
     also=[("limit.kernel", "limit:max_user_namespaces", "the sysctl that forbids it")])
case("namespace-browser-sandbox", "security.namespace", ":", "./browser", needs=("root",),
     through="unshare -U -r bash -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"' --", shows="ENOSPC",
     c={"browser": '#define _GNU_SOURCE\n#include <sched.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(){if(unshare(CLONE_NEWUSER|CLONE_NEWNET)){fprintf(stderr,"No usable sandbox!\\n");abort();}return 0;}'},
     also=[("limit.kernel", "limit:max_user_namespaces", "the sysctl that forbids it")],
     misleads="it ends with SIGABRT")
case("landlock", "security.landlock", "path:/secret", "./confined", needs=("root",), files={"secret": "x"},
     shows="landlock_restrict_self.* = 0", misleads="EACCES for root, on a file that anybody may read",
     c={"confined": r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
  struct landlock_ruleset_attr a = {LANDLOCK_ACCESS_FS_READ_FILE};
  int f = syscall(444, &a, sizeof a, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (f < 0 || syscall(446, f, 0)) return 77;
  if (open("secret", O_RDONLY) < 0) { perror("confined: secret"); return 1; }
  return 0;
}
"""})
case("tracing-forbidden", "trace.denied", ":", "/bin/cat /etc/nosuch.conf", needs=("root",),
     through=f"./sandbox 1 {PTRACE}", c={"sandbox": SANDBOX}, misleads="the tool itself is in a sandbox",
     also=[("file.missing", "path:^/etc/nosuch.conf$", "a look without running it may tell as much")])
