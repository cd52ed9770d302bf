#include "host/libraries.h"

#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/exec.h"
#include "host/packages.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

void note_missing(const CheckInput& input, const LibraryResult& library, Verdict& verdict) {
  const auto unfit = std::find_if(library.places.begin(), library.places.end(),
                                  [](const SearchPlace& place) { return !place.rejected.empty(); });
  verdict.note(CheckStatus::fail,
               fmt::format("{}, which {} needs, was not found{}", library.soname, library.needed_by,
                           unfit == library.places.end()
                               ? ""
                               : fmt::format("; {} is not taken: {}", unfit->path, unfit->rejected)));
  std::vector<std::string> places;
  for (const SearchPlace& place : library.places)
    places.push_back(place.rejected.empty()
                         ? fmt::format("{} ({})", place.path, place.source)
                         : fmt::format("{} ({}: {})", place.path, place.source, place.rejected));
  if (!places.empty()) verdict.detail("looked for " + library.soname, join(places, ", "));
  if (const Result<std::string> package = package_of_library(input.host, library.soname))
    verdict.detail("package of " + library.soname, *package);
}

/// What we could read, the program may not be able to.
void judge_reading(const CheckInput& input, const std::string& path, Verdict& verdict) {
  if (input.target.identity.uid == 0) return;
  const PathWalk way = walk(input.host, path, input.target.identity, {.rights = {.read = true}});
  if (!way.allowed() && way.barrier != Barrier::unknown)
    verdict.note(CheckStatus::fail, fmt::format("{} cannot be loaded: {}", path, way.reason));
}

CheckResult judge(const CheckInput& input, const std::string& program, const LibraryReport& report) {
  Verdict verdict("libraries");
  verdict.detail("loader", report.loader);
  for (const LibraryResult& library : report.libraries) {
    if (library.path.empty()) {
      note_missing(input, library, verdict);
    } else if (!library.problem.empty()) {
      verdict.note(CheckStatus::fail, fmt::format("{} cannot be loaded: {}", library.path, library.problem));
    } else {
      verdict.detail(library.soname, library.path);
      judge_reading(input, library.path, verdict);
    }
  }
  for (const MissingVersion& missing : report.missing_versions)
    verdict.note(CheckStatus::fail,
                 fmt::format("{} needs version {} of {}, and {} {}", missing.needed_by, missing.version,
                             missing.library, missing.path,
                             missing.newest.empty() ? "does not have it" : "goes up to " + missing.newest));
  for (const LibraryResult& library : report.missing_preloads)
    verdict.note(CheckStatus::warn, fmt::format("{} is to be preloaded, and {}", library.soname,
                                                library.path.empty() ? "was not found" : library.problem));
  for (const std::string& variable : report.ignored)
    verdict.detail(variable, "is not heeded, since the program gains rights when it is started");
  for (const std::string& remark : report.not_looked_at) verdict.note(CheckStatus::unknown, remark);
  return std::move(verdict).result(
      CheckStatus::pass, fmt::format("all libraries of {} are there ({})", program, report.libraries.size()));
}

}  // namespace

CheckResult check_libraries(const CheckInput& input) {
  const Target& target = input.target;
  if (target.executable.empty())
    return result_of("libraries", CheckStatus::skipped,
                     "the program was not found, so its libraries are not known");
  std::string program = target.executable;
  const ExecProblem exec = explain_exec(input.host, program, target.identity, target.environment);
  // Of a script it is the interpreter that loads libraries.
  if (exec.kind == "script" && exec.interpreter.starts_with('/')) program = exec.interpreter;
  const Result<LibraryReport> report =
      resolve_libraries(input.host, program, target.environment,
                        gains_rights(input.host, program, target.identity), target.cwd);
  if (!report) return result_of("libraries", CheckStatus::unknown, report.error().what);
  if (report->applies) return judge(input, program, *report);
  if (exec.kind.empty())
    return result_of("libraries", CheckStatus::skipped, fmt::format("{} is no ELF program", program));
  return result_of("libraries", CheckStatus::pass, fmt::format("{} is static: it needs none", program));
}

}  // namespace whywontitstart
