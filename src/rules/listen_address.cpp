#include "rules/listen_address.h"

#include <arpa/inet.h>

#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_address(const std::string& text) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

/// An address in numbers of what stands for one.
std::optional<std::string> numeric(std::string_view text, const Files& files) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.empty() || text == "*" || text == "any" || text == "all") return "0.0.0.0";
  if (text == "localhost") return "127.0.0.1";
  std::string address(text);
  if (is_address(address)) return address;
  const Result<std::string> hosts = files.read("/etc/hosts");
  if (!hosts) return std::nullopt;
  for (const std::string_view line : split(*hosts, '\n')) {
    const std::vector<std::string> words = config_words(line.substr(0, line.find('#')));
    if (std::find(words.begin() + (words.empty() ? 0 : 1), words.end(), address) != words.end() &&
        is_address(words.front()))
      return words.front();
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> address_with_port(std::string_view address, std::string_view port,
                                             const Files& files) {
  const std::optional<std::uint16_t> number = port_of(port);
  if (!number) return std::nullopt;
  const std::optional<std::string> plain = numeric(address, files);
  if (!plain) return std::nullopt;
  return plain->find(':') == std::string::npos ? fmt::format("{}:{}", *plain, *number)
                                               : fmt::format("[{}]:{}", *plain, *number);
}

std::optional<std::string> listen_address(std::string_view text, std::string_view port, const Files& files) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = text.substr(0, scheme);
    text.remove_prefix(scheme + 3);
    if (name == "unix" || name == "fd")
      return name == "fd" || text.empty() ? std::nullopt : std::optional(fmt::format("unix:{}", text));
    text = text.substr(0, text.find('/'));
  }
  for (const std::string_view prefix : {"ipv4@", "ipv6@", "tcp@", "tcp:"})
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  for (const std::string_view prefix : {"unix:", "unix@"})
    if (text.starts_with(prefix)) return fmt::format("unix:{}", text.substr(prefix.size()));
  if (text.starts_with('/') || text.starts_with('@')) return fmt::format("unix:{}", text);
  if (port_of(text)) return address_with_port("*", text, files);
  const std::size_t colon = text.rfind(':');
  const bool is_bare_v6 =
      colon != std::string_view::npos && text.find(':') != colon && !text.starts_with('[');
  const bool has_port = colon != std::string_view::npos && !is_bare_v6 && !text.ends_with(']');
  if (has_port) return address_with_port(text.substr(0, colon), text.substr(colon + 1), files);
  return address_with_port(text, port, files);
}

}  // namespace whywontitstart
