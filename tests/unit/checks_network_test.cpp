#include <catch2/catch.hpp>

#include "checks/checks.h"
#include "fake_host.h"
#include "host/addresses.h"
#include "host/cgroups.h"
#include "host/ports.h"
#include "host/resolver.h"

using namespace whywontitstart;

namespace {

const std::string apache =
    "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 4711 1\n";

FakeHost machine() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n";
  host.files["/proc/1/status"] = "Name:\tsystemd\nUid:\t0\t0\t0\t0\n";
  host.links["/proc/self/ns/pid"] = "pid:[4026531836]";
  host.files["/proc/net/tcp"] = apache;
  host.files["/proc/net/unix"] = "";
  host.files["/proc/net/fib_trie"] = "  |-- 127.0.0.1\n  /32 host LOCAL\n  |-- 10.0.0.5\n  /32 host LOCAL\n";
  host.files["/proc/net/if_inet6"] = "00000000000000000000000000000001 01 80 10 80       lo\n";
  host.files["/proc/net/route"] =
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
      "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
  host.files["/etc/resolv.conf"] = "nameserver 10.0.0.1\n";
  host.files["/etc/hosts"] = "127.0.0.1 localhost\n";
  return host;
}

void add_owner(FakeHost& host, int pid, const std::string& executable, const std::string& cgroup) {
  const std::string folder = fmt::format("/proc/{}", pid);
  host.files[folder + "/cmdline"] = executable + std::string(1, '\0');
  host.files[folder + "/status"] = "Name:\tx\nUid:\t33\t33\t33\t33\n";
  host.files[folder + "/cgroup"] = "0::" + cgroup + "\n";
  host.links[folder + "/exe"] = executable;
  host.links[folder + "/fd/3"] = "socket:[4711]";
}

Facts failed(const std::string& name, int code, const std::string& address,
             std::vector<std::string> flags = {}) {
  Facts facts;
  Failure failure;
  failure.call.name = name;
  failure.call.error = Errno{code};
  failure.call.address = address;
  failure.call.flags = std::move(flags);
  facts.failures.push_back(failure);
  facts.outcome.state = State::exited;
  facts.outcome.status.code = 1;
  return facts;
}

CheckResult look(CheckResult (*check)(const CheckInput&), const Host& host, const Facts& facts = {}) {
  Target target;
  target.argv = {"/srv/app"};
  target.executable = "/srv/app";
  target.identity.uid = 33;
  return check({target, facts, host});
}

std::string detail(const CheckResult& result, std::string_view name) {
  for (const auto& [key, value] : result.details)
    if (key == name) return value;
  return {};
}

std::string command_of(const Host& host) {
  const PortAnswer answer = port_holders(host, "0.0.0.0:8080").value();
  return fixes_of(answer.holders.front(), 8080).front().command;
}

}  // namespace

TEST_CASE("who has a port is named with its unit or container, and how to stop that") {
  FakeHost host = machine();
  add_owner(host, 812, "/usr/sbin/apache2", "/system.slice/apache2.service");
  const Facts facts = failed("bind", EADDRINUSE, "127.0.0.1:8080");
  const CheckResult result = look(check_ports, host, facts);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary == "127.0.0.1:8080 is taken by apache2 (PID 812, apache2.service) on 0.0.0.0:8080");
  CHECK(detail(result, "tcp 0.0.0.0:8080 (LISTEN)") == "apache2 (PID 812, apache2.service), user www-data");
  CHECK(command_of(host) == "systemctl stop apache2.service");

  const std::string id(64, 'a');
  add_owner(host, 812, "/usr/sbin/apache2", "/system.slice/docker-" + id + ".scope");
  CHECK(command_of(host) == "docker stop aaaaaaaaaaaa");
  add_owner(host, 812, "/usr/sbin/apache2",
            "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service");
  CHECK(command_of(host) == "systemctl --user stop web.service");
  add_owner(host, 812, "/usr/bin/python3.11", "/user.slice/user-1000.slice/user@1000.service/x.scope");
  CHECK(command_of(host) == "kill 812");
  add_owner(host, 812, "/srv/app", "/");
  CHECK(look(check_ports, host, facts).summary.ends_with("the same program runs already"));
}

TEST_CASE("a port of systemd's or of docker's is told as that") {
  FakeHost host = machine();
  add_owner(host, 1, "/usr/lib/systemd/systemd", "/init.scope");
  CHECK(command_of(host) == "systemctl list-sockets");
  host.links.erase("/proc/1/fd/3");
  add_owner(host, 900, "/usr/bin/docker-proxy", "/system.slice/docker.service");
  host.files["/proc/900/cmdline"] =
      std::string("/usr/bin/docker-proxy\0-container-ip\0", 36) + std::string("172.17.0.2\0", 11);
  CHECK(command_of(host) == "docker ps --filter publish=8080");
  const PortAnswer answer = port_holders(host, "0.0.0.0:8080").value();
  CHECK(answer.holders.front().note == "it publishes a port of the container at 172.17.0.2");
}

TEST_CASE("of an owner that is hidden the kernel still tells the unit") {
  FakeHost host = machine();
  host.files["/sys/fs/cgroup/cgroup.controllers"] = "";
  host.add_folder("/sys/fs/cgroup/system.slice/nginx.service");
  host.statuses["/sys/fs/cgroup/system.slice/nginx.service"].inode = 77;
  host.records = {{{.protocol = "tcp",
                    .local = "0.0.0.0:8080",
                    .state = "LISTEN",
                    .v6_only = {},
                    .uid = 33,
                    .inode = 4711,
                    .cgroup = 77}}};
  host.files.erase("/proc/1/status");
  const CheckResult result = look(check_ports, host, failed("bind", EADDRINUSE, "0.0.0.0:8080"));
  CHECK(result.summary ==
        "0.0.0.0:8080 is taken by a process of user www-data that we cannot see, nginx.service");
  CHECK(detail(result, "not looked at") ==
        "the owner of the socket: processes of others are hidden (hidepid, ProtectProc=)");
  CHECK(cgroup_of_inode(host, 78).empty());
}

TEST_CASE("a socket for IPv6 alone leaves IPv4 free, and one that is only bound does not") {
  FakeHost host = machine();
  host.files["/proc/net/tcp"] = "";
  host.files["/proc/net/tcp6"] =
      "   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 "
      "00:00000000 00000000    33        0 4711 1\n";
  CHECK(port_holders(host, "0.0.0.0:8080").value().holders.size() == 1);
  host.records = {{{.protocol = "tcp",
                    .local = "[::]:8080",
                    .state = "LISTEN",
                    .v6_only = true,
                    .uid = 33,
                    .inode = 4711,
                    .cgroup = 0}}};
  CHECK(port_holders(host, "0.0.0.0:8080").value().holders.empty());
  CHECK(port_holders(host, "[::1]:8080").value().holders.size() == 1);
  host.records = {{{.protocol = "tcp",
                    .local = "127.0.0.1:8080",
                    .state = "BOUND",
                    .v6_only = {},
                    .uid = 33,
                    .inode = 4712,
                    .cgroup = 0}}};
  host.files["/proc/net/tcp6"] = "";
  const PortAnswer answer = port_holders(host, "0.0.0.0:8080", "tcp").value();
  REQUIRE(answer.holders.size() == 1);
  CHECK(answer.holders[0].state == "BOUND");
  CHECK(port_holders(host, "0.0.0.0:8080", "udp").has_value() == false);
}

TEST_CASE("a port that is shared, or that a connection took, is told with what helps") {
  FakeHost host = machine();
  add_owner(host, 812, "/usr/sbin/apache2", "/");
  SocketInfo info;
  info.reuse_port = true;
  host.sockets[{812, 3}] = info;
  CHECK(port_holders(host, "0.0.0.0:8080").value().holders[0].note.find("SO_REUSEPORT") != std::string::npos);
  host.files["/proc/net/tcp"] =
      "   0: 0500000A:1F90 0100000A:01BB 01 00000000:00000000 00:00000000 00000000    33        0 4711 1\n";
  const PortAnswer answer = port_holders(host, "0.0.0.0:8080").value();
  CHECK(fixes_of(answer.holders[0], 8080)[0].text.find("ip_local_reserved_ports") != std::string::npos);
  host.files["/proc/sys/net/ipv4/ip_local_reserved_ports"] = "80,8000-8100\n";
  CHECK(is_reserved_port(host, 8080));
  CHECK_FALSE(is_reserved_port(host, 8101));
}

TEST_CASE("a refused port below the border takes a right, above it something else is in the way") {
  FakeHost host = machine();
  CHECK(look(check_ports, host, failed("bind", EACCES, "0.0.0.0:80")).summary.find("CAP_NET_BIND_SERVICE") !=
        std::string::npos);
  host.files["/proc/sys/net/ipv4/ip_unprivileged_port_start"] = "80\n";
  CHECK(look(check_ports, host, failed("bind", EACCES, "0.0.0.0:80")).summary.find("a security module") !=
        std::string::npos);
}

TEST_CASE("why an address cannot be had") {
  FakeHost host = machine();
  CHECK(why_not_available(host, "10.0.0.6:80") ==
        "10.0.0.6 is no address of this machine, which has 127.0.0.1, 10.0.0.5, ::1");
  CHECK(why_not_available(host, "10.0.0.5:80") ==
        "10.0.0.5 is an address of this machine now: it came after the program wanted it");
  host.files["/proc/net/if_inet6"] += "fd000000000000000000000000000002 04 40 00 c8     eth0\n";
  CHECK(why_not_available(host, "[fd00::2]:80") ==
        "fd00::2 is an address of this machine, but another machine has it as well (duplicate address)");
  host.files["/proc/sys/net/ipv6/conf/all/disable_ipv6"] = "1\n";
  CHECK(why_not_available(host, "[::1]:80") ==
        "::1 cannot be used: IPv6 is switched off (net.ipv6.conf.all.disable_ipv6=1)");
  host.files.erase("/proc/net/if_inet6");
  CHECK(why_no_ipv6(host).starts_with("IPv6 is not in this kernel"));
  CHECK(why_no_ipv6(FakeHost()).empty());
}

TEST_CASE("routes are those of the kernel's tables") {
  FakeHost host = machine();
  CHECK(has_route(host, "10.0.0.9:80") == true);
  CHECK(has_route(host, "192.0.2.1:80") == false);
  CHECK(has_route(host, "127.0.0.1:80") == true);
  CHECK(has_route(host, "[fd00::9]:80") == std::nullopt);
  host.files["/proc/net/ipv6_route"] =
      "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
      "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n";
  CHECK(has_route(host, "[fd00::9]:80") == true);
  CHECK(has_route(host, "[fd00:0:0:1::9]:80") == false);
  host.files["/proc/net/route"] += "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";
  CHECK(has_route(host, "192.0.2.1:80") == true);
}

TEST_CASE("the other side of a refused connection is looked for") {
  FakeHost host = machine();
  CHECK(look(check_network, host, failed("connect", ECONNREFUSED, "127.0.0.1:5432")).summary ==
        "connecting to 127.0.0.1:5432 failed: Connection refused; nothing on this machine listens on "
        "127.0.0.1:5432");
  CHECK(look(check_network, host, failed("connect", ENETUNREACH, "192.0.2.1:80"))
            .summary.ends_with("there is no route to 192.0.2.1: no network of this machine leads there"));
  Facts facts = failed("connect", ENOENT, "unix:/var/run/nscd/socket");
  CHECK(look(check_network, host, facts).status == CheckStatus::pass);
  facts.failures[0].named_by = {0};
  facts.failures[0].call.address = "unix:/run/db.sock";
  host.add_special("/run/db.sock", S_IFSOCK | 0777);
  const CheckResult result = look(check_network, host, facts);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.summary.ends_with("/run/db.sock is there, but nobody listens on it"));
}

TEST_CASE("what keeps names from being found") {
  FakeHost host = machine();
  CHECK(resolver_of(host).faults.empty());
  CHECK(look(check_network, host).status == CheckStatus::pass);
  host.files["/etc/nsswitch.conf"] = "passwd: files\nhosts: files # dns\n";
  CHECK(resolver_of(host).faults ==
        std::vector<std::string>{"/etc/nsswitch.conf does not ask name servers for hosts: files"});
  host.files["/etc/nsswitch.conf"] = "hosts:\tfiles resolve [!UNAVAIL=return] dns\n";
  host.files["/etc/resolv.conf"] = "# none\n";
  host.files["/etc/hosts"] = "::1 ip6-loopback\n";
  CHECK(resolver_of(host).faults ==
        std::vector<std::string>{"/etc/resolv.conf names no server", "/etc/hosts does not have localhost"});
  CHECK(look(check_network, host).status == CheckStatus::pass);
  Facts facts = failed("connect", ECONNREFUSED, "127.0.0.1:53");
  facts.failures[0].healed = true;
  facts.queried_names = {"db.example"};
  CHECK(look(check_network, host, facts).status == CheckStatus::warn);
  host.files.erase("/etc/resolv.conf");
  host.add_link("/etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf");
  CHECK(look(check_network, host).summary ==
        "/etc/resolv.conf is a link to /run/systemd/resolve/stub-resolv.conf, which does not exist");
  host.errors["/etc/resolv.conf"] = EACCES;
  CHECK(look(check_network, host).status == CheckStatus::unknown);
}
