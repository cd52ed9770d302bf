"""The loader does not find or cannot use what the program is linked with."""

from case import case

LD = {"LD_LIBRARY_PATH": "@DIR@"}
MAIN = "int f(void); int main(void){return f();}"
LIBRARY = "int f(void){return 0;}"


def renamed(program, old, new, name):
    """A copy of a real program that asks for another library or version, as if it were built elsewhere."""
    assert len(old) == len(new)
    return f"cp -L $(command -v {program} || echo /usr/sbin/{program}) {name}; sed -i s/{old}/{new}/ {name}; chmod 755 {name}"


case("missing", "library.missing", r"library:^libbilling\.so\.2$", "./server", fast=True,
     c={"libbilling.so.2": LIBRARY, "server": (MAIN, "./libbilling.so.2")}, setup="rm libbilling.so.2",
     shows="libbilling.*ENOENT")
case("missing-in-child", "library.missing", r"library:^libbilling\.so\.2$", "bash start.sh",
     files={"start.sh": "echo starting\n./server || exit 1\n"},
     c={"libbilling.so.2": LIBRARY, "server": (MAIN, "./libbilling.so.2")}, setup="rm libbilling.so.2",
     shows="libbilling.*ENOENT")
case("missing-of-a-library", "library.missing", r"library:^libinner\.so\.1$", "./server", env=LD,
     c={"libinner.so.1": LIBRARY, "libouter.so.1": ("int f(void); int g(void){return f();}", "./libinner.so.1"), "server": ("int g(void); int main(void){return g();}", "./libouter.so.1 -Wl,--allow-shlib-undefined")},
     setup="rm libinner.so.1", shows="libinner.*ENOENT", misleads="the program itself does not name the library")
case("missing-redis", "library.missing", r"library:^libjemalloc\.so\.9$", "./redis --port @PORT@",
     holds={"PORT": "free"}, needs=("redis-server",),
     setup=renamed("redis-server", "libjemalloc.so.2", "libjemalloc.so.9", "redis"), shows="libjemalloc.*ENOENT")
case("missing-memcached", "library.missing", r"library:^libevent-2\.9\.so\.7$", "sh -c 'exec ./memcached -u nobody'",
     needs=("memcached",), setup=renamed("memcached", "libevent-2.1.so.7", "libevent-2.9.so.7", "memcached"),
     shows="libevent.*ENOENT")
case("missing-nginx", "library.missing", r"library:^libpcre2-9\.so\.0$", "./nginx -g 'daemon off;'", needs=("nginx",),
     setup=renamed("nginx", "libpcre2-8.so.0", "libpcre2-9.so.0", "nginx"), shows="libpcre2.*ENOENT")
case("missing-for-python-extension", "library.missing", r"library:^libblas9\.so\.3$", "/usr/bin/python3 -B app.py",
     env={"PYTHONPATH": "@DIR@"}, files={"app.py": "import fastmath\n"},
     c={"libblas9.so.3": LIBRARY, "fastmath.so": ("int f(void); void *PyInit_fastmath(void){f(); return 0;}", "./libblas9.so.3")},
     setup="rm libblas9.so.3", shows="libblas9.*ENOENT", misleads="ImportError, as if the module were missing",
     also=[("library.missing", r"library|path:libblas9\.so\.3$", "the extension names the file in its folder")])
case("missing-for-node-addon", "library.missing", r"library|path:libvips9\.so\.42$",
     "node -e 'require(\"./sharp.node\")'", needs=("node",),
     c={"libvips9.so.42": LIBRARY, "sharp.node": ("int f(void); int g(void){return f();}", "-shared -fPIC ./libvips9.so.42")},
     setup="rm libvips9.so.42", shows="libvips9.*(ENOENT|No such file)")
case("missing-for-ctypes", "library.missing", r"library|path:^libusb9\.so$",
     "/usr/bin/python3 -c 'import ctypes; ctypes.CDLL(\"libusb9.so\")'", shows="libusb9.so: cannot open", fast=True)
case("missing-for-php-extension", "library.missing", r"library|path:libgeo9\.so\.1$",
     "php -n -d extension=@DIR@/geo.so -r 'geo_lookup();'", needs=("php",),
     c={"libgeo9.so.1": LIBRARY, "geo.so": ("int f(void); int get_module(void){return f();}", "./libgeo9.so.1")},
     setup="rm libgeo9.so.1", shows="libgeo9.*(ENOENT|No such file)",
     misleads="PHP only warns, and then says that a function is undefined")
case("missing-apache-module", "library.missing", r"library|path:libtls9\.so\.1$", "apache2 -X -f @DIR@/a.conf",
     needs=("apache2", "root"),
     files={"a.conf": "ServerRoot @DIR@\nServerName x\nPidFile @DIR@/pid\nLoadModule tls_module @DIR@/mod_tls.so\nListen 127.0.0.1:@PORT@\n"},
     holds={"PORT": "free"},
     c={"libtls9.so.1": LIBRARY, "mod_tls.so": ("int f(void); int g(void){return f();}", "./libtls9.so.1")},
     setup="rm libtls9.so.1", shows="libtls9.*ENOENT",
     also=[("config.invalid", "path:/a.conf$", "Apache says it as a syntax error in this line")])
case("symbol", "library.symbol-missing", "symbol:^pay_v2$", "./server", env=LD, fast=True,
     c={"libpay.so.1": "int pay_v2(void){return 0;}", "server": ("int pay_v2(void); int main(void){return pay_v2();}", "./libpay.so.1")},
     setup="printf 'int pay_v1(void){return 0;}' >o.c; gcc -shared -fPIC -Wl,-soname,libpay.so.1 -o libpay.so.1 o.c",
     shows="symbol.*pay_v2")
case("symbol-of-plugin", "library.symbol-missing", "symbol:^host_register_v3$",
     "/usr/bin/python3 -c 'import ctypes; ctypes.CDLL(\"./plugin.so\", 2)'",
     c={"plugin.so": "int host_register_v3(void); int f(void){return host_register_v3();}"},
     shows="undefined symbol: host_register_v3")
case("symbol-late", "library.symbol-missing", "symbol:^late_v2$", "./server", env=LD,
     c={"liblate.so.1": "int late_v2(void){return 0;}", "server": ("#include <stdio.h>\nint late_v2(void); int main(void){puts(\"up\"); return late_v2();}", "./liblate.so.1 -Wl,-z,lazy")},
     setup="printf 'int x(void){return 0;}' >o.c; gcc -shared -fPIC -Wl,-soname,liblate.so.1 -o liblate.so.1 o.c",
     shows="symbol.*late_v2", misleads="it starts, and says so")
case("symbol-node-addon", "library.symbol-missing", "symbol:^uv_nosuch_call$", "node -e 'require(\"./a.node\")'",
     needs=("node",),
     c={"a.node": ("int uv_nosuch_call(void); int f(void){return uv_nosuch_call();} __attribute__((constructor)) void g(void){f();}", "-shared -fPIC")},
     shows="undefined symbol: uv_nosuch_call")
case("version-glibc", "library.version-missing", r"library|symbol:GLIBC_2\.99|libc\.so\.6", "./redis --version",
     needs=("redis-server",), setup="cp $(command -v redis-server) redis; sed -i s/GLIBC_2.34/GLIBC_2.99/ redis",
     shows="GLIBC_2.99. not found")
case("version-own-library", "library.version-missing", r"library|symbol:PAY_2|libpay\.so\.1", "./server", env=LD,
     fast=True, files={"v1": "PAY_1 { f; };", "v2": "PAY_2 { f; };"},
     c={"libpay.so.1": (LIBRARY, "-Wl,--version-script=v2"), "server": (MAIN, "./libpay.so.1")},
     setup="printf 'int f(void){return 0;}' >o.c; gcc -shared -fPIC -Wl,-soname,libpay.so.1 -Wl,--version-script=v1 -o libpay.so.1 o.c",
     shows="PAY_2. not found", misleads="the library is found; no call fails")
case("version-of-libstdcxx", "library.version-missing", r"library|symbol:GLIBCXX_3\.4\.99|libstdc\+\+\.so\.6",
     "bash -c './tool && echo up'",
     files={"t.cc": "#include <iostream>\n#include <random>\nint main(){std::random_device d; std::cout << d() << std::string(\"x\").length();}\n"},
     setup="g++ -o tool t.cc; v=$(strings tool | grep -E '^GLIBCXX_3.4.[0-9][0-9]$' | sort | tail -1); sed -i \"s/$v/GLIBCXX_3.4.99/\" tool",
     needs=("g++", "strings"), shows="GLIBCXX_3.4.99. not found", misleads="no call fails")
case("wrong-cpu", "library.wrong-arch", r"path|library:libcodec\.so$",
     "/usr/bin/python3 -c 'import ctypes; ctypes.CDLL(\"./libcodec.so\")'", c={"libcodec.so": LIBRARY},
     shows="cannot open shared object file",
     setup="python3 -c \"d=bytearray(open('libcodec.so','rb').read());d[18:20]=b'\\xb7\\0';open('libcodec.so','wb').write(d)\"",
     misleads="the loader says: no such file")
case("wrong-class", "library.wrong-arch", r"path|library:libcodec\.so$", "./player", fast=True,
     c={"libcodec.so": LIBRARY, "player": (MAIN, "-Wl,--no-as-needed libcodec.so -Wl,-rpath,@DIR@")},
     setup="python3 -c \"d=bytearray(open('libcodec.so','rb').read());d[4]=1;open('libcodec.so','wb').write(d)\"",
     shows="libcodec", misleads="the file is there, and is passed over in silence")
case("unreadable", "library.unreadable", r"path|library:libbilling\.so\.2$", "./server", user="nobody", env=LD,
     c={"libbilling.so.2": LIBRARY, "server": (MAIN, "-Wl,--no-as-needed libbilling.so.2")},
     setup="chmod 600 libbilling.so.2", shows="libbilling.*EACCES")
case("empty-file", "library.unreadable", r"path|library:libbilling\.so\.2$", "./server", env=LD,
     c={"libbilling.so.2": LIBRARY, "server": (MAIN, "-Wl,--no-as-needed libbilling.so.2")},
     setup=": >libbilling.so.2", shows="file too short",
     also=[("library.unloadable", r"path|library:libbilling\.so\.2$", "it is found, and is none"), ("data.corrupt", "path:libbilling", "cut off")])
case("linker-script", "library.unloadable", r"path|library:libbilling\.so\.2$", "./server", env=LD,
     c={"libbilling.so.2": LIBRARY, "server": (MAIN, "-Wl,--no-as-needed libbilling.so.2")},
     setup="printf '/* GNU ld script: this is not a library at all, it is text for the linker, longer than a header */\\nINPUT(libbilling.so.2.1)\\n' >libbilling.so.2",
     shows="invalid ELF header",
     also=[("library.unreadable", r"path|library:libbilling\.so\.2$", "it is no library"), ("data.corrupt", "path:libbilling", "it is no library")])
case("static-tls", "library.unloadable", r"path|library:liballoc\.so$",
     "/usr/bin/python3 -c 'import ctypes; ctypes.CDLL(\"./liballoc.so\")'",
     c={"liballoc.so": ("__thread char pool[20000] __attribute__((tls_model(\"initial-exec\"))); char *f(void){return pool;}", "")},
     shows="static TLS block", misleads="'cannot allocate memory' is not about memory")
