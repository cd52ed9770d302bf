#include "host/addresses.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "base/text.h"

namespace whywontitstart {

std::vector<std::string> parse_fib_trie(std::string_view text) {
  // "|-- 127.0.0.1" and in the next line "/32 host LOCAL".
  std::vector<std::string> addresses;
  std::string last;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view words = trim(line);
    if (words.starts_with("|-- ")) last = std::string(words.substr(4));
    if (words.starts_with("/32 host LOCAL") &&
        std::find(addresses.begin(), addresses.end(), last) == addresses.end())
      addresses.push_back(last);
  }
  return addresses;
}

std::vector<std::string> parse_if_inet6(std::string_view text) {
  std::vector<std::string> addresses;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view digits = line.substr(0, line.find(' '));
    if (digits.size() != 32) continue;
    std::array<unsigned char, 16> bytes{};
    for (std::size_t at = 0; at < bytes.size(); ++at)
      std::from_chars(digits.data() + 2 * at, digits.data() + 2 * at + 2, bytes.at(at), 16);
    char name[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(AF_INET6, bytes.data(), name, sizeof name);
    addresses.emplace_back(name);
  }
  return addresses;
}

Result<std::vector<std::string>> own_addresses(const Host& host) {
  const Result<std::string> v4 = host.read("/proc/net/fib_trie", 16U << 20);
  const Result<std::string> v6 = host.read("/proc/net/if_inet6");
  if (!v4 && !v6) return tl::unexpected(v4.error());
  std::vector<std::string> addresses = parse_fib_trie(v4.value_or(""));
  for (std::string& address : parse_if_inet6(v6.value_or(""))) addresses.push_back(std::move(address));
  return addresses;
}

}  // namespace whywontitstart
