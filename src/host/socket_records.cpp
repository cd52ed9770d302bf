// The kernel's own table of sockets, see sock_diag(7).
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstring>

#include "base/fd.h"
#include "host/ports.h"
#include "host/real_host.h"

namespace whywontitstart {
namespace {

constexpr unsigned listening = 10, closed = 7, bound_inactive = 13;  // of the kernel's tcp_states.h
constexpr int cgroup_id = 21;  // INET_DIAG_CGROUP_ID, which Linux 5.8 and its headers have

struct Request {
  nlmsghdr header{};
  inet_diag_req_v2 question{};
};

Result<> send_request(const Fd& socket, int family, int protocol) {
  Request request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.question.sdiag_family = static_cast<__u8>(family);
  request.question.sdiag_protocol = static_cast<__u8>(protocol);
  request.question.idiag_states = 1U << listening | 1U << closed | 1U << bound_inactive;
  if (::send(socket.get(), &request, sizeof request, 0) < 0) return errno_error("sock_diag");
  return {};
}

std::string address_of(const inet_diag_msg& message) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(message.idiag_family, message.id.idiag_src, text, sizeof text);
  const std::string name = message.idiag_family == AF_INET6 ? fmt::format("[{}]", text) : std::string(text);
  // By way of text: IPv4 in IPv6 is to look as everywhere.
  const auto endpoint = parse_endpoint(fmt::format("{}:{}", name, ntohs(message.id.idiag_sport)));
  return endpoint ? to_text(*endpoint) : std::string();
}

SocketRecord record_of(const nlmsghdr& header, int protocol) {
  inet_diag_msg message{};
  const char* const data = reinterpret_cast<const char*>(&header) + NLMSG_HDRLEN;
  std::memcpy(&message, data, sizeof message);
  SocketRecord record;
  record.protocol = protocol == IPPROTO_TCP ? "tcp" : "udp";
  record.local = address_of(message);
  record.state = message.idiag_state == listening ? "LISTEN" : protocol == IPPROTO_TCP ? "BOUND" : "UNCONN";
  record.uid = message.idiag_uid;
  record.inode = message.idiag_inode;
  std::size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof message);
  while (at + sizeof(nlattr) <= header.nlmsg_len) {
    nlattr attribute{};
    std::memcpy(&attribute, reinterpret_cast<const char*>(&header) + at, sizeof attribute);
    if (attribute.nla_len < sizeof attribute || at + attribute.nla_len > header.nlmsg_len) break;
    const char* const value = reinterpret_cast<const char*>(&header) + at + NLA_HDRLEN;
    const std::size_t size = attribute.nla_len - NLA_HDRLEN;
    if (attribute.nla_type == INET_DIAG_SKV6ONLY && size >= 1) record.v6_only = *value != 0;
    if (attribute.nla_type == cgroup_id && size >= sizeof record.cgroup)
      std::memcpy(&record.cgroup, value, sizeof record.cgroup);
    at += NLA_ALIGN(attribute.nla_len);
  }
  return record;
}

/// Reads the answer up to its end.
Result<> take_answer(const Fd& socket, int protocol, std::vector<SocketRecord>& records) {
  alignas(nlmsghdr) char buffer[65536];
  for (;;) {
    const ssize_t got = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return errno_error("sock_diag");
    auto left = static_cast<unsigned>(got);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer); NLMSG_OK(header, left);
         header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type == NLMSG_DONE) return {};
      if (header->nlmsg_type == NLMSG_ERROR) {
        nlmsgerr failed{};
        std::memcpy(&failed, NLMSG_DATA(header), sizeof failed.error);
        return errno_error("sock_diag", -failed.error);
      }
      if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(inet_diag_msg)))
        records.push_back(record_of(*header, protocol));
    }
  }
}

}  // namespace

Result<std::vector<SocketRecord>> RealHost::socket_records() const {
  const Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket) return errno_error("sock_diag");
  const timeval deadline{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  std::vector<SocketRecord> records;
  std::optional<Error> failed;
  bool answered = false;
  for (const int family : {AF_INET, AF_INET6})
    for (const int protocol : {IPPROTO_TCP, IPPROTO_UDP}) {
      Result<> asked = send_request(socket, family, protocol);
      if (asked) asked = take_answer(socket, protocol, records);
      answered = answered || asked.has_value();
      // Without the module udp_diag the other one still answers; ENOENT says so.
      if (!asked) failed = asked.error();
      if (!asked && asked.error().errno_code != ENOENT) return tl::unexpected(*failed);
    }
  if (!answered && failed) return tl::unexpected(*failed);
  return records;
}

}  // namespace whywontitstart
