#include "host/addresses.h"

#include <arpa/inet.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "host/amounts.h"
#include "host/ports.h"

namespace whywontitstart {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(" \t"); at != std::string_view::npos;
       at = line.find_first_not_of(" \t", at)) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::uint32_t hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

using V6 = std::array<unsigned char, 16>;

/// "00000000000000000000000000000001"
std::optional<V6> v6_of_digits(std::string_view digits) {
  V6 bytes{};
  if (digits.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    bytes.at(at) = static_cast<unsigned char>(hexadecimal(digits.substr(2 * at, 2)));
  return bytes;
}

std::string text_of(const V6& bytes) {
  char name[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET6, bytes.data(), name, sizeof name);
  return name;
}

/// What the flags of /proc/net/if_inet6 say of an address that may not be used yet.
std::string state_of_v6(std::string_view text, std::string_view address) {
  constexpr std::uint32_t tentative = 0x40, duplicate = 0x08;  // IFA_F_TENTATIVE, IFA_F_DADFAILED
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() < 6) continue;
    const std::optional<V6> bytes = v6_of_digits(words[0]);
    if (!bytes || text_of(*bytes) != address) continue;
    const std::uint32_t flags = hexadecimal(words[4]);
    if ((flags & duplicate) != 0) return ", but another machine has it as well (duplicate address)";
    if ((flags & tentative) != 0) return ", but still tentative: it is looked for duplicates first";
  }
  return {};
}

constexpr std::uint32_t is_up = 1, refuses = 0x200;  // RTF_UP, RTF_REJECT

/// "eth0 00000000 0102A8C0 0003 0 0 0 00000000 …": the numbers in the byte order of the network.
bool routed_v4(std::string_view table, const std::string& address) {
  in_addr wanted{};
  ::inet_pton(AF_INET, address.c_str(), &wanted);
  const std::uint32_t bits = wanted.s_addr;
  if (address.starts_with("127.") || bits == 0) return true;  // by the table "local", which is not shown
  for (const std::string_view line : split(table, '\n')) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() < 8 || words[0] == "Iface") continue;
    const std::uint32_t flags = hexadecimal(words[3]);
    if ((flags & is_up) == 0 || (flags & refuses) != 0) continue;
    if ((bits & hexadecimal(words[7])) == hexadecimal(words[1])) return true;
  }
  return false;
}

/// "DESTINATION LENGTH SOURCE LENGTH NEXT METRIC REFS USES FLAGS INTERFACE"
bool routed_v6(std::string_view table, const std::string& address) {
  V6 wanted{};
  ::inet_pton(AF_INET6, address.c_str(), wanted.data());
  for (const std::string_view line : split(table, '\n')) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() < 10) continue;
    const std::optional<V6> destination = v6_of_digits(words[0]);
    const std::uint32_t length = hexadecimal(words[1]), flags = hexadecimal(words[8]);
    if (!destination || length > 128 || (flags & is_up) == 0 || (flags & refuses) != 0) continue;
    bool same = true;
    for (std::uint32_t bit = 0; bit < length; ++bit) {
      const unsigned mask = 0x80U >> (bit % 8);
      same = same && ((wanted.at(bit / 8) ^ destination->at(bit / 8)) & mask) == 0;
    }
    if (same) return true;
  }
  return false;
}

}  // namespace

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
  for (const std::string_view line : split(text, '\n'))
    if (const std::optional<V6> bytes = v6_of_digits(line.substr(0, line.find(' '))))
      addresses.push_back(text_of(*bytes));
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

std::string why_no_ipv6(const Host& host) {
  const Result<std::string> table = host.read("/proc/net/if_inet6");
  const bool has_tables = host.status("/proc/net/tcp").has_value();
  if (!table && table.error().errno_code == ENOENT && has_tables)
    return "IPv6 is not in this kernel: its module is not loaded, or it was started with ipv6.disable=1";
  for (const char* setting : {"net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.lo.disable_ipv6"})
    if (sysctl_value(host, setting).value_or(0) != 0)
      return fmt::format("IPv6 is switched off ({}=1)", setting);
  return {};
}

std::string why_not_available(const Host& host, const std::string& address) {
  const std::optional<Endpoint> wanted = parse_endpoint(address);
  if (!wanted) return fmt::format("{} is no address of this machine", address);
  if (const std::string off = wanted->is_v6 ? why_no_ipv6(host) : std::string(); !off.empty())
    return fmt::format("{} cannot be used: {}", wanted->address, off);
  const Result<std::vector<std::string>> own = own_addresses(host);
  if (!own)
    return fmt::format("{} was no address of this machine; which it has cannot be seen", wanted->address);
  if (std::find(own->begin(), own->end(), wanted->address) == own->end())
    return fmt::format("{} is no address of this machine, which has {}", wanted->address,
                       own->empty() ? "none" : join(*own, ", "));
  const std::string state = state_of_v6(host.read("/proc/net/if_inet6").value_or(""), wanted->address);
  return fmt::format("{} is an address of this machine{}", wanted->address,
                     state.empty() ? " now: it came after the program wanted it" : state);
}

std::optional<bool> has_route(const Host& host, const std::string& address) {
  const std::optional<Endpoint> wanted = parse_endpoint(address);
  if (!wanted) return std::nullopt;
  const Result<std::string> table =
      host.read(wanted->is_v6 ? "/proc/net/ipv6_route" : "/proc/net/route", 16U << 20);
  const Result<std::vector<std::string>> own = own_addresses(host);
  if (!table || !own) return std::nullopt;
  if (std::find(own->begin(), own->end(), wanted->address) != own->end()) return true;
  return wanted->is_v6 ? routed_v6(*table, wanted->address) : routed_v4(*table, wanted->address);
}

}  // namespace whywontitstart
