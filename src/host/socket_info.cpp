#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "base/fd.h"
#include "host/ports.h"
#include "host/real_host.h"

namespace whywontitstart {
namespace {

std::string unix_address(const sockaddr_un& address, socklen_t size) {
  constexpr std::size_t path_begins = offsetof(sockaddr_un, sun_path);
  if (size <= path_begins) return {};  // an unnamed one, as of socketpair(2)
  const std::string_view bytes(static_cast<const char*>(address.sun_path), size - path_begins);
  if (bytes.front() == '\0') return fmt::format("unix:@{}", bytes.substr(1));
  return fmt::format("unix:{}", bytes.substr(0, bytes.find('\0')));
}

std::string address_text(const sockaddr_storage& storage, socklen_t size) {
  char text[INET6_ADDRSTRLEN] = {};
  if (storage.ss_family == AF_UNIX) return unix_address(reinterpret_cast<const sockaddr_un&>(storage), size);
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return to_text(Endpoint{text, ntohs(v4.sin_port), false});
  }
  if (storage.ss_family != AF_INET6) return {};
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
  if (is_mapped)
    ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
  else
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  return to_text(Endpoint{text, ntohs(v6.sin6_port), !is_mapped});
}

template <typename Question>
std::string asked(const Fd& socket, Question question) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (question(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return address_text(storage, std::min<socklen_t>(size, sizeof storage));
}

std::optional<int> asked_option(const Fd& socket, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(socket.get(), SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
  return value;
}

int option(const Fd& socket, int name) { return asked_option(socket, name).value_or(0); }

std::optional<bool> flag(const Fd& socket, int name) {
  const std::optional<int> value = asked_option(socket, name);
  return value ? std::optional(*value != 0) : std::nullopt;
}

void ask_tcp(const Fd& socket, SocketInfo& info) {
  tcp_info tcp{};
  socklen_t size = sizeof tcp;
  if (::getsockopt(socket.get(), IPPROTO_TCP, TCP_INFO, &tcp, &size) != 0) return;
  static constexpr std::array<std::string_view, 12> states{
      "",          "ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
      "TIME_WAIT", "CLOSE",       "CLOSE_WAIT", "LAST_ACK", "LISTEN",    "CLOSING"};
  if (tcp.tcpi_state < states.size()) info.state = states.at(tcp.tcpi_state);
  if (size >= offsetof(tcp_info, tcpi_bytes_received) + sizeof tcp.tcpi_bytes_received)
    info.received = tcp.tcpi_bytes_received;
  info.silent = std::chrono::milliseconds(tcp.tcpi_last_data_recv);
}

}  // namespace

Result<SocketInfo> RealHost::socket(Pid process, int fd) const {
  const Fd owner(static_cast<int>(::syscall(SYS_pidfd_open, number(process), 0)));
  if (!owner) return errno_error("pidfd_open");
  const Fd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, owner.get(), fd, 0)));
  if (!socket) return errno_error("pidfd_getfd");
  SocketInfo info;
  const int domain = option(socket, SO_DOMAIN);
  info.is_stream = option(socket, SO_TYPE) != SOCK_DGRAM;
  info.is_unix = domain == AF_UNIX;
  info.listens = option(socket, SO_ACCEPTCONN) != 0;
  info.reuse_address = flag(socket, SO_REUSEADDR);
  info.reuse_port = flag(socket, SO_REUSEPORT);
  info.local = asked(socket, ::getsockname);
  info.peer = asked(socket, ::getpeername);
  ucred peer{};
  socklen_t size = sizeof peer;
  if (info.is_unix && ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
    info.peer_process = Pid{peer.pid};
  if ((domain == AF_INET || domain == AF_INET6) && option(socket, SO_PROTOCOL) == IPPROTO_TCP)
    ask_tcp(socket, info);
  return info;
}

}  // namespace whywontitstart
