"""Rights that are not the file system's; users; what the kernel and the processor do not have."""

from case import case

PY = "/usr/bin/python3 -B "
NOBODY = {"user": "nobody"}
FREE = {"holds": {"PORT": "free"}}
# Runs a program under a filter: ./sandbox ACTION CALL PROGRAM..., where ACTION is an errno, or 0 for the death that
# a unit's SystemCallFilter= gives.
SANDBOX = r"""
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int n, char **a) {
  int e = atoi(a[1]);
  struct sock_filter f[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, atoi(a[2]), 0, 1),
    BPF_STMT(BPF_RET | BPF_K, e ? SECCOMP_RET_ERRNO | e : SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog p = {4, f};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p)) return 99;
  execvp(a[3], a + 3);
  perror("sandbox");
  return 98;
}
"""
CHROOT, MKDIR, CLONE3, SOCKET, MEMFD, RANDOM, URING, SETUID, LISTEN = 161, 83, 435, 41, 319, 318, 425, 105, 50

case("seccomp-killed", "security.seccomp", "text|signal|profile:(mkdir|SIGSYS|seccomp)", f"./sandbox 0 {MKDIR} mkdir cache", c={"sandbox": SANDBOX}, shows="SIGSYS", fast=True)
case("seccomp-killed-python", "security.seccomp", "text|signal|profile:(listen|SIGSYS|seccomp)", f"./sandbox 0 {LISTEN} python3 -m http.server --bind 127.0.0.1 @PORT@", c={"sandbox": SANDBOX}, **FREE, shows="SIGSYS")
case("seccomp-killed-in-wrapper", "security.seccomp", "text|signal|profile:(memfd|SIGSYS|seccomp)", f"bash -c './sandbox 0 {MEMFD} python3 -c \"import os; os.memfd_create(chr(97))\"; exit $?'", c={"sandbox": SANDBOX}, shows="SIGSYS")
case("seccomp-eperm-socket", "security.seccomp", "text|profile|signal:", f"./sandbox 1 {SOCKET} python3 -m http.server --bind 127.0.0.1 @PORT@", c={"sandbox": SANDBOX}, **FREE, shows="socket.*EPERM", misleads="'operation not permitted', for root")
case("seccomp-eperm-threads", "security.seccomp", "text|profile|signal:", f"./sandbox 1 {CLONE3} python3 -c 'import threading; threading.Thread(target=print).start()'", c={"sandbox": SANDBOX}, shows="clone3.*EPERM", misleads="'can't start new thread': an old filter answers EPERM where ENOSYS would do")
case("capability-raw-socket", "security.capability", "capability:CAP_NET_RAW", PY + "-c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'", **NOBODY, shows="EPERM", fast=True)
case("capability-chown", "security.capability", "capability|path:(CAP_CHOWN|/data)", "chown root data", **NOBODY, setup="touch data; chown nobody data", shows="EPERM")
case("capability-mount", "security.capability", "capability:CAP_SYS_ADMIN", "mount -t tmpfs none /mnt", **NOBODY, shows="EPERM|must be superuser", misleads="mount says only: must be superuser",
     also=[("file.permission", "path:/mnt", "only root may mount there")])
case("capability-chroot", "security.capability", "capability:CAP_SYS_CHROOT", "perl -e 'chroot(\"/srv\") or die \"jail: $!\"'", **NOBODY, shows="EPERM")
case("capability-nice", "security.capability", "capability:CAP_SYS_NICE", "./clockd", **NOBODY, c={"clockd": '#include <sched.h>\n#include <stdio.h>\nint main(){struct sched_param p={50};if(sched_setscheduler(0,SCHED_FIFO,&p)){perror("clockd: sched_setscheduler");return 1;}return 0;}'}, shows="EPERM",
     also=[("limit.kernel", "limit:RLIMIT_RTPRIO", "a limit that allows it would do as well")])
case("capability-time", "security.capability", "capability:CAP_SYS_TIME", PY + "-c 'import time; time.clock_settime(time.CLOCK_REALTIME, time.time())'", **NOBODY, shows="EPERM")
case("capability-hostname", "security.capability", "capability:CAP_SYS_ADMIN", "ruby -e 'syscall(170, \"x\", 1)'", **NOBODY, needs=("ruby",), shows="EPERM")
case("capability-interface", "security.capability", "capability:CAP_NET_ADMIN", "ip link set lo down", **NOBODY, needs=("ip",), shows="Operation not permitted", misleads="no call fails: the answer comes over netlink")
case("capability-setgid-as-root", "security.capability", "capability:CAP_SET(GID|UID)", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), **FREE, through="setpriv --bounding-set -setgid,-setuid", shows="set(gid|groups|uid).*EPERM", timeout=4,
     files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; user www-data; events{} http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"}, misleads="it is root, and its workers die one after the other while it goes on")
case("capability-chown-as-root", "security.capability", "capability|path:(CAP_CHOWN|/data)", "bash -ec 'chown -R nobody data; exec sleep 9'", needs=("root",), through="setpriv --bounding-set -chown", setup="mkdir data; touch data/a", shows="EPERM", misleads="it is root")
case("capability-drop-privileges", "security.capability", "capability:CAP_SET(GID|UID)", PY + "-c 'import os; os.setgid(1000); os.setuid(1000)'", **NOBODY, shows="EPERM")
case("capability-unshare", "security.capability", "capability:CAP_SYS_ADMIN", "unshare -m true", **NOBODY, shows="EPERM")
case("namespace-users-forbidden", "security.namespace", ":", "unshare -U true", needs=("root",), through="unshare -U -r bash -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"' --", shows="ENOSPC", misleads="'no space left on device'",
     also=[("limit.kernel", "limit:max_user_namespaces", "the sysctl that forbids it")])
case("namespace-browser-sandbox", "security.namespace", ":", "./browser", needs=("root",), through="unshare -U -r bash -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"' --", shows="ENOSPC",
     c={"browser": '#define _GNU_SOURCE\n#include <sched.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(){if(unshare(CLONE_NEWUSER|CLONE_NEWNET)){fprintf(stderr,"No usable sandbox!\\n");abort();}return 0;}'},
     also=[("limit.kernel", "limit:max_user_namespaces", "the sysctl that forbids it")], misleads="it ends with SIGABRT")
case("landlock", "security.landlock", "path:/secret", "./confined", needs=("root",), files={"secret": "x"}, shows="landlock_restrict_self.* = 0", misleads="EACCES for root, on a file that anybody may read",
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

# users
case("user-chown", "user.unknown", "user:^shopx$", "chown shopx data", files={"data": ""}, shows="invalid user", misleads="no call fails", fast=True)
case("user-unbound", "user.unknown", "user:^shopx$", "unbound -d -c u.conf", needs=("unbound", "root"), **FREE, files={"u.conf": "server:\n interface: 127.0.0.1@@PORT@\n chroot: \"\"\n username: shopx\n pidfile: \"\"\n use-syslog: no\n"}, shows="user 'shopx' does not exist")
case("user-memcached", "user.unknown", "user:^shopx$", "memcached -u shopx -p @PORT@", needs=("memcached", "root"), **FREE, shows="shopx")
case("user-nginx", "user.unknown", "user:^shopx$", "nginx -c @DIR@/nginx.conf", needs=("nginx", "root"), files={"nginx.conf": "daemon off; pid @DIR@/pid; error_log stderr; user shopx; events{} http { }\n"}, shows='getpwnam\\("shopx"\\) failed', fast=True)
case("user-haproxy", "user.unknown", "user:^shopx$", "haproxy -db -f h.cfg", needs=("haproxy", "root"), files={"h.cfg": "global\n user shopx\ndefaults\n mode http\n"}, shows="shopx", also=[("config.invalid", "path:/h.cfg", "haproxy calls it an error in its file")])
case("user-apache", "user.unknown", "user:^shopx$", "apache2 -X -f @DIR@/a.conf", needs=("apache2", "root"), **FREE, shows="bad user name shopx",
     files={"a.conf": "ServerRoot /usr/lib/apache2\nServerName x\nPidFile @DIR@/pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nUser shopx\nListen 127.0.0.1:@PORT@\n"})
case("user-dnsmasq", "user.unknown", "user:^shopx$", "dnsmasq -k --port=@PORT@ --user=shopx --conf-file=/dev/null", needs=("dnsmasq", "root"), **FREE, shows="unknown user")
case("user-mariadb", "user.unknown", "user:^shopx$", "mariadbd --no-defaults --user=shopx --datadir=@DIR@", needs=("mariadbd", "root"), shows="shopx")
case("user-setpriv", "user.unknown", "user:^shopx$", "setpriv --reuid shopx --clear-groups true", shows="shopx")
case("user-php-fpm", "user.unknown", "user:^shopx$", "php-fpm8.2 -F -y @DIR@/f.conf", needs=("php-fpm8.2", "root"), **FREE, files={"f.conf": "[global]\nerror_log=/dev/stderr\n[www]\nuser=shopx\nlisten=127.0.0.1:@PORT@\npm=static\npm.max_children=1\n"}, shows="shopx")
case("user-supervisor", "user.unknown", "user:^shopx$", "/usr/bin/supervisord -n -c @DIR@/s.conf", needs=("supervisord", "root"), files={"s.conf": "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=@DIR@/pid\nuser=shopx\n"}, shows="shopx")
case("user-python", "user.unknown", "user:^shopx$", PY + "-c 'import pwd; pwd.getpwnam(\"shopx\")'", shows="shopx", fast=True)
case("user-sshd-separation", "user.unknown", "user:^sshd$", "/usr/sbin/sshd -D -e -p @PORT@ -o HostKey=@DIR@/key -f /dev/null", needs=("sshd", "root"), **FREE, setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key; sed -i /^sshd:/d /etc/passwd", shows="sshd does not exist")
case("group-chgrp", "user.unknown", "user:^buildersx$", "install -g buildersx data /tmp/x", files={"data": ""}, shows="buildersx")
case("user-of-number", "user.unknown", "user:", PY + "-c 'import getpass; getpass.getuser()'", needs=("root",), through="setpriv --reuid 4711 --regid 4711 --clear-groups", setup="chmod 777 .", shows="4711", misleads="KeyError: the number has no name")
case("user-cron-like", "user.unknown", "user:^deployx$", "runuser -u deployx -- true", needs=("root",), shows="deployx")

# kernel and processor
case("kernel-enosys", "kernel.unsupported", ":", f"./sandbox 38 {URING} ./storage", c={"sandbox": SANDBOX, "storage": '#include <sys/syscall.h>\n#include <stdio.h>\n#include <unistd.h>\nint main(){char p[120]={0};if(syscall(425,8,p)<0){perror("storage: io_uring_setup");return 1;}return 0;}'},
     shows="ENOSYS", also=[("security.seccomp", ":", "what answers ENOSYS here is a filter")], fast=True)
case("kernel-file-system", "kernel.unsupported", "text|module|device:zfsx?", "mount -t zfs none /mnt", needs=("root",), shows="unknown filesystem type")
case("kernel-module-in-grandchild", "kernel.unsupported", r"module|text|path:(ip_tablesx|/lib/modules)", "bash start.sh", needs=("root", "modprobe"), files={"start.sh": "echo starting the bridge\nsh -c 'modprobe ip_tablesx || exit 3'\nr=$?\necho \"bridge: exit status $r\" >&2\nexit 1\n"}, shows="ip_tablesx",
     misleads="the grandchild knows, and the rest only has a number", also=[("file.missing", r"path:/lib/modules", "the folder of this kernel's modules")])
case("cpu-checked-by-program", "cpu.unsupported", "text:[Aa][Vv][Xx]", "bash db.sh", files={"db.sh": "echo 'WARNING: MongoDB 5.0+ requires a CPU with AVX support, and your current system does not appear to have that!' >&2\nexit 132\n"}, shows="requires a CPU", misleads="no call fails")
case("device-kvm", "device.unavailable", "device|path:^/dev/kvmx$", PY + "-c 'import os; os.open(\"/dev/kvmx\", os.O_RDWR)'", shows="ENOENT", also=[("file.missing", "path:^/dev/kvmx$", "the device's file")], fast=True)
case("device-serial", "device.unavailable", "device|path:^/dev/ttyUSB7$", "./modem", c={"modem": '#include <fcntl.h>\n#include <stdio.h>\nint main(){if(open("/dev/ttyUSB7",O_RDWR)<0){perror("modem: /dev/ttyUSB7");return 1;}return 0;}'}, shows="ENOENT", also=[("file.missing", "path:^/dev/ttyUSB7$", "the device's file")])
case("device-without-driver", "device.unavailable", "device|path:/ttyX$", "perl -e 'open(F, \"+<\", \"ttyX\") or die \"scale: $!\"'", needs=("root",), setup="mknod ttyX c 250 77", shows="ENXIO|ENODEV")
case("device-terminal", "device.unavailable", "device|path:^/dev/tty$", PY + "-c 'open(\"/dev/tty\")'", shows="ENXIO", misleads="there is no terminal here")
case("device-nvidia", "device.unavailable", "device|path|text:([Nn][Vv][Ii][Dd][Ii][Aa]|NVML)", "bash gpu.sh", files={"gpu.sh": "[ -e /dev/nvidia0 ] || { echo 'Failed to initialize NVML: Driver/library version mismatch' >&2; exit 18; }\n"}, shows="NVML")
case("device-sound", "device.unavailable", "device|path:^/dev/snd/controlC9$", "node -e 'require(\"fs\").openSync(\"/dev/snd/controlC9\", \"r+\")'", needs=("node",), shows="ENOENT", also=[("file.missing", "path:^/dev/snd", "the device's file")])
