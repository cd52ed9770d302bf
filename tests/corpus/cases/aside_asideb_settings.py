"""What a runtime or tool is told: by its files, its options, its surroundings."""

from case import case, healthy

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
QUIET_NPM = {"npm_config_update_notifier": "false"}
NO_DUMP = {"ERL_CRASH_DUMP": "/dev/null"}

# files
case("erlang-config", "config.invalid", "path:/sys.config$", "erl -noshell -config sys -eval 'halt().'", needs=("erl",),
     env=NO_DUMP, files={"sys.config": "[{shop, [{port, 80},\n         {pool, 5}\n].\n"}, shows="sys.config",
     misleads="'could not start kernel pid', or a term before the place")
case("erlang-boot-file", "file.missing", "path|text:releases/1/start(\\.boot)?$",
     "erl -noshell -boot @DIR@/releases/1/start", needs=("erl",), env=NO_DUMP,
     shows="start.boot.*(ENOENT|cannot get bootfile)|cannot get bootfile")
case("ruby-yaml", "config.invalid", "path:/database.yml$", "ruby web.rb", needs=("ruby",),
     files={"web.rb": "require 'yaml'\nDB = YAML.load_file('database.yml')\nputs DB\n", "database.yml": "production:\n  host: db\n   port: 5432\n"},
     shows="\\(database.yml\\): .*line 3|mapping values")
case("npm-merge-left", "config.invalid", "path:/package.json$", "npm start", needs=("npm",), env=QUIET_NPM,
     files={"package.json": '{\n  "name": "a",\n<<<<<<< HEAD\n  "version": "1.0.0",\n=======\n  "version": "1.1.0",\n>>>>>>> feature\n  "scripts": {"start": "node app.js"}\n}\n', "app.js": ""},
     shows="EJSONPARSE|Merge conflict")
case("cmake-syntax", "config.invalid", "path:/CMakeLists.txt$", "cmake -S . -B build", needs=("cmake",),
     files={"CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(shop NONE)\nset(A \"x)\n"},
     shows="Parse error")
case("meson-option", "config.usage", "text|path:(colour|[Uu]nknown option)", "meson setup -Dcolour=red build",
     needs=("meson", "ninja"), files={"meson.build": "project('shop')\n"}, shows="[Uu]nknown option.*colour",
     also=[("config.invalid", "text:colour", "the name of an option that there is not"), ("app.error", "text:colour", "Meson's own words")])
case("java-properties", "config.invalid", "path:/app.properties$", "java Conf.java", needs=("javac",),
     files={"Conf.java": "class Conf { public static void main(String[] a) throws Exception { var p = new java.util.Properties(); try (var in = new java.io.FileInputStream(\"app.properties\")) { p.load(in); } System.out.println(p); } }", "app.properties": "name=shop\nlogs=C:\\users\\shop\n"},
     shows="Malformed \\\\\\\\uxxxx encoding", misleads="the words do not name the file",
     also=[("app.error", "text:Malformed", "Java's own words")])
case("java-xml", "config.invalid", "path:/beans.xml$", "java Conf.java", needs=("javac",),
     files={"Conf.java": "class Conf { public static void main(String[] a) throws Exception { javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new java.io.File(\"beans.xml\")); } }", "beans.xml": "<beans>\n  <bean id=\"a\">\n</beans>\n"},
     shows="Fatal Error.*beans.xml:3")
case("python-toml", "config.invalid", "path:/shop.toml$", PY + "app.py",
     files={"app.py": "import tomllib\nwith open('shop.toml', 'rb') as f:\n    c = tomllib.load(f)\n", "shop.toml": "[web]\nport = 80\nhost = localhost\n"},
     shows="TOMLDecodeError", misleads="the words name a line, and no file",
     also=[("app.error", "text:TOMLDecodeError|Invalid value", "Python's own words")])
case("python-logging-ini", "config.invalid", "path:/logging.ini$", PY + "app.py",
     files={"app.py": "import logging.config\nlogging.config.fileConfig('logging.ini')\n", "logging.ini": "[loggers]\nkeys=root\n[handlers]\nkeys=file\n[formatters]\nkeys=\n[logger_root]\nhandlers=file\n"},
     shows="KeyError: 'formatters'|handler_file|NoSectionError|KeyError",
     misleads="a KeyError inside of Python's own files",
     also=[("app.error", "text:KeyError|NoSection", "Python's own words")])
case("python-logging-class", "module.missing", "module|text:shop_logs", PY + "app.py",
     files={"app.py": "import logging.config\nlogging.config.dictConfig({'version': 1, 'handlers': {'a': {'class': 'shop_logs.JsonHandler'}}, 'root': {'handlers': ['a']}})\n"},
     shows="No module named 'shop_logs'", misleads="the last words: unable to configure handler 'a'")
case("git-settings", "config.invalid", r"path:/\.gitconfig$", "git -C repo fetch", needs=("git",),
     setup="HOME=/nonexistent git init -q repo", files={".gitconfig": "[user]\n\tname = A\n[core\n\teditor = vi\n"},
     shows="bad config line 3")
case("tcl-settings", "config.invalid", "path:/settings.tcl$", "tclsh app.tcl", needs=("tclsh",),
     files={"app.tcl": "source settings.tcl\nputs $port\n", "settings.tcl": "set port 80\nset hosts {a b c\n"},
     shows="missing close-brace", also=[("app.error", "text:missing close-brace", "Tcl's own words")])
case("lua-settings", "config.invalid", "path:/settings.lua$", "lua5.4 app.lua", needs=("lua5.4",),
     files={"app.lua": "dofile('settings.lua')\nprint(port)\n", "settings.lua": "port = 80\nhosts = {'a', 'b'\nname = 'x'\n"},
     shows="settings.lua:3", also=[("app.error", "text:settings.lua", "Lua's own words")])
case("elixir-settings", "config.invalid", "path:/config/config.exs$", "mix run", timeout=30, needs=("elixir",),
     env={"MIX_HOME": "@DIR@/.mix"},
     files={"mix.exs": "defmodule Shop.MixProject do\n  use Mix.Project\n  def project, do: [app: :shop, version: \"0.1.0\"]\nend\n", "config/config.exs": "import Config\nconfig :shop, port: 80,\n  host: \"x\"\nconfig :shop, [a: 1\n"},
     shows="config/config.exs:", also=[("app.error", "text:config.exs", "Elixir's own words")])
case("apt-like-sources", "config.invalid", "path:^/etc/apt/sources.list(.d/.*)?$",
     "sh -c 'apt-get update && exec sleep 60'", needs=("root",),
     files={"/etc/apt/sources.list.d/shop.list": "deb https://packages.example bookworm\n\ndeb htps//packages.example stable main extra [x\n"},
     shows="Malformed (entry|line)|could not be read")
case("passwd-shell-in-use", "exec.not-found", "path|text|user:(/bin/tcshx|shopd)", "su - shopd -c 'sleep 60'",
     needs=("su", "root"),
     setup="echo 'shopd:x:4243:100::/srv:/bin/tcshx' >>/etc/passwd; echo 'shopd:*:19000::::::' >>/etc/shadow",
     shows="/bin/tcshx", misleads="the account's shell was uninstalled")
case("preload-that-stops-nobody", "config.usage", "text:forever", "sh -c 'ls / >/dev/null; exec sleep 60 --forever'",
     needs=("root",), files={"/etc/ld.so.preload": "/usr/lib/libsecurexx.so\n"},
     shows="libsecurexx.so.*(ENOENT|cannot be preloaded)",
     misleads="the line about the library is printed by each program, and stops none: the option is unknown",
     also=[("app.error", "text:forever", "its own words")])

# options
case("cmake-option", "config.usage", "text:(--bild|[Uu]nknown argument)", "cmake --bild build", needs=("cmake",),
     shows="--bild")
case("tini-without-program", "config.usage", ":", "tini -v", needs=("tini",), shows="Usage|usage",
     misleads="it prints its help, and no error")
case("node-option-of-newer-version", "config.usage", "text:--experimental-strip-everything",
     "sh -c 'exec node --experimental-strip-everything app.ts'", needs=("node",), files={"app.ts": "1"},
     shows="bad option", also=[("module.incompatible", "text:experimental-strip", "an option of another version")])
case("ruby-option", "config.usage", "text:(--yjitx|invalid option)", "ruby --yjitx app.rb", needs=("ruby",),
     files={"app.rb": ""}, shows="invalid option")
case("tar-no-archive", "config.usage", ":", "sh -ec 'tar -C / etc/hostname; exec sleep 60'",
     shows="must specify one of")
case("find-order", "config.usage", "text:(-nmae|unknown predicate)", "bash -ec 'find /etc -nmae x; exec sleep 60'",
     shows="unknown predicate")
case("gosu-no-command", "config.usage", ":", "gosu nobody", needs=("gosu", "root"), shows="Usage")

# surroundings
case("phoenix-like-secret", "config.env-missing", "env:^SECRET_KEY_BASE$", "elixir runtime.exs", timeout=30,
     needs=("elixir",), files={"runtime.exs": "System.fetch_env!(\"SECRET_KEY_BASE\")\n"},
     shows='could not fetch environment variable "SECRET_KEY_BASE"')
case("tcl-variable", "config.env-missing", "env:^QUEUE_URL$", "tclsh app.tcl", needs=("tclsh",),
     files={"app.tcl": "puts $env(QUEUE_URL)\n"}, shows="no such variable",
     misleads="the name stands in the trace below")
case("make-variable", "config.env-missing", "env:^DEPLOY_HOST$", "make deploy", needs=("make",),
     files={"Makefile": "ifndef DEPLOY_HOST\n$(error DEPLOY_HOST is not set)\nendif\ndeploy:\n\ttrue\n"},
     shows="DEPLOY_HOST is not set", also=[("config.invalid", "path:/Makefile$", "the line that asks for it")])
case("zsh-variable", "config.env-missing", "env:^DATA_ROOT$", "zsh -u run.zsh", needs=("zsh",),
     files={"run.zsh": "cd $DATA_ROOT/in\n"}, shows="DATA_ROOT: parameter not set")
case("erlang-without-home", "config.env-missing", "env:^HOME$",
     "env -u HOME erl -noshell -sname shop -start_epmd false -eval 'halt().'", needs=("erl",), env=NO_DUMP,
     shows="basedir_join_home", misleads="a failed match in a report of forty lines",
     also=[("app.error", "text:(basedir_join_home|badmatch|auth|kernel)", "its own words, which never name the variable plainly")])
case("git-without-home", "config.env-missing", "env:^HOME$", "git config --global user.name Shop", needs=("git",),
     env={"HOME": None}, shows="HOME not set", misleads="no call fails")
case("without-terminal-name", "config.env-missing", "env:^TERM$", "bash -ec 'tput bold; exec sleep 60'",
     needs=("tput",), env={"TERM": None}, shows="No value for \\$TERM",
     also=[("config.usage", "text:TERM", "tput's words: the variable, or an option")])
case("terminal-name-unknown", "file.missing", "path|text|env:(terminfo|xterm-kittyx|TERM)",
     "bash -ec 'tput bold; exec sleep 60'", needs=("tput",), env={"TERM": "xterm-kittyx"},
     shows="xterm-kittyx.*(ENOENT|unknown)|unknown terminal",
     also=[("config.invalid", "env|text:(TERM|xterm-kittyx)", "the variable names a terminal that is not known here"), ("app.error", "text:xterm-kittyx", "its own words")])
case("path-without-anything", "exec.not-found", "text|path:^(.*/)?(dirname|sed|basename)$",
     "env PATH=/opt/shop/bin /bin/bash start.sh",
     files={"start.sh": "set -e\nBASE=$(dirname \"$0\")\nexec $BASE/server\n"},
     shows="dirname: (command not found|No such file)", misleads="PATH was set instead of being added to",
     also=[("config.invalid", "env:^PATH$", "the variable")])
case("empty-variable-in-path", "file.missing", "path:^/config/app.yml$", "bash run.sh",
     files={"run.sh": "set -e\nexport APP_ROOT\ntest -r $APP_ROOT/config/app.yml || cat $APP_ROOT/config/app.yml\nexec sleep 60\n", "config/app.yml": "a: 1\n"},
     shows="/config/app.yml.*ENOENT",
     misleads="the file is there, below a folder whose name is in a variable that is not set",
     also=[("config.env-missing", "env:APP_ROOT", "the variable")])
case("library-path-with-own-ssl", "library.version-missing", r"library|symbol:(libz\.so\.1|ZLIB_1\.)", "sh run.sh",
     needs=("git",),
     files={"run.sh": "export LD_LIBRARY_PATH=@DIR@/vendor\nexec git --version\n", "v": "ZLIB_1.1 { nosuch; };\n"},
     setup="mkdir vendor; echo 'int nosuch(void){return 0;}' >z.c; gcc -shared -fPIC -Wl,-soname,libz.so.1 -Wl,--version-script=v -o vendor/libz.so.1 z.c",
     shows="version .ZLIB_1[0-9.]*. not found|no version information|undefined symbol",
     misleads="git itself has no fault: an own zlib is put before the system's",
     also=[("library.symbol-missing", "symbol|library:", "a function that the older one does not have")])
case("umask-of-the-shell", "file.permission", "path:/(state|spool)(/.*)?$", "bash run.sh", user="nobody",
     files={"run.sh": "umask 777\nmkdir spool/q\numask 022\necho 1 >spool/q/job || exit 4\n"},
     setup="mkdir -m 777 spool", shows="spool/q/job.*EACCES", misleads="it made the folder itself, just before")
case("time-zone-file", "config.invalid", "text|env|path:(TZ|Mars|zoneinfo|tzdata)", PY + "app.py",
     env={"TZ": "Mars/Olympus"}, files={"app.py": "import os, zoneinfo\nzone = zoneinfo.ZoneInfo(os.environ['TZ'])\n"},
     shows="No time zone found with key Mars/Olympus", misleads="the first error is that a package tzdata is not there",
     also=[("file.missing", "path:zoneinfo/Mars", "the file that it looks for"), ("module.missing", "module:tzdata", "the module that it asks for last"), ("app.error", "text:Mars/Olympus", "Python's own words")])

# healthy
healthy("java-with-surroundings", "exited", "java -version", needs=("java",),
        env={"JAVA_TOOL_OPTIONS": "-Xmx64m -Dfile.encoding=UTF-8", "_JAVA_OPTIONS": "-Xms8m"})
healthy("perl-with-broken-surroundings", "exited", "perl -e 'print 1'",
        env={"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "PERL5LIB": "/opt/nosuch/lib"})
healthy("preload-file-names-nothing", "exited", "ls /", needs=("root",),
        files={"/etc/ld.so.preload": "/usr/lib/libsecurexx.so\n"})
healthy("git-in-german", "exited", "sh -c 'git init -q . && git status && git log 2>/dev/null; git branch -a'",
        needs=("git",), env={"LANGUAGE": "de"})
healthy("tput-or-nothing", "exited", "bash -c 'bold=$(tput bold 2>/dev/null); echo \"${bold}up\"'", env={"TERM": None})
