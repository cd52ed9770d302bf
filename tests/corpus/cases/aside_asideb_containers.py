"""Small worlds: chroot, namespaces, bubblewrap, OCI bundles. What is there outside is not there inside."""

from case import case

PY = "/usr/bin/python3 -B "
HELLO = "int main(void){return 0;}"
BWRAP = "bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind @DIR@ @DIR@ --proc /proc --dev /dev "
SPEC = """{"ociVersion": "1.0.0", "root": {"path": "rootfs", "readonly": true}, "hostname": "box",
"process": {"terminal": false, "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["%s"], "env": ["PATH=/bin"], "noNewPrivileges": true},
"mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
"linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "uts"}]}}
"""
ROOTFS = "mkdir -p rootfs/bin rootfs/proc; cp /bin/true rootfs/bin/busy"

case("bwrap-source", "file.missing", "path:^/opt/shop/data$", "bwrap --ro-bind / / --bind /opt/shop/data /mnt sleep 60",
     needs=("bwrap", "root"), shows="/opt/shop/data.*(ENOENT|No such file)")
case("bwrap-without-loader", "exec.interpreter-missing", r"path:(/python3(\.\d+)?|/ld-linux-x86-64\.so\.2)$",
     "bwrap --ro-bind /usr /usr --proc /proc --dev /dev /usr/bin/python3 -c pass", needs=("bwrap", "root"),
     shows="execve.*python3.*ENOENT", misleads="the program is there, in the sandbox as well; /lib64 is not",
     also=[("file.missing", "path:^/lib64", "what the sandbox lacks"), ("exec.not-found", "path:/usr/bin/python3$", "bwrap's words")])
case("bwrap-without-library", "library.missing", r"library:^libtax\.so\.1$", BWRAP + "@DIR@/server",
     needs=("bwrap", "root"), files={"/opt/tax/readme": ""},
     c={"libtax.so.1": "int f(void){return 0;}", "server": ("int f(void); int main(void){return f();}", "-Wl,--no-as-needed libtax.so.1 -Wl,-rpath,/opt/tax")},
     setup="mv libtax.so.1 /opt/tax/", shows="libtax.so.1.*ENOENT", misleads="outside the sandbox the library is found")
case("bwrap-without-home", "file.missing", "path:^/home/shop/.config/shop(.json)?",
     BWRAP + "--setenv HOME /home/shop " + PY + "-c 'import os; open(os.path.expanduser(\"~/.config/shop.json\"))'",
     needs=("bwrap", "root"), files={"/home/shop/.config/shop.json": "{}"}, shows="shop.json.*ENOENT",
     misleads="the file is there, outside the sandbox")
case("bwrap-read-only", "file.read-only", "path:^/var/lib/shop(/db)?$",
     "bwrap --ro-bind / / --dev /dev --proc /proc " + PY + "-c 'import dbm.dumb; dbm.dumb.open(\"/var/lib/shop/db\", \"c\")'",
     needs=("bwrap", "root"), setup="mkdir /var/lib/shop", shows="EROFS",
     misleads="outside the sandbox root may write there")
case("bwrap-tunnel-device", "device.unavailable", "device|path:^/dev/net/tun$",
     "bwrap --ro-bind / / --dev /dev --proc /proc ./vpn", needs=("bwrap", "root"),
     c={"vpn": '#include <fcntl.h>\n#include <stdio.h>\nint main(void){if(open("/dev/net/tun",O_RDWR)<0){perror("vpn: cannot open TUN/TAP dev");return 1;}return 0;}'},
     shows="/dev/net/tun.*ENOENT", also=[("file.missing", "path:^/dev/net/tun$", "the device's file")])
case("bwrap-without-proc", "file.missing", "path:^/proc", "bwrap --ro-bind / / --dev /dev --tmpfs /proc ps ax",
     needs=("bwrap", "root"), shows="mount -t proc", misleads="its words are an advice",
     also=[("app.error", "text:mount -t proc", "its own words say what to do")])
case("bwrap-no-network", "connect.unreachable", "address|host|port:192.0.2.7",
     "bwrap --unshare-net --ro-bind / / --dev /dev --proc /proc " + PY + "-c 'import socket; socket.create_connection((\"192.0.2.7\", 443), 3)'",
     needs=("bwrap", "root"), shows="ENETUNREACH",
     misleads="the sandbox has a network of its own, in which there is nothing")
case("bwrap-refused-in-its-own-network", "connect.refused", "port|address:127.0.0.1:@PORT@",
     "bwrap --unshare-net --ro-bind / / --dev /dev --proc /proc " + PY + "-c 'import socket; socket.create_connection((\"127.0.0.1\", @PORT@), 3)'",
     needs=("bwrap", "root"), holds={"PORT": "listening"}, shows="ECONNREFUSED",
     misleads="outside somebody does listen on that port: the sandbox has a loopback of its own")
case("bwrap-nested-command", "exec.not-found", "text|path:(^|/)gunicornx$",
     "bwrap --ro-bind / / --dev /dev --proc /proc sh -c 'exec gunicornx app:app'", needs=("bwrap", "root"),
     shows="gunicornx: not found")
case("chroot-without-loader", "exec.interpreter-missing", r"path:(/bin/busy|/ld-linux-x86-64\.so\.2)$",
     "chroot rootfs /bin/busy", needs=("root",), setup=ROOTFS, shows="execve.*busy.*ENOENT",
     misleads="the program was copied there")
case("chroot-without-library", "library.missing", r"library:^libc\.so\.6$", "chroot rootfs /bin/busy", needs=("root",),
     setup=ROOTFS + "; mkdir rootfs/lib64; cp /lib64/ld-linux-x86-64.so.2 rootfs/lib64/", shows="libc.so.6.*ENOENT",
     misleads="outside the library is where it always was")
case("chroot-user", "user.unknown", "user:^deployx$", "chroot --userspec=deployx:deployx / sleep 60", needs=("root",),
     shows="deployx")
case("chroot-folder", "file.missing", "path:^/srv/jails/web$", "chroot /srv/jails/web /usr/sbin/nginx -g 'daemon off;'",
     needs=("root",), shows="/srv/jails/web.*ENOENT")
case("chroot-names", "dns.failure", "host|text:db.internal", "chroot rootfs ./lookup", needs=("root", "gcc"),
     files={"lookup.c": "#include <netdb.h>\n#include <stdio.h>\nint main(void){struct addrinfo*r;int e=getaddrinfo(\"db.internal\",\"5432\",0,&r);if(e){fprintf(stderr,\"lookup: db.internal: %s\\n\",gai_strerror(e));return 1;}return 0;}\n"},
     setup=ROOTFS + "; gcc -w -o lookup lookup.c; mv lookup rootfs/; for f in $(ldd rootfs/lookup | grep -o '/[^ ]*'); do mkdir -p rootfs/$(dirname $f); cp -L $f rootfs/$f; done",
     shows="db.internal: ", misleads="resolv.conf and nsswitch.conf are missing in there; without them it asks itself",
     also=[("file.missing", "path:/etc/(resolv.conf|nsswitch.conf|hosts)$", "what the jail lacks")])
case("network-namespace", "file.missing", "path|text:(/(var/)?run/netns/)?shopns$", "ip netns exec shopns sleep 60",
     needs=("ip", "root"), shows="shopns.*(ENOENT|No such file)",
     also=[("security.namespace", ":shopns", "a namespace that was never made")])
case("enter-a-process-that-is-gone", "file.missing", "path|process:^(/proc/)?999999",
     "nsenter -t 999999 -m -n sleep 60", needs=("root",), shows="999999.*(ENOENT|No such file)",
     misleads="the process of that number ended long ago")
case("namespace-count", "security.namespace", ":", "bwrap --unshare-user --ro-bind / / true", needs=("bwrap", "root"),
     through="unshare -U -r bash -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"' --", shows="ENOSPC",
     also=[("limit.kernel", "limit:max_user_namespaces", "the sysctl that forbids it")],
     misleads="its words: no permission, or no space")
case("user-namespace-map", "security.capability", ":", "./box", user="nobody",
     c={"box": '#define _GNU_SOURCE\n#include <fcntl.h>\n#include <sched.h>\n#include <stdio.h>\n#include <unistd.h>\nint main(void) {\n  if (unshare(CLONE_NEWUSER)) { perror("box: unshare"); return 1; }\n  int f = open("/proc/self/uid_map", O_WRONLY);\n  if (write(f, "0 100000 65536\\n", 15) < 0) { perror("box: uid_map"); return 2; }\n  return 0;\n}\n'},
     shows="write.*EPERM", misleads="unshare works; to map a range of users needs a helper with rights (newuidmap)",
     also=[("security.namespace", ":", "what the namespace may not"), ("file.permission", "path:/uid_map$", "what may not be written")])
case("crun-no-bundle", "file.missing", "path|text:config.json", "crun --root @DIR@/state run -b @DIR@ box",
     needs=("crun", "root"), shows="config.json.*(ENOENT|No such file)")
case("crun-broken-spec", "config.invalid", "path|text:config.json",
     "crun --root @DIR@/state --cgroup-manager=disabled run -b @DIR@ box", needs=("crun", "root"),
     files={"config.json": '{"ociVersion": "1.0.0",\n "process": {"args": ["/bin/true"],}\n'}, setup=ROOTFS,
     shows="(cannot parse|parse error|config)")
