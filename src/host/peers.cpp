#include "host/peers.h"

#include <cerrno>

#include "host/addresses.h"
#include "host/path_walk.h"
#include "host/ports.h"

namespace whywontitstart {
namespace {

std::vector<std::string> about_file(const Host& host, const Identity& who, const std::string& path) {
  std::vector<std::string> words;
  const PathWalk way = walk(host, path, who);
  if (!way.allowed() && way.barrier != Barrier::unknown) words.push_back(way.reason);
  switch (socket_file_state(host, path)) {
    case SocketFile::stale:
      words.push_back(fmt::format("{} is there, but nobody listens on it", path));
      break;
    case SocketFile::no_socket:
      words.push_back(fmt::format("{} is no socket", path));
      break;
    case SocketFile::alive:
    case SocketFile::absent:
    case SocketFile::unknown:
      break;
  }
  return words;
}

bool is_loopback(const Endpoint& endpoint) {
  return endpoint.address.starts_with("127.") || endpoint.address == "::1" || endpoint.is_wildcard();
}

/// All ports from which one could connect are in use, or so few are given out.
std::vector<std::string> about_own_ports(const Host& host) {
  const auto range = local_port_range(host);
  if (!range) return {};
  return {
      fmt::format("no local port was free for it: outgoing connections get {} to {} "
                  "(net.ipv4.ip_local_port_range)",
                  range->first, range->second)};
}

}  // namespace

std::vector<std::string> about_peer(const Host& host, const Identity& who, const SyscallEvent& call) {
  const std::string& address = call.address;
  if (address.starts_with("unix:/")) return about_file(host, who, address.substr(5));
  const std::optional<Endpoint> peer = parse_endpoint(address);
  if (!peer) return {};
  const int code = number(call.error);
  if (code == EADDRNOTAVAIL) return about_own_ports(host);
  if (peer->is_v6)
    if (std::string off = why_no_ipv6(host); !off.empty()) return {std::move(off)};
  if ((code == ENETUNREACH || code == EHOSTUNREACH) && has_route(host, address) == false)
    return {fmt::format("there is no route to {}: no network of this machine leads there", peer->address)};
  const Result<PortAnswer> answer = port_holders(host, address, "tcp");
  if (!answer || !answer->not_looked_at.empty()) return {};
  const auto listens = [](const PortHolder& holder) { return holder.state == "LISTEN"; };
  const auto found = std::find_if(answer->holders.begin(), answer->holders.end(), listens);
  const Result<std::vector<std::string>> own = own_addresses(host);
  const bool is_here =
      is_loopback(*peer) || (own && std::find(own->begin(), own->end(), peer->address) != own->end());
  if (is_here && found != answer->holders.end())
    return {fmt::format("{} listens there now: {}", found->address, found->who())};
  if (is_here) return {fmt::format("nothing on this machine listens on {}", address)};
  return {};
}

}  // namespace whywontitstart
