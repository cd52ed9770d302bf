#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/ports.h"

using namespace whywontitstart;

namespace {

const std::string tcp_head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

/// A machine on which apache2 (PID 812) listens on 0.0.0.0:80 by the socket 4711.
FakeHost with_apache() {
  FakeHost host;
  host.files["/proc/net/tcp"] =
      tcp_head +
      "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 4711 1\n";
  host.files["/proc/812/cmdline"] = std::string("/usr/sbin/apache2\0-k\0start\0", 27);
  host.files["/proc/812/status"] = "Name:\tapache2\nUid:\t0\t33\t33\t33\nGid:\t33\t33\t33\t33\n";
  host.files["/proc/812/cgroup"] = "0::/system.slice/apache2.service\n";
  host.links["/proc/812/exe"] = "/usr/sbin/apache2";
  host.links["/proc/812/fd/3"] = "socket:[4711]";
  host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n";
  return host;
}

}  // namespace

TEST_CASE("the holder of a port is named with its PID, user and unit") {
  const PortAnswer answer = port_holders(with_apache(), "0.0.0.0:80").value();
  REQUIRE(answer.holders.size() == 1);
  CHECK(answer.holders[0].pid == Pid{812});
  CHECK(answer.holders[0].command == "/usr/sbin/apache2 -k start");
  CHECK(answer.holders[0].user == "www-data");
  CHECK(answer.holders[0].unit == "apache2.service");
  CHECK(answer.holders[0].who() == "apache2 (PID 812, apache2.service)");
}

TEST_CASE("a wildcard clashes with each address of the port, and with no other port") {
  CHECK(port_holders(with_apache(), "127.0.0.1:80").value().holders.size() == 1);
  CHECK(port_holders(with_apache(), "[::]:80").value().holders.size() == 1);
  CHECK(port_holders(with_apache(), "[::1]:80").value().holders.empty());
  CHECK(port_holders(with_apache(), "0.0.0.0:8080").value().holders.empty());
  CHECK(port_holders(with_apache(), "0.0.0.0:80", "udp").has_value() == false);
}

TEST_CASE("an IPv6 wildcard holds the port for IPv4 too, and mapped addresses are IPv4") {
  CHECK(overlap(parse_endpoint("[::]:80").value(), parse_endpoint("127.0.0.1:80").value()));
  CHECK(overlap(parse_endpoint("[::ffff:127.0.0.1]:80").value(), parse_endpoint("127.0.0.1:80").value()));
  CHECK_FALSE(overlap(parse_endpoint("127.0.0.1:80").value(), parse_endpoint("127.0.0.2:80").value()));
  CHECK(to_text(parse_endpoint("[fe80::1%eth0]:22").value()) == "[fe80::1]:22");
  CHECK_FALSE(parse_endpoint("host.example:80"));
  CHECK_FALSE(parse_endpoint("0.0.0.0:70000"));
}

TEST_CASE("IPv6 tables are read in the byte order of the kernel") {
  const auto sockets = parse_internet_sockets(
      "   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000  1000        0 99 1\n",
      "tcp");
  REQUIRE(sockets.size() == 1);
  CHECK(to_text(sockets[0].local) == "[::1]:8080");
  CHECK(sockets[0].uid == 1000);
}

TEST_CASE("a holder that cannot be seen is said so, not left out") {
  FakeHost host = with_apache();
  host.errors["/proc/812/fd"] = EACCES;
  const PortAnswer answer = port_holders(host, "0.0.0.0:80").value();
  REQUIRE(answer.holders.size() == 1);
  CHECK(answer.holders[0].pid == Pid::none);
  CHECK(answer.holders[0].who() == "a process of user www-data that we cannot see");
  CHECK(answer.not_looked_at.size() == 1);
}

TEST_CASE("a socket file without a listener is stale") {
  FakeHost host;
  host.add_special("/run/x.sock", S_IFSOCK | 0755);
  host.files["/proc/net/unix"] = "Num       RefCount Protocol Flags    Type St Inode Path\n";
  CHECK(socket_file_state(host, "/run/x.sock") == SocketFile::stale);
  CHECK(socket_file_state(host, "/run/y.sock") == SocketFile::absent);

  host.files["/proc/net/unix"] += "0000000000000000: 00000002 00000000 00010000 0001 01 4712 /run/x.sock\n";
  CHECK(socket_file_state(host, "/run/x.sock") == SocketFile::alive);
  CHECK(port_holders(host, "unix:/run/x.sock").value().holders.size() == 1);
}

TEST_CASE("a socket that was bound by way of a link is the same socket") {
  FakeHost host;
  host.add_special("/run/x.sock", S_IFSOCK | 0755).add_link("/var/run", "/run");
  host.files["/proc/net/unix"] =
      "0000000000000000: 00000002 00000000 00010000 0001 01 4712 /var/run/x.sock\n";
  CHECK(socket_file_state(host, "/run/x.sock") == SocketFile::alive);
}

TEST_CASE("a socket file of a folder that is shared with another container is not called stale") {
  FakeHost host;
  host.add_special("/run/shared/x.sock", S_IFSOCK | 0755);
  host.files["/proc/net/unix"] = "";
  host.files["/proc/self/mountinfo"] =
      "1 0 0:1 / / rw - overlay overlay rw\n2 1 0:2 /data /run/shared rw - ext4 /dev/sda1 rw\n";
  CHECK(socket_file_state(host, "/run/shared/x.sock") == SocketFile::unknown);
}

TEST_CASE("connections that have just ended are told when nobody listens") {
  FakeHost host;
  host.files["/proc/net/tcp"] =
      "   0: 0100007F:0050 0100007F:9C40 06 00000000:00000000 03:00001770 00000000     0        0 0 3\n";
  const PortAnswer answer = port_holders(host, "0.0.0.0:80").value();
  REQUIRE(answer.holders.size() == 1);
  CHECK(answer.holders[0].state == "TIME_WAIT");
}

TEST_CASE("port borders are read, with the usual one where the machine does not say") {
  CHECK(first_unprivileged_port(FakeHost()) == 1024);
  CHECK(first_unprivileged_port(FakeHost{{"/proc/sys/net/ipv4/ip_unprivileged_port_start", "80\n"}}) == 80);
  const FakeHost host{{"/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"}};
  CHECK(local_port_range(host).value() == std::pair<std::uint16_t, std::uint16_t>(32768, 60999));
}
