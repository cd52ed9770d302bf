#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/accounts.h"
#include "host/locales.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

std::string name_of(std::string_view entry) { return std::string(entry.substr(0, entry.find('='))); }

void judge_path_entry(const CheckInput& input, const std::string& folder, std::vector<std::string>& missing,
                      Verdict& verdict) {
  if (!folder.starts_with('/')) {
    const std::string what =
        folder.empty() ? "has an empty entry" : fmt::format("has the entry '{}'", printable(folder));
    verdict.note(CheckStatus::warn, fmt::format("PATH {}, which depends on the working directory", what));
    return;
  }
  const Result<FileStatus> status = input.host.status(folder);
  if (!status && status.error().errno_code == ENOENT) missing.push_back(folder);
  if (!status && status.error().errno_code != ENOENT)
    verdict.note(CheckStatus::unknown, fmt::format("PATH could not be looked at: {}", status.error().what));
  if (!status) return;
  if (!S_ISDIR(status->mode))
    verdict.note(CheckStatus::warn, fmt::format("{}, an entry of PATH, is not a folder", folder));
  else if ((status->mode & S_IWOTH) != 0)
    verdict.note(CheckStatus::warn,
                 fmt::format("{}, an entry of PATH, may be written to by everybody", folder));
}

void judge_path(const CheckInput& input, Verdict& verdict) {
  const std::optional<std::string> path = variable(input.target.environment, "PATH");
  if (!path) {
    verdict.note(CheckStatus::warn, "PATH is not set, so commands are found in the usual folders at best");
    return;
  }
  std::vector<std::string> missing;
  bool has_usual = false;
  for (const std::string_view entry : split(*path, ':')) {
    has_usual = has_usual || entry == "/usr/bin" || entry == "/bin";
    judge_path_entry(input, std::string(entry), missing, verdict);
  }
  if (!has_usual && input.host.status("/usr/bin"))
    verdict.note(CheckStatus::warn, fmt::format("PATH has neither /usr/bin nor /bin: {}", printable(*path)));
  // Folders that do not exist are in many a PATH, and do no harm.
  if (!missing.empty()) verdict.detail("PATH entries that do not exist", join(missing, ", "));
}

void judge_home(const CheckInput& input, Verdict& verdict) {
  const std::optional<std::string> home = variable(input.target.environment, "HOME");
  if (!home) {
    verdict.detail("HOME", "not set");
    return;
  }
  if (!home->starts_with('/')) {
    verdict.note(CheckStatus::warn, fmt::format("HOME is '{}', which is no absolute path", printable(*home)));
    return;
  }
  const Result<FileStatus> status = input.host.status(*home);
  if (!status && status.error().errno_code == ENOENT) {
    verdict.note(CheckStatus::warn, fmt::format("HOME is {}, which does not exist", printable(*home)));
    return;
  }
  const Identity& identity = input.target.identity;
  const PathWalk way = walk(input.host, *home, identity, {.rights = {.read = true, .execute = true}});
  if (!way.allowed() && way.barrier != Barrier::unknown)
    verdict.note(
        CheckStatus::warn,
        fmt::format("HOME is {}, which user {} may not enter: {}", printable(*home),
                    identity.user.empty() ? std::to_string(identity.uid) : identity.user, way.reason));
  else if (status && status->uid != identity.uid && status->uid != 0 && identity.uid != 0)
    verdict.note(CheckStatus::warn, fmt::format("HOME is {}, which belongs to another user, {}",
                                                printable(*home), user_name(input.host, status->uid)));
}

void judge_temporary(const CheckInput& input, Verdict& verdict) {
  for (const char* name : {"TMPDIR", "XDG_RUNTIME_DIR"}) {
    const std::optional<std::string> folder = variable(input.target.environment, name);
    if (!folder || folder->empty()) continue;
    const std::string path = absolute_path(input.target.cwd, *folder);
    const Wanted wanted{.rights = {.write = true, .execute = true}};
    const PathWalk way = walk(input.host, path, input.target.identity, wanted);
    if (way.barrier == Barrier::unknown) verdict.note(CheckStatus::unknown, way.reason);
    if (!way.allowed() && way.barrier != Barrier::unknown)
      verdict.note(CheckStatus::warn, fmt::format("{} is of no use: {}", name, way.reason));
  }
}

void judge_library_path(const CheckInput& input, Verdict& verdict) {
  // See ld.so(8): an empty variable is as good as none, an empty entry is the working directory.
  std::string folders = variable(input.target.environment, "LD_LIBRARY_PATH").value_or("");
  std::replace(folders.begin(), folders.end(), ';', ':');
  if (folders.empty()) return;
  for (const std::string_view entry : split(folders, ':'))
    if (entry.empty())
      verdict.note(CheckStatus::warn,
                   fmt::format("LD_LIBRARY_PATH has an empty entry, which stands for the working directory: "
                               "libraries are loaded from {} first",
                               input.target.cwd.empty() ? "there" : input.target.cwd));
    else if (!entry.starts_with('/') && !entry.starts_with('$'))
      verdict.note(CheckStatus::warn,
                   fmt::format("LD_LIBRARY_PATH has the entry '{}', which depends on the working directory",
                               printable(entry)));
    else if (const auto status = input.host.status(std::string(entry));
             !status && status.error().errno_code == ENOENT && !entry.starts_with('$'))
      verdict.detail("LD_LIBRARY_PATH entry that does not exist", printable(entry));
}

void judge_loader(const CheckInput& input, Verdict& verdict) {
  for (const std::string& entry : input.target.environment)
    if (entry.starts_with("LD_")) verdict.detail(name_of(entry), entry.substr(entry.find('=') + 1));
  judge_library_path(input, verdict);
  std::string preloads = variable(input.target.environment, "LD_PRELOAD").value_or("");
  std::replace(preloads.begin(), preloads.end(), ' ', ':');
  for (const std::string_view library : split(preloads, ':')) {
    if (!library.starts_with('/')) continue;
    const Result<FileStatus> status = input.host.status(std::string(library));
    if (!status && status.error().errno_code == ENOENT)
      verdict.note(CheckStatus::warn,
                   fmt::format("LD_PRELOAD names {}, which does not exist", printable(library)));
  }
}

/// The variable that decides is LC_ALL, then that of each category, then LANG; see locale(7).
void judge_locale(const CheckInput& input, Verdict& verdict) {
  const Result<std::vector<std::string>> installed = installed_locales(input.host);
  const bool has_all = !variable(input.target.environment, "LC_ALL").value_or("").empty();
  for (const std::string& entry : input.target.environment) {
    const std::string name = name_of(entry), value = entry.substr(std::min(name.size() + 1, entry.size()));
    const bool counts = name == "LC_ALL" || (!has_all && (name == "LANG" || name.starts_with("LC_")));
    if (!counts || value.empty() || value == "C" || value == "POSIX" || value.find('/') != std::string::npos)
      continue;
    verdict.detail(name, value);
    const std::string wanted = normal_locale(value);
    if (!installed) continue;
    if (std::find(installed->begin(), installed->end(), wanted) == installed->end() && wanted != "C.utf8")
      verdict.note(CheckStatus::warn,
                   fmt::format("{} is {}, a locale that is not installed ('locale -a' lists those that are)",
                               name, printable(value)));
  }
}

/// Variables by which language runtimes and libraries behave otherwise.
bool changes_behaviour(std::string_view name) {
  static constexpr std::string_view names[] = {"PYTHONPATH",
                                               "PYTHONHOME",
                                               "PYTHONSTARTUP",
                                               "NODE_OPTIONS",
                                               "NODE_PATH",
                                               "PERL5LIB",
                                               "PERL5OPT",
                                               "RUBYLIB",
                                               "RUBYOPT",
                                               "GEM_HOME",
                                               "GEM_PATH",
                                               "BUNDLE_GEMFILE",
                                               "CLASSPATH",
                                               "JAVA_HOME",
                                               "JAVA_TOOL_OPTIONS",
                                               "_JAVA_OPTIONS",
                                               "JDK_JAVA_OPTIONS",
                                               "LUA_PATH",
                                               "LUA_CPATH",
                                               "PHPRC",
                                               "PHP_INI_SCAN_DIR",
                                               "GOFLAGS",
                                               "GOMEMLIMIT",
                                               "GLIBC_TUNABLES",
                                               "GCONV_PATH",
                                               "LOCPATH",
                                               "MALLOC_ARENA_MAX",
                                               "OPENSSL_CONF",
                                               "SSL_CERT_FILE",
                                               "SSL_CERT_DIR",
                                               "http_proxy",
                                               "https_proxy",
                                               "HTTP_PROXY",
                                               "HTTPS_PROXY",
                                               "ALL_PROXY",
                                               "no_proxy",
                                               "BASH_ENV",
                                               "ENV",
                                               "IFS",
                                               "VIRTUAL_ENV",
                                               "CONDA_PREFIX",
                                               "NIX_LD",
                                               "QT_PLUGIN_PATH",
                                               "GTK_PATH",
                                               "RES_OPTIONS",
                                               "LOCALDOMAIN",
                                               "HOSTALIASES",
                                               "TZ"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// What differs from a clean environment: by name alone, since values may be secrets.
void describe_differences(const CheckInput& input, Verdict& verdict) {
  std::vector<std::string> changing, empty;
  std::set<std::string> seen;
  for (const std::string& entry : input.target.environment) {
    const std::string name = name_of(entry);
    if (entry.find('=') == std::string::npos) {
      verdict.note(CheckStatus::warn,
                   fmt::format("the entry '{}' of the environment has no value", printable(name)));
      continue;
    }
    if (!seen.insert(name).second)
      verdict.note(
          CheckStatus::warn,
          fmt::format("{} is set twice: programs do not agree on which one counts", printable(name)));
    if (entry.size() == name.size() + 1) empty.push_back(printable(name));
    if (changes_behaviour(name)) changing.push_back(name);
  }
  if (!changing.empty()) verdict.detail("not in a clean environment", join(changing, ", "));
  if (!empty.empty()) verdict.detail("set, but empty", join(empty, ", "));
}

bool is_letter_of_name(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_';
}

/// The names in capitals in a line, as those of variables are written.
std::vector<std::string> names_in(std::string_view text) {
  constexpr std::size_t least = 3;
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_letter_of_name(text[end])) ++end;
    const bool stands_alone = end >= text.size() || text[end] < 'a' || text[end] > 'z';
    const std::string_view name = text.substr(at, end - at);
    if (stands_alone && name.size() >= least && (name.front() < '0' || name.front() > '9'))
      names.emplace_back(name);
    at = end + 1;
  }
  return names;
}

bool speaks_of_lack(std::string_view text) {
  const std::string line = lower(text);
  for (const std::string_view words :
       {"not set", "unset", "undefined", "unbound variable", "must be set", "is required", "missing",
        "keyerror", "not defined", "environment variable"})
    if (line.find(words) != std::string::npos) return true;
  return false;
}

/// Variables that the program complains of and that are not set.
void judge_complaints(const CheckInput& input, Verdict& verdict) {
  if (went_well(input.facts.outcome)) return;
  std::set<std::string> told;
  for (const Line& line : input.facts.lines) {
    if (!speaks_of_lack(line.text)) continue;
    const bool by_word = lower(line.text).find("env") != std::string::npos;
    for (const std::string& name : names_in(line.text)) {
      // "FATAL" and "ERROR" are no variables: those have a low line, or the line says what they are.
      if (name.find('_') == std::string::npos && !by_word) continue;
      const std::optional<std::string> value = variable(input.target.environment, name);
      if ((value && !value->empty()) || !told.insert(name).second) continue;
      verdict.note(CheckStatus::warn, fmt::format("{} is {}, and the program complains: {}", name,
                                                  value ? "empty" : "not set", printable(trim(line.text))));
    }
  }
}

}  // namespace

CheckResult check_environment(const CheckInput& input) {
  Verdict verdict("environment");
  // A log from elsewhere does not tell with which variables it began.
  if (input.target.of_log || (input.target.environment.empty() && !input.host.status("/")))
    return std::move(verdict).result(CheckStatus::unknown, "not this machine");
  judge_complaints(input, verdict);
  judge_path(input, verdict);
  judge_home(input, verdict);
  judge_temporary(input, verdict);
  judge_loader(input, verdict);
  judge_locale(input, verdict);
  describe_differences(input, verdict);
  return std::move(verdict).result(
      CheckStatus::pass, fmt::format("{} variables, PATH is sound", input.target.environment.size()));
}

}  // namespace whywontitstart
