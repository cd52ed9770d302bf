#include "diagnosis/foresee.h"

#include "base/text.h"
#include "host/exec.h"
#include "host/libraries.h"
#include "host/packages.h"

namespace whywontitstart {
namespace {

constexpr double certain = 0.97;  // the machine says so itself

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
  finding.confidence = certain;
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
  finding.confidence = certain;
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
  finding.confidence = certain;
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
  finding.confidence = certain;
  finding.references = {"ld.so(8)"};
  if (!version.newest.empty())
    finding.evidence.push_back(
        {"elf", fmt::format("the newest that {} has is {}", version.path, version.newest), Pid::none, {}});
  return finding;
}

}  // namespace

std::vector<Finding> foresee(const Target& target, const Host& host) {
  if (target.executable.empty()) return {not_found(target)};
  const ExecProblem problem = explain_exec(host, target.executable, target.identity, target.environment);
  if (!problem.cause.empty()) return {finding_of(problem)};
  std::vector<Finding> findings;
  const Result<LibraryReport> libraries = resolve_libraries(host, target.executable, target.environment);
  if (!libraries) return findings;
  for (const LibraryResult& library : libraries->missing()) findings.push_back(finding_of(library, host));
  for (const MissingVersion& version : libraries->missing_versions) findings.push_back(finding_of(version));
  return findings;
}

}  // namespace whywontitstart
