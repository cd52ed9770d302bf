"""Interpreters and virtual machines beyond the usual, and the usual ones in less usual trouble."""

from case import case

FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
PY = "/usr/bin/python3 -B "

# Erlang, Elixir
case("erlang-module", "module.missing", "module:^shopx(:|$)", "erl -noshell -s shopx start", needs=("erl",),
     env={"ERL_CRASH_DUMP": "/dev/null"}, shows="undef.*shopx",
     misleads="'Runtime terminating during boot', and a dump")
case("erlang-port", "port.in-use", "port:@PORT@$", "escript server.escript", needs=("erl",), **TAKEN,
     files={"server.escript": "#!/usr/bin/env escript\nmain(_) ->\n  {ok, S} = gen_tcp:listen(@PORT@, [{ip, {127,0,0,1}}]),\n  gen_tcp:accept(S).\n"},
     shows="eaddrinuse", misleads="a failed match, not a message")
case("erlang-cookie-too-open", "file.permission", r"path:/\.erlang\.cookie$",
     "erl -noshell -sname shop -start_epmd false -eval 'halt().'", needs=("erl", "root"),
     files={".erlang.cookie": ("CORPUSCOOKIE", 0o644)}, env={"ERL_CRASH_DUMP": "/dev/null"},
     shows="must be accessible by owner only", misleads="no call fails; a page of supervisor reports comes after it")
case("elixir-module", "module.missing", r"module:^(Elixir\.)?Shop\.Application",
     "elixir -e 'Shop.Application.start([])'", timeout=30, needs=("elixir",),
     shows="module Shop.Application is not available", misleads="UndefinedFunctionError: it names a function")
case("elixir-script", "file.missing", "path|text:rel/boot.exs$", "elixir rel/boot.exs", timeout=30, needs=("elixir",),
     shows="No file named")
case("mix-outside-a-project", "file.missing", "path|text:mix.exs", "bash -c 'mix run --no-halt'", timeout=30,
     needs=("elixir", "root"), shows="mix.exs file", env={"MIX_HOME": "@DIR@/.mix"},
     also=[("config.usage", ":", "it is called in the wrong folder"),
           ("app.error", "text:mix", "its own words say which file it wants")])

# Tcl, Expect
case("tcl-package", "module.missing", "module:^tdbcx::postgres$", "tclsh app.tcl", needs=("tclsh",),
     files={"app.tcl": "package require Tcl 8.6\npackage require tdbcx::postgres 1.1\nputs up\n"},
     shows="can't find package tdbcx::postgres")
case("tcl-package-version", "module.incompatible", "module|text:Tcl", "tclsh app.tcl", needs=("tclsh",),
     files={"app.tcl": "package require Tcl 9.3\nputs up\n"}, shows="version conflict for package")
case("tcl-socket-taken", "port.in-use", "port:@PORT@$", "tclsh server.tcl", needs=("tclsh",), **TAKEN,
     files={"server.tcl": "proc serve {c a p} { close $c }\nsocket -server serve -myaddr 127.0.0.1 @PORT@\nvwait forever\n"},
     shows="couldn't open socket: address already in use")
case("expect-spawn", "exec.not-found", "text|path:^(.*/)?telnetx$", "expect login.exp", needs=("expect",),
     files={"login.exp": "set timeout 3\nspawn telnetx 127.0.0.1\nexpect \"login:\"\nsend \"root\\r\"\n"},
     shows="couldn't execute \"telnetx\"")

# Lua, Forth
case("luajit-shared-library", "library.missing", r"library|path:libsodiumx\.so", "luajit vault.lua", needs=("luajit",),
     files={"vault.lua": "local ffi = require('ffi')\nlocal s = ffi.load('sodiumx')\n"}, shows="libsodiumx.so.*ENOENT")
case("luajit-other-bytecode", "module.incompatible", "module|path|text:(rules.luac|bytecode)", "luajit rules.luac",
     needs=("luajit", "lua5.4"), setup="echo 'print(1)' >r.lua; luac5.4 -o rules.luac r.lua", shows="bytecode",
     also=[("data.incompatible", "path:/rules.luac$", "a file that another version made")], misleads="no call fails")
case("gforth-file", "file.missing", "path:/var/lib/meter/table.fs$", "gforth main.fs", needs=("gforth",),
     files={"main.fs": ": load s\" /var/lib/meter/table.fs\" included ;\nload bye\n"}, shows="table.fs.*ENOENT",
     stdin="null")

# Ruby
case("bundler-no-gemfile", "file.missing", "path|text:Gemfile", "bundle exec rackup", needs=("bundle",),
     shows="Could not locate Gemfile", misleads="every folder above is asked, too")
case("bundler-gem", "module.missing", "module:^sidekiqx", "sh -c 'exec bundle exec ruby worker.rb'", needs=("bundle",),
     files={"Gemfile": "source 'https://gems.example'\ngem 'sidekiqx', '~> 7.0'\n", "worker.rb": "require 'sidekiqx'\n"},
     shows="sidekiqx", misleads="it proposes to install, or asks for a source")
case("bundler-ruby-version", "module.incompatible", r"module|text|path:(2\.5\.1|Gemfile|[Rr]uby)",
     "bundle exec ruby web.rb", needs=("bundle",), files={"Gemfile": "ruby '2.5.1'\n", "web.rb": "puts 1\n"},
     shows="your Gemfile specified 2.5.1", also=[("config.invalid", "path:/Gemfile$", "the file that asks for it")])
case("puma-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "puma -b tcp://127.0.0.1:@PORT@ config.ru", needs=("puma",),
     **TAKEN, files={"config.ru": "run lambda { |env| [200, {}, ['up']] }\n"}, shows="EADDRINUSE",
     misleads="it prints that it starts, and a trace of its own files")
case("ruby-options-of-the-surroundings", "module.missing", "module:^newrelicx$", "ruby app.rb", needs=("ruby",),
     env={"RUBYOPT": "-rnewrelicx"}, files={"app.rb": "puts 'up'\n"}, shows="cannot load such file -- newrelicx",
     misleads="the program itself does not ask for it: RUBYOPT does",
     also=[("config.invalid", "env:^RUBYOPT$", "the variable that asks for it")])
case("ruby-version-of-a-class", "app.error", "text|path:(TypeError|superclass|mismatch)", "ruby app.rb",
     needs=("ruby",), files={"app.rb": "require 'set'\nclass Set < Struct.new(:a)\nend\n"},
     shows="superclass mismatch for class Set")

# PHP
case("php-memory-limit", "limit.memory", "limit|text|env:memory_limit|8388608", "php -d memory_limit=8M import.php",
     needs=("php",), files={"import.php": "<?php $rows = []; for ($i = 0; ; $i++) $rows[] = str_repeat('x', 999);\n"},
     shows="Allowed memory size of 8388608 bytes exhausted", misleads="no call fails: it is PHP's own limit",
     also=[("app.error", "text:Allowed memory size", "PHP's own words name limit and number")])
case("php-document-root", "file.missing", "path:/srv/.*/public$", "php -S 127.0.0.1:@PORT@ -t public", needs=("php",),
     **FREE, shows="Directory public does not exist|public.*ENOENT")
case("php-pdo-driver", "module.missing", "module|text:(pdo_mysql|pdo|driver|mysql)", "php worker.php", needs=("php",),
     files={"worker.php": "<?php new PDO('mysql:host=127.0.0.1;dbname=shop', 'a', 'b');\n"},
     shows="could not find driver", misleads="it never tries to connect")
case("php-undefined-function", "module.missing", "module|symbol|text:(bcmath|bcadd)", "php cron.php", needs=("php",),
     files={"cron.php": "<?php\necho bcadd('1', '2');\n"}, shows="undefined function bcadd",
     also=[("app.error", ":bcadd", "PHP cannot know whether the function belongs to an extension")])
case("php-session-folder", "file.missing", "path:^/var/lib/phpx(/sessions.*)?$",
     "php -d session.save_path=/var/lib/phpx/sessions login.php", needs=("php",),
     files={"login.php": "<?php if (!session_start()) exit(1);\n"},
     shows="/var/lib/phpx/sessions.*(ENOENT|No such file)", misleads="only warnings, and an exit status")

# Perl
case("perl-version", "module.incompatible", r"module|text:(v5\.99|[Pp]erl)", "perl app.pl",
     files={"app.pl": "use v5.99;\nprint 1;\n"}, shows="required--this is only")
case("perl-module-version", "module.incompatible", "module:^List::Util$", "perl -e 'use List::Util 9.99; print 1'",
     shows="List::Util version 9.99 required")
case("perl-options-of-the-surroundings", "module.missing", "module:^Devel::Coverx$", "sh run.sh",
     env={"PERL5OPT": "-MDevel::Coverx"}, files={"run.sh": "perl -e 'print qq(up\\n)'\n"},
     shows="Can.t locate Devel/Coverx.pm", misleads="the program itself does not ask for it: PERL5OPT does",
     also=[("config.invalid", "env:^PERL5OPT$", "the variable that asks for it")])
case("perl-die-in-begin", "connect.refused", "port|address:127.0.0.1:@PORT@", "perl -I. app.pl",
     holds={"PORT": "bound"},
     files={"Shop.pm": "package Shop;\nuse IO::Socket::INET;\nour $db = IO::Socket::INET->new(PeerAddr => '127.0.0.1:@PORT@') or die \"no settings\\n\";\n1;\n", "app.pl": "use Shop;\nprint 'up';\n"},
     shows="ECONNREFUSED", misleads="the last words: BEGIN failed, compilation aborted")

# Python
case("python-own-file-hides-the-library", "module.missing", r"module|path:(^email(\.|$)|/email\.py$)", PY + "app.py",
     files={"email.py": "def send(): pass\n", "app.py": "import http.server\n"}, shows="'email' is not a package",
     misleads="the module is a part of Python; a file of the same name lies beside the program",
     also=[("app.error", ":email", "Python's words: 'email' is not a package")])
case("python-circular-import", "app.error", "text|path|module:(circular|models|views|partially)", PY + "app.py",
     files={"app.py": "import models\n", "models.py": "import views\nclass Order: pass\n", "views.py": "from models import Order\n"},
     shows="cannot import name 'Order' from",
     also=[("module.missing", "module|symbol:(models|Order)", "a name that the module does not have (yet)")],
     misleads="ImportError, and the name is in the file")
case("python-entry-point-without-package", "module.missing", "module:^shopctl$", "./shopctl",
     files={"shopctl": ("#!/usr/bin/python3\nfrom importlib.metadata import distribution\nfor e in distribution('shopctl').entry_points:\n    e.load()()\n", 0o755)},
     shows="No package metadata was found for shopctl", misleads="the traceback ends in Python's own files")
case("python-home", "module.missing", "module|env|path:(encodings|PYTHONHOME|/opt/python39)",
     "/usr/bin/python3 -c 'print(1)'", env={"PYTHONHOME": "/opt/python39"}, shows="No module named 'encodings'",
     also=[("config.invalid", "env|path:(PYTHONHOME|/opt/python39)", "the variable is what is wrong"),
           ("file.missing", "path:^/opt/python39", "the folder that the variable names")])
case("python-locale-not-there", "file.missing", "path:locale", PY + "report.py",
     env={"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}, shows="unsupported locale setting",
     files={"report.py": "import locale\nlocale.setlocale(locale.LC_ALL, '')\nprint('up')\n"},
     also=[("config.invalid", "env|text:(LC_ALL|LANG|locale|de_DE)", "the variable names a locale that was never generated"),
           ("app.error", "text:unsupported locale", "Python's own words")])
case("pip-externally-managed", "app.error", "text|path:([Ee]xternally|EXTERNALLY)",
     "/usr/bin/python3 -m pip install shoplib", needs=("/usr/lib/python3/dist-packages/pip", "root"),
     shows="externally-managed-environment", env={"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
     misleads="nothing fails: a file that is there forbids it",
     also=[("config.usage", ":", "it has to be called in a virtual environment")])
case("uvicorn-app", "module.missing", "module|text:shopx", "uvicorn --port @PORT@ shopx.asgi:app", needs=("uvicorn",),
     **FREE, shows="No module named 'shopx'")
case("uvicorn-port", "port.in-use", "port:^127.0.0.1:@PORT@$", "uvicorn --host 127.0.0.1 --port @PORT@ app:app",
     needs=("uvicorn",), **TAKEN, shows="address already in use",
     misleads="its last words: application shutdown complete",
     files={"app.py": "async def app(scope, receive, send):\n    if scope['type'] == 'lifespan':\n        while True:\n            m = await receive()\n            await send({'type': m['type'] + '.complete'})\n"})
case("pytest-conftest", "module.missing", "module:^shoplib$",
     "sh -c 'cd tests && exec python3 -m pytest -q -p no:cacheprovider'", needs=("pytest",),
     files={"tests/conftest.py": "import shoplib\n", "tests/test_a.py": "def test_a(): pass\n", "src/shoplib/__init__.py": ""},
     shows="No module named 'shoplib'", misleads="it is there, in a folder that is not on the path")
case("python-settings-names-a-module", "module.missing", "module:^shop_plugins(\\.|$)", PY + "-m shopd",
     files={"shopd/__init__.py": "", "shopd/__main__.py": "import importlib, json, sys\nfor name in json.load(open('shop.json'))['plugins']:\n    try:\n        importlib.import_module(name)\n    except Exception as e:\n        sys.exit('shopd: plugin failed to load, see shop.log' if open('shop.log', 'w').write(repr(e)) else 1)\n", "shop.json": '{"plugins": ["json", "shop_plugins.paypal"]}'},
     shows="shop_plugins", misleads="the words on the terminal say only where to look")
case("virtualenv-moved", "exec.interpreter-missing", "path:/shop-web$|^/home/build/shop",
     "bash -c '. venv/bin/activate; exec shop-web'",
     files={"venv/bin/activate": "VIRTUAL_ENV=@DIR@/venv\nPATH=$VIRTUAL_ENV/bin:$PATH\n", "venv/bin/shop-web": ("#!/home/build/shop/venv/bin/python\nprint(1)\n", 0o755)},
     shows="shop-web.* ENOENT|bad interpreter", misleads="the script is there")

# Node.js
case("node-heap", "limit.memory", "limit|text|env|signal:(heap|max.old.space|NODE_OPTIONS)", "node import.js",
     needs=("node",), env={"NODE_OPTIONS": "--max-old-space-size=24"}, shows="heap out of memory",
     files={"import.js": "const rows = []; for (;;) rows.push(new Array(999).fill(rows.length));\n"},
     misleads="it ends with SIGABRT, and no call fails",
     also=[("crash.abort", "signal:SIGABRT", "how it ends; the limit is its own")])
case("node-openssl-legacy", "app.error", "text|path:(digital envelope|ERR_OSSL|unsupported|error:0308010C)",
     "npm run build", needs=("npm",), env={"npm_config_update_notifier": "false"}, shows="digital envelope routines",
     files={"package.json": '{"name":"a","version":"1.0.0","scripts":{"build":"node build.js"}}', "build.js": "require('crypto').createHash('md4').update('x').digest('hex');\n"},
     also=[("module.incompatible", ":", "old packer, new Node.js"), ("config.invalid", ":(md4|openssl|0308010C)", "what OpenSSL 3 does not offer any more")],
     misleads="npm has the last word")
case("node-require-of-esm", "module.incompatible", "module|path|text:(chalkx|ERR_REQUIRE_ESM|ES Module)", "node app.js",
     needs=("node",),
     files={"node_modules/chalkx/package.json": '{"name":"chalkx","version":"5.0.0","type":"module","main":"index.js"}', "node_modules/chalkx/index.js": "export default await 1;\n", "app.js": "const c = require('chalkx');\n"},
     shows="ERR_REQUIRE_(ESM|ASYNC_MODULE)",
     also=[("app.error", ":(chalkx|ES Module|ERR_REQUIRE)", "Node's own words say what is wrong")])
case("npm-missing-script", "config.usage", "text|path:(start|package.json)", "npm start", needs=("npm",),
     env={"npm_config_update_notifier": "false"},
     files={"package.json": '{"name":"a","version":"1.0.0","scripts":{"dev":"node ."}}'}, shows="[Mm]issing script:",
     also=[("config.invalid", "path|text:(package.json|start)", "the file that has no such script"),
                                   ("file.missing", "path:/server.js$", "npm takes server.js when there is no script"),
                                   ("app.error", "text:[Mm]issing script", "npm's own words")])
case("npm-no-package", "file.missing", "path:/package.json$", "npm --prefix @DIR@/app run serve", needs=("npm",),
     env={"npm_config_update_notifier": "false"}, setup="mkdir app", shows="package.json.*ENOENT|ENOENT.*package.json")
case("npm-ci-without-lock", "file.missing", "path|text:(package-lock.json|npm-shrinkwrap.json)", "npm ci --offline",
     needs=("npm",), env={"npm_config_update_notifier": "false"},
     files={"package.json": '{"name":"a","version":"1.0.0"}'}, shows="existing package-lock.json",
     also=[("config.usage", ":", "npm says that the command can only be called with it")])
case("node-options-preload", "module.missing", "module|path:tracing.js", "npm start", needs=("npm",),
     env={"npm_config_update_notifier": "false", "NODE_OPTIONS": "--require ./tracing.js"},
     files={"package.json": '{"name":"a","version":"1.0.0","scripts":{"start":"node app.js"}}', "app.js": ""},
     shows="Cannot find module './tracing.js'", misleads="npm itself is the first that fails",
     also=[("file.missing", "path:/tracing.js$", "a module of its own is a file"), ("config.invalid", "env:NODE_OPTIONS", "the variable that asks for it")])
case("node-unhandled-refused", "connect.refused", "port|address:@PORT@", "node app.js", needs=("node",),
     holds={"PORT": "bound"},
     files={"app.js": "class StoreError extends Error {}\nasync function main() {\n  const c = require('net').connect(@PORT@, '127.0.0.1');\n  await new Promise((ok, no) => { c.on('connect', ok); c.on('error', () => no(new StoreError('bootstrap failed'))); });\n}\nmain().catch(e => { console.error(e.message); process.exitCode = 1; });\n"},
     shows="ECONNREFUSED", misleads="the error is replaced by one that says nothing")

# Java
case("java-heap", "limit.memory", "limit|text|env:([Hh]eap|Xmx)", "java -Xmx12m -XX:+UseSerialGC Load.java",
     needs=("javac",),
     files={"Load.java": "import java.util.*; class Load { public static void main(String[] a) { List<byte[]> l = new ArrayList<>(); while (true) l.add(new byte[100000]); } }"},
     shows="OutOfMemoryError", misleads="no call fails: it is the heap's own limit",
     also=[("app.error", "text:OutOfMemoryError", "Java's own words")])
case("java-options-of-the-surroundings", "config.usage", "text|env:(512mb|JAVA_TOOL_OPTIONS|[Hh]eap)",
     "sh -c 'java -version'", needs=("java",), env={"JAVA_TOOL_OPTIONS": "-Xmx512mb"},
     shows="Invalid maximum heap size: -Xmx512mb",
     misleads="the command itself is right: the option comes from JAVA_TOOL_OPTIONS",
     also=[("config.invalid", "text|env:(512mb|JAVA_TOOL_OPTIONS|[Hh]eap)", "the variable's value")])
case("java-native-library", "library.missing", r"library|path|module:rocksdbjni9", "java Store.java", needs=("javac",),
     files={"Store.java": "class Store { static { System.loadLibrary(\"rocksdbjni9\"); } public static void main(String[] a) { } }"},
     shows="no rocksdbjni9 in java.library.path")
case("java-platform-module", "module.missing", r"module:^com\.shop\.core$",
     "java -p mods -m com.shop.core/com.shop.Main", needs=("java",), setup="mkdir mods",
     shows="Module com.shop.core not found")
case("java-no-manifest", "config.invalid", "path|text:(app.jar|manifest)", "java -jar app.jar", needs=("java",),
     setup="python3 -c \"import zipfile; z = zipfile.ZipFile('app.jar', 'w'); z.writestr('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\\n'); z.close()\"",
     shows="no main manifest attribute",
     also=[("app.error", "text|path:(manifest|app.jar)", "Java's own words"), ("data.corrupt", "path:/app.jar$", "a jar that lacks a part")])
case("java-other-version-of-a-class", "module.incompatible", "module|symbol|text:(Tax|rate|NoSuchMethodError)",
     "java -cp @DIR@ Shop", needs=("javac",),
     setup="mkdir v; echo 'public class Tax { static int rate(int x) { return x; } }' >v/Tax.java; echo 'class Shop { public static void main(String[] a) { System.out.println(Tax.rate(1)); } }' >v/Shop.java; (cd v; javac Tax.java Shop.java); cp v/Shop.class .; echo 'public class Tax { static long rate(long x) { return x; } }' >Tax.java; javac Tax.java",
     shows="NoSuchMethodError", misleads="every class is found",
     also=[("library.symbol-missing", "symbol:rate", "the method that the class does not have")])
case("java-stack-too-small", "config.usage", "text|limit:(stack|Xss)", "bash -c 'exec java $JAVA_OPTS -version'",
     needs=("java",), env={"JAVA_OPTS": "-Xss8k"}, shows="stack size specified is too small",
     also=[("config.invalid", "text|env:(stack|Xss|JAVA_OPTS)", "the value of the option"), ("limit.stack", ":", "Java counts it as a limit")])
case("java-option-of-an-older-version", "config.usage", "text|env:(MaxPermSize|JAVA_OPTS)", "sh bin/catalina",
     needs=("java",),
     files={"bin/catalina": "JAVA_OPTS='-Xmx64m -XX:MaxPermSize=64m'\necho \"Using JAVA_OPTS: $JAVA_OPTS\"\nexec java $JAVA_OPTS -version\n"},
     shows="Unrecognized VM option 'MaxPermSize",
     also=[("config.invalid", "text|env:(MaxPermSize|JAVA_OPTS)", "the value of JAVA_OPTS"), ("module.incompatible", ":", "an option of an older version")])
case("keytool-password", "app.error", "text|path:(password was incorrect|k.p12)",
     "keytool -list -keystore k.p12 -storepass wrongone", needs=("java",),
     setup="keytool -genkeypair -alias a -keyalg EC -dname CN=x -keystore k.p12 -storetype PKCS12 -storepass rightone >/dev/null 2>&1",
     shows="password was incorrect",
     also=[("config.invalid", "text|path:(password|k.p12)", "the password that it was told"),
                                          ("connect.auth", ":", "a password that does not fit"), ("data.corrupt", "path:/k.p12", "Java says that the store was tampered with, or the password is wrong")])
case("gradle-wrapper-jar", "file.missing", "path:/gradle/wrapper/gradle-wrapper.jar$", "./gradlew build",
     needs=("java",),
     files={"gradlew": ("#!/bin/sh\nAPP_HOME=$(cd \"$(dirname \"$0\")\" && pwd -P)\nCLASSPATH=$APP_HOME/gradle/wrapper/gradle-wrapper.jar\nexec java -Xmx64m -Dorg.gradle.appname=gradlew -classpath \"$CLASSPATH\" org.gradle.wrapper.GradleWrapperMain \"$@\"\n", 0o755), "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=x\n"},
     shows="GradleWrapperMain", misleads="it speaks of a class; the jar was never added to the repository",
     also=[("module.missing", r"module:GradleWrapperMain$", "Java's words: the class is in that jar")])

# Mono
case("mono-assembly", "module.missing", r"module|library|path:Billing", "mono app.exe", needs=("mono", "mcs"),
     files={"b.cs": "public class B { public static int F() { return 1; } }", "a.cs": "class A { static void Main() { System.Console.WriteLine(B.F()); } }"},
     setup="mcs -target:library -out:Billing.dll b.cs; mcs -r:Billing.dll -out:app.exe a.cs; rm Billing.dll",
     shows="Could not load file or assembly.*Billing",
     also=[("file.missing", r"path:/Billing\.(dll|exe)$", "the file of the assembly")])
case("mono-native-library", "library.missing", r"library|path:gdiplusx", "mono app.exe", needs=("mono", "mcs"),
     files={"a.cs": "using System.Runtime.InteropServices; class A { [DllImport(\"gdiplusx\")] static extern int f(); static void Main() { f(); } }"},
     setup="mcs -out:app.exe a.cs", shows="DllNotFoundException", misleads="a dozen names are tried in a dozen folders")
case("bundler-command", "exec.not-found", "text|path|module:sidekiq", "bundle exec sidekiq", needs=("bundle",),
     files={"Gemfile": "source 'https://gems.example'\n"}, shows="command not found: sidekiq",
     also=[("module.missing", "module|text:sidekiq", "the command comes with the gem, which is not there")])
