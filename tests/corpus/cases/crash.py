"""Signals end it."""

from case import case

PY = "/usr/bin/python3 -B "
MEMORY = "bash -c 'g=/sys/fs/cgroup/memory/corpus-$$; mkdir $g; echo {0}M >$g/memory.limit_in_bytes; echo $$ >$g/cgroup.procs; trap \"echo $$ >/sys/fs/cgroup/memory/cgroup.procs; sleep 0.2; rmdir $g\" EXIT; \"$@\"' --"
OOM = "limit|process|signal|text|path:"

case("segfault", "crash.segfault", "signal:^SIGSEGV$", "./server", c={"server": "int main(){*(volatile int*)0=1;}"},
     shows="SIGSEGV", fast=True)
case("segfault-python", "crash.segfault", "signal:^SIGSEGV$", PY + "-c 'import ctypes; ctypes.string_at(0)'",
     shows="SIGSEGV")
case("segfault-in-child", "crash.segfault", "signal:^SIGSEGV$",
     "bash -c './server; s=$?; echo ended with $s; exit $s'", c={"server": "int main(){*(volatile int*)0=1;}"},
     shows="SIGSEGV", misleads="the shell ends with 139")
case("segfault-of-worker", "crash.segfault", "signal:^SIGSEGV$", "./master", shows="SIGSEGV",
     misleads="the master says only: worker failed",
     c={"master": '#include <unistd.h>\n#include <stdio.h>\n#include <sys/wait.h>\nint main(){int s;if(!fork()){*(volatile int*)8=1;}wait(&s);fprintf(stderr,"master: worker failed, exiting\\n");return 1;}'})
case("abort", "crash.abort", "signal:^SIGABRT$", "./server",
     c={"server": "#include <stdlib.h>\nint main(){abort();}"}, shows="SIGABRT", fast=True)
case("abort-assert", "crash.abort", "signal|text:(SIGABRT|threads)", "./server",
     c={"server": "#include <assert.h>\nint main(int n){int threads=n-1;assert(threads > 0);}"}, shows="Assertion")
case("abort-exception", "crash.abort", "signal|text:(SIGABRT|bad_alloc|out_of_range)", "./server",
     files={"s.cc": "#include <vector>\nint main(){std::vector<int> v; return v.at(3);}\n"},
     setup="g++ -o server s.cc", needs=("g++",), shows="terminate called",
     also=[("app.error", "text:_M_range_check|out_of_range", "what the exception says is the program's own reason")])
case("abort-heap", "crash.abort", "signal|text:(SIGABRT|free)", "./server",
     c={"server": "#include <stdlib.h>\nint main(){char*p=malloc(9);free(p);free(p);}"}, shows="double free")
case("abort-stack-smash", "crash.abort", "signal|text:(SIGABRT|stack smashing)", "./server",
     c={"server": ("#include <string.h>\nint main(int n,char**a){char b[8];memset(b,1,40+n);return b[0];}", "-fstack-protector-all")},
     shows="stack smashing")
case("abort-node", "crash.abort", "signal:SIGABRT", "node -e 'process.abort()'", needs=("node",), shows="SIGABRT")
case("arithmetic", "crash.arithmetic", "signal:^SIGFPE$", "./server",
     c={"server": "volatile int z;int main(){return 5/z;}"}, shows="SIGFPE", fast=True)
case("illegal-instruction", "crash.illegal-instruction", "signal:^SIGILL$", "./server",
     c={"server": "int main(){__builtin_trap();}"}, shows="SIGILL", fast=True,
     also=[("cpu.unsupported", ":", "the usual reason")])
case("illegal-instruction-in-library", "crash.illegal-instruction", "signal:^SIGILL$",
     PY + "-c 'import ctypes; ctypes.CDLL(\"./libblas.so\").f()'",
     c={"libblas.so": "void f(void){__asm__(\"ud2\");}"}, shows="SIGILL",
     also=[("cpu.unsupported", ":", "the usual reason")])
case("bus-error", "crash.bus-error", "signal|path:(SIGBUS|/data)", "./server", shows="SIGBUS",
     also=[("data.corrupt", "path:/data", "the file is shorter than what is read of it")], fast=True,
     c={"server": '#include <sys/mman.h>\n#include <fcntl.h>\n#include <unistd.h>\nint main(){int f=open("data",O_RDWR|O_CREAT,0600);ftruncate(f,100);char*p=mmap(0,9000,3,1,f,0);return p[8500];}'})
case("killed-by-parent", "killed.signal", "signal:^SIGKILL$", "sh -c 'sleep 1000 & kill -KILL $!; wait $!'",
     shows="SIGKILL", fast=True)
case("killed-by-time-limit", "killed.signal", "signal:^SIGTERM$", "timeout 0.5 sleep 1000", shows="SIGTERM",
     misleads="timeout ends with 124, and says nothing")
case("killed-hangup", "killed.signal", "signal:^SIGHUP$", PY + "-c 'import os; os.kill(os.getpid(), 1)'",
     shows="SIGHUP")
case("killed-by-watchdog", "killed.signal", "signal:^SIGTERM$", "bash run.sh",
     files={"run.sh": "python3 -c 'import signal; signal.pause()' & p=$!\nsleep 0.5; kill $p\nwait $p || { echo 'watchdog: service not responding, terminated' >&2; exit 1; }\n"},
     shows="SIGTERM")
case("out-of-memory-group", "killed.oom", OOM,
     PY + "-c 'b = bytearray(200 << 20); b[::4096] = b\"x\" * len(b[::4096])'",
     needs=("root", "/sys/fs/cgroup/memory/memory.limit_in_bytes"), through=MEMORY.format(60), shows="SIGKILL",
     misleads="no call fails")
case("out-of-memory-child", "killed.oom", OOM,
     "bash -c 'perl -e \"\\$x = chr(97) x 300000000; sleep 1\" || exit 137'",
     needs=("root", "/sys/fs/cgroup/memory/memory.limit_in_bytes"), through=MEMORY.format(60), shows="SIGKILL")
