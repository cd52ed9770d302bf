"""What the kernel, the processor or a device does not have."""

from case import case
from sandbox import SANDBOX, URING

PY = "/usr/bin/python3 -B "

case("enosys", "kernel.unsupported", ":", f"./sandbox 38 {URING} ./storage",
     c={"sandbox": SANDBOX, "storage": '#include <sys/syscall.h>\n#include <stdio.h>\n#include <unistd.h>\nint main(){char p[120]={0};if(syscall(425,8,p)<0){perror("storage: io_uring_setup");return 1;}return 0;}'},
     shows="ENOSYS", also=[("security.seccomp", ":", "what answers ENOSYS here is a filter")], fast=True)
case("file-system", "kernel.unsupported", "text|module|device:zfsx?", "mount -t zfs none /mnt", needs=("root",),
     shows="unknown filesystem type")
case("module-in-grandchild", "kernel.unsupported", r"module|text|path:(ip_tablesx|/lib/modules)", "bash start.sh",
     needs=("root", "modprobe"),
     files={"start.sh": "echo starting the bridge\nsh -c 'modprobe ip_tablesx || exit 3'\nr=$?\necho \"bridge: exit status $r\" >&2\nexit 1\n"},
     shows="ip_tablesx", misleads="the grandchild knows, and the rest only has a number",
     also=[("file.missing", r"path:/lib/modules", "the folder of this kernel's modules")])
case("cpu-checked-by-program", "cpu.unsupported", "text:[Aa][Vv][Xx]", "bash db.sh",
     files={"db.sh": "echo 'WARNING: MongoDB 5.0+ requires a CPU with AVX support, and your current system does not appear to have that!' >&2\nexit 132\n"},
     shows="requires a CPU", misleads="no call fails")
case("device-kvm", "device.unavailable", "device|path:^/dev/kvmx$",
     PY + "-c 'import os; os.open(\"/dev/kvmx\", os.O_RDWR)'", shows="ENOENT",
     also=[("file.missing", "path:^/dev/kvmx$", "the device's file")], fast=True)
case("device-serial", "device.unavailable", "device|path:^/dev/ttyUSB7$", "./modem",
     c={"modem": '#include <fcntl.h>\n#include <stdio.h>\nint main(){if(open("/dev/ttyUSB7",O_RDWR)<0){perror("modem: /dev/ttyUSB7");return 1;}return 0;}'},
     shows="ENOENT", also=[("file.missing", "path:^/dev/ttyUSB7$", "the device's file")])
case("device-without-driver", "device.unavailable", "device|path:/ttyX$",
     "perl -e 'open(F, \"+<\", \"ttyX\") or die \"scale: $!\"'", needs=("root",), setup="mknod ttyX c 250 77",
     shows="ENXIO|ENODEV")
case("device-terminal", "device.unavailable", "device|path:^/dev/tty$", PY + "-c 'open(\"/dev/tty\")'", shows="ENXIO",
     misleads="there is no terminal here")
case("device-nvidia", "device.unavailable", "device|path|text:([Nn][Vv][Ii][Dd][Ii][Aa]|NVML)", "bash gpu.sh",
     files={"gpu.sh": "[ -e /dev/nvidia0 ] || { echo 'Failed to initialize NVML: Driver/library version mismatch' >&2; exit 18; }\n"},
     shows="NVML")
case("device-sound", "device.unavailable", "device|path:^/dev/snd/controlC9$",
     "node -e 'require(\"fs\").openSync(\"/dev/snd/controlC9\", \"r+\")'", needs=("node",), shows="ENOENT",
     also=[("file.missing", "path:^/dev/snd", "the device's file")])
