#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "host/ports.h"

namespace whywontitstart {
namespace {

template <typename Number>
std::optional<Number> parse(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line, ' '))
    if (!word.empty()) words.push_back(word);
  return words;
}

bool is_mapped_v4(const in6_addr& address) {
  static constexpr std::array<unsigned char, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::memcmp(&address, prefix.data(), prefix.size()) == 0;
}

Endpoint from_v4(const in_addr& address, std::uint16_t port) {
  char text[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &address, text, sizeof text);
  return {text, port, false};
}

Endpoint from_v6(const in6_addr& address, std::uint16_t port) {
  if (is_mapped_v4(address)) {
    in_addr v4{};
    std::memcpy(&v4, reinterpret_cast<const char*>(&address) + 12, sizeof v4);
    return from_v4(v4, port);
  }
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET6, &address, text, sizeof text);
  return {text, port, true};
}

/// "0100007F:0050": words of 32 bits, each in the byte order of the machine, and the port.
std::optional<Endpoint> parse_local(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != 8 && colon != 32) return std::nullopt;
  const auto port = parse<std::uint16_t>(text.substr(colon + 1), 16);
  std::array<std::uint32_t, 4> words{};
  for (std::size_t at = 0; at < colon / 8; ++at) {
    const auto word = parse<std::uint32_t>(text.substr(at * 8, 8), 16);
    if (!word) return std::nullopt;
    words.at(at) = *word;
  }
  if (!port) return std::nullopt;
  if (colon == 8) return from_v4(in_addr{words[0]}, *port);
  in6_addr address{};
  std::memcpy(&address, words.data(), sizeof address);
  return from_v6(address, *port);
}

std::string state_name(std::uint8_t state, std::string_view protocol) {
  if (protocol == "udp") return state == 7 ? "UNCONN" : "ESTABLISHED";
  static constexpr std::array<std::string_view, 13> names{
      "",      "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
      "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};
  return state < names.size() ? std::string(names.at(state)) : std::to_string(state);
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string host(colon == std::string_view::npos ? std::string_view() : text.substr(0, colon));
  const auto port = parse<std::uint16_t>(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!port) return std::nullopt;
  if (host.empty() || host == "*") return Endpoint{"0.0.0.0", *port, false};
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  // A link-local address carries its interface: "fe80::1%eth0".
  const std::string bare = host.substr(0, host.find('%'));
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, bare.c_str(), &v4) == 1) return from_v4(v4, *port);
  if (::inet_pton(AF_INET6, bare.c_str(), &v6) == 1) return from_v6(v6, *port);
  return std::nullopt;
}

std::string to_text(const Endpoint& endpoint) {
  return endpoint.is_v6 ? fmt::format("[{}]:{}", endpoint.address, endpoint.port)
                        : fmt::format("{}:{}", endpoint.address, endpoint.port);
}

bool overlap(const Endpoint& one, const Endpoint& other) {
  if (one.port != other.port) return false;
  if (one.address == "::" || other.address == "::") return true;
  if (one.is_v6 != other.is_v6) return false;
  return one.is_wildcard() || other.is_wildcard() || one.address == other.address;
}

std::vector<InternetSocket> parse_internet_sockets(std::string_view text, std::string_view protocol) {
  std::vector<InternetSocket> sockets;
  for (const std::string_view line : split(text, '\n')) {
    // "0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 …"
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() < 10 || !words[0].ends_with(':')) continue;
    const auto local = parse_local(words[1]), remote = parse_local(words[2]);
    const auto state = parse<std::uint8_t>(words[3], 16);
    if (!local || !remote || !state) continue;
    sockets.push_back({std::string(protocol), *local, *remote, state_name(*state, protocol),
                       parse<std::uint32_t>(words[7]).value_or(0),
                       parse<std::uint64_t>(words[9]).value_or(0)});
  }
  return sockets;
}

std::vector<UnixSocket> parse_unix_sockets(std::string_view text) {
  std::vector<UnixSocket> sockets;
  for (const std::string_view line : split(text, '\n')) {
    // "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/x.sock"
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() < 7 || !words[0].ends_with(':')) continue;
    UnixSocket socket;
    const auto inode = parse<std::uint64_t>(words[6]);
    if (!inode) continue;
    socket.inode = *inode;
    constexpr std::uint32_t accepts_connections = 0x10000;  // __SO_ACCEPTCON
    socket.listens = (parse<std::uint32_t>(words[3], 16).value_or(0) & accepts_connections) != 0;
    // The path may have blanks in it: all that follows the inode.
    const auto after = static_cast<std::size_t>(words[6].data() + words[6].size() - line.data());
    socket.path = std::string(after < line.size() ? line.substr(after + 1) : std::string_view());
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

}  // namespace whywontitstart
