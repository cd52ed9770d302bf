#include <arpa/inet.h>

#include <charconv>

#include "base/text.h"
#include "host/ports.h"
#include "unit/blame.h"
#include "unit/setting_place.h"

namespace whywontitstart {

Blamed by_address_families(const BlameCase& at) {
  const bool about_sockets =
      at.is("address.family-unsupported") || (at.is("security.seccomp") && at.subject == "socket");
  const std::vector<std::string>& words = at.unit.words("RestrictAddressFamilies");  // are these allowed?
  if (!about_sockets || words.empty() || (words.size() == 1 && words.front() == "no")) return std::nullopt;
  const bool allows = words.front() == "yes";
  const std::vector<std::string> families(words.begin() + 1, words.end());
  const std::string value =
      (allows ? "" : "~") + (families.empty() ? std::string("none") : join(families, " "));
  Blame blame = forbids(
      "RestrictAddressFamilies", value,
      allows ? "allows sockets of these kinds alone" : "forbids sockets of these kinds",
      allows ? "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK" : "RestrictAddressFamilies=");
  blame.cause = "security.seccomp";
  return blame;
}

namespace {

constexpr std::uint64_t any_family = 0;

/// The bytes of an address of IPv4 or IPv6; none: it is no such address.
std::vector<std::uint8_t> bytes_of(const Endpoint& endpoint) {
  std::vector<std::uint8_t> bytes(endpoint.is_v6 ? sizeof(in6_addr) : sizeof(in_addr));
  const int family = endpoint.is_v6 ? AF_INET6 : AF_INET;
  if (::inet_pton(family, endpoint.address.c_str(), bytes.data()) != 1) bytes.clear();
  return bytes;
}

std::uint64_t number_of(const std::string& word) {
  std::uint64_t value = 0;
  std::from_chars(word.data(), word.data() + word.size(), value);
  return value;
}

/// One network of IPAddressAllow= or IPAddressDeny=.
struct Network {
  std::vector<std::uint8_t> bytes;
  std::uint64_t prefix = 0;

  bool has(const std::vector<std::uint8_t>& address) const {
    if (address.size() != bytes.size()) return false;
    for (std::uint64_t bit = 0; bit < prefix && bit / 8 < bytes.size(); ++bit)
      if (((address[bit / 8] ^ bytes[bit / 8]) >> (7 - bit % 8) & 1U) != 0) return false;
    return true;
  }
};

/// a(iayu): the family, the bytes, the length of the prefix.
std::vector<Network> networks_of(const Unit& unit, const char* setting) {
  std::vector<Network> networks;
  const std::vector<std::string>& words = unit.words(setting);
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t size = number_of(words[at++]) == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr);
    if (at + size >= words.size()) break;
    Network network;
    for (std::size_t end = at + size; at < end; ++at)
      network.bytes.push_back(static_cast<std::uint8_t>(number_of(words[at])));
    network.prefix = number_of(words[at++]);
    networks.push_back(std::move(network));
  }
  return networks;
}

bool has(const std::vector<Network>& networks, const std::vector<std::uint8_t>& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.has(address); });
}

bool is_about_peer(const BlameCase& at) {
  const bool is_network = at.is("connect.unreachable") || at.is("dns.failure") ||
                          at.is("address.not-available") || at.is("connect.refused") ||
                          at.is("connect.timeout") || at.is("connect.permission") || at.is("hang.network");
  return is_network && !at.subject.starts_with("unix:") && !at.subject.starts_with('/');
}

/// The refusal of one port: AF_…, protocol, how many ports, the first of them.
bool refuses_port(const std::vector<std::string>& words, const Endpoint& endpoint) {
  for (std::size_t at = 0; at + 3 < words.size(); at += 4) {
    const std::uint64_t family = number_of(words[at]), count = number_of(words[at + 2]),
                        first = number_of(words[at + 3]);
    const bool is_family =
        family == any_family || family == static_cast<std::uint64_t>(endpoint.is_v6 ? AF_INET6 : AF_INET);
    const bool is_port = count == 0 || (endpoint.port >= first && endpoint.port < first + count);
    if (is_family && is_port) return true;
  }
  return false;
}

}  // namespace

/// systemd.resource-control(5): a program of the kernel's for the control group refuses bind(2) with EPERM.
Blamed by_socket_bind(const BlameCase& at) {
  const auto endpoint = at.finding.subject.kind == "port" || at.finding.subject.kind == "address"
                            ? parse_endpoint(at.subject)
                            : std::nullopt;
  if (!endpoint || !at.fails_with("EPERM")) return std::nullopt;
  const bool is_refused = refuses_port(at.unit.words("SocketBindDeny"), *endpoint) &&
                          !refuses_port(at.unit.words("SocketBindAllow"), *endpoint);
  if (!is_refused) return std::nullopt;
  const auto place = place_of(at.look.host, at.unit, "SocketBindDeny");
  Blame blame = forbids("SocketBindDeny", place ? place->value : "any", "forbids it to take that port",
                        fmt::format("SocketBindAllow={}", endpoint->port));
  blame.cause = "security.capability";
  return blame;
}

/// Packets that IPAddressDeny= or RestrictNetworkInterfaces= forbid are lost; whoever sends one that is not
/// of TCP learns of it by EPERM.
Blamed by_address_filter(const BlameCase& at) {
  if (!is_about_peer(at)) return std::nullopt;
  const std::vector<Network> denied = networks_of(at.unit, "IPAddressDeny");
  const auto endpoint = parse_endpoint(at.subject);
  const std::vector<std::uint8_t> address =
      endpoint ? bytes_of(*endpoint) : std::vector<std::uint8_t>(sizeof(in_addr));  // of a name: any
  if (has(denied, address) && !has(networks_of(at.unit, "IPAddressAllow"), address)) {
    const auto place = place_of(at.look.host, at.unit, "IPAddressDeny");
    return forbids("IPAddressDeny", place ? place->value : "any", "keeps its packets from there",
                   fmt::format("IPAddressAllow={}", endpoint ? endpoint->address : "localhost …"));
  }
  const std::vector<std::string>& interfaces = at.unit.words("RestrictNetworkInterfaces");
  if (interfaces.size() < 2) return std::nullopt;
  const std::string names = join(std::vector<std::string>(interfaces.begin() + 1, interfaces.end()), " ");
  return forbids("RestrictNetworkInterfaces", (interfaces.front() == "yes" ? "" : "~") + names,
                 "keeps its packets from other interfaces", "RestrictNetworkInterfaces=");
}

Blamed by_network(const BlameCase& at) {
  if (!is_about_peer(at)) return std::nullopt;
  if (at.unit.flag("PrivateNetwork"))
    return forbids("PrivateNetwork", "yes", "leaves it no network but a loopback of its own",
                   "PrivateNetwork=no");
  if (const std::string& path = at.unit.word("NetworkNamespacePath"); !path.empty())
    return forbids("NetworkNamespacePath", path, "puts it into another network", "NetworkNamespacePath=");
  return std::nullopt;
}

}  // namespace whywontitstart
