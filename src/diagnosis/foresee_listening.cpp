#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "diagnosis/foresight.h"
#include "diagnosis/words.h"
#include "host/addresses.h"
#include "host/mounts.h"
#include "host/needed_capability.h"
#include "host/ports.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

constexpr double merely_likely = 0.6;

std::string name_of(const LookAhead& look) { return program_name(look.target, Facts()); }

std::string first_word(std::string_view command) {
  std::string_view word = command.substr(0, command.find(' '));
  // Servers write their titles as "sshd: /usr/sbin/sshd -D".
  if (word.ends_with(':')) word.remove_suffix(1);
  return std::string(base_name(word));
}

/// Is it the program itself that runs already?
bool is_same_program(const LookAhead& look, const PortHolder& holder) {
  if (holder.pid == Pid::none) return false;
  if (!look.intended.script.empty())
    return holder.command.find(base_name(look.intended.script)) != std::string::npos;
  std::vector<std::string> own = look.intended.names;
  own.emplace_back(base_name(look.target.executable));
  // The word after an interpreter is the script.
  const std::size_t blank = holder.command.find(' ');
  const std::string second = blank == std::string::npos ? "" : holder.command.substr(blank + 1);
  const std::vector<std::string> theirs = {std::string(base_name(holder.executable)),
                                           first_word(holder.command), first_word(second)};
  return std::find_first_of(own.begin(), own.end(), theirs.begin(), theirs.end()) != own.end();
}

/// systemd holds sockets for the services that it starts by them, see systemd.socket(5).
bool is_held_for_services(const PortHolder& holder) {
  return holder.pid == Pid{1} && base_name(holder.command.substr(0, holder.command.find(' '))) != "" &&
         (holder.command.find("systemd") != std::string::npos || base_name(holder.executable) == "systemd" ||
          first_word(holder.command) == "init");
}

/// "process 812 (nginx.service)".
std::string process_of(const PortHolder& holder) {
  std::string text = fmt::format("process {}", number(holder.pid));
  if (!holder.unit.empty()) text += fmt::format(" ({})", holder.unit);
  if (!holder.container.empty()) text += fmt::format(" in container {}", holder.container);
  return text;
}

Finding taken(const LookAhead& look, const Intent& intent, const PortHolder& holder, Subject subject) {
  const std::string what = subject.kind == "path" ? subject.value : "port " + subject.value;
  const bool same = is_same_program(look, holder);
  Finding finding = about(intent, "port.in-use", std::move(subject));
  finding.rule = "check-ports";
  finding.title = same ? runs_already : "A port is taken";
  finding.summary =
      same ? fmt::format("{} is already running: {} listens on {}", name_of(look), process_of(holder),
                         finding.subject.value)
           : fmt::format("{} ({}) is already taken by {}", what, who_names(intent), holder.who());
  finding.evidence.push_back(
      {"probe",
       fmt::format("{} is held by {} ({})", holder.address, holder.who(), holder.state),
       holder.pid,
       {}});
  // With SO_REUSEPORT a second one of the same user gets the port as well.
  if (same && intent.shares) finding.confidence = std::min(finding.confidence, merely_likely);
  finding.references = {"bind(2)"};
  return finding;
}

void offer_another_port(const LookAhead& look, const Endpoint& endpoint, Finding& finding) {
  finding.fixes.push_back(
      {"see who listens there", fmt::format("ss -ltnup 'sport = :{}'", endpoint.port), "safe"});
  finding.fixes.push_back({fmt::format("let {} use another port, or stop the other program", name_of(look)),
                           "", "changes-system"});
}

/// May the program bind ports that are root's, as far as can be told? None: nobody says.
std::optional<bool> may_bind_all(const LookAhead& look) {
  const std::optional<unsigned> number = capability_number("CAP_NET_BIND_SERVICE");
  const Result<ProcessStatus> ours = process_status(look.host, Pid::none);
  const std::uint64_t bit = 1ULL << number.value_or(10);
  const bool knows = ours && ours->bounding;
  if (look.target.identity.uid == 0) return !knows || (*ours->bounding & bit) != 0;
  const Result<std::string> attribute = look.host.attribute(look.target.executable, "security.capability");
  const auto of_file = attribute ? parse_file_capabilities(*attribute) : std::nullopt;
  if (of_file && (of_file->permitted & bit) != 0) return true;
  const Result<FileStatus> file = look.host.status(look.target.executable);
  if (file && (file->mode & S_ISUID) != 0 && file->uid == 0) return true;
  if (!knows) return std::nullopt;
  return look.target.identity.uid == ours->uid && (ours->ambient.value_or(0) & bit) != 0;
}

void judge_privilege(const LookAhead& look, const Intent& intent, const Endpoint& endpoint, Foresight& into) {
  const std::uint16_t first = first_unprivileged_port(look.host);
  if (endpoint.port >= first) return;
  const char* const setting = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
  const bool is_hidden = !look.host.read(setting) && !look.host.status("/proc/sys/net/ipv4");
  if (is_hidden && look.target.identity.uid != 0)
    return into.unknown("ports", to_text(endpoint), fmt::format("{} is hidden", setting));
  const std::optional<bool> allowed = may_bind_all(look);
  if (allowed.value_or(false)) return;
  if (!allowed) return into.unknown("ports", to_text(endpoint), "our capabilities could not be seen");
  Finding finding = about(intent, "port.privileged", {"port", to_text(endpoint)});
  finding.rule = "check-ports";
  finding.title = "A port for root alone";
  finding.summary =
      fmt::format("{} may not listen on port {} ({}): ports below {} take root or CAP_NET_BIND_SERVICE",
                  name_of(look), endpoint.port, who_names(intent), first);
  finding.fixes = {
      {fmt::format("let {} use a port from {} on", name_of(look), first), "", "safe"},
      {"in a systemd unit give it the right: AmbientCapabilities=CAP_NET_BIND_SERVICE", "", "security"}};
  finding.references = {"ip(7)", "capabilities(7)"};
  into.findings.push_back(std::move(finding));
}

bool may_bind_foreign_addresses(const Host& host) {
  for (const char* path : {"/proc/sys/net/ipv4/ip_nonlocal_bind", "/proc/sys/net/ipv6/ip_nonlocal_bind"})
    if (const Result<std::string> text = host.read(path); text && trim(*text) == "1") return true;
  return false;
}

/// Is it an address of this machine, or one that any may listen on? None: that could not be seen.
std::optional<bool> is_own_address(const Host& host, const Endpoint& endpoint) {
  if (endpoint.is_wildcard() || endpoint.address.starts_with("127.")) return true;
  const Result<std::vector<std::string>> own = own_addresses(host);
  if (!own) return std::nullopt;
  return std::find(own->begin(), own->end(), endpoint.address) != own->end() ||
         may_bind_foreign_addresses(host);
}

Finding not_our_address(const LookAhead& look, const Intent& intent, const Endpoint& endpoint) {
  Finding finding = about(intent, "address.not-available", {"address", to_text(endpoint)});
  finding.rule = "check-ports";
  finding.title = "An address that this machine does not have";
  finding.summary =
      fmt::format("{} cannot listen on {} ({}): no interface of this machine has that address now",
                  name_of(look), endpoint.address, who_names(intent));
  finding.fixes = {
      {"see which addresses there are", "ip -brief address", "safe"},
      {"use one of them, or wait for the network (After=network-online.target)", "", "changes-system"}};
  finding.references = {"ip(7)"};
  return finding;
}

/// Of the holders of a port the first that listens. One of the other family stands in the way only where
/// either covers both, which is not to be seen from outside.
const PortHolder* listener_among(const std::vector<PortHolder>& holders) {
  const auto found = std::find_if(holders.begin(), holders.end(), [](const PortHolder& holder) {
    return holder.state == "LISTEN" || holder.state == "UNCONN";
  });
  return found == holders.end() ? nullptr : &*found;
}

void judge_endpoint(const LookAhead& look, const Intent& intent, Foresight& into) {
  const std::optional<Endpoint> endpoint = parse_endpoint(intent.value);
  if (!endpoint) return;
  const std::string name = fmt::format("{} {}", intent.protocol, intent.value);
  const std::optional<bool> is_own = is_own_address(look.host, *endpoint);
  if (!is_own) into.unknown("ports", name, "the addresses of this machine could not be seen");
  // Of a program that merely seems to listen: then it is the address of somebody whom it asks.
  if (!is_own.value_or(true) && intent.if_listens) return;
  judge_privilege(look, intent, *endpoint, into);
  if (!is_own.value_or(true)) into.findings.push_back(not_our_address(look, intent, *endpoint));
  const Result<PortAnswer> answer = port_holders(look.host, intent.value, intent.protocol);
  if (!answer)
    return into.unknown("ports", name,
                        fmt::format("who listens where could not be seen: {}", answer.error().what));
  const PortHolder* holder = listener_among(answer->holders);
  if (holder == nullptr) return into.pass("ports", name, "free");
  if (is_held_for_services(*holder))
    return into.pass("ports", name, "held by systemd, which hands it to the service");
  Finding finding = taken(look, intent, *holder, {"port", intent.value});
  const std::optional<Endpoint> theirs = parse_endpoint(holder->address);
  if (theirs && endpoint->is_v6 && !theirs->is_v6) finding.confidence *= 0.8;
  offer_another_port(look, *endpoint, finding);
  into.findings.push_back(std::move(finding));
}

void judge_socket(const LookAhead& look, const Intent& intent, Foresight& into) {
  const std::string path = intent.value.substr(5);
  const Result<PortAnswer> answer = port_holders(look.host, intent.value);
  if (!answer) return into.unknown("ports", path, answer.error().what);
  const PortHolder* holder = listener_among(answer->holders);
  if (holder != nullptr && is_held_for_services(*holder))
    return into.pass("ports", path, "held by systemd, which hands it to the service");
  if (holder != nullptr) {
    Finding finding = taken(look, intent, *holder, {"path", path});
    // Many a server takes the name away from whoever has it.
    if (!intent.stale_stops && !is_same_program(look, *holder)) finding.confidence = merely_likely;
    finding.fixes.push_back(
        {"see who listens on it", fmt::format("ss -lxp src {}", shell_quoted(path)), "safe"});
    into.findings.push_back(std::move(finding));
    return;
  }
  if (path.starts_with('@')) return into.pass("ports", path, "free");
  if (intent.stale_stops && socket_file_state(look.host, path) == SocketFile::stale) {
    Finding finding = about(intent, "port.in-use", {"path", path});
    finding.rule = "check-ports";
    finding.title = "A socket's file was left behind";
    finding.summary =
        fmt::format("the socket {} ({}) was left behind: nobody listens on it, and {} does not remove it",
                    path, who_names(intent), name_of(look));
    finding.fixes = {{"remove it", fmt::format("rm {}", shell_quoted(path)), "changes-system"}};
    finding.references = {"unix(7)"};
    into.findings.push_back(std::move(finding));
    return;
  }
  Intent file = intent;  // its name has to be made
  file.kind = Intent::Kind::write;
  file.value = path;
  foresee_path(look, file, into);
}

}  // namespace

void foresee_listening(const LookAhead& look, const Intent& intent, Foresight& into) {
  if (intent.value.starts_with("unix:"))
    judge_socket(look, intent, into);
  else
    judge_endpoint(look, intent, into);
}

}  // namespace whywontitstart
