// Who has a port or a socket file.
#include <charconv>

#include "base/text.h"
#include "host/accounts.h"
#include "host/cgroups.h"
#include "host/port_owners.h"
#include "host/ports.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

struct Candidate {
  PortHolder holder;
  std::uint64_t inode = 0;
  std::uint64_t cgroup = 0;
};

void take_supervisor(PortHolder& holder, const Supervisor& supervisor) {
  holder.unit = supervisor.unit;
  holder.container = supervisor.container;
  holder.runtime = supervisor.runtime;
  holder.of_user = supervisor.of_user;
}

/// "… -host-port 8080 -container-ip 172.17.0.2 -container-port 80"
std::string published_by(std::string_view command) {
  constexpr std::string_view option = "-container-ip ";
  const std::size_t at = command.find(option);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = command.substr(at + option.size());
  return fmt::format("it publishes a port of the container at {}", rest.substr(0, rest.find(' ')));
}

void describe(const Host& host, PortHolder& holder, const SocketOwner& owner) {
  holder.pid = owner.pid;
  holder.command = process_command(host, owner.pid);
  if (const Result<std::string> executable = host.link(fmt::format("/proc/{}/exe", number(owner.pid))))
    holder.executable = *executable;
  if (const Result<ProcessStatus> status = process_status(host, owner.pid))
    holder.user = user_name(host, status->uid);
  take_supervisor(holder, supervisor_of(host, owner.pid));
  if (base_name(holder.executable) == "docker-proxy") holder.note = published_by(holder.command);
  if (owner.pid == Pid{1} && base_name(holder.executable) == "systemd")
    holder.note = "a .socket unit has it, which systemctl list-sockets tells";
  const Result<SocketInfo> info = host.socket(owner.pid, owner.fd);
  if (info && info->reuse_port.value_or(false))
    holder.note = "it shares the port, but only with programs of its user that set SO_REUSEPORT as well";
}

PortAnswer answer_of(const Host& host, std::vector<Candidate> candidates, PortAnswer answer) {
  std::set<std::uint64_t> inodes;
  for (const Candidate& candidate : candidates)
    if (candidate.inode != 0) inodes.insert(candidate.inode);
  const SocketOwners owners = owners_of(host, inodes);
  if (!owners.unseen.empty()) answer.not_looked_at.push_back(owners.unseen);
  for (Candidate& candidate : candidates) {
    if (const auto owner = owners.found.find(candidate.inode); owner != owners.found.end())
      describe(host, candidate.holder, owner->second);
    else if (const std::string group = cgroup_of_inode(host, candidate.cgroup); !group.empty())
      take_supervisor(candidate.holder, parse_supervisor("0::" + group));
    answer.holders.push_back(std::move(candidate.holder));
  }
  return answer;
}

bool waits_for_others(std::string_view state) { return state == "LISTEN" || state == "UNCONN"; }

int rank(std::string_view state) { return waits_for_others(state) ? 0 : state == "BOUND" ? 1 : 2; }

struct Tables {
  std::vector<InternetSocket> sockets;
  std::vector<std::string> not_looked_at;
  std::optional<Error> failed;
  bool read_one = false;
};

Tables read_tables(const Host& host, const Endpoint& wanted, std::string_view protocol) {
  Tables tables;
  for (const std::string_view table : {"tcp", "tcp6", "udp", "udp6"}) {
    if (!protocol.empty() && !table.starts_with(protocol)) continue;
    const std::string path = fmt::format("/proc/net/{}", table);
    const Result<std::string> text = host.read(path, 64U << 20);
    tables.read_one = tables.read_one || text.has_value();
    // Without IPv6 there is no tcp6: nothing is missed.
    if (!text && text.error().errno_code != ENOENT) tables.not_looked_at.push_back(path);
    if (!text) tables.failed = text.error();
    if (!text) continue;
    for (InternetSocket& socket : parse_internet_sockets(*text, table.substr(0, 3)))
      if (overlap(wanted, socket.local)) tables.sockets.push_back(std::move(socket));
  }
  return tables;
}

/// What sock_diag(7) knows beyond the tables: sockets for IPv6 alone leave IPv4 free, and those that are
/// bound and no more stand in no table.
void refine(Tables& tables, const std::vector<SocketRecord>& records, const Endpoint& wanted,
            std::string_view protocol) {
  for (const SocketRecord& record : records) {
    const std::optional<Endpoint> local = parse_endpoint(record.local);
    if (!local || !overlap(wanted, *local)) continue;
    const auto same = [&](const InternetSocket& socket) { return socket.inode == record.inode; };
    if (record.v6_only.value_or(false) && !wanted.is_v6) {
      std::erase_if(tables.sockets, same);
      continue;
    }
    const bool known = std::any_of(tables.sockets.begin(), tables.sockets.end(), same);
    if (known || record.state != "BOUND" || (!protocol.empty() && record.protocol != protocol)) continue;
    tables.sockets.push_back({record.protocol, *local, Endpoint(), record.state, record.uid, record.inode});
  }
}

Result<PortAnswer> internet_holders(const Host& host, const Endpoint& wanted, std::string_view protocol) {
  Tables tables = read_tables(host, wanted, protocol);
  if (!tables.read_one) return tl::unexpected(tables.failed.value_or(Error{"no such protocol", 0}));
  const std::vector<SocketRecord> records = host.socket_records().value_or(std::vector<SocketRecord>());
  refine(tables, records, wanted, protocol);
  std::stable_sort(tables.sockets.begin(), tables.sockets.end(),
                   [&](const InternetSocket& one, const InternetSocket& other) {
                     return std::pair(rank(one.state), one.local.is_v6 != wanted.is_v6) <
                            std::pair(rank(other.state), other.local.is_v6 != wanted.is_v6);
                   });
  const bool somebody_listens = !tables.sockets.empty() && rank(tables.sockets.front().state) == 0;
  std::vector<Candidate> candidates;
  for (const InternetSocket& socket : tables.sockets) {
    // Connections of the one that listens are its own affair.
    if (somebody_listens && rank(socket.state) > 0) continue;
    Candidate candidate;
    candidate.inode = socket.inode;
    candidate.holder.protocol = socket.protocol;
    candidate.holder.address = to_text(socket.local);
    candidate.holder.state = socket.state;
    candidate.holder.user = user_name(host, socket.uid);
    const auto record = std::find_if(records.begin(), records.end(),
                                     [&](const SocketRecord& one) { return one.inode == socket.inode; });
    if (record != records.end()) candidate.cgroup = record->cgroup;
    candidates.push_back(std::move(candidate));
  }
  PortAnswer answer;
  answer.not_looked_at = std::move(tables.not_looked_at);
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

Fix stop_of(const PortHolder& holder) {
  const std::string runtime = holder.runtime == "podman" ? "podman" : "docker";
  const bool has_command = holder.runtime == "docker" || holder.runtime == "podman";
  if (!holder.container.empty())
    return {fmt::format("stop the container {}, if it is not needed", holder.container),
            has_command ? fmt::format("{} stop {}", runtime, shell_quoted(holder.container)) : std::string(),
            "changes-system"};
  if (!holder.unit.empty())
    return {fmt::format("stop {}, if it is not needed", holder.unit),
            fmt::format("systemctl {}stop {}", holder.of_user ? "--user " : "", shell_quoted(holder.unit)),
            "changes-system"};
  return {fmt::format("end {}, if it is not needed", holder.who()),
          fmt::format("kill {}", number(holder.pid)), "changes-system"};
}

}  // namespace

std::string_view protocol_of(const SyscallEvent& call) {
  const std::string file = lower(call.file);  // "TCP:[127.0.0.1:80]" where the descriptor was decoded
  if (has_flag(call, "SOCK_DGRAM") || file.starts_with("udp")) return "udp";
  if (has_flag(call, "SOCK_STREAM") || file.starts_with("tcp")) return "tcp";
  return {};
}

std::string PortHolder::who() const {
  if (state == "TIME_WAIT") return "a connection that has just ended (TIME_WAIT)";
  std::string of;
  if (!unit.empty()) of += ", " + unit;
  if (!container.empty()) of += ", container " + container;
  if (pid == Pid::none)
    return fmt::format("a process{} that we cannot see{}", user.empty() ? "" : " of user " + user, of);
  std::string name(base_name(split(command, ' ').front()));
  if (!executable.empty()) name = std::string(base_name(split(executable, ' ').front()));
  return fmt::format("{} (PID {}{})", name.empty() ? command : name, number(pid), of);
}

std::vector<Fix> fixes_of(const PortHolder& holder, std::uint16_t port) {
  if (holder.state == "TIME_WAIT")
    return {{"wait a minute, or let the program set SO_REUSEADDR before it binds", "", "safe"}};
  if (holder.protocol != "unix" && !waits_for_others(holder.state) && holder.state != "BOUND")
    return {{fmt::format("an outgoing connection took the port; add {} to the setting "
                         "net.ipv4.ip_local_reserved_ports, which keeps it free",
                         port),
             "", "changes-system"}};
  if (base_name(holder.executable) == "docker-proxy")
    return {{"see which container publishes the port", fmt::format("docker ps --filter publish={}", port),
             "safe"}};
  if (holder.pid == Pid{1}) return {{"see which .socket unit has it", "systemctl list-sockets", "safe"}};
  if (holder.pid == Pid::none && holder.unit.empty() && holder.container.empty())
    return {{"ask as root who has it", fmt::format("ss -lntup 'sport = :{}'", port), "safe"}};
  return {stop_of(holder)};
}

Result<PortAnswer> port_holders(const Host& host, const std::string& address, std::string_view protocol) {
  if (address.starts_with("unix:")) return unix_holders(host, address.substr(5));
  if (address.starts_with("/") || address.starts_with("@")) return unix_holders(host, address);
  const std::optional<Endpoint> wanted = parse_endpoint(address);
  if (!wanted) return error(fmt::format("{} is no address with a port", address));
  return internet_holders(host, *wanted, protocol);
}

}  // namespace whywontitstart
