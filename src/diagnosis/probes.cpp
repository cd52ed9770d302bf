#include "diagnosis/probes.h"

#include <cerrno>

#include "base/text.h"
#include "host/path_walk.h"
#include "host/ports.h"

namespace whywontitstart {
namespace {

struct Question {
  Candidate& candidate;
  const Target& target;
  const Facts& facts;
  const Host& host;

  const Failure* failure() const {
    return candidate.match.failure ? &facts.failures[*candidate.match.failure] : nullptr;
  }
  std::string& value(const char* name) const { return candidate.match.values[name]; }
  std::string subject() const { return fill(candidate.match.subject, candidate.match.values); }
  void found(std::string text) const {
    candidate.probed.push_back({"probe", std::move(text), Pid::none, {}});
  }
};

bool has_flag(const SyscallEvent& call, std::string_view flag) {
  return std::find(call.flags.begin(), call.flags.end(), flag) != call.flags.end();
}

Wanted wanted_by(const SyscallEvent& call) {
  Wanted wanted;
  const bool writes = has_flag(call, "O_WRONLY") || has_flag(call, "O_RDWR") || has_flag(call, "W_OK");
  wanted.rights.write = writes;
  wanted.rights.read = call.name.starts_with("open") && !has_flag(call, "O_WRONLY");
  wanted.rights.execute = call.name.starts_with("exec") || has_flag(call, "X_OK");
  wanted.create = has_flag(call, "O_CREAT") || call.name.starts_with("mkdir") ||
                  call.name.starts_with("mknod") || call.name == "creat" || call.name == "bind";
  wanted.remove = call.name.starts_with("unlink") || call.name == "rmdir";
  return wanted;
}

std::string octal_mode(const FileStatus& status) { return fmt::format("{:o}", status.mode & 07777U); }

/// What the way to a path tells, in the placeholders of rules.
void ask_path(const Question& question) {
  const Failure* failure = question.failure();
  const std::string path =
      failure != nullptr && !failure->call.path.empty() ? failure->call.path : question.subject();
  if (!path.starts_with('/')) return;
  const Wanted wanted = failure != nullptr ? wanted_by(failure->call) : Wanted{};
  const PathWalk way = walk(question.host, path, question.target.identity, wanted);
  if (way.barrier == Barrier::unknown) return;
  if (way.allowed()) {
    // Done since by the program itself or by somebody else; or refused by something that is not a mode.
    question.found(fmt::format("{} can be reached now", path));
    return;
  }
  question.found(way.reason);
  question.value("component") = way.at;
  if (!way.near_misses.empty()) {
    question.value("near") = way.near_misses.front();
    question.found(fmt::format("there is {}", join(way.near_misses, ", ")));
  }
  for (const PathStep& step : way.steps) {
    if (step.path != way.at) continue;
    question.value("mode") = octal_mode(step.status);
    question.value("owner") = std::to_string(step.status.uid);
  }
  for (const Fix& fix : way.fixes) question.candidate.match.fixes.push_back(fix);
}

/// Who has the port, or the socket file.
void ask_port(const Question& question) {
  const Failure* failure = question.failure();
  const std::string address = failure != nullptr ? failure->call.address : question.subject();
  if (address.empty()) return;
  const bool is_udp = failure != nullptr && has_flag(failure->call, "SOCK_DGRAM");
  const Result<PortAnswer> answer = port_holders(question.host, address, is_udp ? "udp" : "");
  if (!answer) return;
  if (!answer->holders.empty()) {
    const PortHolder& holder = answer->holders.front();
    question.value("holder") = holder.who();
    if (holder.pid != Pid::none) question.value("holder_pid") = std::to_string(number(holder.pid));
    question.value("socket_state") = holder.state;
    question.found(fmt::format("{} is held by {} ({})", holder.address, holder.who(), holder.state));
  } else if (address.starts_with("unix:") || address.starts_with('/')) {
    const std::string path = address.starts_with('/') ? address : address.substr(5);
    if (socket_file_state(question.host, path) == SocketFile::stale) {
      question.value("socket_state") = "stale";
      question.found(fmt::format("nobody listens on {}: the file was left behind", path));
    }
  } else if (answer->not_looked_at.empty()) {
    question.found(fmt::format("nobody has {} now", address));
  }
}

/// Does anybody listen where the program tried to connect?
void ask_peer(const Question& question) {
  const Failure* failure = question.failure();
  if (failure == nullptr || failure->call.address.empty()) return;
  const std::string& address = failure->call.address;
  if (address.starts_with("unix:/")) {
    const std::string path = address.substr(5);
    const PathWalk way = walk(question.host, path, question.target.identity);
    if (!way.allowed() && way.barrier != Barrier::unknown) question.found(way.reason);
    if (socket_file_state(question.host, path) == SocketFile::stale)
      question.found(fmt::format("{} is there, but nobody listens on it", path));
    return;
  }
  const Result<PortAnswer> answer = port_holders(question.host, address, "tcp");
  if (!answer || !answer->not_looked_at.empty()) return;
  const auto listens = [](const PortHolder& holder) { return holder.state == "LISTEN"; };
  const auto found = std::find_if(answer->holders.begin(), answer->holders.end(), listens);
  if (found == answer->holders.end())
    question.found(fmt::format("nothing on this machine listens on {}", address));
  else
    question.found(fmt::format("{} listens there now: {}", found->address, found->who()));
}

}  // namespace

void probe(Candidate& candidate, const Target& target, const Facts& facts, const Host& host) {
  using Probe = void (*)(const Question&);
  static const std::map<std::string, Probe, std::less<>> probes = {
      {"path", ask_path}, {"port", ask_port}, {"connect", ask_peer}};
  const auto found = probes.find(candidate.match.probe);
  if (found != probes.end()) found->second({candidate, target, facts, host});
}

}  // namespace whywontitstart
