#include "host/ports.h"

#include <sys/stat.h>

#include <charconv>

#include "base/text.h"
#include "host/accounts.h"
#include "host/mounts.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// Which process has which of the wanted sockets open: one pass over /proc/*/fd.
std::map<std::uint64_t, Pid> owners_of(const Host& host, const std::set<std::uint64_t>& inodes,
                                       PortAnswer& answer) {
  std::map<std::uint64_t, Pid> owners;
  const Result<std::vector<Pid>> pids = all_processes(host);
  bool refused = !pids;
  for (const Pid pid : pids.value_or(std::vector<Pid>())) {
    if (owners.size() == inodes.size()) break;
    const std::string folder = fmt::format("/proc/{}/fd", number(pid));
    const Result<std::vector<std::string>> fds = host.list(folder);
    refused = refused || (!fds && fds.error().errno_code != ENOENT);
    for (const std::string& fd : fds.value_or(std::vector<std::string>())) {
      const Result<std::string> link = host.link(folder + "/" + fd);
      if (!link || !link->starts_with("socket:[")) continue;
      std::uint64_t inode = 0;
      std::from_chars(link->data() + 8, link->data() + link->size(), inode);
      // The first one: a parent opened it before its children inherited it.
      if (inodes.count(inode) > 0) owners.emplace(inode, pid);
    }
  }
  if (refused && owners.size() < inodes.size())
    answer.not_looked_at.emplace_back("the open files of other users' processes, which takes root");
  return owners;
}

void describe(const Host& host, PortHolder& holder, Pid pid) {
  holder.pid = pid;
  holder.command = process_command(host, pid);
  if (const Result<std::string> executable = host.link(fmt::format("/proc/{}/exe", number(pid))))
    holder.executable = *executable;
  if (const Result<ProcessStatus> status = process_status(host, pid))
    holder.user = user_name(host, status->uid);
  const Supervisor supervisor = supervisor_of(host, pid);
  holder.unit = supervisor.unit;
  holder.container = supervisor.container;
}

struct Candidate {
  PortHolder holder;
  std::uint64_t inode = 0;
};

PortAnswer answer_of(const Host& host, std::vector<Candidate> candidates, PortAnswer answer) {
  std::set<std::uint64_t> inodes;
  for (const Candidate& candidate : candidates)
    if (candidate.inode != 0) inodes.insert(candidate.inode);
  const std::map<std::uint64_t, Pid> owners = owners_of(host, inodes, answer);
  for (Candidate& candidate : candidates) {
    if (const auto owner = owners.find(candidate.inode); owner != owners.end())
      describe(host, candidate.holder, owner->second);
    answer.holders.push_back(std::move(candidate.holder));
  }
  return answer;
}

int rank(const InternetSocket& socket) {
  return socket.state == "LISTEN" || socket.state == "UNCONN" ? 0 : 1;
}

Result<PortAnswer> internet_holders(const Host& host, const Endpoint& wanted, std::string_view protocol) {
  PortAnswer answer;
  std::vector<InternetSocket> sockets;
  std::optional<Error> failed;
  bool read_one = false;
  for (const std::string_view table : {"tcp", "tcp6", "udp", "udp6"}) {
    if (!protocol.empty() && !table.starts_with(protocol)) continue;
    const std::string path = fmt::format("/proc/net/{}", table);
    const Result<std::string> text = host.read(path, 64U << 20);
    read_one = read_one || text.has_value();
    // Without IPv6 there is no tcp6: nothing is missed.
    if (!text && text.error().errno_code != ENOENT) answer.not_looked_at.push_back(path);
    if (!text) failed = text.error();
    if (!text) continue;
    for (InternetSocket& socket : parse_internet_sockets(*text, table.substr(0, 3)))
      if (overlap(wanted, socket.local)) sockets.push_back(std::move(socket));
  }
  if (!read_one) return tl::unexpected(failed.value_or(Error{"no such protocol", 0}));

  std::stable_sort(sockets.begin(), sockets.end(),
                   [&](const InternetSocket& one, const InternetSocket& other) {
                     return std::pair(rank(one), one.local.is_v6 != wanted.is_v6) <
                            std::pair(rank(other), other.local.is_v6 != wanted.is_v6);
                   });
  const bool somebody_listens = !sockets.empty() && rank(sockets.front()) == 0;
  std::vector<Candidate> candidates;
  for (const InternetSocket& socket : sockets) {
    // Connections of the one that listens are its own affair.
    if (somebody_listens && rank(socket) > 0) continue;
    Candidate candidate;
    candidate.inode = socket.inode;
    candidate.holder.protocol = socket.protocol;
    candidate.holder.address = to_text(socket.local);
    candidate.holder.state = socket.state;
    candidate.holder.user = user_name(host, socket.uid);
    candidates.push_back(std::move(candidate));
  }
  return answer_of(host, std::move(candidates), std::move(answer));
}

/// The table has each path as it was given to bind(2): by way of a link (/var/run), or relative to some
/// folder.
bool is_same_socket(const Host& host, const UnixSocket& socket, const std::string& path) {
  if (socket.path == path) return true;
  if (path.starts_with('@') || base_name(socket.path) != base_name(path)) return false;
  if (!socket.path.starts_with('/'))
    return socket.listens && !socket.path.starts_with('@') && !socket.path.empty();
  const Result<FileStatus> one = host.status(socket.path), other = host.status(path);
  return one && other && one->inode == other->inode && one->device == other->device;
}

Result<PortAnswer> unix_holders(const Host& host, const std::string& path) {
  const Result<std::string> text = host.read("/proc/net/unix", 64U << 20);
  if (!text) return tl::unexpected(text.error());
  std::vector<Candidate> candidates;
  for (const UnixSocket& socket : parse_unix_sockets(*text)) {
    if (!is_same_socket(host, socket, path)) continue;
    Candidate candidate;
    candidate.inode = socket.inode;
    candidate.holder.protocol = "unix";
    candidate.holder.address = socket.path;
    candidate.holder.state = socket.listens ? "LISTEN" : "BOUND";
    candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& one, const Candidate& other) {
    return one.holder.state == "LISTEN" && other.holder.state != "LISTEN";
  });
  // Accepted connections carry the listener's path as well.
  if (!candidates.empty() && candidates.front().holder.state == "LISTEN") candidates.resize(1);
  return answer_of(host, std::move(candidates), {});
}

}  // namespace

std::string PortHolder::who() const {
  if (state == "TIME_WAIT") return "a connection that has just ended (TIME_WAIT)";
  if (pid == Pid::none)
    return user.empty() ? "a process that we cannot see"
                        : fmt::format("a process of user {} that we cannot see", user);
  std::string name(base_name(split(command, ' ').front()));
  if (!executable.empty()) name = std::string(base_name(split(executable, ' ').front()));
  std::string text = fmt::format("{} (PID {}", name.empty() ? command : name, number(pid));
  if (!unit.empty()) text += ", " + unit;
  if (!container.empty()) text += ", container " + container;
  return text + ")";
}

Result<PortAnswer> port_holders(const Host& host, const std::string& address, std::string_view protocol) {
  if (address.starts_with("unix:")) return unix_holders(host, address.substr(5));
  if (address.starts_with("/") || address.starts_with("@")) return unix_holders(host, address);
  const std::optional<Endpoint> wanted = parse_endpoint(address);
  if (!wanted) return error(fmt::format("{} is no address with a port", address));
  return internet_holders(host, *wanted, protocol);
}

SocketFile socket_file_state(const Host& host, const std::string& path) {
  const Result<FileStatus> status = host.status(path);
  if (!status) return status.error().errno_code == ENOENT ? SocketFile::absent : SocketFile::unknown;
  if (!S_ISSOCK(status->mode)) return SocketFile::no_socket;
  const Result<PortAnswer> answer = unix_holders(host, path);
  if (!answer) return SocketFile::unknown;
  if (!answer->holders.empty()) return SocketFile::alive;
  // Its listener may live outside of this container, and so in no table of ours, if the folder is shared with
  // there.
  const Result<Mount> mount = mount_of(host, path);
  if (mount && mount->root != "/" && mount->point != "/") return SocketFile::unknown;
  return SocketFile::stale;
}

std::uint16_t first_unprivileged_port(const Host& host) {
  constexpr std::uint16_t usual = 1024;
  const Result<std::string> text = host.read("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  if (!text) return usual;
  std::uint16_t port = usual;
  const std::string_view digits = trim(*text);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return port;
}

std::optional<std::pair<std::uint16_t, std::uint16_t>> local_port_range(const Host& host) {
  const Result<std::string> text = host.read("/proc/sys/net/ipv4/ip_local_port_range");
  if (!text) return std::nullopt;
  std::uint16_t first = 0, last = 0;
  const char* const end = text->data() + text->size();
  const char* at = std::from_chars(text->data(), end, first).ptr;
  while (at < end && (*at == ' ' || *at == '\t')) ++at;
  std::from_chars(at, end, last);
  if (first == 0 || last == 0) return std::nullopt;
  return std::pair(first, last);
}

}  // namespace whywontitstart
