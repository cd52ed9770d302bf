#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/addresses.h"
#include "host/ports.h"

namespace whywontitstart {
namespace {

bool has(const std::vector<std::string>& addresses, std::string_view wanted) {
  return std::find(addresses.begin(), addresses.end(), wanted) != addresses.end();
}

void judge_resolver(const Host& host, Verdict& verdict) {
  const Result<std::string> file = host.read("/etc/resolv.conf");
  if (!file && file.error().errno_code != ENOENT) {
    verdict.note(CheckStatus::unknown, file.error().what);
    return;
  }
  std::vector<std::string> servers;
  const std::string text = file.value_or("");  // the lines are views of it
  for (const std::string_view line : split(text, '\n'))
    if (line.starts_with("nameserver")) servers.emplace_back(trim(line.substr(10)));
  verdict.detail("name servers", servers.empty() ? "none" : join(servers, ", "));
  if (!file) verdict.detail("/etc/resolv.conf", "does not exist");
}

void judge_failures(const CheckInput& input, const std::vector<std::string>& addresses, Verdict& verdict) {
  for (const Failure* failure : open_failures(input.facts, {EADDRNOTAVAIL, EAFNOSUPPORT})) {
    const std::optional<Endpoint> wanted = parse_endpoint(failure->call.address);
    if (failure->call.name == "bind" && wanted && !has(addresses, wanted->address))
      verdict.note(CheckStatus::fail, fmt::format("{} is no address of this machine", wanted->address));
    if (failure->call.error == Errno{EAFNOSUPPORT} && failure->call.name == "socket")
      verdict.note(CheckStatus::warn,
                   fmt::format("a family of addresses is not to be had here: {}", to_text(failure->call)));
  }
}

}  // namespace

CheckResult check_network(const CheckInput& input) {
  const Result<std::vector<std::string>> addresses = own_addresses(input.host);
  if (!addresses) return result_of("network", CheckStatus::unknown, addresses.error().what);
  Verdict verdict("network");
  verdict.detail("addresses", addresses->empty() ? "none" : join(*addresses, ", "));
  if (!has(*addresses, "127.0.0.1"))
    verdict.note(CheckStatus::warn, "there is no 127.0.0.1: the loopback interface is down");
  const Result<std::string> disabled = input.host.read("/proc/sys/net/ipv6/conf/all/disable_ipv6");
  const bool has_v6 = disabled && trim(*disabled) == "0";
  verdict.detail("IPv6", has_v6 ? "enabled" : "disabled");
  judge_failures(input, *addresses, verdict);
  judge_resolver(input.host, verdict);
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("{} addresses, the loopback is up", addresses->size()));
}

}  // namespace whywontitstart
