#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/addresses.h"
#include "host/ports.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// What the holder says beyond its name, and what would help.
void describe(const PortHolder& holder, std::uint16_t port, Verdict& verdict) {
  verdict.detail(fmt::format("{} {} ({})", holder.protocol, holder.address, holder.state),
                 holder.user.empty() ? holder.who() : fmt::format("{}, user {}", holder.who(), holder.user));
  if (!holder.command.empty()) verdict.detail("command", printable(holder.command));
  if (!holder.note.empty()) verdict.detail("note", holder.note);
  for (const Fix& fix : fixes_of(holder, port))
    verdict.detail("what helps",
                   fix.command.empty() ? fix.text : fmt::format("{}: {}", fix.text, fix.command));
}

void judge_taken(const CheckInput& input, const Failure& failure, Verdict& verdict) {
  const std::string& address = failure.call.address;
  const CheckStatus weight = weight_of(input, failure);
  const Result<PortAnswer> answer = port_holders(input.host, address, protocol_of(failure.call));
  if (!answer) {
    verdict.note(weight,
                 fmt::format("{} was taken; by whom cannot be seen here: {}", address, answer.error().what));
    return;
  }
  for (const std::string& remark : answer->not_looked_at) verdict.detail("not looked at", remark);
  if (!answer->holders.empty()) {
    const std::optional<Endpoint> endpoint = parse_endpoint(address);
    for (const PortHolder& holder : answer->holders)
      describe(holder, endpoint ? endpoint->port : std::uint16_t{0}, verdict);
    const PortHolder& holder = answer->holders.front();
    const bool is_same = !holder.executable.empty() && holder.executable == input.target.executable;
    const std::string place = holder.address == address ? std::string() : " on " + holder.address;
    verdict.note(weight, fmt::format("{} is taken by {}{}{}", address, holder.who(), place,
                                     is_same ? ": the same program runs already" : ""));
    return;
  }
  const bool is_file = address.starts_with("unix:") && !address.starts_with("unix:@");
  const SocketFile left = is_file ? socket_file_state(input.host, address.substr(5)) : SocketFile::absent;
  if (left == SocketFile::stale)
    verdict.note(weight, fmt::format("the socket file {} is left over: nobody listens on it; remove it",
                                     address.substr(5)));
  else if (left == SocketFile::no_socket)
    verdict.note(weight, fmt::format("{} exists already, and is no socket", address.substr(5)));
  else
    verdict.note(weight, fmt::format("{} was taken, and is free now", address));
}

void judge_refused(const CheckInput& input, const Failure& failure, Verdict& verdict) {
  const std::string& address = failure.call.address;
  const std::uint16_t first = first_unprivileged_port(input.host);
  const std::optional<Endpoint> endpoint = parse_endpoint(address);
  const CheckStatus weight = weight_of(input, failure);
  if (endpoint && endpoint->port < first)
    verdict.note(weight, fmt::format("binding {} was refused: ports below {} take root or the capability "
                                     "CAP_NET_BIND_SERVICE",
                                     address, first));
  else if (endpoint)
    verdict.note(weight,
                 fmt::format("binding {} was refused although ports from {} on are for everybody: a "
                             "security module, a seccomp filter or a BPF program of the control group",
                             address, first));
  else
    verdict.note(weight, fmt::format("binding {} was refused: {}", address, description(failure.call.error)));
}

void judge_failure(const CheckInput& input, const Failure& failure, Verdict& verdict) {
  const std::string& address = failure.call.address;
  switch (number(failure.call.error)) {
    case EADDRINUSE:
      return judge_taken(input, failure, verdict);
    case EADDRNOTAVAIL:
      return verdict.note(weight_of(input, failure), why_not_available(input.host, address));
    case EACCES:
    case EPERM:
      return judge_refused(input, failure, verdict);
    default:
      verdict.note(weight_of(input, failure),
                   fmt::format("binding {} failed: {}", address, description(failure.call.error)));
  }
}

}  // namespace

CheckResult check_ports(const CheckInput& input) {
  Verdict verdict("ports");
  std::vector<std::string> listens;
  for (const Process& process : input.facts.processes)
    listens.insert(listens.end(), process.listens.begin(), process.listens.end());
  for (const std::string& address : listens) verdict.detail("listens on", address);
  for (const Failure& failure : input.facts.failures)
    if ((failure.call.name == "bind" || failure.call.name == "listen") && !failure.healed &&
        !failure.call.address.empty())
      judge_failure(input, failure, verdict);
  if (input.facts.outcome.state == State::not_run)
    return std::move(verdict).result(CheckStatus::skipped,
                                     "nothing that is known of it names an address on which it listens");
  if (listens.empty())
    return std::move(verdict).result(CheckStatus::skipped, "it did not come to bind any address");
  return std::move(verdict).result(CheckStatus::pass, "it listens on " + join(listens, ", "));
}

}  // namespace whywontitstart
