#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/addresses.h"
#include "host/amounts.h"
#include "host/peers.h"
#include "host/ports.h"
#include "host/resolver.h"

namespace whywontitstart {
namespace {

bool has(const std::vector<std::string>& addresses, std::string_view wanted) {
  return std::find(addresses.begin(), addresses.end(), wanted) != addresses.end();
}

/// Did the program want to know the address of a name?
bool asked_for_names(const Facts& facts) {
  const auto goes_to_server = [](const Failure& failure) {
    return failure.call.address.ends_with(":53") && !failure.healed;
  };
  return !facts.queried_names.empty() ||
         std::any_of(facts.failures.begin(), facts.failures.end(), goes_to_server);
}

void judge_resolver(const CheckInput& input, Verdict& verdict) {
  const Resolver resolver = resolver_of(input.host);
  verdict.detail("name servers", resolver.servers.empty() ? "none" : join(resolver.servers, ", "));
  if (!resolver.sources.empty()) verdict.detail("hosts are looked for in", join(resolver.sources, " "));
  for (const std::string& remark : resolver.not_looked_at) verdict.note(CheckStatus::unknown, remark);
  const bool matters = asked_for_names(input.facts) && !went_well(input.facts.outcome);
  for (const std::string& fault : resolver.faults)
    // A container without a network has no servers, and wants none. What once was there and is gone is amiss.
    if (matters || fault.find("is a link") != std::string::npos)
      verdict.note(CheckStatus::warn, fault);
    else
      verdict.detail("resolver", fault);
}

/// Those who look for a helper that may be there, such as nscd(8), go on without it.
bool is_optional(const Failure& failure) {
  return failure.call.address.starts_with("unix:") && failure.named_by.empty();
}

void judge_connections(const CheckInput& input, Verdict& verdict) {
  const std::initializer_list<int> codes = {ECONNREFUSED, ETIMEDOUT,     ENETUNREACH, EHOSTUNREACH, ENETDOWN,
                                            ECONNRESET,   EADDRNOTAVAIL, ENOENT,      EACCES};
  for (const Failure* failure : open_failures(input.facts, codes)) {
    if (failure->call.name != "connect" || failure->call.address.empty() || is_optional(*failure)) continue;
    const Identity who = bearer_of(input, failure).identity;
    const std::vector<std::string> words = about_peer(input.host, who, failure->call);
    const std::string what =
        fmt::format("connecting to {} failed: {}", failure->call.address, description(failure->call.error));
    verdict.note(weight_of(input, *failure),
                 words.empty() ? what : fmt::format("{}; {}", what, join(words, "; ")));
  }
}

void judge_addresses(const CheckInput& input, Verdict& verdict) {
  for (const Failure* failure : open_failures(input.facts, {EADDRNOTAVAIL, EAFNOSUPPORT})) {
    if (failure->call.name == "bind" && failure->call.error == Errno{EADDRNOTAVAIL}) {
      verdict.note(weight_of(input, *failure), why_not_available(input.host, failure->call.address));
      if (sysctl_value(input.host, "net.ipv4.ip_nonlocal_bind") == 0U)
        verdict.detail("net.ipv4.ip_nonlocal_bind",
                       "0: addresses that come later (keepalived, DHCP) cannot be bound before");
    }
    if (failure->call.error != Errno{EAFNOSUPPORT} || failure->call.name != "socket") continue;
    const std::string off = has_flag(failure->call, "AF_INET6") ? why_no_ipv6(input.host) : std::string();
    verdict.note(CheckStatus::warn, fmt::format("a family of addresses is not to be had here: {}{}",
                                                to_text(failure->call), off.empty() ? "" : "; " + off));
  }
}

void describe_routes(const Host& host, Verdict& verdict) {
  for (const auto& [name, outside] : {std::pair("IPv4", "192.0.2.1:1"), std::pair("IPv6", "[2001:db8::1]:1")})
    if (const auto routed = has_route(host, outside))
      verdict.detail(fmt::format("route to the outside, {}", name), *routed ? "there is one" : "none");
}

}  // namespace

CheckResult check_network(const CheckInput& input) {
  const Result<std::vector<std::string>> addresses = own_addresses(input.host);
  if (!addresses) return result_of("network", CheckStatus::unknown, addresses.error().what);
  Verdict verdict("network");
  verdict.detail("addresses", addresses->empty() ? "none" : join(*addresses, ", "));
  judge_addresses(input, verdict);
  judge_connections(input, verdict);
  if (!has(*addresses, "127.0.0.1"))
    verdict.note(CheckStatus::warn,
                 "there is no 127.0.0.1: the loopback interface is down, which 'ip link set lo up' mends");
  const std::string no_v6 = why_no_ipv6(input.host);
  verdict.detail("IPv6", no_v6.empty() ? "enabled" : no_v6);
  describe_routes(input.host, verdict);
  judge_resolver(input, verdict);
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("{} addresses, the loopback is up", addresses->size()));
}

}  // namespace whywontitstart
