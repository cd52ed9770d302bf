#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "diagnosis/foresight.h"
#include "diagnosis/words.h"
#include "host/access.h"
#include "host/accounts.h"
#include "host/locks.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

constexpr double merely_likely = 0.6;

Wanted wanted_for(Intent::Kind kind) {
  switch (kind) {
    case Intent::Kind::write:
    case Intent::Kind::pid_file:
      return {.rights = {.write = true}, .create = true};
    case Intent::Kind::folder:
      return {.rights = {.read = true, .write = true, .execute = true}};
    case Intent::Kind::enter:
      return {.rights = {.execute = true}};
    default:
      return {.rights = {.read = true}};
  }
}

std::string verb_for(Intent::Kind kind) {
  if (kind == Intent::Kind::read) return "read";
  return kind == Intent::Kind::enter || kind == Intent::Kind::folder ? "use" : "write";
}

/// Who does it. None: there is no such user, which is a finding of its own; Errors: it cannot be told.
Result<std::optional<Identity>> doer_of(const LookAhead& look, const Intent& intent) {
  if (intent.by.empty()) return look.target.identity;
  const Result<User> user = find_user(look.host, intent.by);
  if (!user && user.error().errno_code == ENOENT) return std::nullopt;
  if (!user) return tl::unexpected(user.error());
  return Identity{user->uid, user->gid, groups_of(look.host, *user), user->name, user->home, user->shell};
}

/// Where a file cannot be made since its folder is missing, the folder is what a person has to look at.
std::string subject_of(const Intent& intent, const PathWalk& way) {
  const bool makes_it = intent.kind == Intent::Kind::write || intent.kind == Intent::Kind::pid_file;
  const bool of_the_way = way.barrier != Barrier::missing && way.barrier != Barrier::dangling_link;
  return (makes_it || of_the_way) && !way.at.empty() ? way.at : intent.value;
}

void note_barrier(const LookAhead& look, const Intent& intent, const PathWalk& way, Foresight& into) {
  Finding finding = about(intent, std::string(cause_of(way.barrier)), {"path", subject_of(intent, way)});
  finding.rule = "check-paths";
  finding.title =
      way.barrier == Barrier::missing ? "A file or folder is missing" : "A file or folder is out of reach";
  finding.summary = fmt::format("{} cannot {} {} ({}): {}", program_name(look.target, Facts()),
                                verb_for(intent.kind), intent.value, who_names(intent), way.reason);
  if (!way.near_misses.empty())
    finding.evidence.push_back({"probe", "there is " + join(way.near_misses, ", "), Pid::none, {}});
  finding.fixes = way.fixes;
  finding.references = {"path_resolution(7)"};
  into.findings.push_back(std::move(finding));
}

/// It can be reached: is it what it should be?
bool note_wrong_kind(const LookAhead& look, const Intent& intent, const PathWalk& way, Foresight& into) {
  if (!way.exists) return false;
  const bool wants_folder = intent.kind == Intent::Kind::folder || intent.kind == Intent::Kind::enter;
  if (S_ISDIR(way.status.mode) == wants_folder) return false;
  Finding finding =
      about(intent, wants_folder ? "file.not-a-directory" : "file.is-a-directory", {"path", intent.value});
  finding.rule = "check-paths";
  finding.title = wants_folder ? "A file where a folder should be" : "A folder where a file should be";
  finding.summary =
      fmt::format("{} cannot {} {} ({}): it is a {}", program_name(look.target, Facts()),
                  verb_for(intent.kind), intent.value, who_names(intent), wants_folder ? "file" : "folder");
  into.findings.push_back(std::move(finding));
  return true;
}

bool note_too_open(const LookAhead& look, const Intent& intent, const PathWalk& way, Foresight& into) {
  const std::uint32_t open = way.status.mode & intent.forbidden_mode;
  if (!way.exists || open == 0) return false;
  Finding finding = about(intent, "file.permission", {"path", intent.value});
  finding.rule = "check-paths";
  finding.title = "It is open to too many";
  finding.summary = fmt::format("{} refuses {} ({}), since others than its owner may use it: its mode is {}",
                                program_name(look.target, Facts()), intent.value, who_names(intent),
                                mode_text(way.status.mode));
  finding.fixes.push_back(
      {"take these rights from them",
       fmt::format("chmod {}{}{} {}", (open & 070) != 0 ? "g" : "", (open & 07) != 0 ? "o" : "",
                   fmt::format("-{}{}{}", (open & 044) != 0 ? "r" : "", (open & 022) != 0 ? "w" : "",
                               (open & 011) != 0 ? "x" : ""),
                   shell_quoted(intent.value)),
       "changes-system"});
  finding.references = {"chmod(1)"};
  into.findings.push_back(std::move(finding));
  return true;
}

/// A PID file that is there names a process: this program's own, or one that got the number since.
bool note_pid_file(const LookAhead& look, const Intent& intent, Foresight& into) {
  const Result<PidFile> file = read_pid_file(look.host, intent.value, look.target.executable);
  if (!file && file.error().errno_code != ENOENT)
    into.unknown("process", intent.value, fmt::format("whose number it has: {}", file.error().what));
  if (!file || !file->alive) return false;
  const std::string program = program_name(look.target, Facts());
  Finding finding =
      about(intent, file->same_program ? "file.locked" : "file.stale-lock", {"path", intent.value});
  finding.rule = "check-paths";
  finding.title = file->same_program ? runs_already : "A PID file was left behind";
  finding.summary = file->same_program
                        ? fmt::format("{} is already running: its PID file {} names process {}", program,
                                      intent.value, number(file->pid))
                        : fmt::format("the PID file {} was left behind: process {} is {} by now, not {}",
                                      intent.value, number(file->pid), printable(file->command), program);
  if (!file->same_program) finding.confidence = std::min(finding.confidence, merely_likely);
  finding.evidence.push_back(
      {"probe", fmt::format("process {} is {}", number(file->pid), printable(file->command)), file->pid, {}});
  if (!file->same_program)
    finding.fixes.push_back(
        {"remove it", fmt::format("rm {}", shell_quoted(intent.value)), "changes-system"});
  into.findings.push_back(std::move(finding));
  return true;
}

}  // namespace

void foresee_path(const LookAhead& look, const Intent& intent, Foresight& into) {
  const std::string_view check = "permissions";
  const Result<std::optional<Identity>> doer = doer_of(look, intent);
  if (!doer) return into.unknown(check, intent.value, doer.error().what);
  if (!*doer) return;
  const PathWalk way = walk(look.host, intent.value, **doer, wanted_for(intent.kind));
  if (way.barrier == Barrier::unknown) return into.unknown(check, intent.value, way.reason);
  if (!way.allowed()) return note_barrier(look, intent, way, into);
  if (note_wrong_kind(look, intent, way, into) || note_too_open(look, intent, way, into)) return;
  if (intent.kind == Intent::Kind::pid_file && note_pid_file(look, intent, into)) return;
  for (const std::string& remark : way.not_looked_at) into.unknown(check, intent.value, remark);
  if (way.not_looked_at.empty()) into.pass(check, intent.value, "fine");
}

}  // namespace whywontitstart
