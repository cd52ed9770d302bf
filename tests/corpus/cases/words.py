"""Only the program knows why: it says so in its own words, or says nothing."""

from case import case

PY = "/usr/bin/python3 -B "
OWN = "text|path:"

case("own-words-python", "app.error", OWN + "(licence|expired)",
     PY + "-c 'raise RuntimeError(\"licence expired on 2020-01-01\")'", shows="licence expired", fast=True)
case("own-words-node", "app.error", OWN + "(quorum|members)",
     "node -e 'throw new Error(\"no quorum: 1 of 3 members\")'", needs=("node",), shows="no quorum",
     misleads="its last line is its version")
case("own-words-java", "app.error", OWN + "(shard|assigned)", "java App.java", needs=("javac",),
     files={"App.java": "class App { public static void main(String[] a) { throw new IllegalStateException(\"shard 3 is not assigned\"); } }"},
     shows="shard 3", misleads="the stack trace comes after it")
case("own-words-perl", "app.error", OWN + "(tenant)", "perl -e 'die \"tenant 7 is disabled\\n\"'", shows="tenant 7")
case("own-words-shell", "app.error", OWN + "(maintenance)",
     "sh -c 'echo \"node is in maintenance mode, not starting\" >&2; exit 3'", shows="maintenance", fast=True)
case("own-words-before-clean-up", "app.error", OWN + "(leader|election)", PY + "app.py",
     files={"app.py": "import os, sys\nprint('FATAL leader election lost', file=sys.stderr, flush=True)\nfor n in ('a.pid', 'b.sock', 'c.lock'):\n    try:\n        os.unlink('/run/' + n)\n    except OSError:\n        pass\nsys.exit(4)\n"},
     shows="leader election", misleads="files that are cleaned away are missing, after it")
case("own-words-on-stdout", "app.error", OWN + "(subscription)",
     "ruby -e 'puts \"subscription is not active\"; exit 2'", needs=("ruby",), shows="subscription")
case("silent-exit", "app.error", ":", "./server", c={"server": "int main(){return 42;}"},
     misleads="it says nothing, and nothing fails")
case("own-words-root", "app.error", OWN + "root", "/usr/lib/postgresql/15/bin/postgres -D /nonexistent",
     needs=("/usr/lib/postgresql/15/bin/postgres", "root"), shows="root. execution",
     also=[("config.usage", ":", "it is called as the wrong user"), ("config.invalid", ":root", "it is called as the wrong user")])
case("own-words-mariadb-root", "app.error", OWN + "root", "mariadbd --no-defaults --datadir=@DIR@",
     needs=("mariadbd", "root"), shows="as root",
     also=[("config.usage", ":", "it is called as the wrong user"), ("config.invalid", ":root", "it is called as the wrong user")])
case("syntax-python", "app.error", "text|path:(app.py|SyntaxError|invalid syntax|expected)", PY + "app.py",
     files={"app.py": "def main(:\n    pass\n"}, shows="SyntaxError",
     also=[("config.invalid", "path|text:(app.py|SyntaxError)", "a file that its reader refuses")])
case("syntax-bash", "app.error", "text|path:(start.sh|syntax error)", "bash start.sh",
     files={"start.sh": "if true; then\n echo a\n"}, shows="syntax error",
     also=[("config.invalid", "path|text:(start.sh|syntax)", "a file that its reader refuses")])
case("syntax-node", "app.error", "text|path:(app.js|SyntaxError)", "node app.js", needs=("node",),
     files={"app.js": "const a = ;\n"}, shows="SyntaxError",
     also=[("config.invalid", "path|text:(app.js|SyntaxError)", "a file that its reader refuses")])
case("syntax-perl", "app.error", "text|path:(app.pl|syntax error)", "perl app.pl", files={"app.pl": "my $a = ;\n"},
     shows="syntax error", also=[("config.invalid", "path|text:(app.pl|syntax)", "a file that its reader refuses")])
case("syntax-php", "app.error", "text|path:(app.php|[Pp]arse error|syntax)", "php app.php", needs=("php",),
     files={"app.php": "<?php $a = ;\n"}, shows="Parse error",
     also=[("config.invalid", "path|text:(app.php|[Pp]arse|syntax)", "a file that its reader refuses")])
