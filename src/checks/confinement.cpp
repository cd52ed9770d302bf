#include "checks/confinement.h"

#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "host/accounts.h"
#include "host/wanted.h"

namespace whywontitstart {
namespace {

// Seconds between the end and our look. A machine may be slow, and where the PIDs are the same an old record
// does no harm.
constexpr double slack = 60, slack_by_name = 3;
constexpr std::size_t comm_length = 15;  // see proc(5)

bool is_command_of(const Process& process, const Denial& denial) {
  return !denial.command.empty() && denial.command == base_name(process.executable).substr(0, comm_length);
}

/// In a container the log counts processes otherwise, so that only the name can be the same. Elsewhere the
/// name would take the denials of an earlier run for those of this one.
bool is_ours(const Denial& denial, bool same_pids, const Facts& facts) {
  return std::any_of(facts.processes.begin(), facts.processes.end(), [&](const Process& process) {
    return same_pids ? process.pid == denial.pid : is_command_of(process, denial);
  });
}

/// A port that no rule about ports explains: below 1024 it takes a right, see ip(7).
bool is_refused_port(const Failure& failure, const CheckInput& input) {
  const SyscallEvent& call = failure.call;
  if (!call.path.empty() || call.address.starts_with("unix:") || call.error != Errno{EACCES}) return false;
  if (call.name == "connect") return true;
  unsigned port = 0, first_free = 1024;
  const std::string_view digits = std::string_view(call.address).substr(call.address.rfind(':') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const std::string knob = input.host.read("/proc/sys/net/ipv4/ip_unprivileged_port_start").value_or("1024");
  std::from_chars(knob.data(), knob.data() + knob.size(), first_free);
  return call.name == "bind" && port != 0 &&
         (failure.as.uid.value_or(input.target.identity.uid) == 0 || port >= first_free);
}

}  // namespace

std::vector<std::string> unexplained_refusals(const CheckInput& input) {
  std::vector<std::string> things;
  for (const Failure* failure : open_failures(input.facts, {EACCES, EPERM})) {
    const bool by_address = is_refused_port(*failure, input);
    const std::string& thing = by_address ? failure->call.address : failure->call.path;
    if (!by_address && !thing.starts_with('/')) continue;
    if (std::find(things.begin(), things.end(), thing) != things.end()) continue;
    const Identity identity = identity_as(input.host, input.target.identity, failure->as);
    if (by_address || walk(input.host, thing, identity, wanted_of(failure->call)).allowed())
      things.push_back(thing);
  }
  return things;
}

OwnDenials denials_of_run(const CheckInput& input, Denial::Module module) {
  OwnDenials own;
  if (input.facts.outcome.state == State::not_run) return own;
  DenialLog log = read_denials(input.host);
  own.not_looked_at = std::move(log.not_looked_at);
  own.is_readable = log.is_readable;
  const double lasted = std::chrono::duration<double>(input.facts.outcome.duration).count();
  for (Denial& denial : log.denials) {
    const bool is_old = log.now > 0 && denial.at > 0 &&
                        denial.at < log.now - lasted - (log.same_pids ? slack : slack_by_name);
    if (denial.module == module && !is_old && is_ours(denial, log.same_pids, input.facts))
      own.denials.push_back(std::move(denial));
  }
  return own;
}

CheckStatus weight_of_denial(const CheckInput& input) {
  return went_well(input.facts.outcome) ? CheckStatus::warn : CheckStatus::fail;
}

bool judge_denials(const CheckInput& input, const OwnDenials& own, Verdict& verdict,
                   const std::function<std::string(const Denial&)>& say,
                   const std::function<void(const Denial&)>& advise) {
  bool refused = false;
  for (const Denial& denial : own.denials) {
    if (!denial.enforced) {
      verdict.detail("not in force", say(denial));
      continue;
    }
    refused = true;
    verdict.note(weight_of_denial(input), say(denial));
    verdict.detail("denial", denial.text);
    advise(denial);
  }
  return refused;
}

}  // namespace whywontitstart
