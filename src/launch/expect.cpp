#include "launch/expect.h"

#include <charconv>

#include "base/text.h"
#include "host/ports.h"

namespace whywontitstart {
namespace {

constexpr std::string_view localhost = "localhost:";

std::optional<int> number_below(std::string_view text, int limit) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < 0 || value >= limit)
    return std::nullopt;
  return value;
}

Result<Expectation> parse_listen(std::string_view text, std::string_view folder) {
  using Kind = Expectation::Kind;
  if (text.starts_with("unix:")) text.remove_prefix(5);
  if (text.size() > 1 && text.front() == '@') return Expectation{Kind::listen, std::string(text)};
  if (text.starts_with("*:")) text.remove_prefix(2);
  if (text.find('/') != std::string_view::npos) return Expectation{Kind::listen, absolute_path(folder, text)};
  const std::string_view port = text.substr(text.rfind(':') + 1);  // the whole text where there is none
  const std::optional<int> number = number_below(port, 65536);
  const bool is_address = text == port || text.starts_with(localhost) || parse_endpoint(text).has_value();
  if (!number || *number == 0 || !is_address)
    return error(fmt::format(
        "'listen:{}' names no address: write listen:PORT, listen:ADDRESS:PORT with the address in "
        "numbers ([::1]:80 for IPv6), or listen:PATH of a Unix socket, with a slash in it",
        text));
  return Expectation{Kind::listen, std::string(text)};
}

bool is_loopback(const Endpoint& endpoint) {
  return endpoint.address.starts_with("127.") || endpoint.address == "::1";
}

bool covers(const Endpoint& bound, const Endpoint& wanted) {
  return bound.port == wanted.port &&
         (bound.address == wanted.address || (bound.is_wildcard() && (bound.is_v6 || !wanted.is_v6)));
}

}  // namespace

Result<Expectation> parse_expectation(std::string_view text, std::string_view folder) {
  using Kind = Expectation::Kind;
  const std::size_t colon = text.find(':');
  const std::string_view kind = text.substr(0, colon);
  const std::string_view value = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (text == "notify") return Expectation{Kind::notify, {}};
  if (kind == "listen" && !value.empty()) return parse_listen(value, folder);
  if (kind == "file" && !value.empty()) return Expectation{Kind::file, absolute_path(folder, value)};
  if (kind == "exit") {
    const std::optional<int> code = number_below(value, 256);
    if (!code)
      return error(fmt::format("'exit:{}' names no exit status: write a number from 0 to 255", value));
    return Expectation{Kind::exit, std::to_string(*code)};
  }
  return error(fmt::format(
      "--expect does not know '{}': write listen:PORT, listen:ADDRESS:PORT, listen:PATH, file:PATH, "
      "exit:CODE or notify",
      text));
}

Result<> check_expectations(const std::vector<Expectation>& expected) {
  using Kind = Expectation::Kind;
  const Expectation* ends = nullptr;
  const Expectation* stays = nullptr;
  for (const Expectation& one : expected) {
    if (one.kind == Kind::exit) ends = &one;
    if (one.kind == Kind::listen || one.kind == Kind::notify) stays = &one;
  }
  if (ends == nullptr || stays == nullptr) return {};
  return error(
      fmt::format("--expect {} and --expect {} do not go together: a program that is up does not end",
                  to_text(*stays), to_text(*ends)));
}

bool is_reached_at(const Expectation& expectation, std::string_view bound) {
  constexpr std::string_view unix = "unix:";
  const std::string_view wanted = expectation.value;
  if (bound.starts_with(unix)) return bound.substr(unix.size()) == wanted;
  const std::optional<Endpoint> have = parse_endpoint(bound);
  if (!have || wanted.empty() || wanted.front() == '/' || wanted.front() == '@') return false;
  if (wanted.find(':') == std::string_view::npos) return std::to_string(have->port) == wanted;
  if (wanted.starts_with(localhost))
    return std::to_string(have->port) == wanted.substr(localhost.size()) &&
           (have->is_wildcard() || is_loopback(*have));
  const std::optional<Endpoint> want = parse_endpoint(wanted);
  return want && covers(*have, *want);
}

}  // namespace whywontitstart
