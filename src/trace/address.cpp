#include "trace/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "base/text.h"
#include "trace/words.h"

namespace whywontitstart {
namespace {

template <typename T>
T copy_of(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
  return value;
}

DecodedAddress ipv4(std::string_view bytes) {
  const auto address = copy_of<sockaddr_in>(bytes);
  char text[INET_ADDRSTRLEN];
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  const unsigned port = ntohs(address.sin_port);
  return {fmt::format("{}:{}", text, port),
          fmt::format("{{sa_family=AF_INET, sin_port=htons({}), sin_addr=inet_addr(\"{}\")}}", port, text)};
}

DecodedAddress ipv6(std::string_view bytes) {
  const auto address = copy_of<sockaddr_in6>(bytes);
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
  const unsigned port = ntohs(address.sin6_port);
  return {fmt::format("[{}]:{}", text, port),
          fmt::format("{{sa_family=AF_INET6, sin6_port=htons({}), sin6_flowinfo=htonl({}), "
                      "inet_pton(AF_INET6, \"{}\", &sin6_addr), sin6_scope_id={}}}",
                      port, ntohl(address.sin6_flowinfo), text, address.sin6_scope_id)};
}

DecodedAddress unix_socket(std::string_view bytes, const std::string& cwd) {
  std::string_view path = bytes.substr(std::min(bytes.size(), offsetof(sockaddr_un, sun_path)));
  if (path.empty()) return {"unix:", "{sa_family=AF_UNIX}"};
  if (path.front() == '\0') {  // the abstract namespace: all bytes count
    path.remove_prefix(1);
    return {fmt::format("unix:@{}", path), fmt::format("{{sa_family=AF_UNIX, sun_path=@{}}}", quoted(path))};
  }
  path = path.substr(0, path.find('\0'));
  return {"unix:" + absolute_path(cwd, path),
          fmt::format("{{sa_family=AF_UNIX, sun_path={}}}", quoted(path))};
}

}  // namespace

DecodedAddress decode_address(std::string_view bytes, const std::string& cwd) {
  if (bytes.size() < sizeof(sa_family_t)) return {"", "{}"};
  const auto family = copy_of<sa_family_t>(bytes);
  switch (family) {
    case AF_INET:
      return ipv4(bytes);
    case AF_INET6:
      return ipv6(bytes);
    case AF_UNIX:
      return unix_socket(bytes, cwd);
    default:
      break;
  }
  const std::string_view word = word_of(words::families, family);
  const std::string name = word.empty() ? fmt::format("AF_{}", family) : std::string(word);
  // The family alone: such an address is never what a person has to look at.
  return {lower(std::string_view(name).substr(3)), fmt::format("{{sa_family={}, ...}}", name)};
}

std::string quoted(std::string_view text, std::size_t limit) {
  std::string result = "\"";
  const std::string_view shown = text.substr(0, limit);
  result.reserve(shown.size() + 2);
  for (std::size_t index = 0; index < shown.size(); ++index) {
    const auto byte = static_cast<unsigned char>(shown[index]);
    switch (byte) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\r':
        result += "\\r";
        break;
      default:
        if (byte >= 0x20 && byte < 0x7f) {
          result += static_cast<char>(byte);
        } else {
          // Short octal is only unambiguous where no digit follows.
          const bool digit_follows =
              index + 1 < shown.size() && shown[index + 1] >= '0' && shown[index + 1] <= '7';
          result += digit_follows ? fmt::format("\\{:03o}", byte) : fmt::format("\\{:o}", byte);
        }
    }
  }
  result += shown.size() < text.size() ? "\"..." : "\"";
  return result;
}

}  // namespace whywontitstart
