#include "diagnosis/probes.h"

#include <cerrno>

#include "base/fill.h"
#include "base/text.h"
#include "diagnosis/killed.h"
#include "host/accounts.h"
#include "host/addresses.h"
#include "host/bounds.h"
#include "host/elf.h"
#include "host/exec.h"
#include "host/libraries.h"
#include "host/locks.h"
#include "host/needed_capability.h"
#include "host/open_files.h"
#include "host/packages.h"
#include "host/path_steps.h"
#include "host/path_walk.h"
#include "host/peers.h"
#include "host/ports.h"
#include "host/resolver.h"
#include "host/wanted.h"

namespace whywontitstart {
namespace {

constexpr std::uint64_t nearly_nothing = 65536;  // bytes free on what is called a full disk

struct Question {
  Candidate& candidate;
  const Target& target;
  const Facts& facts;
  const Host& host;

  Match& match() const { return candidate.match; }
  const Failure* failure() const {
    return candidate.match.failure ? &facts.failures[*candidate.match.failure] : nullptr;
  }
  /// Who it was that failed: it may have dropped its rights since it was started.
  Identity identity() const {
    return failure() != nullptr ? identity_as(host, target.identity, failure()->as) : target.identity;
  }
  std::string& value(const char* name) const { return candidate.match.values[name]; }
  Subject subject() const { return subject_of(candidate.match); }
  void found(std::string text) const {
    candidate.probed.push_back({"probe", std::move(text), Pid::none, {}});
  }
  void add_fixes(const std::vector<Fix>& fixes) const {
    // What the machine proposes fits this very case, so it goes before what the rule proposes for all.
    match().fixes.insert(match().fixes.begin(), fixes.begin(), fixes.end());
  }
};

bool is_denial(Errno error) { return error == Errno{EACCES} || error == Errno{EPERM}; }

/// What the way to a path tells, in the placeholders of rules.
void ask_path(const Question& question) {
  const Failure* failure = question.failure();
  std::string path = question.subject().value;
  if (failure != nullptr && !failure->call.path.empty()) path = failure->call.path;
  if (path.starts_with("unix:")) path = path.substr(5);
  if (!path.starts_with('/')) return;
  const Wanted wanted = failure != nullptr ? wanted_of(failure->call) : Wanted{};
  const PathWalk way = walk(question.host, path, question.identity(), wanted);
  if (way.barrier == Barrier::unknown) return;
  if (way.allowed() && failure != nullptr && failure->as.landlocked && is_denial(failure->call.error)) {
    question.match().cause = "security.landlock";
    question.match().summary =
        literal(fmt::format("the program may not use {}, since it has confined itself with "
                            "landlock_restrict_self(2): the path is not "
                            "among those that it left itself",
                            path));
    question.match().fixes.clear();
    question.found(fmt::format("modes and owners allow it to use {}", path));
    return;
  }
  if (way.allowed()) {
    // Made since by the program or somebody else; or refused by something that is not a mode.
    if (failure != nullptr) question.found(fmt::format("{} can be reached now", path));
    return;
  }
  question.found(way.reason);
  question.value("reason") = way.reason;
  question.value("component") = way.at;
  if (!way.near_misses.empty()) {
    question.value("near") = way.near_misses.front();
    question.found(fmt::format("there is {}", join(way.near_misses, ", ")));
  }
  if (!way.steps.empty())
    question.candidate.probed.push_back({"walk", step_lines(question.host, way), Pid::none, {}});
  std::vector<Fix> fixes;
  for (const Fix& fix : way.fixes) fixes.push_back({literal(fix.text), literal(fix.command), fix.risk});
  question.add_fixes(fixes);
}

/// Why execve(2) failed: it is the file itself, its interpreter, its mount, or the way to it.
void ask_exec(const Question& question) {
  const Failure* failure = question.failure();
  const std::string path = failure != nullptr ? failure->call.path : question.subject().value;
  if (!path.starts_with('/')) return;
  const ExecProblem problem =
      explain_exec(question.host, path, question.identity(), question.target.environment);
  if (problem.cause.empty()) return;
  Match& match = question.match();
  match.cause = problem.cause;
  match.subject_kind = problem.subject.kind;
  match.subject = literal(problem.subject.value);
  match.summary = literal(problem.summary);
  question.value("interpreter") = problem.interpreter;
  for (const Evidence& evidence : problem.evidence) question.candidate.probed.push_back(evidence);
  if (problem.fixes.empty()) return;
  match.fixes.clear();
  for (const Fix& fix : problem.fixes)
    match.fixes.push_back({literal(fix.text), literal(fix.command), fix.risk});
}

/// Who has the port, or the socket file.
void ask_port(const Question& question) {
  const Failure* failure = question.failure();
  const std::string address = failure != nullptr ? failure->call.address : question.subject().value;
  if (address.empty()) return;
  const std::string_view protocol = failure != nullptr ? protocol_of(failure->call) : std::string_view();
  const Result<PortAnswer> answer = port_holders(question.host, address, protocol);
  if (!answer) return;
  if (!answer->holders.empty()) {
    const PortHolder& holder = answer->holders.front();
    question.value("holder") = holder.who();
    if (holder.pid != Pid::none) question.value("holder_pid") = std::to_string(number(holder.pid));
    question.value("socket_state") = holder.state;
    question.found(fmt::format("{} is held by {} ({})", holder.address, holder.who(), holder.state));
    if (!holder.note.empty()) question.found(holder.note);
    const std::optional<Endpoint> endpoint = parse_endpoint(address);
    std::vector<Fix> fixes;
    for (const Fix& fix : fixes_of(holder, endpoint ? endpoint->port : std::uint16_t{0}))
      fixes.push_back({literal(fix.text), literal(fix.command), fix.risk});
    question.add_fixes(fixes);
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

/// Does anybody listen where the program tried to connect, and is there a way?
void ask_peer(const Question& question) {
  const Failure* failure = question.failure();
  if (failure == nullptr || failure->call.address.empty()) return;
  for (std::string& words : about_peer(question.host, question.identity(), failure->call))
    question.found(std::move(words));
}

/// Why no interface has the address.
void ask_address(const Question& question) {
  const Failure* failure = question.failure();
  if (failure == nullptr || failure->call.address.empty()) return;
  if (failure->call.name == "connect") return ask_peer(question);
  question.found(why_not_available(question.host, failure->call.address));
}

/// What keeps names from being found.
void ask_resolver(const Question& question) {
  const Resolver resolver = resolver_of(question.host);
  for (const std::string& fault : resolver.faults) question.found(fault);
  if (!resolver.servers.empty()) question.found("/etc/resolv.conf names " + join(resolver.servers, ", "));
}

/// The file that it is about: the one that is named, else the last one that it read and that is called like
/// one.
std::string lock_file_of(const Question& question) {
  const std::string named = question.subject().value;
  const Process* process = question.facts.find(question.match().process);
  if (named.starts_with('/')) return named;
  if (named.find(' ') == std::string::npos && process != nullptr && !process->cwd.empty())
    return absolute_path(process->cwd, named);
  const std::vector<OpenedFile>& opened = question.facts.opened;
  const auto last = std::find_if(opened.rbegin(), opened.rend(), [](const OpenedFile& file) {
    return file.path.ends_with(".pid") || file.path.ends_with(".lock");
  });
  return last == opened.rend() ? "" : last->path;
}

/// A file that is a lock by being there, and that tells nothing: whoever works under it mostly has it open.
void ask_empty_lock(const Question& question, const std::string& path) {
  const Failure* failure = question.failure();
  if (failure == nullptr || failure->call.error != Errno{EEXIST}) return;
  const std::vector<PipeEnd> users = pipe_ends(question.host, path);
  if (!users.empty()) {
    question.value("holder") = process_label(question.host, users.front().pid);
    question.value("holder_pid") = std::to_string(number(users.front().pid));
    return question.found(fmt::format("{} is open in {}", path, question.value("holder")));
  }
  question.match().cause = "file.stale-lock";
  question.found(fmt::format("no process that we can see has {} open", path));
}

/// Who holds the lock; or, of a PID file, whether its process lives.
void ask_lock(const Question& question) {
  if (!question.value("holder").empty()) return;  // asked while the program still waited
  const std::string path = lock_file_of(question);
  if (!path.starts_with('/')) return;
  const Result<std::vector<LockHolder>> holders = lock_holders(question.host, path);
  if (holders && !holders->empty()) {
    question.value("holder") = holders->front().who();
    if (holders->front().lock.pid != Pid::none)
      question.value("holder_pid") = std::to_string(number(holders->front().lock.pid));
    question.found(fmt::format("{} is locked by {}", path, holders->front().who()));
    return;
  }
  const Result<PidFile> file = read_pid_file(question.host, path, question.target.executable);
  if (!file) return;
  if (file->pid == Pid::none) return ask_empty_lock(question, path);
  question.match().subject_kind = "path";
  question.match().subject = literal(path);
  question.match().cause = file->alive && file->same_program ? "file.locked" : "file.stale-lock";
  if (file->alive && file->same_program) {
    question.value("holder") = fmt::format("{} (PID {})", file->command, number(file->pid));
    question.found(fmt::format("{} names PID {}, which runs: {}", path, number(file->pid), file->command));
  } else {
    question.found(fmt::format("{} names PID {}, which {}", path, number(file->pid),
                               file->alive ? "is another program now" : "does not run any more"));
  }
}

/// What may be behind the failing call; where there are but words, behind what such words mostly stand for.
std::vector<Bound> bounds_of(const Question& question) {
  const Process* process = question.facts.find(question.match().process);
  const bool lives = question.facts.outcome.attached && process != nullptr;
  Bearer who;
  who.pid = lives ? process->pid : Pid::none;
  who.identity = question.identity();
  who.limits = program_limits(question.host, question.target, process, who.pid).limits;
  const Failure* failure = question.failure();
  return failure != nullptr ? bounds_behind(question.host, failure->call, who)
                            : bounds_like(question.host, question.subject().value, who);
}

void name_bound(const Question& question, const Bound& bound) {
  Match& match = question.match();
  const std::string expected = question.subject().value;
  if (expected != bound.name) {
    // The words of the rule are about the one that it expected.
    match.fixes.clear();
    if (match.summary.find(expected) != std::string::npos)
      match.summary =
          "{program} was refused what it asked for: " + literal(bound.name) + " is reached ({limit})";
  }
  match.cause = bound.cause;
  match.subject_kind = "limit";
  match.subject = literal(bound.name);
  question.value("limit") = amounts_of(bound);
  question.found(to_text(bound));
  if (bound.was_met) question.found(fmt::format("the kernel counts refusals for {}", bound.name));
  question.add_fixes({{literal(bound.fix.text), literal(bound.fix.command), bound.fix.risk}});
}

/// Which bound it is, and how far it is used up.
void ask_limit(const Question& question) {
  const std::vector<Bound> bounds = bounds_of(question);
  if (bounds.empty()) return;
  if (bounds.front().reached != false) return name_bound(question, bounds.front());
  question.found(to_text(bounds.front()));
}

/// Which limit or lack is behind a refused request for memory. By elimination alone nothing is named:
/// programs have bounds of their own.
void ask_memory(const Question& question) {
  for (const Bound& bound : bounds_of(question)) {
    const bool is_limit = bound.name.starts_with("RLIMIT_");
    if (bound.reached.value_or(false) || (is_limit && !bound.reached)) return name_bound(question, bound);
  }
}

/// Which of the file systems that the program writes to is full, and of what.
void ask_disk(const Question& question) {
  std::vector<std::string> paths;
  for (const OpenedFile& file : question.facts.opened)
    if (file.written) paths.push_back(file.path);
  if (const std::string subject = question.subject().value; subject.starts_with('/'))
    paths.push_back(subject);
  std::reverse(paths.begin(), paths.end());  // what was opened last is what it most likely failed on
  for (const std::string& path : paths) {
    Result<Filesystem> disk = question.host.filesystem(path);
    if (!disk) disk = question.host.filesystem(folder_of(path));
    if (!disk) continue;
    const bool no_inodes = disk->total_inodes > 0 && disk->free_inodes == 0;
    if (!no_inodes && disk->free_bytes > nearly_nothing) continue;
    Match& match = question.match();
    if (no_inodes) match.cause = "disk.inodes";
    match.subject_kind = "path";
    match.subject = literal(path);
    question.value("object") = question.value("place") = path;
    question.value("used") =
        no_inodes ? fmt::format("0 of {} inodes are free", disk->total_inodes)
                  : fmt::format("{} of {} bytes are free", disk->free_bytes, disk->total_bytes);
    question.found(fmt::format("the file system of {}: {}", path, question.value("used")));
    return;
  }
}

/// The loader says "no such file" also of a library that is there and made for another machine or class.
bool is_for_another_machine(const Question& question, const Process* process) {
  if (process == nullptr || !process->executable.starts_with('/')) return false;
  const auto blame = [&](const std::string& path, const std::string& why) {
    question.match().cause = "library.wrong-arch";
    question.match().title = "A library is made for another machine";
    question.match().summary = fmt::format("{{program}} cannot load {}: {}", literal(path), literal(why));
    question.found(fmt::format("{}: {}", path, why));
    return true;
  };
  const std::string named = absolute_path(question.target.cwd, question.value("library"));
  const Result<ElfFile> program = read_elf(question.host, process->executable);
  const Result<ElfFile> library = read_elf(question.host, named);
  if (program && library && !same_machine(*program, *library))
    return blame(named, fmt::format("it is for {}, the program for {}", machine_name(*library),
                                    machine_name(*program)));
  const Result<LibraryReport> report = resolve_libraries(
      question.host, process->executable, question.target.environment, false, question.target.cwd);
  for (const LibraryResult& missing : report ? report->missing() : std::vector<LibraryResult>{})
    for (const SearchPlace& place : missing.places)
      if (missing.soname == question.subject().value && !place.rejected.empty())
        return blame(place.path, place.rejected);
  return false;
}

/// Who needs the library, whether it was there but not to be read, and which package would bring it.
void ask_library(const Question& question) {
  const std::string soname = question.subject().value;
  for (const Failure& failure : question.facts.failures) {
    const bool refused = number(failure.call.error) == EACCES && base_name(failure.call.path) == soname;
    if (!refused || failure.process != question.match().process) continue;
    question.match().cause = "library.unreadable";
    question.match().summary = "{program} may not read the shared library " + literal(failure.call.path);
    question.found(to_text(failure.call));
    return;
  }
  const Process* process = question.facts.find(question.match().process);
  if (is_for_another_machine(question, process)) return;
  if (process != nullptr && process->executable.starts_with('/')) {
    const Result<LibraryReport> report = resolve_libraries(
        question.host, process->executable, question.target.environment, false, question.target.cwd);
    for (const LibraryResult& library : report ? report->missing() : std::vector<LibraryResult>{}) {
      if (library.soname != soname) continue;
      question.value("needed_by") = library.needed_by;
      question.found(fmt::format("{} is needed by {}", soname, library.needed_by));
    }
  }
  if (const Result<std::string> package = package_of_library(question.host, soname)) {
    question.value("package") = *package;
    question.found(fmt::format("package {} brings {}", *package, soname));
  }
}

}  // namespace

void probe(Candidate& candidate, const Target& target, const Facts& facts, const Host& host) {
  using Probe = void (*)(const Question&);
  static const std::map<std::string, Probe, std::less<>> probes = {
      {"path", ask_path},
      {"exec", ask_exec},
      {"port", ask_port},
      {"connect", ask_peer},
      {"address", ask_address},
      {"resolver", ask_resolver},
      {"lock", ask_lock},
      {"limit", ask_limit},
      {"memory", ask_memory},
      {"disk", ask_disk},
      {"library", ask_library},
      {"capability",
       [](const Question& question) {
         if (question.failure() == nullptr) return;
         question.value("capability") = needed_capability(question.host, question.failure()->call);
         if (!question.value("capability").empty()) question.match().subject = "{capability}";
       }},
      {"killer", [](const Question& question) {
         ask_killer(question.candidate, question.target, question.facts, question.host);
       }}};
  const auto found = probes.find(candidate.match.probe);
  if (found != probes.end()) found->second({candidate, target, facts, host});
}

}  // namespace whywontitstart
