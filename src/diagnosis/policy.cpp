#include "diagnosis/policy.h"

#include <cerrno>
#include <set>

#include "base/text.h"
#include "diagnosis/words.h"
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
constexpr double slack = 3;             // seconds: the time of boot is told in whole ones

bool is_refusal(const Failure& failure) {
  return number(failure.call.error) == EACCES || number(failure.call.error) == EPERM;
}

/// Only then the logs are worth reading.
bool has_refusals(const Facts& facts) {
  return std::any_of(facts.failures.begin(), facts.failures.end(),
                     [](const Failure& failure) { return is_refusal(failure) && !failure.healed; });
}

bool is_any(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has_right(const Denial& denial, std::initializer_list<std::string_view> wanted) {
  const std::vector<std::string_view> rights = split(denial.rights, ' ');
  return std::any_of(rights.begin(), rights.end(),
                     [&](std::string_view right) { return is_any(right, wanted); });
}

bool is_of_sockets(const Denial& denial) {
  return denial.kind.ends_with("_socket") ||
         is_any(denial.kind, {"inet", "inet6", "netlink", "packet", "unix"});
}

bool is_of_execution(const Denial& denial) {
  if (denial.module == Denial::Module::apparmor)
    return denial.operation == "exec" || denial.operation == "change_onexec";
  return denial.kind == "process"
             ? has_right(denial, {"transition", "nnp_transition", "nosuid_transition", "ptrace"})
             : has_right(denial, {"execute", "execute_no_trans", "entrypoint"});
}

/// The part of the path that was denied: all of it, a folder on the way, or the same under another name.
bool is_on_the_way(const Denial& denial, const std::string& path) {
  if (path.empty() || denial.what.empty()) return false;
  std::string_view what = denial.what;
  if (what.size() > 1 && what.ends_with('/')) what.remove_suffix(1);
  if (what == path) return true;
  if (denial.module == Denial::Module::apparmor)
    // The module goes by the name without links, and so the last part is often all that is the same.
    return base_name(what) == base_name(path);
  if (what.starts_with('/'))
    return path.starts_with(std::string(what) + "/") || base_name(what) == base_name(path);
  for (const std::string_view part : split(path, '/'))
    if (part == what) return true;
  // A file that does not exist is created in its folder: its name, or that of the folder is told.
  return denial.kind == "dir" && (what == "/" || what == base_name(folder_of(path)));
}

/// "CAP_CHOWN": AppArmor writes it small and without the "CAP_".
std::string policy_capability(const Denial& denial) {
  if (denial.what.starts_with("CAP_")) return denial.what;
  std::string name = "CAP_" + denial.what;
  for (char& letter : name)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  return name;
}

/// The path up to the part that was denied, of which SELinux may say the name alone.
std::string denied_path(const Denial& denial, const std::string& path) {
  if (denial.what.starts_with('/') || denial.what.empty()) return denial.what.empty() ? path : denial.what;
  if (base_name(path) == denial.what) return path;
  const std::size_t at = path.find("/" + denial.what + "/");
  return at == std::string::npos ? path : path.substr(0, at + 1 + denial.what.size());
}

std::string_view port_of(std::string_view address) { return address.substr(address.rfind(':') + 1); }

/// How well the refused call goes with what was denied; 0: not at all.
int likeness(const Denial& denial, const SyscallEvent& call) {
  if (denial.kind.starts_with("capability") || denial.operation == "capable")
    return call.path.empty() || call.name == "chown" ? 2 : 1;
  if (is_any(call.name, {"execve", "execveat"})) {
    if (is_on_the_way(denial, call.path)) return 3;
    return is_of_execution(denial) ? 2 : 0;
  }
  if (is_on_the_way(denial, call.path) || is_on_the_way(denial, call.other_path)) return 3;
  if (is_on_the_way(denial, call.file)) return 2;
  if (is_of_sockets(denial)) {
    if (has_right(denial, {"name_bind", "name_connect"})) return port_of(call.address) == denial.what ? 3 : 0;
    if (is_any(call.name, {"socket", "socketpair", "bind", "connect", "listen", "accept", "accept4", "sendto",
                           "sendmsg", "setsockopt"}))
      return has_right(denial, {call.name}) ? 3 : 1;
    return 0;
  }
  // Of memory there is no name: execmem, execmod.
  return denial.kind == "process" && is_any(call.name, {"mmap", "mprotect", "setrlimit", "prlimit64"}) ? 1
                                                                                                       : 0;
}

std::optional<std::size_t> refused_call(const Denial& denial, const Facts& facts, const Host& host) {
  std::optional<std::size_t> best;
  int most = 0;
  for (std::size_t at = 0; at < facts.failures.size(); ++at) {
    const Failure& failure = facts.failures[at];
    if (!is_refusal(failure) || failure.process != denial.pid) continue;
    int like = likeness(denial, failure.call);
    // The modules see the file that a link leads to.
    if (like < 3 && failure.call.path.starts_with('/')) {
      SyscallEvent resolved = failure.call;
      resolved.path = walk(host, failure.call.path, Identity{}).resolved;
      like = std::max(like, likeness(denial, resolved));
    }
    if (like < most || like == 0) continue;
    most = like;
    best = at;
  }
  return best;
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

/// A text that is not to be read as a template any more.
std::string literal(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    result += byte;
    if (byte == '{' || byte == '}') result += byte;
  }
  return result;
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

bool changes_identity(const Facts& facts) {
  return std::any_of(facts.calls.begin(), facts.calls.end(), [](const CallCount& count) {
    return is_any(count.name, {"setuid", "setreuid", "setresuid", "setfsuid", "setgroups", "capset"});
  });
}

/// Where no log may be read: a file that is refused though its mode allows it. Not of a program that became
/// somebody else, since whose rights counted is not known then.
void add_guess(std::vector<Candidate>& candidates, const Target& target, const Facts& facts,
               const Host& host) {
  if (changes_identity(facts)) return;
  std::optional<Candidate> guess = confinement_of(target, facts, host);
  if (!guess) return;
  for (std::size_t at = facts.failures.size(); at-- > 0;) {
    const Failure& failure = facts.failures[at];
    const std::string& path = failure.call.path;
    if (!is_refusal(failure) || failure.healed || !path.starts_with('/') || path.starts_with("/proc/"))
      continue;
    if (!walk(host, path, target.identity, wanted_of(failure.call)).allowed()) continue;
    Match& match = guess->match;
    const bool by_profile = match.cause == "security.apparmor";
    match.subject_kind = by_profile ? "profile" : "path";
    match.subject = by_profile ? "{profile}" : "{path}";
    match.values["path"] = path;
    match.values["doing"] = "use " + path;
    match.weight = likely;
    match.failure = at;
    match.process = failure.process;
    guess->probed.push_back(
        {"probe", fmt::format("modes, mounts and attributes allow it for {}", path), Pid::none, {}});
    candidates.push_back(std::move(*guess));
    return;
  }
}

}  // namespace

void add_denials(std::vector<Candidate>& candidates, const Target& target, const Facts& facts,
                 const Host& host) {
  if (!has_refusals(facts)) return;
  const DenialLog log = read_denials(host);
  if (!log.is_readable) return add_guess(candidates, target, facts, host);
  const double since = log.now - std::chrono::duration<double>(facts.outcome.duration).count() - slack;
  std::set<std::size_t> explained;
  std::vector<Candidate> found;
  for (const Denial& denial : log.denials) {
    if (!denial.enforced || denial.at < since) continue;
    const std::optional<std::size_t> at = refused_call(denial, facts, host);
    if (at && explained.insert(*at).second) found.push_back(candidate_of(denial, *at, target, facts, host));
  }
  for (Candidate& candidate : candidates)
    if (std::any_of(explained.begin(), explained.end(),
                    [&](std::size_t at) { return is_about(candidate.match, at, facts); }))
      candidate.doubt += another_reason;
  std::move(found.begin(), found.end(), std::back_inserter(candidates));
}

}  // namespace whywontitstart
