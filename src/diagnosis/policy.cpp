#include "diagnosis/policy.h"

#include <map>

#include "base/fill.h"
#include "base/text.h"
#include "diagnosis/denied_calls.h"
#include "diagnosis/words.h"
#include "host/accounts.h"
#include "host/apparmor.h"
#include "host/denials.h"
#include "host/path_walk.h"
#include "host/policy_fixes.h"
#include "host/wanted.h"

namespace whywontitstart {
namespace {

constexpr double likely = 0.8;          // nothing else is known that would refuse it
constexpr double surely = 0.97;         // the module says so itself
constexpr double another_reason = 3.0;  // log-odds that it takes from other explanations of the same call
constexpr int most_looks = 2;           // more, at a log that has nothing yet
// Seconds between the end and our look. A machine may be slow, and where the PIDs are the same an old record
// does no harm.
constexpr double slack = 60, slack_by_name = 3;

/// Only then the logs are worth reading.
bool has_refusals(const Facts& facts) {
  return std::any_of(facts.failures.begin(), facts.failures.end(),
                     [](const Failure& failure) { return is_refusal(failure) && !failure.healed; });
}

std::string what_words(const Denial& denial, const Failure& failure) {
  if (denial.kind.starts_with("capability") || denial.operation == "capable")
    return fmt::format("use the capability {}", policy_capability(denial));
  const SyscallEvent& call = failure.call;
  if (!call.address.empty())
    return fmt::format("{} {}", call.name == "connect" ? "connect to" : "listen on", call.address);
  if (is_of_execution(denial)) return fmt::format("run {}", call.path.empty() ? denial.what : call.path);
  const std::string object = !call.path.empty() ? call.path : denial.what;
  return object.empty() ? "call " + call.name : fmt::format("use {} ({})", object, denial.rights);
}

Subject subject_of_denial(const Denial& denial, const Failure& failure) {
  if (denial.module == Denial::Module::apparmor) return {"profile", denial.who};
  if (denial.kind.starts_with("capability")) return {"capability", policy_capability(denial)};
  if (!failure.call.address.empty() && !failure.call.address.starts_with("unix:"))
    return {"port", failure.call.address};
  if (!failure.call.path.empty()) return {"path", denied_path(denial, failure.call.path)};
  return {"profile", std::string(selinux_type(denial.who))};
}

Candidate candidate_of(const Denial& denial, std::size_t at, const Target& target, const Facts& facts,
                       const Host& host) {
  const Failure& failure = facts.failures[at];
  const bool is_selinux = denial.module == Denial::Module::selinux;
  const Subject subject = subject_of_denial(denial, failure);
  Candidate made;
  Match& match = made.match;
  match.rule = "security-log";
  match.cause = is_selinux ? "security.selinux" : "security.apparmor";
  match.weight = surely;
  match.failure = at;
  match.process = failure.process;
  match.subject_kind = subject.kind;
  match.subject = "{denied}";
  match.title = is_selinux ? "SELinux forbids it" : "AppArmor forbids it";
  match.summary =
      is_selinux
          ? "SELinux does not let {program}, which runs as {profile}, {doing}{?: that has the type {type}}"
          : "the AppArmor profile {profile} does not let {program} {doing}";
  match.values = {{"program", program_name(target, facts)},
                  {"denied", subject.value},
                  {"profile", is_selinux ? std::string(selinux_type(denial.who)) : denial.who},
                  {"doing", what_words(denial, failure)},
                  {"type", std::string(selinux_type(denial.label))}};
  if (denial.label == denial.who) match.values["type"].clear();
  for (const Fix& fix : is_selinux ? selinux_fixes(host, denial, denied_path(denial, failure.call.path))
                                   : apparmor_fixes(host, denial))
    match.fixes.push_back({literal(fix.text), literal(fix.command), fix.risk});
  match.references = is_selinux ? std::vector<std::string>{"selinux(8)", "audit2why(1)"}
                                : std::vector<std::string>{"apparmor(7)", "apparmor.d(5)"};
  made.probed.push_back({"log", denial.text, denial.pid, {}});
  return made;
}

/// Somebody else's words for the same call: of it, or of a line that speaks of it.
bool is_about(const Match& match, std::size_t failure, const Facts& facts) {
  if (match.failure) return *match.failure == failure;
  if (!match.line) return false;
  const Failure& refused = facts.failures[failure];
  for (const std::vector<std::size_t>& lines : {refused.named_by, refused.echoed_by})
    if (std::find(lines.begin(), lines.end(), *match.line) != lines.end()) return true;
  return false;
}

/// The module that is in force for the program, as a start of a candidate; none if that is not known.
std::optional<Candidate> confinement_of(const Target& target, const Facts& facts, const Host& host) {
  Candidate made;
  Match& match = made.match;
  match.rule = "security-module";
  match.values["program"] = program_name(target, facts);
  if (host.read("/sys/fs/selinux/enforce").value_or("0").starts_with('1')) {
    match.cause = "security.selinux";
    match.title = "SELinux seems to forbid it";
    match.summary = "SELinux is enforcing, and no mode explains why {program} may not {doing}";
    match.fixes = {{"see what was denied, as root", "ausearch -m avc -ts recent", "safe"}};
    match.references = {"selinux(8)"};
    return made;
  }
  const Result<std::vector<AppArmorProfile>> profiles = apparmor_profiles(host);
  if (!profiles || target.executable.empty()) return std::nullopt;
  const PathWalk way = walk(host, target.executable, Identity{});
  const AppArmorProfile profile = profile_for(*profiles, way.exists ? way.resolved : target.executable);
  if (profile.mode != "enforce" && profile.mode != "kill") return std::nullopt;
  match.cause = "security.apparmor";
  match.title = "AppArmor seems to forbid it";
  match.summary =
      "the AppArmor profile {profile} is in force, and no mode explains why {program} may not {doing}";
  match.values["profile"] = profile.name;
  match.fixes = {{"see what was denied, as root", "journalctl -k -g apparmor=.DENIED", "safe"}};
  match.references = {"apparmor(7)"};
  return made;
}

/// A file that was refused last although its mode allows it.
std::optional<std::size_t> unexplained_refusal(const Target& target, const Facts& facts, const Host& host) {
  for (std::size_t at = facts.failures.size(); at-- > 0;) {
    const Failure& failure = facts.failures[at];
    const std::string& path = failure.call.path;
    if (!is_refusal(failure) || failure.healed || !path.starts_with('/') || path.starts_with("/proc/"))
      continue;
    const Identity identity = identity_as(host, target.identity, failure.as);
    if (walk(host, path, identity, wanted_of(failure.call)).allowed()) return at;
  }
  return std::nullopt;
}

/// Where no log may be read: a file that is refused though its mode allows it.
void add_guess(std::vector<Candidate>& candidates, const Target& target, const Facts& facts,
               const Host& host) {
  std::optional<Candidate> guess = confinement_of(target, facts, host);
  if (!guess) return;
  const std::optional<std::size_t> at = unexplained_refusal(target, facts, host);
  if (!at) return;
  const Failure& failure = facts.failures[*at];
  Match& match = guess->match;
  const bool by_profile = match.cause == "security.apparmor";
  match.subject_kind = by_profile ? "profile" : "path";
  match.subject = by_profile ? "{profile}" : "{path}";
  match.values["path"] = failure.call.path;
  match.values["doing"] = "use " + failure.call.path;
  match.weight = likely;
  match.failure = at;
  match.process = failure.process;
  guess->probed.push_back(
      {"probe", "modes, mounts and attributes allow it for " + failure.call.path, Pid::none, {}});
  candidates.push_back(std::move(*guess));
}

/// Those that go with a call, the first for each.
std::map<std::size_t, Denial> by_call(const DenialLog& log, const Facts& facts, const Host& host) {
  const double since = log.now - std::chrono::duration<double>(facts.outcome.duration).count() -
                       (log.same_pids ? slack : slack_by_name);
  std::map<std::size_t, Denial> found;
  for (const Denial& denial : log.denials) {
    if (!denial.enforced || denial.at < since) continue;
    if (const std::optional<std::size_t> at = refused_call(denial, log.same_pids, facts, host))
      found.try_emplace(*at, denial);
  }
  return found;
}

}  // namespace

void add_denials(std::vector<Candidate>& candidates, const Target& target, const Facts& facts,
                 const Host& host) {
  if (!has_refusals(facts)) return;
  DenialLog log = read_denials(host);
  if (!log.is_readable) return add_guess(candidates, target, facts, host);
  std::map<std::size_t, Denial> found = by_call(log, facts, host);
  // The kernel leaves the writing to a thread of its own, which may be late.
  for (int again = 0; again < most_looks && found.empty(); ++again) {
    if (!unexplained_refusal(target, facts, host) || !confinement_of(target, facts, host)) break;
    log = read_denials(host);
    found = by_call(log, facts, host);
  }
  for (Candidate& candidate : candidates)
    if (std::any_of(found.begin(), found.end(),
                    [&](const auto& entry) { return is_about(candidate.match, entry.first, facts); }))
      candidate.doubt += another_reason;
  for (const auto& [at, denial] : found) candidates.push_back(candidate_of(denial, at, target, facts, host));
}

}  // namespace whywontitstart
