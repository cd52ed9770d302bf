#include "host/listeners.h"

#include <charconv>
#include <set>

#include "host/ports.h"

namespace whywontitstart {
namespace {

constexpr std::size_t largest_table = 64U << 20;

std::set<std::uint64_t> sockets_of(const Host& host, const std::vector<Pid>& processes) {
  constexpr std::string_view prefix = "socket:[";
  std::set<std::uint64_t> inodes;
  for (const Pid process : processes) {
    const std::string folder = fmt::format("/proc/{}/fd", number(process));
    for (const std::string& fd : host.list(folder).value_or(std::vector<std::string>())) {
      const std::string link = host.link(folder + "/" + fd).value_or("");
      if (!link.starts_with(prefix)) continue;
      std::uint64_t inode = 0;
      std::from_chars(link.data() + prefix.size(), link.data() + link.size(), inode);
      inodes.insert(inode);
    }
  }
  return inodes;
}

}  // namespace

std::vector<std::string> listeners_of(const Host& host, const std::vector<Pid>& processes) {
  const std::set<std::uint64_t> ours = sockets_of(host, processes);
  std::vector<std::string> addresses;
  if (ours.empty()) return addresses;
  const std::string net = fmt::format("/proc/{}/net/", number(processes.front()));
  for (const std::string_view table : {"tcp", "tcp6", "udp", "udp6"}) {
    const std::string text = host.read(net + std::string(table), largest_table).value_or("");
    for (const InternetSocket& socket : parse_internet_sockets(text, table.substr(0, 3)))
      if (ours.count(socket.inode) > 0 && (socket.state == "LISTEN" || socket.state == "UNCONN"))
        addresses.push_back(to_text(socket.local));
  }
  for (const UnixSocket& socket : parse_unix_sockets(host.read(net + "unix", largest_table).value_or("")))
    if (ours.count(socket.inode) > 0 && socket.listens && !socket.path.empty())
      addresses.push_back("unix:" + socket.path);
  return addresses;
}

}  // namespace whywontitstart
