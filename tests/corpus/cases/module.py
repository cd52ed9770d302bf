"""A language's own part is missing, or was made for another version of it."""

from case import case

case("python", "module.missing", "module:^requestsx$", "/usr/bin/python3 -B app.py",
     files={"app.py": "import json\nimport requestsx\n"}, shows="No module named 'requestsx'", fast=True,
     misleads="no call fails for it: Python looks in a cached list")
case("python-part", "module.missing", r"module:^(json\.)?tablesx$", "/usr/bin/python3 -c 'import json.tablesx'",
     shows="No module named 'json.tablesx'")
case("python-m", "module.missing", "module:^uvicornx$", "/usr/bin/python3 -m uvicornx app:main",
     shows="No module named uvicornx", fast=True)
case("python-in-wrapper-loop", "module.missing", "module:^celeryx$", "bash run.sh",
     files={"run.sh": "for i in 1 2 3; do /usr/bin/python3 -c 'import celeryx'; done\necho giving up\nexit 1\n"},
     shows="celeryx")
case("python-optional-then-needed", "module.missing", "module:^orjsonx$", "/usr/bin/python3 -B app.py",
     files={"app.py": "try:\n    import ujsonx as json\nexcept ImportError:\n    pass\ntry:\n    import yamlx\nexcept ImportError:\n    yamlx = None\nimport orjsonx\n"},
     shows="orjsonx", misleads="two other modules are missing, too, and are not needed")
case("python-name-not-in-module", "module.incompatible", "module|symbol:(collections|Mapping)",
     "/usr/bin/python3 -c 'from collections import Mapping'", shows="cannot import name 'Mapping'",
     also=[("module.missing", "module|symbol:(collections|Mapping)", "the name is what is missing"), ("app.error", ":Mapping", "the program's own words name it")])
case("python-extension-of-other-version", "module.incompatible", "module|path:_speedups",
     "/usr/bin/python3 -B app.py",
     files={"app.py": "import _speedups\n", "_speedups.cpython-39-x86_64-linux-gnu.so": b"\x7fELF"},
     shows="No module named '_speedups'",
     also=[("module.missing", "module:^_speedups$", "Python's own words; what lies beside it was built for 3.9")])
case("python-bytecode-of-other-version", "module.incompatible", "module|path:settings", "/usr/bin/python3 -B app.py",
     files={"app.py": "import settings\n", "settings.pyc": b"\x01\x02\x03\x04" + b"\0" * 40},
     shows="bad magic number")
case("gunicorn-app", "module.missing", "module:^shopx$", "gunicorn --bind 127.0.0.1:@PORT@ shopx.wsgi",
     holds={"PORT": "free"}, needs=("gunicorn", "root"), shows="No module named 'shopx'",
     misleads="the master says only: worker failed to boot")
case("flask-app", "module.missing", "module|text:shopx", "flask --app shopx run -p @PORT@", holds={"PORT": "free"},
     needs=("flask", "root"), shows="Could not import 'shopx'",
     also=[("config.usage", ":shopx", "flask calls it a wrong argument"), ("app.error", ":shopx", "flask's own words name it")])
case("uwsgi-app", "module.missing", "module:^shopx$",
     "uwsgi --plugin python3 --need-app --http-socket 127.0.0.1:@PORT@ -w shopx", holds={"PORT": "free"},
     needs=("uwsgi", "root"), shows="No module named 'shopx'")
case("perl", "module.missing", "module:^Mojolicious::Litex$", "perl -e 'use Mojolicious::Litex; app->start;'",
     shows="Can.t locate Mojolicious/Litex.pm")
case("perl-own-lib", "module.missing", "module:^My::Config$", "perl bin/app.pl",
     files={"bin/app.pl": "use lib 'lib';\nuse My::Config;\n", "src/My/Config.pm": "1;\n"}, shows="My/Config.pm",
     misleads="the module is there, in another folder")
case("node-commonjs", "module.missing", "module:^expressx$", "node app.js", needs=("node",),
     files={"app.js": "const a = require('fs');\nrequire('expressx');\n"}, shows="Cannot find module 'expressx'")
case("node-relative", "module.missing", "module|path:routes", "node app.js", needs=("node",),
     files={"app.js": "require('./lib/routes')\n", "lib/Routes.js": ""}, shows="Cannot find module './lib/routes'",
     also=[("file.missing", "path:/lib/routes", "a module of its own is a file")])
case("node-esm", "module.missing", "module:^fastifyx$", "node app.mjs", needs=("node",),
     files={"app.mjs": "import f from 'fastifyx'\n"}, shows="Cannot find package 'fastifyx'")
case("node-npm-start", "module.missing", "module:^expressx$", "npm start", needs=("npm",),
     env={"npm_config_update_notifier": "false"},
     files={"package.json": '{"name":"a","version":"1.0.0","scripts":{"start":"node app.js"}}', "app.js": "require('expressx')\n"},
     shows="Cannot find module 'expressx'", misleads="npm, sh and node: three processes, and npm has the last word")
case("node-entry", "module.missing", "module|path:/dist/main.js$", "node dist/main.js", needs=("node",),
     files={"src/main.js": ""}, shows="Cannot find module",
     also=[("file.missing", "path:/dist/main.js$", "it is a file that was never built")])
NODE_ADDON = """
struct m {int v; unsigned f; void *d; const char *n; void *r; void *c; const char *name; void *p; void *l;};
extern void node_module_register(void *);
static struct m module = {72, 0, 0, "a.cc", (void *)1, 0, "a", 0, 0};
__attribute__((constructor)) static void r(void) {node_module_register(&module);}
"""
case("node-addon-of-other-version", "module.incompatible", "module|path:better_sqlite3.node", "node app.js",
     needs=("node",), files={"app.js": "require('./build/better_sqlite3.node')\n", "build/x": ""},
     c={"b.so": NODE_ADDON}, setup="mv b.so build/better_sqlite3.node", shows="NODE_MODULE_VERSION 72",
     misleads="the file is loaded without a failing call")
case("ruby", "module.missing", "module:^sinatrax$", "ruby -e 'require \"sinatrax\"'", needs=("ruby",),
     shows="cannot load such file -- sinatrax")
case("ruby-relative", "module.missing", "module|path:config/application", "ruby app.rb", needs=("ruby",),
     files={"app.rb": "require_relative 'config/application'\n"}, shows="cannot load such file",
     also=[("file.missing", "path:/config/application", "a part of its own is a file")])
case("ruby-gem", "module.missing", "module:^rackx$", "ruby -e 'gem \"rackx\", \"~> 3.0\"'", needs=("ruby",),
     shows="Could not find 'rackx'")
case("php-extension", "module.missing", "module|symbol|text:[Ii]magickx?", "php -n -r 'new Imagick();'",
     needs=("php",), shows='Class "Imagick" not found',
     also=[("app.error", ":Imagick", "PHP cannot know that a class belongs to an extension")])
case("php-autoload", "file.missing", "path:/vendor/autoload.php$", "php index.php", needs=("php",),
     files={"index.php": "<?php require __DIR__ . '/vendor/autoload.php';\n"}, shows="vendor/autoload.php",
     also=[("module.missing", "path|module:vendor/autoload.php", "what composer would have made")])
case("java-class", "module.missing", r"module:^com\.example\.Main$", "java -cp @DIR@ com.example.Main",
     needs=("java",), shows="ClassNotFoundException: com.example.Main")
case("java-jar", "file.missing", "path:/app.jar$", "java -jar app.jar", needs=("java",),
     files={"target/app-1.0.jar": ""}, shows="Unable to access jarfile")
case("java-class-of-newer-version", "module.incompatible", "module|path|text:(Main|65|class file version)",
     "java -cp @DIR@ Main", needs=("java",),
     files={"Main.class": b"\xca\xfe\xba\xbe\x00\x00\x00\x45" + b"\0\x01" + b"\0" * 30},
     shows="UnsupportedClassVersionError")
case("lua", "module.missing", "module:^lapisx$", "lua5.4 -e 'require(\"lapisx\")'", needs=("lua5.4",),
     shows="module 'lapisx' not found")
case("perl-database-driver", "module.missing", "module:^DBD::Oraclex$",
     "perl -MDBI -e 'DBI->connect(\"dbi:Oraclex:x\")'", needs=("/usr/lib/x86_64-linux-gnu/perl5/5.36/DBI.pm",),
     shows="Can.t locate DBD/Oraclex.pm")
case("gcc-header", "file.missing", "path:(openssl/sslx|sslx)\\.h$", "make -s", needs=("make",),
     files={"Makefile": "all: a.o\n", "a.c": "#include <openssl/sslx.h>\n"}, shows="sslx.h: No such file",
     also=[("module.missing", ":openssl/sslx.h", "a header is a part of the language's, too")])
