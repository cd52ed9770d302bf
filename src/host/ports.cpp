#include "host/ports.h"

#include <sys/stat.h>

#include <charconv>

#include "base/text.h"
#include "host/amounts.h"
#include "host/mounts.h"

namespace whywontitstart {
SocketFile socket_file_state(const Host& host, const std::string& path) {
  const Result<FileStatus> status = host.status(path);
  if (!status) return status.error().errno_code == ENOENT ? SocketFile::absent : SocketFile::unknown;
  if (!S_ISSOCK(status->mode)) return SocketFile::no_socket;
  const Result<PortAnswer> answer = port_holders(host, "unix:" + path);
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

bool is_reserved_port(const Host& host, std::uint16_t port) {
  const Result<std::string> text = host.read("/proc/sys/net/ipv4/ip_local_reserved_ports");
  if (!text) return false;
  for (const std::string_view range : split(*text, ',')) {  // "8080,9148-9150"
    const std::size_t dash = range.find('-');
    const auto first = leading_number(range);
    const auto last = dash == std::string_view::npos ? first : leading_number(range.substr(dash + 1));
    if (first && last && *first <= port && port <= *last) return true;
  }
  return false;
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
