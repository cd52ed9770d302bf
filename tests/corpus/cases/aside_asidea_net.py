"""Name servers, address servers, tunnels and proxies that do not come up."""

from case import case

FREE = {"holds": {"PORT": "free"}}
TAKEN = {"holds": {"PORT": "listening"}}
DATAGRAMS = ("python3 -uc 'import socket, signal; s = socket.socket(2, 2); s.bind((\"127.0.0.1\", @PORT@)); print(1); "
             "signal.pause()'", "line")

case("knot-run-folder", "file.missing", "path:/runx(/knot)?(/knot.pid)?$", "knotd -c @DIR@/knot.conf", needs=("knotd", "root"), **FREE,
     files={"knot.conf": "server:\n    listen: 127.0.0.1@@PORT@\n    rundir: @DIR@/runx/knot\ndatabase:\n    storage: @DIR@\nlog:\n  - target: stderr\n    any: info\n"},
     shows="runx")
case("nsd-control-keys", "file.missing", "path:/nsd_server.(pem|key)$", "nsd -d -c @DIR@/nsd.conf", needs=("nsd", "root"), **FREE,
     files={"nsd.conf": "server:\n  ip-address: 127.0.0.1@@PORT@\n  username: \"\"\n  chroot: \"\"\n  pidfile: \"\"\n  zonesdir: \"@DIR@\"\n  xfrdfile: \"@DIR@/x\"\n  zonelistfile: \"@DIR@/z\"\nremote-control:\n  control-enable: yes\n  control-interface: 127.0.0.1\n  server-key-file: @DIR@/nsd_server.key\n  server-cert-file: @DIR@/nsd_server.pem\n  control-key-file: @DIR@/nsd_control.key\n  control-cert-file: @DIR@/nsd_control.pem\n"},
     shows="nsd_server.pem")
case("pdns-backend-not-installed", "module.missing", "module|library|path|text:gmysql",
     "pdns_server --daemon=no --guardian=no --config-dir=@DIR@ --socket-dir=@DIR@", needs=("pdns_server", "root"), **FREE,
     files={"pdns.conf": "launch=gmysql\nlocal-address=127.0.0.1\nlocal-port=@PORT@\n"}, shows="gmysql",
     also=[("library.missing", "library|path:gmysql", "the module is a library that it loads"),
           ("file.missing", "path:/libgmysqlbackend.so$", "the module is a file")])
case("pdns-recursor-port", "port.in-use", "port:^127.0.0.1:@PORT@$",
     "pdns_recursor --config-dir=@DIR@ --socket-dir=@DIR@ --daemon=no --local-address=127.0.0.1 --local-port=@PORT@",
     needs=("pdns_recursor", "root"), **FREE, helpers=(DATAGRAMS,), shows="EADDRINUSE")
case("dhcpd-leases", "file.missing", "path:/dhcpd.leases$",
     "dhcpd -4 -f -cf @DIR@/dhcpd.conf -lf @DIR@/dhcpd.leases -pf @DIR@/pid lo", needs=("dhcpd", "root"),
     files={"dhcpd.conf": "subnet 127.0.0.0 netmask 255.0.0.0 {\n  range 127.0.0.50 127.0.0.60;\n}\n"},
     shows="dhcpd.leases.*(ENOENT|No such)", misleads="many lines about how to report a bug follow")
case("dhcpd-no-subnet", "config.invalid", r"path|text|device:/?dhcpd.conf|[Nn]o subnet|\blo\b",
     "dhcpd -4 -f -cf @DIR@/dhcpd.conf -lf @DIR@/leases -pf @DIR@/pid lo", needs=("dhcpd", "root"), setup="touch leases",
     files={"dhcpd.conf": "subnet 198.51.100.0 netmask 255.255.255.0 {\n  range 198.51.100.50 198.51.100.60;\n}\n"},
     shows="No subnet declaration for lo", misleads="its last words send to the makers' bug tracker",
     also=[("app.error", "text|path:subnet|listen", "its own words name the interface without a subnet")])
case("kea-lock-folder", "file.missing", "path:^/run/kea", "kea-dhcp4 -c @DIR@/kea.conf", needs=("kea-dhcp4", "root"),
     setup="rm -rf /run/kea", shows="/run/kea",
     files={"kea.conf": "{ \"Dhcp4\": { \"interfaces-config\": { \"interfaces\": [ ] }, \"lease-database\": { \"type\": \"memfile\", \"persist\": false } } }\n"})
case("kea-comma", "config.invalid", "path|text:/?kea.conf", "kea-dhcp4 -c @DIR@/kea.conf", needs=("kea-dhcp4", "root"),
     setup="mkdir -p /run/kea", shows="syntax error",
     files={"kea.conf": "{\n  \"Dhcp4\": {\n    \"interfaces-config\": { \"interfaces\": [ ] }\n    \"valid-lifetime\": 4000\n  }\n}\n"})
case("radvd-interface", "device.unavailable", "device|text|address|path:wan7|radvd.conf",
     "radvd -n -m stderr -C @DIR@/radvd.conf -p @DIR@/pid", needs=("radvd", "root"), shows="wan7",
     files={"radvd.conf": "interface wan7 {\n  IgnoreIfMissing off;\n  AdvSendAdvert on;\n  prefix 2001:db8::/64 { };\n};\n"})
case("openvpn-no-tun", "device.unavailable", "device|path:/dev/net/tun",
     "openvpn --dev tun --secret static.key --cipher AES-256-CBC --local 127.0.0.1 --lport @PORT@ --ifconfig 10.8.0.1 10.8.0.2",
     needs=("openvpn", "root"), **FREE,
     setup="openvpn --genkey secret static.key >&2; chmod 600 static.key; if [ -d /dev/net ]; then mount -t tmpfs tmpfs /dev/net; fi",
     shows="/dev/net/tun", misleads="warnings about ciphers come first")
case("openvpn-old-cipher", "config.invalid", "path|text:(BF-CBC|[Cc]ipher|office.conf)", "openvpn --config office.conf", needs=("openvpn", "root"), **FREE,
     setup="openvpn --genkey secret static.key >&2; chmod 600 static.key",
     files={"office.conf": "dev null\nsecret static.key\nlocal 127.0.0.1\nlport @PORT@\ncipher BF-CBC\nifconfig 10.8.0.1 10.8.0.2\n"},
     shows="BF-CBC not supported", misleads="the file is as it was before the upgrade",
     also=[("app.error", ":BF-CBC", "its own words say it")])
case("openvpn-ca", "file.missing", "path:/?ca.crt$", "openvpn --config client.ovpn", needs=("openvpn", "openssl",), **FREE,
     setup="openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout client.key -out client.crt 2>/dev/null; chmod 600 client.key",
     files={"client.ovpn": "client\ndev tun\nproto udp\nremote 127.0.0.1 @PORT@\nca ca.crt\ncert client.crt\nkey client.key\n"},
     shows="ca.crt", misleads="its last words say to use --help")
case("openvpn-password-by-hand", "device.unavailable", ":", "openvpn --config client.ovpn", needs=("openvpn", "openssl",), **FREE,
     setup="openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out ca.crt 2>/dev/null", shows="Auth Username|username",
     files={"client.ovpn": "client\ndev null\nproto udp\nremote 127.0.0.1 @PORT@\nca ca.crt\nauth-user-pass\n"},
     also=[("config.invalid", "path|text:(client.ovpn|auth-user-pass|[Uu]sername)", "auth-user-pass without a file is what makes it ask"),
           ("app.error", "text|path|device:(Username|tty|can't ask)", "its own words say that it cannot ask")])
case("wg-quick-file", "file.missing", "path:^/etc/wireguard/wg7.conf$", "wg-quick up wg7", needs=("wg-quick", "root"),
     shows="wg7.conf")
case("tinc-key", "file.missing", "path:/(rsa_key.priv|ed25519_key.priv)$", "tincd -n office -D -c @DIR@/office --pidfile=@DIR@/pid",
     needs=("tincd", "root"), files={"office/tinc.conf": "Name = hq\nDevice = /dev/null\n", "office/hosts/hq": "Subnet = 10.1.0.0/16\n"},
     shows="rsa_key.priv|ed25519")
case("dante-interface", "config.invalid", "path|text:(danted.conf|wan3)", "danted -f @DIR@/danted.conf -p @DIR@/pid",
     needs=("danted", "root"), **FREE, shows="wan3",
     files={"danted.conf": "logoutput: stderr\ninternal: 127.0.0.1 port = @PORT@\nexternal: wan3\nsocksmethod: none\nclientmethod: none\nuser.notprivileged: nobody\nclient pass { from: 0/0 to: 0/0 }\nsocks pass { from: 0/0 to: 0/0 }\n"},
     misleads="it speaks of a host name: it means an interface",
     also=[("device.unavailable", "device|text|address:wan3", "the interface that is not there")])
case("shadowsocks-cipher", "config.invalid", "path|text:/?ss.json|method|aes-256-cfbx|cipher", "ss-server -c ss.json", needs=("ss-server",), **FREE,
     files={"ss.json": "{\"server\": \"127.0.0.1\", \"server_port\": @PORT@, \"password\": \"x\", \"method\": \"aes-256-cfbx\"}\n"},
     shows="[Ii]nvalid cipher")
case("hitch-no-pem", "file.missing", "path:/site.pem$", "hitch --config=@DIR@/hitch.conf", needs=("hitch", "root"), **FREE,
     files={"hitch.conf": "frontend = \"[127.0.0.1]:@PORT@\"\nbackend = \"[127.0.0.1]:1\"\npem-file = \"@DIR@/site.pem\"\nuser = \"nobody\"\n"},
     shows="site.pem")
case("sslh-port", "port.in-use", "port:^127.0.0.1:@PORT@$",
     "sslh -f -n --listen 127.0.0.1:@PORT@ --ssh 127.0.0.1:22 --tls 127.0.0.1:443", needs=("sslh",), **TAKEN,
     shows="EADDRINUSE")
case("tor-data-owner", "file.permission", "path:/data$",
     "tor -f @DIR@/torrc --defaults-torrc /dev/null", needs=("tor", "root"), user="nobody",
     setup="mkdir -m 700 data", files={"torrc": "SocksPort 0\nDataDirectory @DIR@/data\nDisableNetwork 1\n"},
     shows="data", misleads="its last words send to the lines above")
case("tor-option", "config.invalid", "path|text:torrc|HiddenServicPort", "tor -f @DIR@/torrc --defaults-torrc /dev/null",
     needs=("tor", "root"), files={"torrc": "DataDirectory @DIR@/data\nHiddenServicPort 80\n"}, shows="HiddenServicPort")
case("hostapd-interface", "device.unavailable", "device|text:wlan7", "hostapd @DIR@/ap.conf", needs=("hostapd", "root"),
     files={"ap.conf": "interface=wlan7\nssid=shop\nhw_mode=g\nchannel=1\n"}, shows="wlan7",
     misleads="its last words count states: AP-DISABLED",
     also=[("kernel.unsupported", ":nl80211", "where the kernel has no wireless at all, this is the first that is missing")])
case("keepalived-interface", "device.unavailable", "device|text|path:(wan9|keepalived.conf)", "keepalived -n -l -f @DIR@/keepalived.conf -p @DIR@/p1 -r @DIR@/p2",
     needs=("keepalived", "root"), timeout=6,
     files={"keepalived.conf": "vrrp_instance VI_1 {\n  state MASTER\n  interface wan9\n  virtual_router_id 51\n  priority 100\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\n"},
     shows="wan9")
case("dnsmasq-interface", "device.unavailable", "device|text|address:br-lan7", "dnsmasq -k -C @DIR@/d.conf", needs=("dnsmasq", "root"), **FREE,
     files={"d.conf": "port=@PORT@\ninterface=br-lan7\nbind-interfaces\nuser=root\npid-file=\n"}, shows="unknown interface br-lan7")
case("dnsmasq-dhcp-socket", "port.in-use", "port::67$", "dnsmasq -k -C @DIR@/d.conf", needs=("dnsmasq", "root"),
     helpers=(("python3 -uc 'import socket, signal; s = socket.socket(2, 2); s.bind((\"0.0.0.0\", 67)); print(1); signal.pause()'", "line"),),
     files={"d.conf": "port=0\ndhcp-range=127.0.0.100,127.0.0.110,1h\nuser=root\npid-file=\nleasefile-ro\n"}, shows="EADDRINUSE")
case("rndc-key", "file.missing", "path:^/etc/bind/rndc.(key|conf)$", "rndc status", needs=("rndc", "root"),
     setup="rm -f /etc/bind/rndc.key /etc/bind/rndc.conf", shows="rndc.key")
case("dig-nobody-answers", "connect.refused", "port|address:127.0.0.1:@PORT@", "dig +tries=1 +timeout=1 -p @PORT@ @127.0.0.1 shop.example", needs=("dig",), **FREE,
     shows="ECONNREFUSED|connection refused", misleads="its last words: no servers could be reached",
     also=[("connect.timeout", ":@PORT@", "dig's own last words")])
case("varnish-backend-name", "dns.failure", "host:^web.internal$", "varnishd -F -a 127.0.0.1:@PORT@ -b web.internal:8080 -n @DIR@/v -T none",
     needs=("varnishd", "root"), **FREE, shows="web.internal", misleads="it speaks of a VCL that did not compile",
     also=[("config.invalid", ":web.internal|VCL|vcl", "varnish's own last words")])
case("squid-helper", "exec.not-found", "path|text:basic_ldap_authx$", "squid -N -d1 -f @DIR@/s.conf", needs=("squid", "root"), **FREE, timeout=10,
     files={"s.conf": "http_port 127.0.0.1:@PORT@\npid_filename none\ncache_log /dev/stderr\nauth_param basic program /usr/lib/squid/basic_ldap_authx -b dc=shop\nacl a proxy_auth REQUIRED\nhttp_access allow a\nvisible_hostname x\n"},
     shows="basic_ldap_authx",
     also=[("file.missing", "path:/basic_ldap_authx$", "the helper of that name"), ("config.invalid", ":basic_ldap_authx|s.conf", "squid calls it an error in its file")])
case("haproxy-socket-folder", "file.missing", "path:^/run/haproxyx(/admin.sock)?", "haproxy -db -f @DIR@/h.cfg", needs=("haproxy", "root"), **FREE,
     files={"h.cfg": "global\n stats socket /run/haproxyx/admin.sock mode 660 level admin\ndefaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n bind 127.0.0.1:@PORT@\n"},
     shows="haproxyx")
case("lighttpd-module", "module.missing", "module|library|path|text:mod_webdavx", "lighttpd -D -f @DIR@/l.conf", needs=("lighttpd",), **FREE,
     files={"l.conf": "server.modules = ( \"mod_webdavx\" )\nserver.document-root=\"@DIR@\"\nserver.port=@PORT@\n"}, shows="mod_webdavx",
     also=[("library.missing", "library|path:mod_webdavx", "the module is a library"), ("file.missing", "path:mod_webdavx", "the module is a file")])
case("apache-without-its-environment", "config.env-missing", "env:^APACHE_(RUN_DIR|LOG_DIR|RUN_USER|PID_FILE|LOCK_DIR)$", "apache2 -X", needs=("apache2", "root"),
     shows="APACHE_RUN_DIR", misleads="its last words speak of a DefaultRuntimeDir that must be a valid directory",
     also=[("config.invalid", "path|text:(apache2.conf|DefaultRuntimeDir|RUN_DIR)", "Apache calls it a syntax error in its file")])
case("nginx-reload-without-server", "file.missing", "path:/nginx.pid$", "nginx -c @DIR@/nginx.conf -s reload", needs=("nginx", "root"), **FREE,
     files={"nginx.conf": "pid @DIR@/nginx.pid; error_log stderr; events{} http { access_log off; server { listen 127.0.0.1:@PORT@; } }\n"}, shows="nginx.pid")
