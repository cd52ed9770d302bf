"""Clients, desktop programs without a display, sound, printers, devices, repositories, back-ups, application servers."""

from case import case

PY = "/usr/bin/python3 -B "
FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}

# display, sound, printers
case("xclip-without-display", "config.env-missing", "env:^DISPLAY$", "sh -c 'echo secret | xclip -selection clipboard'", needs=("xclip",), shows="Can't open display")
case("xvfb-stale-lock", "file.stale-lock", "path:^/tmp/.X77-lock$", "Xvfb :77", needs=("Xvfb", "root"),
     setup="sleep 60 & printf '%10d\\n' $! >/tmp/.X77-lock; chmod 444 /tmp/.X77-lock", shows="already active for display 77",
     misleads="the number in the lock is that of a living process, which is no X server")
case("xvfb-run-hides-it", "file.stale-lock", "path:^/tmp/.X78-lock$", "xvfb-run -n 78 ./tests", needs=("xvfb-run", "root"), timeout=8,
     files={"tests": ("#!/bin/sh\nexit 0\n", 0o755)},
     setup="sleep 60 & printf '%10d\\n' $! >/tmp/.X78-lock; chmod 444 /tmp/.X78-lock", shows="/tmp/.X78-lock",
     misleads="Xvfb's words go to /dev/null")
case("xvfb-screen", "config.usage", ":", "Xvfb :79 -screen 0 1024by768x24", needs=("Xvfb", "root"), shows="1024by768x24|[Ii]nvalid screen")
case("x11vnc-nobody-there", "connect.socket-missing", "path|env|text:(/tmp/.X11-unix/X5|DISPLAY|:5)", "x11vnc -display :5 -rfbport @PORT@ -localhost", needs=("x11vnc", "root"), **FREE,
     shows="XOpenDisplay", misleads="it writes a page of advice",
     also=[("connect.refused", ":(6005|:5|X5)", "the abstract socket of the same name refuses")])
case("xset-other-users-display", "connect.auth", ":", "xset q", needs=("root", "/usr/bin/xset", "Xvfb", "xauth"), env={"DISPLAY": ":6"}, user="nobody",
     setup="mkdir -p -m 1777 /tmp/.X11-unix; chmod 1777 /tmp/.X11-unix; echo 0123456789abcdef >cookie; chmod 600 cookie; xauth -q -f @DIR@/auth add :6 . 0123456789abcdef0123456789abcdef >&2",
     helpers=(("exec Xvfb :6 -auth @DIR@/auth -nolisten tcp", "file:/tmp/.X11-unix/X6"),), shows="unable to open display|No protocol specified|Authorization required",
     also=[("connect.permission", ":", "the display is that of somebody else"), ("config.env-missing", "env:XAUTHORITY", "the cookie's file")])
case("pulseaudio-runtime-folder", "file.permission", "path|env:(^/run/user/1000$|XDG_RUNTIME_DIR)", "pulseaudio --exit-idle-time=-1", needs=("pulseaudio", "root"), user="nobody",
     env={"XDG_RUNTIME_DIR": "/run/user/1000", "HOME": "/tmp"}, setup="mkdir -p /run/user/1000; chown 1000 /run/user/1000; chmod 700 /run/user/1000",
     shows="/run/user/1000")
case("pactl-nobody-there", "connect.socket-missing", "path|env:(pulse/native|XDG_RUNTIME_DIR)", "pactl info", needs=("pactl", "root"), env={"XDG_RUNTIME_DIR": "@DIR@/run"},
     setup="mkdir -m 700 run", shows="Connection refused", misleads="its words: Connection refused",
     also=[("connect.refused", ":", "its own words")])
case("aplay-no-card", "device.unavailable", ":", "aplay @DIR@/a.wav", needs=("aplay",), shows="cannot find card '0'",
     setup="python3 -c 'import wave; w = wave.open(\"a.wav\", \"wb\"); w.setnchannels(1); w.setsampwidth(2); w.setframerate(8000); w.writeframes(bytes(800))'",
     misleads="its last words: No such file or directory", also=[("file.missing", "path:/dev/snd|/proc/asound", "the sound system's own file")])
case("scanimage-device", "device.unavailable", ":", "scanimage -d plustek:libusb:001:005 --format=png", needs=("scanimage",), shows="open of device plustek:libusb:001:005 failed",
     misleads="its words: Invalid argument")
case("lpstat-no-server", "connect.refused", "port|address|host:(631|localhost)", "lpstat -p", needs=("lpstat", "root"), setup="rm -rf /run/cups",
     shows="lpstat:", misleads="the refusal comes through poll",
     also=[("connect.socket-missing", "path:cups.sock$", "the socket that it looks for first")])
case("icecast-log-folder", "file.missing", "path:/logx(/error.log|/access.log)?$", "icecast2 -c @DIR@/ice.xml", needs=("icecast2", "root"), **FREE, user="nobody",
     files={"ice.xml": "<icecast><hostname>localhost</hostname><authentication><source-password>a</source-password><admin-password>b</admin-password></authentication><listen-socket><port>@PORT@</port><bind-address>127.0.0.1</bind-address></listen-socket><paths><logdir>@DIR@/logx</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths><logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog></logging></icecast>\n"},
     shows="logx")
case("icecast-as-root", "config.invalid", ":", "icecast2 -c @DIR@/ice.xml", needs=("icecast2", "root"), **FREE,
     files={"ice.xml": "<icecast><hostname>localhost</hostname><authentication><source-password>a</source-password></authentication><listen-socket><port>@PORT@</port></listen-socket><paths><logdir>@DIR@</logdir></paths></icecast>\n"},
     shows="root", also=[("app.error", ":root", "its own words say that it does not run as root"), ("config.usage", ":", "who starts it is the caller's matter"), ("user.unknown", ":", "no user to change to is given")])

# devices
case("gpsd-serial", "device.unavailable", "device|path:^/dev/ttyUSB9$", "gpsd -N -n -S @PORT@ /dev/ttyUSB9", needs=("gpsd", "root"), **FREE, timeout=4, shows="ttyUSB9")
case("picocom-in-use", "file.locked", "path|device:(/serial|/dev/pts/)", "picocom -b 115200 serial", needs=("picocom", "socat"), stdin="open",
     setup="", helpers=(("socat pty,link=@DIR@/serial,raw,echo=0 pty,raw & until [ -e serial ]; do sleep 0.05; done; exec flock -x serial bash -c 'echo locked; exec sleep 60'", "line"),),
     shows="EAGAIN|cannot lock", also=[("device.unavailable", "path|device:(/serial|/dev/pts/)", "somebody else uses it")])
case("tcpdump-interface", "device.unavailable", "device|text|address:eth7", "tcpdump -i eth7 -c 1", needs=("tcpdump", "root"), shows="eth7")
case("tcpdump-not-root", "security.capability", "capability:CAP_NET_RAW", "tcpdump -i lo -c 1", needs=("tcpdump", "root"), user="nobody", shows="EPERM|permission to capture")
case("nft-not-root", "security.capability", "capability:CAP_NET_ADMIN", "nft -f @DIR@/rules.nft", needs=("nft", "root"), user="nobody",
     files={"rules.nft": "table inet filter {\n  chain input {\n    type filter hook input priority 0;\n  }\n}\n"}, shows="EPERM|not permitted")
case("nft-rule", "config.invalid", "path|text:/?rules.nft", "nft -c -f @DIR@/rules.nft", needs=("nft", "root"),
     files={"rules.nft": "table inet filter {\n  chain input {\n    type filter hook input priority 0;\n    tcp dport 22 acceptt\n  }\n}\n"}, shows="rules.nft:4")
case("mdadm-member", "file.missing", "path|device:^/dev/sdzz1$", "mdadm --assemble /dev/md9 /dev/sdzz1", needs=("mdadm", "root"), shows="sdzz1",
     also=[("device.unavailable", "path|device:^/dev/sdzz1$", "the disk of that name")])
case("cryptsetup-not-luks", "data.corrupt", "path|text|device:(disk.img|LUKS)", "cryptsetup luksOpen --test-passphrase --key-file key disk.img", needs=("cryptsetup", "root"),
     setup="head -c 1000000 /dev/zero >disk.img; echo a >key", shows="not a valid LUKS device",
     also=[("data.incompatible", "path|text:(disk.img|LUKS)", "it is something else"), ("app.error", ":LUKS", "its own words say it"), ("device.unavailable", ":disk.img", "cryptsetup calls it a device")])
case("upsd-run-folder", "file.missing", "path:^/run/nutx$", "/lib/nut/upsd -F -u nobody", needs=("upsd", "root"), env={"NUT_STATEPATH": "/run/nutx", "NUT_CONFPATH": "@DIR@", "NUT_ALTPIDPATH": "/run/nutx"}, **FREE,
     files={"ups.conf": "[a]\n driver = dummy-ups\n port = a.dev\n", "upsd.conf": "LISTEN 127.0.0.1 @PORT@\n", "upsd.users": ""}, shows="/run/nutx")
case("upsd-switched-off", "config.invalid", "path|text|env:(nut.conf|MODE|disabled)", "upsd -F", needs=("upsd", "root"), options="--expect listen:3493",
     shows="upsd disabled", misleads="it ends with 0: its starter looks at MODE=none in a file of its own",
     also=[("app.error", ":(MODE|disabled|nut.conf)", "its own words say it"), ("ready.exited-early", ":", "it ends well without having started anything")])
case("sshfs-refused", "connect.refused", "port|address:127.0.0.1:@PORT@", "sshfs -o BatchMode=yes -p @PORT@ root@127.0.0.1:/srv @DIR@/mnt", needs=("sshfs", "root"), **FREE, setup="mkdir mnt",
     shows="ECONNREFUSED", misleads="its words: read: Connection reset by peer",
     also=[("connect.reset", ":", "its own words")])
case("sshfs-mount-point", "file.missing", "path:/mntx$", "sshfs -p @PORT@ root@127.0.0.1:/srv @DIR@/mntx", needs=("sshfs", "root"), **FREE, shows="mntx")
case("screen-folder-mode", "file.permission", "path:^/(var/)?run/screen$", "screen -dmS build sleep 9", needs=("screen", "root"), user="nobody",
     setup="mkdir -p /run/screen; chmod 755 /run/screen", shows="/run/screen")

# ssh and what goes through it
case("ssh-proxy-command", "exec.not-found", "path|text:corkscrewx$", "ssh -F @DIR@/config -o BatchMode=yes shop", needs=("ssh",),
     files={"config": "Host shop\n HostName 127.0.0.1\n ProxyCommand corkscrewx proxy 8080 %h %p\n"}, shows="corkscrewx",
     misleads="its last words: Connection closed by UNKNOWN port 65535")
case("ssh-no-common-key-type", "connect.tls", ":", "ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o KexAlgorithms=diffie-hellman-group1-sha1 -p @PORT@ root@127.0.0.1", needs=("ssh", "sshd", "root"), **FREE,
     setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key",
     helpers=(("exec /usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -f /dev/null", "port:@PORT@"),),
     shows="no matching key exchange method", also=[("app.error", ":matching|negotiate", "its own words say it"), ("config.invalid", ":[Kk]ex|diffie|matching", "the option asks for an old method")])
case("autossh-refused", "connect.refused", "port|address:127.0.0.1:@PORT@", "autossh -M 0 -N -o BatchMode=yes -o ExitOnForwardFailure=yes -L 7000:127.0.0.1:80 -p @PORT@ root@127.0.0.1", needs=("autossh", "ssh"), **FREE, timeout=6,
     shows="ECONNREFUSED", env={"AUTOSSH_GATETIME": "0"}, misleads="it tries again for ever")
case("autossh-local-port", "port.in-use", "port:127.0.0.1:@BUSY@", "ssh -N -o BatchMode=yes -o StrictHostKeyChecking=no -o ExitOnForwardFailure=yes -i id -L 127.0.0.1:@BUSY@:127.0.0.1:80 -p @PORT@ root@127.0.0.1", needs=("ssh", "sshd", "root"),
     holds={"PORT": "free", "BUSY": "listening"},
     setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key; ssh-keygen -q -t ed25519 -N '' -f id; cp id.pub keys; chmod 600 keys",
     helpers=(("exec /usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -o StrictModes=no -o AuthorizedKeysFile=@DIR@/keys -f /dev/null", "port:@PORT@"),),
     shows="EADDRINUSE", misleads="its last words: Could not request local forwarding")
case("sshpass-unknown-host", "connect.auth", ":", "sshpass -p geheim ssh -o UserKnownHostsFile=@DIR@/known -p @PORT@ root@127.0.0.1 true", needs=("sshpass", "sshd", "ssh", "root"), **FREE,
     setup="mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key",
     helpers=(("exec /usr/sbin/sshd -D -e -p @PORT@ -o ListenAddress=127.0.0.1 -o HostKey=@DIR@/key -f /dev/null", "port:@PORT@"),),
     shows="authenticity of host", misleads="it ends with 6 and says nothing",
     also=[("connect.tls", ":", "the host's key is unknown"), ("app.error", ":(authenticity|[Hh]ost key|known)", "ssh's question about the host's key is all there is"), ("hang.input", ":", "it is a question that nobody answers")])

# repositories and back-ups
case("svn-format", "data.incompatible", "path|text:(/repo|/format|format|FS)", "svn log file://@DIR@/repo", needs=("svnserve",), setup="svnadmin create repo; chmod u+w repo/db/format; echo 99 >repo/db/format",
     shows="[Ff]ormat", misleads="its first words: Unable to connect to a repository")
case("svn-missing-french", "file.missing", "path:/depot(/format)?$", "svn checkout file://@DIR@/depot", needs=("svnserve",), env={"LANGUAGE": "fr"}, shows="depot")
case("hg-requirement", "data.incompatible", "path|text:(/requires|requires|hologram|repo)", "hg -R repo log", needs=("hg",), setup="hg init repo; echo exp-hologram-v9 >>repo/.hg/requires", shows="hologram")
case("hg-lock", "file.locked", "path:/.hg/(wlock|store/lock|lock)$", "hg --config ui.timeout=2 -R repo commit -m x -u a --config ui.allowemptycommit=yes", needs=("hg",), timeout=6,
     setup="hg init repo; echo a >repo/a; hg -R repo add repo/a >&2", helpers=(("exec /usr/bin/python3 -uc 'from mercurial import hg, ui; lock = hg.repository(ui.ui.load(), b\"repo\").wlock(); print(1); import signal; signal.pause()'", "line"),),
     shows="wlock")
case("hg-serve-port-german", "port.in-use", "port:127.0.0.1:@PORT@", "hg serve -R repo -a 127.0.0.1 -p @PORT@", needs=("hg",), **TAKEN, setup="hg init repo", env={"LANGUAGE": "de"}, shows="EADDRINUSE")
case("git-dubious-owner", "file.permission", "path|text|user:(/repo|ownership)", "git -C @DIR@/repo log", needs=("git", "root"), setup="git init -q repo; chown -R nobody repo", shows="dubious ownership", misleads="no call fails",
     also=[("config.invalid", ":(safe.directory|ownership|repo)", "safe.directory is git's own way out"), ("app.error", ":ownership", "its own words say it")])
case("git-index-lock-german", "file.stale-lock", "path:/.git/index.lock$", "git -C repo add a", needs=("git",), setup="git init -q repo; echo a >repo/a; touch repo/.git/index.lock", env={"LANGUAGE": "de"}, shows="index.lock.*EEXIST",
     also=[("file.already-exists", "path:/.git/index.lock$", "what the call says")])
case("git-hook-crlf", "exec.interpreter-missing", "path:/hooks/pre-commit$", "git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x", needs=("git",),
     files={"hook": ("#!/bin/sh\r\nexit 0\r\n", 0o755)}, setup="git init -q repo; cp hook repo/.git/hooks/pre-commit; chmod 755 repo/.git/hooks/pre-commit", shows="pre-commit.*ENOENT", misleads="cannot exec, no such file: the file is there")
case("git-over-ssh", "connect.refused", "port|address:127.0.0.1:@PORT@", "git clone ssh://git@127.0.0.1:@PORT@/shop.git", needs=("git", "ssh"), **FREE, shows="ECONNREFUSED",
     env={"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}, misleads="its last words: make sure you have the correct access rights and the repository exists")
case("git-daemon-port", "port.in-use", "port:127.0.0.1:@PORT@", "git daemon --listen=127.0.0.1 --port=@PORT@ --base-path=@DIR@", needs=("git", "/usr/lib/git-core/git-daemon"), **TAKEN, shows="EADDRINUSE", misleads="its last words: unable to allocate any listen sockets")
case("rsync-daemon-secrets", "connect.auth", ":", "rsync -a --password-file=@DIR@/pw rsync://shop@127.0.0.1:@PORT@/data/ @DIR@/copy/", needs=("rsync", "root"), **FREE,
     setup="mkdir data; echo shop:geheim >secrets; chmod 644 secrets; echo geheim >pw; chmod 600 pw",
     files={"rsyncd.conf": "use chroot = no\nlog file = @DIR@/rsyncd.log\npid file = @DIR@/pid\nport = @PORT@\naddress = 127.0.0.1\n[data]\n path = @DIR@/data\n auth users = shop\n secrets file = @DIR@/secrets\n"},
     helpers=(("exec rsync --daemon --no-detach --config=@DIR@/rsyncd.conf", "port:@PORT@"),), shows="auth failed on module data")
case("rsync-over-ssh-refused", "connect.refused", "port|address:127.0.0.1:@PORT@", "rsync -a -e 'ssh -o BatchMode=yes -p @PORT@' @DIR@/ root@127.0.0.1:/backup/", needs=("rsync", "ssh"), **FREE, shows="ECONNREFUSED",
     misleads="its last words: error in rsync protocol data stream or unexplained error (code 255)")
case("borg-repository", "file.missing", "path:/backup$", "borg list @DIR@/backup", needs=("borg",), shows="backup", env={"BORG_BASE_DIR": "@DIR@"})
case("borg-locked", "file.locked", "path:/lock(.exclusive)?(/|$)|/repo$", "borg create --lock-wait 1 repo::a /etc/hostname", needs=("borg",), env={"BORG_BASE_DIR": "@DIR@", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"},
     setup="borg init -e none repo; mkdir repo/lock.exclusive; touch repo/lock.exclusive/backuphost@11.4711-0", shows="lock.exclusive",
     also=[("file.stale-lock", "path:/lock(.exclusive)?(/|$)|/repo$", "a host of that name may be gone"), ("file.already-exists", "path:/lock.exclusive", "what the call says")], timeout=8)

# application servers
case("uvicorn-module", "module.missing", "module:^(mainx|shopx)$", "uvicorn --port @PORT@ mainx:app", needs=("uvicorn",), **FREE, shows="mainx")
DJANGO = "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
case("django-hosts", "config.invalid", ":(ALLOWED_HOSTS|settings)", PY + "manage.py runserver --noreload 127.0.0.1:@PORT@", needs=("/usr/lib/python3/dist-packages/django",), **FREE,
     files={"manage.py": DJANGO, "settings.py": "SECRET_KEY = 'x'\nDEBUG = False\nALLOWED_HOSTS = []\nROOT_URLCONF = 'settings'\nurlpatterns = []\nUSE_TZ = True\n"}, shows="ALLOWED_HOSTS",
     also=[("app.error", ":ALLOWED_HOSTS", "its own words say it")])
case("django-settings-module", "config.env-missing", "env:^DJANGO_SETTINGS_MODULE$", PY + "-m django migrate", needs=("/usr/lib/python3/dist-packages/django",),
     shows="DJANGO_SETTINGS_MODULE")
case("django-database-folder", "file.missing", "path:/data(/shop.sqlite3)?$", PY + "manage.py migrate", needs=("/usr/lib/python3/dist-packages/django",),
     files={"manage.py": DJANGO, "settings.py": "SECRET_KEY = 'x'\nINSTALLED_APPS = ['django.contrib.contenttypes']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '@DIR@/data/shop.sqlite3'}}\n"},
     shows="unable to open database file")
case("celery-broker", "connect.refused", "port|address:127.0.0.1:@PORT@", PY + "-m celery -A tasks worker -P solo", needs=("/usr/lib/python3/dist-packages/celery",), holds={"PORT": "free"}, timeout=8,
     files={"tasks.py": "import celery\napp = celery.Celery('tasks', broker='amqp://guest:guest@127.0.0.1:@PORT@//')\n"}, shows="ECONNREFUSED", misleads="it tries again for ever")
case("puma-no-rackup", "file.missing", "path|text:config.ru", "puma -b tcp://127.0.0.1:@PORT@", needs=("puma",), **FREE, shows="config.ru|No application configured",
     also=[("config.usage", ":", "it may as well be told which file")])
case("starman-app-module", "module.missing", "module:^Shop::Web$", "starman --listen 127.0.0.1:@PORT@ --workers 1 app.psgi", needs=("starman",), **FREE,
     files={"app.psgi": "use Shop::Web;\nShop::Web->to_app;\n"}, shows="Shop/Web.pm", timeout=6)
case("hypnotoad-script", "config.invalid", ":", "hypnotoad -f app.pl", needs=("hypnotoad",), **FREE, files={"app.pl": "use Mojolicious::Lite;\nget '/' => {text => 'ok'};\napp->startt;\n"},
     shows="startt", also=[("app.error", ":(startt|app.pl)", "a mistake in the script, in its own words")])
case("websockify-target-folder", "file.missing", "path:/novncx$", "websockify --web @DIR@/novncx 127.0.0.1:@PORT@ 127.0.0.1:5900", needs=("websockify",), **FREE, shows="novncx")
case("radicale-port", "port.in-use", "port:127.0.0.1:@PORT@", "radicale --server-hosts 127.0.0.1:@PORT@ --storage-filesystem-folder @DIR@/c", needs=("radicale",), **TAKEN, shows="EADDRINUSE")
case("spawn-fcgi-program", "exec.not-found", "path|text:php-cgix$", "spawn-fcgi -n -a 127.0.0.1 -p @PORT@ -- /usr/bin/php-cgix", needs=("spawn-fcgi",), **FREE, shows="php-cgix",
     also=[("file.missing", "path:/php-cgix$", "the program of that name")])
case("nutcracker-file", "config.invalid", "path|text:/?n.yml", "nutcracker -c n.yml -s 22223 -p @DIR@/pid", needs=("nutcracker",), files={"n.yml": "alpha:\n  listenn: 127.0.0.1:@PORT@\n"}, **FREE, shows="n.yml|syntax")
case("pgbouncer-as-root", "config.invalid", ":", "pgbouncer @DIR@/p.ini", needs=("pgbouncer", "root"), files={"p.ini": "[databases]\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = @PORT@\nauth_type = any\nunix_socket_dir =\n"}, **FREE,
     shows="should not run as root|root", also=[("app.error", ":root", "its own words say it"), ("config.usage", ":", "who starts it is the caller's matter")])
case("pgbouncer-stale-pid", "file.stale-lock", "path:/p.pid$", "pgbouncer @DIR@/p.ini", needs=("pgbouncer", "root"), user="nobody", **FREE,
     setup="chmod 777 .; setpriv --reuid nobody --clear-groups sleep 60 & echo $! >p.pid; chown nobody p.pid",
     files={"p.ini": "[databases]\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = @PORT@\nauth_type = any\nunix_socket_dir =\npidfile = @DIR@/p.pid\n"}, shows="p.pid|another instance",
     misleads="the process of that number lives: it is another program")
case("ngircd-port", "port.in-use", "port:127.0.0.1:@PORT@", "ngircd -n -f @DIR@/ng.conf", needs=("ngircd", "root"), **TAKEN, files={"ng.conf": "[Global]\nName = irc.shop.example\nInfo = x\nListen = 127.0.0.1\nPorts = @PORT@\nServerUID = nobody\nServerGID = nogroup\n[Options]\nPAM = no\n"},
     shows="EADDRINUSE", misleads="its last words: not listening on a single port")
case("prosody-comma", "config.invalid", "path|text:/?p.cfg.lua", "prosody --config @DIR@/p.cfg.lua -F", needs=("prosody", "root"), user="prosody", files={"p.cfg.lua": "pidfile = \"@DIR@/pid\"\nlog = { info = \"*console\" }\nmodules_enabled = { \"roster\" \"saslauth\" }\nVirtualHost \"shop.example\"\n"}, shows="p.cfg.lua")
case("tftpd-folder", "file.missing", "path:^/srv/tftpx$", "in.tftpd -L -a 127.0.0.1:@PORT@ -u nobody -s /srv/tftpx", needs=("in.tftpd", "root"), **FREE, shows="tftpx", misleads="its words go to syslog, which nobody reads here")
case("transmission-config", "file.permission", "path:/conf", "transmission-daemon -f -g @DIR@/conf -p @PORT@", needs=("transmission-daemon", "root"), user="nobody", **FREE, setup="mkdir -m 755 conf; touch conf/settings.json; chmod 600 conf/settings.json", shows="settings.json")
case("aria2-conf", "file.missing", "path:/aria2.conf$", "aria2c --enable-rpc --conf-path=@DIR@/aria2.conf", needs=("aria2c",), env={"LANGUAGE": "de"}, shows="aria2.conf")
case("rpcinfo-nobody-there", "connect.socket-missing", "path|port|address:(rpcbind.sock|:111)", "rpcinfo", needs=("rpcinfo", "root"), setup="rm -f /run/rpcbind.sock",
     shows="rpcbind|portmapper", also=[("connect.refused", ":111", "the port that it tries as well")])
case("freeradius-certificate", "file.missing", "path:(ssl-cert-snakeoil|/etc/ssl|/etc/freeradius)", "freeradius -X", needs=("freeradius", "root"), setup="rm -f /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem", shows="snakeoil", timeout=8, misleads="thousands of lines of words before")
