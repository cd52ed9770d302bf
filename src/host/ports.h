#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "host/host.h"
#include "model/event.h"
#include "model/finding.h"

namespace whywontitstart {

/// An IP address with a port, as a socket is bound to it.
struct Endpoint {
  std::string address;  ///< "0.0.0.0", "127.0.0.1", "::", "::1"; IPv4 in IPv6 is plain IPv4
  std::uint16_t port = 0;
  bool is_v6 = false;

  bool is_wildcard() const { return address == "0.0.0.0" || address == "::"; }
};

/// "0.0.0.0:80", "[::1]:80", ":80" and "80" (any address), "*:80". None if it is no such thing.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// "[::1]:80".
std::string to_text(const Endpoint& endpoint);

/// Would binding `one` clash with `other`? A wildcard covers each address of its family; [::] covers IPv4 as
/// well, unless the socket says IPV6_V6ONLY, which cannot be seen from outside.
bool overlap(const Endpoint& one, const Endpoint& other);

/// One socket of /proc/net/{tcp,tcp6,udp,udp6}, see proc(5).
struct InternetSocket {
  std::string protocol;  ///< "tcp", "udp"
  Endpoint local;
  Endpoint remote;
  std::string state;  ///< "LISTEN", "TIME_WAIT", "ESTABLISHED"; of udp "UNCONN" or "ESTABLISHED"
  std::uint32_t uid = 0;
  std::uint64_t inode = 0;
};

std::vector<InternetSocket> parse_internet_sockets(std::string_view text, std::string_view protocol);

/// One socket of /proc/net/unix.
struct UnixSocket {
  std::string path;  ///< "@name" if abstract; empty if it has none
  bool listens = false;
  std::uint64_t inode = 0;
};

std::vector<UnixSocket> parse_unix_sockets(std::string_view text);

/// Who has a port or a socket file.
struct PortHolder {
  std::string protocol;  ///< "tcp", "udp", "unix"
  std::string address;   ///< "0.0.0.0:80", "/run/x.sock"
  std::string state;     ///< "LISTEN", "BOUND" (and no more), "TIME_WAIT" (no process has it any more)
  Pid pid =
      Pid::none;  ///< none: not found, since it is hidden from us, in another namespace, or in no process
  std::string command;  ///< of the process, with its arguments
  std::string executable;
  std::string user;
  std::string unit;       ///< "apache2.service"
  std::string container;  ///< id
  std::string runtime;    ///< of the container, see Supervisor
  bool of_user = false;   ///< the unit is one of its user's own, see Supervisor
  std::string note;       ///< what is special about it: that it shares the port, publishes a container's

  /// "apache2 (PID 812, apache2.service)"; "a process of user x that we cannot see".
  std::string who() const;
};

/// What would free the port, or let it be shared; what changes least first.
std::vector<Fix> fixes_of(const PortHolder& holder, std::uint16_t port);

struct PortAnswer {
  std::vector<PortHolder> holders;  ///< those that would clash: listening ones first
  std::vector<std::string> not_looked_at;
};

/// "tcp" or "udp", where the call or its descriptor tells; else empty, for both.
std::string_view protocol_of(const SyscallEvent& call);

/// Who stands in the way of binding an address: "0.0.0.0:80", "[::1]:80", "unix:/run/x.sock", "unix:@name",
/// an absolute path. `protocol` is "tcp", "udp", or empty for both. Errors: the address is none; /proc/net is
/// not there.
Result<PortAnswer> port_holders(const Host& host, const std::string& address, std::string_view protocol = {});

/// What is left of a Unix socket's file.
enum class SocketFile { absent, no_socket, alive, stale, unknown };

/// Does anybody still listen on the socket file? `stale`: it is there and nobody has it, so bind(2) says
/// EADDRINUSE and connect(2) ECONNREFUSED.
SocketFile socket_file_state(const Host& host, const std::string& path);

/// Below this port binding takes CAP_NET_BIND_SERVICE, see ip(7); 1024 where the machine does not say.
std::uint16_t first_unprivileged_port(const Host& host);

/// Is the port kept from outgoing connections by net.ipv4.ip_local_reserved_ports?
bool is_reserved_port(const Host& host, std::uint16_t port);

/// The ports that the kernel gives to outgoing connections, ip(7); none if it cannot be read.
std::optional<std::pair<std::uint16_t, std::uint16_t>> local_port_range(const Host& host);

}  // namespace whywontitstart
