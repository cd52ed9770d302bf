"""Build tools, and what stands between a person and a build."""

from case import case

CMAKE = "cmake_minimum_required(VERSION 3.10)\nproject(shop NONE)\n"
GERMAN = {"LANGUAGE": "de"}

case("make-no-rule", "file.missing", "path|text:(src/)?pay\\.c$", "make -s app", needs=("make",),
     files={"Makefile": "app: src/main.o src/pay.o\n\t@cc -o $@ $^\n", "src/main.c": "int main(void){return 0;}\n"},
     shows="No rule to make target 'src/pay.o'", misleads="make speaks of a rule for pay.o; pay.c is what is not there",
     also=[("file.missing", r"path|text:(src/)?pay\.o$", "what make names"), ("config.invalid", "path:/Makefile$", "the line that asks for it")])
case("make-no-makefile", "file.missing", "path|text:[Mm]akefile", "make install", needs=("make",),
     setup="mkdir src; touch src/Makefile", shows="No rule to make target 'install'",
     misleads="make speaks of a rule: there is no makefile in this folder",
     also=[("config.usage", "text:install", "it is called in the wrong folder, or with the wrong target")])
case("make-in-german", "file.missing", "path|text:vorlage\\.conf$", "make", needs=("make",), env=GERMAN,
     files={"Makefile": "all: dienst.conf\ndienst.conf: vorlage.conf\n\tcp $< $@\n"}, shows="vorlage.conf",
     also=[("config.invalid", "path:/Makefile$", "the line that asks for it")])
case("make-separator", "config.invalid", "path:/Makefile$", "make", needs=("make",),
     files={"Makefile": "all:\n        echo built\n"}, shows="missing separator")
case("make-shell", "exec.not-found", "text|path:/bin/zshx$", "make", needs=("make",),
     files={"Makefile": "SHELL = /bin/zshx\nall:\n\t@echo built; true\n"}, shows="/bin/zshx.*(ENOENT|No such file)")
case("make-deep-down", "file.permission", "path:/out(/version.h)?$", "make -C top", user="nobody", needs=("make",),
     files={"top/Makefile": "all:\n\t@$(MAKE) -C ../lib gen\n", "lib/Makefile": "gen: ; @./gen.sh\n", "lib/gen.sh": ("#!/bin/sh\necho 1 >../out/version.h || exit 3\n", 0o755)},
     setup="mkdir out", shows="version.h.*EACCES", misleads="two makes and a shell have the last words")
case("cmake-no-lists", "file.missing", "path|text:CMakeLists.txt", "cmake -S . -B build", needs=("cmake",),
     setup="mkdir source", shows="does not appear to contain CMakeLists.txt")
case("cmake-package", "module.missing", "module|path|text:[Ff]ooShop", "cmake -S . -B build", needs=("cmake",),
     files={"CMakeLists.txt": CMAKE + "find_package(FooShop 2 REQUIRED)\n"}, shows="FooShopConfig.cmake",
     also=[("file.missing", "path|text:([Ff]oo-?[Ss]hop.*\\.cmake)", "the file by which CMake would know the package"),
           ("library.missing", ":[Ff]ooShop", "the package is a library's")])
case("cmake-version", "module.incompatible", r"module|text|path:(9\.9|[Cc][Mm]ake)", "cmake -S . -B build",
     needs=("cmake",), files={"CMakeLists.txt": "cmake_minimum_required(VERSION 9.9)\nproject(shop NONE)\n"},
     shows="9.9 or higher is required",
     also=[("config.invalid", "path|text:(CMakeLists.txt|9.9)", "the line that asks for it"), ("app.error", "text:9.9 or higher", "CMake's own words")])
case("cmake-cache-of-another-folder", "data.incompatible", "path|text:CMakeCache.txt", "cmake --build build",
     needs=("cmake", "make"), files={"CMakeLists.txt": CMAKE},
     setup="cmake -S . -B build >/dev/null; cp -r build /tmp/b; rm -r build; sed -i s,@DIR@,/home/ci/shop,g /tmp/b/CMakeCache.txt; mv /tmp/b build",
     shows="CMakeCache.txt", misleads="the folder was moved",
     also=[("config.invalid", "path|text:CMakeCache.txt", "the cache names folders that are not these"), ("file.missing", "path|text:/home/ci/shop", "the folder where it was made")])
case("cmake-compiler", "exec.not-found", "text|path|env:(clang-99|^CC$)", "cmake -S . -B build",
     needs=("cmake", "make"), env={"CC": "clang-99"},
     files={"CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(shop C)\n"}, shows="clang-99",
     also=[("config.invalid", "env|text:(CC|clang-99)", "the variable that names it")])
case("meson-dependency", "library.missing", "library|module|text|path:libshopx", "meson setup build",
     needs=("meson", "pkg-config", "ninja"),
     files={"meson.build": "project('shop')\ndependency('libshopx', version: '>=2')\n"}, shows="libshopx.*not found",
     also=[("module.missing", ":libshopx", "Meson calls it a dependency"), ("file.missing", r"path|text:libshopx(\.pc)?", "its .pc file")])
case("meson-in-the-wrong-folder", "file.missing", "path|text:meson.build", "meson setup build",
     needs=("meson", "ninja"), setup="mkdir source", shows="meson.build")
case("configure-compiler", "exec.not-found", "text|path|env:(gcc-99|^CC$)", "./configure --prefix=/opt/shop",
     timeout=30, needs=("autoconf", "make"), env={"CC": "gcc-99"},
     files={"configure.ac": "AC_INIT([shop],[1])\nAC_PROG_CC\nAC_OUTPUT\n"}, setup="autoconf", shows="gcc-99",
     misleads="'C compiler cannot create executables': config.log knows why",
     also=[("config.invalid", "env|text:(CC|gcc-99)", "the variable that names it")])
case("configure-library", "library.missing", "library|text|path:(paythru|pay_init)", "./configure", timeout=30,
     needs=("autoconf", "gcc"),
     files={"configure.ac": "AC_INIT([shop],[1])\nAC_PROG_CC\nAC_CHECK_LIB([paythru],[pay_init],[],[AC_MSG_ERROR([libpaythru is required])])\nAC_OUTPUT\n"},
     setup="autoconf", shows="libpaythru is required", misleads="dozens of small programs are built and some fail",
     also=[("module.missing", ":paythru", "what has to be installed"), ("app.error", "text:libpaythru is required", "its own words say it"),
           ("file.missing", "path:libpaythru", "the file that the linker does not find")])
case("autoreconf-macro", "config.invalid", "path|text|symbol:(configure.ac|PKG_CHECK_MODULESX|macro)",
     "bash autogen.sh", needs=("autoconf",),
     files={"autogen.sh": "autoconf -W error || exit $?\n./configure\n", "configure.ac": "AC_INIT([shop],[1])\nm4_pattern_forbid([^PKG_])\nPKG_CHECK_MODULESX([A],[a])\nAC_OUTPUT\n"},
     shows="PKG_CHECK_MODULESX",
     also=[("module.missing", ":PKG_CHECK", "the package that has the macro"), ("app.error", ":PKG_CHECK", "its own words"), ("library.symbol-missing", ":PKG_CHECK", "an undefined macro")])
case("pkg-config", "file.missing", r"path|text|library|module:shopx(\.pc)?", "sh build.sh", needs=("pkg-config", "gcc"),
     files={"build.sh": "set -e\nflags=$(pkg-config --cflags --libs shopx)\ngcc $flags -o app app.c\n"},
     shows="shopx.pc",
     also=[("library.missing", ":shopx", "the library whose .pc file it is"), ("module.missing", ":shopx", "pkg-config calls it a package")])
case("link-library", "library.missing", r"library|path|text:(lib)?paythru", "gcc -o app app.c -lpaythru",
     needs=("gcc",), files={"app.c": "int main(void){return 0;}\n"}, shows="cannot find -lpaythru",
     misleads="cc1, as and collect2 come and go in between; collect2 has the last word",
     also=[("file.missing", r"path:libpaythru\.(so|a)$", "the file of the library")])
case("link-symbol", "library.symbol-missing", "symbol:^pay_v2$", "tcc -o app app.c", needs=("tcc",),
     files={"app.c": "int pay_v2(void);\nint main(void){return pay_v2();}\n"}, shows="undefined symbol 'pay_v2'")
case("compiler-part", "exec.not-found", "text|path:cc1objx?$|cc1obj", "make -s", needs=("make", "gcc"),
     files={"Makefile": "app: app.m\n\tgcc -o app app.m\n", "app.m": "int main(void){return 0;}\n"},
     shows="cannot execute .cc1obj", misleads="gcc itself is there: its part for this language is another package")
case("compiler-temporary-files", "disk.full", "path:^/tmp", "gcc -o app app.c", needs=("gcc", "root"),
     files={"app.c": "int a[] = {\n" + "1234567,\n" * 9000 + "};\nint main(void){return a[3];}\n"},
     setup="mount -t tmpfs -o size=64k tmpfs /tmp", shows="ENOSPC", misleads="the folder of the source has space")
case("scons-no-file", "file.missing", "path|text:SConstruct", "scons -Q", needs=("scons",),
     shows="No SConstruct file found")
case("ant-no-file", "file.missing", "path|text:build.xml", "ant war", needs=("ant", "java"),
     shows="build.xml does not exist", misleads="it ends with 'Build failed'")
case("ant-broken-file", "config.invalid", "path:/build.xml$", "ant", needs=("ant", "java"),
     files={"build.xml": "<project default='a'>\n  <target name='a'>\n    <echo message='up'>\n  </target>\n</project>\n"},
     shows="build.xml:4")
case("tox-interpreter", "exec.not-found", "text|path:(python2\\.7|py27)", "tox -e py27", needs=("tox",),
     files={"tox.ini": "[tox]\nskipsdist = true\n[testenv]\ncommands = true\n"},
     shows="InterpreterNotFound|python2.7|py27",
     also=[("config.invalid", ":(py27|tox.ini)", "the environment that is asked for")])
case("ninja-source", "file.missing", "path|text:src/wire\\.c$", "ninja", needs=("ninja",),
     files={"build.ninja": "rule cc\n command = cc -c $in -o $out\nbuild wire.o: cc src/wire.c\n"},
     shows="src/wire.c.*missing and no known rule")
case("git-hook", "exec.not-found", "text|path:(pre-commitx|clang-formatx)$", "git commit --allow-empty -m x",
     needs=("git",),
     setup="git init -q .; git config user.name a; git config user.email a@b; printf '#!/bin/sh\\nclang-formatx --dry-run *.c || exit 1\\n' >.git/hooks/pre-commit; chmod 755 .git/hooks/pre-commit",
     shows="clang-formatx: not found", misleads="git itself says nothing: a hook ends it")
case("git-of-another-owner", "file.permission", "path:/(shop|git-of-another-owner)(/.git)?$",
     "git -C shop describe --always", user="nobody", needs=("git",), setup="git init -q shop",
     shows="dubious ownership", misleads="no call fails: git compares owners",
     also=[("config.invalid", "path|text|env:(safe.directory|shop|dubious)", "git's own way out is safe.directory"), ("app.error", "text:dubious", "git's own words")])
case("bison-grammar", "config.invalid", "path:/rules.y$", "make -s", needs=("make", "bison"),
     files={"Makefile": "rules.c: rules.y\n\tbison -o $@ $<\n", "rules.y": "%token A\n%%\nstart: A b ;\n"},
     shows="rules.y:3", also=[("app.error", "text|path:rules.y|symbol", "bison's own words name file and line")])
case("jq-in-start-script", "config.invalid", "path:/settings.json$", "sh start.sh", needs=("jq",),
     files={"start.sh": "port=$(jq -r .port settings.json) || { echo 'start: no port configured' >&2; exit 1; }\necho $port\n", "settings.json": "{\n  \"name\": \"shop\"\n  \"port\": 80\n}\n"},
     shows="jq: error|parse error", misleads="the script says: no port configured")
case("ansible-like-inventory", "config.invalid", "path:/hosts.yml$", "/usr/bin/python3 -B play.py",
     needs=("/usr/lib/python3/dist-packages/yaml",),
     files={"play.py": "import yaml\nfor host in yaml.safe_load(open('hosts.yml'))['all']:\n    print(host)\n", "hosts.yml": "all:\n  web:\n\tport: 80\n"},
     shows="found character '\\\\t'", misleads="the traceback's last frames are the parser's own")
