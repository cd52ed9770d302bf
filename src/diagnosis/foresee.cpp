#include "diagnosis/foresee.h"

#include <array>

#include "base/text.h"
#include "host/exec.h"
#include "host/libraries.h"
#include "host/packages.h"

namespace whywontitstart {
namespace {

Finding not_found(const Target& target) {
  const std::string& program = target.argv.front();
  Finding finding;
  finding.cause = "exec.not-found";
  finding.rule = "check-executable";
  finding.subject = {"path", program};
  finding.title = "There is no such program";
  finding.summary = program.find('/') == std::string::npos
                        ? fmt::format("there is no program {} in any folder of PATH", program)
                        : fmt::format("there is no program {}", absolute_path(target.cwd, program));
  finding.confidence = as_the_machine_says;
  finding.evidence.push_back(
      {"probe",
       fmt::format("PATH is {}", variable(target.environment, "PATH").value_or("not set")),
       Pid::none,
       {}});
  return finding;
}

Finding finding_of(const ExecProblem& problem) {
  Finding finding;
  finding.cause = problem.cause;
  finding.rule = "check-executable";
  finding.subject = problem.subject;
  finding.title = "It cannot be run";
  finding.summary = problem.summary;
  finding.confidence = as_the_machine_says;
  finding.evidence = problem.evidence;
  finding.fixes = problem.fixes;
  finding.references = {"execve(2)"};
  return finding;
}

Finding finding_of(const LibraryResult& library, const Host& host) {
  Finding finding;
  finding.cause = "library.missing";
  finding.rule = "check-libraries";
  finding.subject = {"library", library.soname};
  finding.title = "A shared library is missing";
  finding.summary =
      fmt::format("the shared library {}, which {} needs, is in none of the places where the loader looks",
                  library.soname, library.needed_by);
  finding.confidence = as_the_machine_says;
  finding.references = {"ld.so(8)"};
  std::vector<std::string> places;
  for (const SearchPlace& place : library.places)
    places.push_back(place.rejected.empty() ? place.path
                                            : fmt::format("{} ({})", place.path, place.rejected));
  if (!places.empty()) finding.evidence.push_back({"search", join(places, ", "), Pid::none, {}});
  if (const Result<std::string> package = package_of_library(host, library.soname))
    finding.fixes.push_back({fmt::format("install package {}, which brings it", *package),
                             fmt::format("apt-get install {}", *package), "changes-system"});
  return finding;
}

Finding finding_of(const MissingVersion& version) {
  Finding finding;
  finding.cause = "library.version-missing";
  finding.rule = "check-libraries";
  finding.subject = {"library", version.library};
  finding.title = "A shared library is too old";
  finding.summary = fmt::format("{} needs version {} of {}, and {} does not have it", version.needed_by,
                                version.version, version.library, version.path);
  finding.confidence = as_the_machine_says;
  finding.references = {"ld.so(8)"};
  if (!version.newest.empty())
    finding.evidence.push_back(
        {"elf", fmt::format("the newest that {} has is {}", version.path, version.newest), Pid::none, {}});
  return finding;
}

/// Libraries of the program itself, or of the interpreter that runs it.
void foresee_libraries(const LookAhead& look, const std::string& path, Foresight& into) {
  const Result<LibraryReport> libraries = resolve_libraries(look.host, path, look.target.environment);
  if (!libraries) return;
  for (const LibraryResult& library : libraries->missing())
    into.findings.push_back(finding_of(library, look.host));
  for (const MissingVersion& version : libraries->missing_versions)
    into.findings.push_back(finding_of(version));
}

Finding refuses_root(const LookAhead& look) {
  Finding finding;
  finding.cause = "config.usage";
  finding.rule = "check-accounts";
  finding.subject = {"user", "root"};
  finding.title = "It does not run as root";
  finding.summary = fmt::format("{} refuses to run as root, and nothing names another user for it",
                                base_name(look.target.argv.front()));
  finding.confidence = 0.95;
  finding.fixes = {{"start it as its own user: User= in a unit, -u USER here", "", "safe"}};
  return finding;
}

bool is_sure(const Finding& finding) { return finding.confidence >= sure_enough; }

/// Where one of several is enough, and one may be had, the others are no more than hints.
void heed_alternatives(const std::vector<Intent>& intents, std::vector<std::vector<Finding>>& found) {
  constexpr double merely_a_hint = 0.4;
  std::set<std::string> enough;
  for (std::size_t at = 0; at < intents.size(); ++at)
    if (std::none_of(found[at].begin(), found[at].end(), is_sure)) enough.insert(intents[at].alternatives);
  for (std::size_t at = 0; at < intents.size(); ++at) {
    if (intents[at].alternatives.empty() || enough.count(intents[at].alternatives) == 0) continue;
    // What is there by default is often there in part.
    if (intents[at].source == "default" && intents[at].kind == Intent::Kind::read) found[at].clear();
    for (Finding& finding : found[at]) finding.confidence = std::min(finding.confidence, merely_a_hint);
  }
}

void foresee_intents(const LookAhead& look, Foresight& into) {
  constexpr double merely_a_guess = 0.5;
  std::optional<bool> listens;
  std::vector<std::vector<Finding>> found;
  for (Intent intent : look.intended.intents) {
    if (intent.if_listens && !listens) listens = seems_to_listen(look);
    if (intent.if_listens && !*listens) intent.certainty = std::min(intent.certainty, merely_a_guess);
    Foresight one;
    if (intent.kind == Intent::Kind::listen)
      foresee_listening(look, intent, one);
    else if (intent.kind == Intent::Kind::user || intent.kind == Intent::Kind::group)
      foresee_account(look, intent, one);
    else if (intent.kind == Intent::Kind::variable)
      foresee_variable(look, intent, one);
    else
      foresee_path(look, intent, one);
    found.push_back(std::move(one.findings));
    into.notes.insert(into.notes.end(), one.notes.begin(), one.notes.end());
  }
  heed_alternatives(look.intended.intents, found);
  for (std::vector<Finding>& findings : found)
    for (Finding& finding : findings) into.findings.push_back(std::move(finding));
}

/// What a finding says may be said already: the same thing is wanted twice, or each port of a program that
/// runs already is its own.
bool is_said_by(const Finding& known, const Finding& finding) {
  if (known.cause == finding.cause && known.subject == finding.subject) return true;
  return known.title == runs_already && finding.title == runs_already &&
         known.evidence.back().pid == finding.evidence.back().pid;
}

void drop_repeated(std::vector<Finding>& findings) {
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const auto known = std::find_if(kept.begin(), kept.end(),
                                    [&](const Finding& other) { return is_said_by(other, finding); });
    if (known == kept.end())
      kept.push_back(std::move(finding));
    else if (known->subject != finding.subject)
      known->evidence.insert(known->evidence.end() - 1, finding.evidence.begin(), finding.evidence.end());
  }
  findings = std::move(kept);
}

}  // namespace

std::string who_names(const Intent& intent) {
  if (intent.source == "default") return fmt::format("{} by default", intent.setting);
  if (!intent.source.empty()) return fmt::format("{} in {}", intent.setting, intent.source);
  return intent.setting.empty() ? "its call" : fmt::format("{} of its call", intent.setting);
}

Finding about(const Intent& intent, std::string cause, Subject subject) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::move(subject);
  finding.confidence = intent.certainty;
  finding.evidence.push_back(
      {"config", fmt::format("{}: {}", who_names(intent), to_text(intent)), Pid::none, {}});
  return finding;
}

bool seems_to_listen(const LookAhead& look) {
  constexpr std::size_t enough = 4U << 20;
  const auto has_one = [](const std::string& text, const auto& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
  };
  static constexpr std::array<std::string_view, 1> symbols = {std::string_view("\0listen\0", 8)};
  static constexpr std::array<std::string_view, 9> words = {
      "listen", "bind(", "serve", "Server(", "http.server", "app.run(", "uvicorn", "gunicorn", "socat"};
  const Result<std::string> program = look.host.read(look.target.executable, enough);
  if (program &&
      program->starts_with("\x7f"
                           "ELF") &&
      look.intended.script.empty())
    return has_one(*program, symbols);
  if (look.intended.script.empty()) return program && has_one(*program, words);
  const Result<std::string> script =
      look.host.read(absolute_path(look.target.cwd, look.intended.script), enough);
  return script && has_one(*script, words);
}

Foresight foresee(const Target& target, const Intentions& intended, const Host& host) {
  Foresight result;
  if (target.executable.empty()) {
    result.findings = {not_found(target)};
    return result;
  }
  const LookAhead look{target, intended, host};
  const ExecProblem problem = explain_exec(host, target.executable, target.identity, target.environment);
  if (!problem.cause.empty()) {
    result.findings = {finding_of(problem)};
    return result;
  }
  foresee_libraries(look, target.executable, result);
  if (problem.kind == "script" && !problem.interpreter.empty())
    foresee_libraries(look, problem.interpreter, result);
  if (intended.refuses_root && target.identity.uid == 0) result.findings.push_back(refuses_root(look));
  foresee_intents(look, result);
  for (const std::string& text : intended.not_looked_at) result.unknown("permissions", "configuration", text);
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& one, const Finding& other) {
                     return (one.confidence >= sure_enough) > (other.confidence >= sure_enough);
                   });
  drop_repeated(result.findings);
  return result;
}

}  // namespace whywontitstart
