"""Shells, and the small programs that start others: init stand-ins, supervisors, switchers of users."""

from case import case

GERMAN = {"LANGUAGE": "de"}
FREE = {"holds": {"PORT": "free"}}
PY = "/usr/bin/python3 -B "
SILENT = "python3 -uc 'import socket; s = socket.create_server((\"127.0.0.1\", @PORT@)); print(1); c = [s.accept()[0] for _ in range(99)]'"

# shells
case("zsh-no-match", "file.missing", "path|text:conf.d",
     "zsh -ec 'for f in conf.d/*.conf; do . $f; done; exec sleep 60'", needs=("zsh",),
     shows="no matches found: conf.d/", misleads="another shell would go on",
     also=[("config.invalid", "text:no matches", "zsh takes a pattern without a match for an error"), ("app.error", "text:no matches found", "its own words")])
case("zsh-function", "file.missing", "path|text:shop_env", "zsh boot.zsh", needs=("zsh",),
     files={"boot.zsh": "fpath=(@DIR@/functions $fpath)\nautoload -Uz shop_env\nshop_env || exit 4\n"},
     shows="shop_env: function definition file not found",
     also=[("module.missing", ":shop_env", "a part of the script's own"), ("exec.not-found", ":shop_env", "a command that it does not find")])
case("fish-command", "exec.not-found", "text|path:(^|/)shopctlx$", "fish start.fish", needs=("fish",),
     files={"start.fish": "set -x PORT 8080\nshopctlx serve --port $PORT\nor exit 3\n"}, shows="shopctlx")
case("ksh-dot-file", "file.missing", "path:^/etc/shop/profile$", "ksh run.ksh", needs=("ksh",),
     files={"run.ksh": "#!/bin/ksh\n. /etc/shop/profile\nprint up\n"}, shows="/etc/shop/profile.*(ENOENT|cannot open)")
case("bash-words-in-sh", "app.error", "text|path:(run.sh|Syntax error)", "sh run.sh",
     files={"run.sh": "# needs bash\nhosts=(a b c)\nfor h in \"${hosts[@]}\"; do echo $h; done\n"},
     shows='Syntax error: "\\(" unexpected',
     also=[("config.invalid", "path|text:(run.sh|Syntax)", "a file that its reader refuses"), ("exec.bad-format", "path:/run.sh$", "a script for another shell")],
     misleads="the script is right, for bash")
case("pipefail-in-sh", "config.usage", "text|path:(pipefail|entrypoint)", "./entrypoint",
     files={"entrypoint": ("#!/bin/sh\nset -euo pipefail\nexec sleep 60\n", 0o755)}, shows="Illegal option -o pipefail",
     also=[("app.error", "text|path:(pipefail|entrypoint)", "the shell's own words"), ("config.invalid", "text|path:(pipefail|entrypoint)", "a script that its shell refuses")])
case("double-brackets-in-sh", "exec.not-found", "text|path:\\[\\[", "sh run.sh production",
     files={"run.sh": "if [[ \"$1\" == production ]]; then\n  exec sleep 60\nfi\necho 'refusing to start: unknown mode' >&2\nexit 2\n"},
     shows="\\[\\[: not found", misleads="it goes on, and refuses the mode that it was given",
     also=[("app.error", "text|path:(\\[\\[|run.sh)", "the shell's own words")])
case("redirection-without-name", "config.env-missing", "env:^SHOP_LOG$", "bash run.sh",
     files={"run.sh": "set -e\necho starting >> $SHOP_LOG\nexec sleep 60\n"}, shows="SHOP_LOG: ambiguous redirect")
case("byte-order-mark", "exec.bad-format", "path:/collect.py$", "./launcher", shows="collect.py.*ENOEXEC",
     files={"collect.py": (b"\xef\xbb\xbf#!/usr/bin/env python3\nimport sys\nsys.exit(0)\n", 0o755)},
     c={"launcher": '#include <unistd.h>\n#include <stdio.h>\nint main(void) {\n  char *a[] = {"./collect.py", 0}, *e[] = {0};\n  execve(a[0], a, e);\n  perror("launcher: collect.py");\n  return 3;\n}\n'},
     misleads="an editor shows a first line without fault")
case("byte-order-mark-in-shell", "exec.bad-format", "path:/collect.py$", "bash -c ./collect.py",
     shows="collect.py.*ENOEXEC",
     files={"collect.py": (b"\xef\xbb\xbf#!/usr/bin/env python3\nfrom os import path\nprint(path.sep)\n", 0o755)},
     misleads="the shell takes Python for its own language, and a dozen words are wrong",
     also=[("exec.interpreter-missing", "path:/collect.py$|python3", "bash looks for a program of that name, with the mark in front")])
case("two-words-after-env", "exec.interpreter-missing", "path:/worker$", "./worker", shows="python3 -u",
     files={"worker": ("#!/usr/bin/env python3 -u\nprint(1)\n", 0o755)}, misleads="python3 is there",
     also=[("exec.not-found", "text|path:python3 -u", "what env looks for")])
case("interpreter-not-executable", "exec.not-executable", "path:/runtime/bin/shoplang$", "./job", user="nobody",
     files={"job": ("#!@DIR@/runtime/bin/shoplang\nrun\n", 0o755), "runtime/bin/shoplang": "#!/bin/sh\necho up\n"},
     shows="job.*EACCES", misleads="the script itself may be run: its interpreter may not")
case("unquoted-blank", "config.usage", "text|path:(too many arguments|run.sh)", "bash run.sh",
     files={"run.sh": "set -e\nSHARE='@DIR@/My Documents'\ncd $SHARE\nexec sleep 60\n"}, setup="mkdir 'My Documents'",
     shows="too many arguments|No such file",
     also=[("app.error", "text|path:(too many arguments|run.sh)", "the shell's own words"), ("file.missing", "path:/My$", "the name that it would look for")])
case("cd-in-german", "file.missing", "path:^/opt/lager/aktuell$", "bash -e los.sh", env=GERMAN,
     shows="/opt/lager/aktuell", files={"los.sh": "cd /opt/lager/aktuell\nexec sleep 60\n"},
     misleads="the words are German")
case("redirection-in-french", "file.permission", "path:^/var/log/boutique(/acces.log)?$", "bash demarrer.sh",
     env={"LANGUAGE": "fr"}, user="nobody", setup="mkdir -m 755 /var/log/boutique",
     shows="/var/log/boutique/acces.log.*EACCES",
     files={"demarrer.sh": "exec >>/var/log/boutique/acces.log || exit 2\necho pret\n"})
case("chmod-in-spanish", "security.capability", "capability|path:(CAP_FOWNER|/datos)", "chmod 600 datos",
     env={"LANGUAGE": "es"}, user="nobody", files={"datos": "x"}, shows="EPERM",
     also=[("file.permission", "path:/datos$", "only its owner may")])
case("null-device-closed", "file.permission", "path|device:^/dev/null$", "sh cron.sh", user="nobody", needs=("root",),
     files={"cron.sh": "test -d /etc >/dev/null 2>&1 || exit 1\necho up\n", "null": ""},
     through="unshare -m bash -c 'chmod 600 null; mount --bind null /dev/null; exec \"$@\"' --",
     shows="/dev/null.*EACCES",
     also=[("device.unavailable", "path|device:^/dev/null$", "it is no device any more: somebody replaced it")],
     misleads="the script redirects into nothing")
case("temporary-folder-closed", "file.permission", "path:^/tmp(/.*)?$",
     "bash -c 'f=$(mktemp) || exit 1; sort /etc/passwd >$f; cat $f'", user="nobody", needs=("root",),
     setup="chmod 755 /tmp", shows="/tmp.*EACCES")
case("here-document-without-temporary-folder", "file.permission", "path:^/tmp(/.*)?$|^/var/tmp", "bash -e install.sh",
     user="nobody", needs=("root",), setup="chmod 755 /tmp /var/tmp; chmod 755 .", shows="here.document",
     misleads="the script names no file at all: the shell keeps the text in one",
     files={"install.sh": "cat >/dev/null <<END\n" + "a long text for a here-document\n" * 4000 + "END\necho up\n"})
case("trap-changes-the-status", "file.missing", "path:^/etc/backup/targets$", "bash backup.sh", shows="targets.*ENOENT",
     files={"backup.sh": "set -e\ntrap 'rm -f /run/backup.pid; kill -TERM $$' EXIT\necho $$ >/run/backup.pid\nwhile read -r t; do echo $t; done </etc/backup/targets\n"},
     misleads="it ends by a signal that it sends to itself", needs=("root",))

# those that start others
case("tini-missing-program", "exec.not-found", "path|text:/opt/app/serve$", "tini -g -- /opt/app/serve --port 80",
     needs=("tini",), shows="/opt/app/serve.*ENOENT", misleads="a warning about process 1 comes first")
case("dumb-init-not-executable", "exec.not-executable", "path:/serve$", "dumb-init ./serve", needs=("dumb-init",),
     files={"serve": "#!/bin/sh\nexec sleep 60\n"}, shows="serve.*EACCES")
case("runsv-without-run", "file.missing", "path:/(web|run)$", "runsv @DIR@/web", needs=("runsv",), setup="mkdir web",
     timeout=5, shows="run.*ENOENT", misleads="it stays up and tries again each second",
     also=[("exec.not-found", "path|text:run$", "the program that it runs")])
case("runsv-lock", "file.locked", "path:/supervise/lock$", "runsv web", needs=("runsv",),
     files={"web/run": ("#!/bin/sh\nexec sleep 60\n", 0o755)}, setup="mkdir -p web/supervise; touch web/supervise/lock",
     locks=("web/supervise/lock",), shows="unable to lock")
case("runsv-chpst-user", "user.unknown", "user:^shopx$", "runsv web", needs=("runsv",), timeout=5,
     files={"web/run": ("#!/bin/sh\nexec 2>&1\nexec chpst -u shopx sleep 60\n", 0o755)},
     shows="unknown user/group|shopx", misleads="the supervisor stays up")
case("runsvdir-folder", "file.missing", "path:^/etc/service-shop$", "runsvdir -P /etc/service-shop", needs=("runsv",),
     timeout=5, shows="/etc/service-shop.*ENOENT", misleads="it stays up, and says so in its title only")
case("s6-environment-folder", "file.missing", "path:^/etc/shop/env$", "s6-envdir /etc/shop/env sleep 60",
     needs=("/usr/bin/s6-envdir",), shows="/etc/shop/env.*ENOENT")
case("s6-open-files", "limit.open-files", "limit:^RLIMIT_NOFILE$", "s6-softlimit -o 4 " + PY + "-c 'print(1)'",
     needs=("/usr/bin/s6-softlimit",), shows="EMFILE", misleads="the loader or Python says it of a library or a module")
case("daemonize-lock", "file.locked", "path:/shop.lock$",
     "daemonize -l @DIR@/shop.lock -p @DIR@/shop.pid /bin/sleep 60", needs=("daemonize",), files={"shop.lock": ""},
     locks=("shop.lock",), shows="shop.lock")
case("daemonize-relative", "config.usage", "text|path:(sleep|absolute)", "daemonize sleep 60", needs=("daemonize",),
     shows="absolute")
case("start-stop-daemon-program", "file.missing", "path:^/opt/shop/sbin/shopd$",
     "start-stop-daemon --start --quiet --exec /opt/shop/sbin/shopd", needs=("start-stop-daemon",),
     shows="/opt/shop/sbin/shopd.*ENOENT",
     also=[("exec.not-found", "path|text:/opt/shop/sbin/shopd$", "it is the program")])
case("start-stop-daemon-pid-of-another", "file.stale-lock", "path:/shopd.pid$",
     "start-stop-daemon --start --pidfile @DIR@/shopd.pid --startas @DIR@/shopd", needs=("start-stop-daemon",),
     helpers=(("sleep 90 & echo $! >shopd.pid; echo 1; wait", "line"),),
     files={"shopd": ("#!/bin/sh\nexec sleep 60\n", 0o755)}, shows="already running",
     misleads="the number in the file belongs to a process, which is another program",
     also=[("app.error", "text:already running", "its own words"), ("file.locked", "path:/shopd.pid$", "it takes the file for a lock that is held")])
case("start-stop-daemon-user", "user.unknown", "user:^shopx$",
     "start-stop-daemon --start --chuid shopx --exec /bin/sleep -- 60", needs=("start-stop-daemon",), shows="shopx")
case("gosu-user", "user.unknown", "user:^appx$", "sh -c 'exec gosu appx sleep 60'", needs=("gosu",),
     shows="unable to find user appx")
case("su-nologin", "app.error", "text|path|user:(not available|nologin|shopd)", "su - shopd -c 'sleep 60'",
     needs=("su", "root"),
     setup="echo 'shopd:x:4242:4242::/srv:/usr/sbin/nologin' >>/etc/passwd; echo 'shopd:*:19000::::::' >>/etc/shadow",
     shows="currently not available", misleads="no call fails",
     also=[("config.invalid", ":(passwd|nologin|shopd|not available)", "the shell that the account has"), ("exec.not-executable", "path:nologin", "the account's shell runs nothing"), ("config.usage", ":", "it has to be called with a shell")])
case("sudo-user", "user.unknown", "user:^shopx$", "sudo -n -u shopx sleep 60", needs=("sudo", "root"),
     shows="unknown user")
case("sudo-loses-the-variable", "config.env-missing", "env:^SHOP_TOKEN$", "sudo -n -u nobody " + PY + "app.py",
     needs=("sudo", "root"), env={"SHOP_TOKEN": "abc"},
     files={"app.py": "import os\ntoken = os.environ['SHOP_TOKEN']\n"}, shows="KeyError: 'SHOP_TOKEN'",
     misleads="the variable is set, for the caller")
case("sudo-rules-open-to-all", "file.permission", "path:^/etc/sudoers$", "sudo -n true", needs=("sudo", "root"),
     setup="chmod 666 /etc/sudoers", shows="sudoers is world writable", misleads="its mode is too open, not too closed",
     also=[("config.invalid", "path:^/etc/sudoers$", "sudo refuses its file")])
case("sudo-rules-broken", "config.invalid", "path:^/etc/sudoers.d/shop$", "sudo -n -u nobody true", user="nobody",
     needs=("sudo", "root"), files={"/etc/sudoers.d/shop": ("nobody ALL=(ALL NOPASSWD: ALL\n", 0o440)},
     setup="chown root:root /etc/sudoers.d/shop", shows="/etc/sudoers.d/shop",
     misleads="its last words: this user is not in the sudoers file")
case("sudo-no-new-privileges", "security.capability", ":",
     "setpriv --reuid nobody --regid nogroup --clear-groups sudo -n true", needs=("sudo", "root"),
     through="setpriv --no-new-privs", shows="no new privileges",
     misleads="nothing that fails says so: a flag of the process forbids it",
     also=[("app.error", "text:no new privileges", "sudo's own words"), ("security.seccomp", ":", "the flag comes from a sandbox"), ("security.namespace", ":", "the flag comes from a container")])
case("timeout-ends-a-hang", "hang.network", "port|address|process|host|text:@PORT@", "timeout 2 " + PY + "app.py",
     **FREE, helpers=((SILENT, "line"),), shows="SIGTERM",
     files={"app.py": "import socket\ns = socket.create_connection(('127.0.0.1', @PORT@))\ns.sendall(b'HELLO\\n')\ns.recv(100)\n"},
     misleads="a signal ends it, and 124 is all that is left",
     also=[("killed.signal", "signal|process:(SIGTERM|timeout)", "what ended it: the time was over"), ("connect.timeout", ":@PORT@", "it waits for an answer that never comes")])
case("timeout-127", "exec.not-found", "text|path:reindexx$", "timeout -k 1 5 nice -n 3 ionice -c 3 reindexx --all",
     shows="reindexx", misleads="three wrappers, each of which could have failed")
case("taskset-cpu", "config.usage", "text|limit:(CPU|cpu|affinity|4095|1023|Invalid argument)",
     "taskset -c 1023 sleep 60", needs=("taskset",), shows="sched_setaffinity.*EINVAL",
     misleads="'invalid argument': the processor of that number does not exist",
     also=[("cpu.unsupported", ":", "there is no such processor"), ("config.invalid", ":", "the number of a processor that is not there"), ("limit.kernel", ":", "the processors that it may use"), ("app.error", "text:affinity", "its own words")])
case("chrt-priority", "security.capability", "capability:CAP_SYS_NICE", "chrt -f 50 sleep 60", user="nobody",
     needs=("chrt",), shows="EPERM",
     also=[("limit.kernel", "limit:RLIMIT_RTPRIO", "a limit that allows it would do as well")])
case("xargs-parallel", "module.missing", "module:^reports$",
     "sh -c 'printf \"1\\n2\\n3\\n\" | xargs -P 3 -n 1 python3 -B -c \"import sys, reports\"'",
     shows="No module named 'reports'", misleads="xargs ends with 123, whatever its children say")
case("gnu-parallel", "file.missing", "path:/etc/shards.conf$",
     "parallel --will-cite -j 2 -N 0 cat /etc/shards.conf ::: 1 2", needs=("parallel",), shows="shards.conf.*ENOENT",
     misleads="its status is the number of jobs that failed")
case("flock-waits", "file.locked", "path:/deploy.lock$", "flock deploy.lock sh -c 'sleep 60'",
     files={"deploy.lock": ""}, locks=("deploy.lock",), timeout=3, shows="flock\\(")
case("lock-folder-left", "file.stale-lock", "path:^/run/lock/import.d$", "sh import.sh",
     setup="mkdir /run/lock/import.d", needs=("root",), shows="EEXIST",
     files={"import.sh": "mkdir /run/lock/import.d 2>/dev/null || { echo 'another import is running' >&2; exit 75; }\ntrap 'rmdir /run/lock/import.d' EXIT\nsleep 60\n"},
     misleads="no other import is running",
     also=[("file.already-exists", "path:^/run/lock/import.d$", "what is in the way")])
case("at-script-without-terminal", "device.unavailable", "device|path|text:(tty|terminal|TERM)",
     "bash -c 'stty -echo </dev/tty; read -r x'", shows="/dev/tty.*ENXIO", misleads="there is no terminal here",
     also=[("hang.input", ":", "it wants somebody at a terminal"), ("file.missing", "path:^/dev/tty$", "what it opens")])
case("script-deletes-its-config-first", "config.invalid", "path:/app.ini$", "sh start.sh",
     files={"app.ini": "[web]\nport = 80\n", "start.sh": "sed 's/80/81/' app.ini | tee app.ini >/dev/null && sleep 0.2\nsleep 0.2\ncp /dev/null app.ini\nexec python3 -B app.py\n", "app.py": "import configparser\nc = configparser.ConfigParser()\nc.read('app.ini')\nprint(c['web']['port'])\n"},
     shows="KeyError: 'web'", misleads="a KeyError: the script itself empties the file before",
     also=[("data.corrupt", "path:/app.ini$", "the file is empty"), ("app.error", "text:KeyError", "Python's words")])
