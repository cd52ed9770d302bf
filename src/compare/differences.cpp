#include "compare/differences.h"

#include <sys/stat.h>

#include "base/text.h"

namespace whywontitstart {
namespace {

using Table = std::map<std::string, std::string>;

/// Differ from start to start, and nothing hangs on them.
bool is_idle_variable(std::string_view name) {
  static const std::set<std::string_view> names = {"_",
                                                   "SHLVL",
                                                   "OLDPWD",
                                                   "PWD",
                                                   "WINDOWID",
                                                   "INVOCATION_ID",
                                                   "JOURNAL_STREAM",
                                                   "SYSTEMD_EXEC_PID",
                                                   "XDG_SESSION_ID",
                                                   "MANAGERPID",
                                                   "TERM_SESSION_ID",
                                                   "LS_COLORS"};
  return names.count(name) > 0 || name.starts_with("SSH_");
}

/// "env -i NAME=value program" starts the program with that alone, see env(1).
std::vector<std::string> environment_by_env(const Target& target) {
  std::vector<std::string> environment = target.environment;
  if (target.argv.empty() || base_name(target.argv.front()) != "env") return environment;
  for (std::size_t at = 1; at < target.argv.size(); ++at) {
    const std::string& word = target.argv[at];
    const std::size_t equals = word.find('=');
    if (word == "-i" || word == "-" || word == "--ignore-environment")
      environment.clear();
    else if (!word.starts_with('-') && equals != std::string::npos)
      environment.push_back(word);
    else if (!word.starts_with('-'))
      break;
  }
  return environment;
}

Table environment_of(const Run& run) {
  Table table;
  for (const std::string& variable : environment_by_env(run.target))
    if (const std::size_t equals = variable.find('='); equals != std::string::npos)
      if (std::string name = variable.substr(0, equals); !is_idle_variable(name))
        table[std::move(name)] = variable.substr(equals) + " ";
  return table;
}

/// "Max open files            1024                 524288               files", see proc_pid_limits(5).
Table limits_of(const Run& run) {
  static const std::map<std::string, std::string> names = {{"Max cpu time", "RLIMIT_CPU"},
                                                           {"Max file size", "RLIMIT_FSIZE"},
                                                           {"Max data size", "RLIMIT_DATA"},
                                                           {"Max stack size", "RLIMIT_STACK"},
                                                           {"Max core file size", "RLIMIT_CORE"},
                                                           {"Max processes", "RLIMIT_NPROC"},
                                                           {"Max open files", "RLIMIT_NOFILE"},
                                                           {"Max locked memory", "RLIMIT_MEMLOCK"},
                                                           {"Max address space", "RLIMIT_AS"},
                                                           {"Max pending signals", "RLIMIT_SIGPENDING"},
                                                           {"Max msgqueue size", "RLIMIT_MSGQUEUE"},
                                                           {"Max nice priority", "RLIMIT_NICE"},
                                                           {"Max realtime priority", "RLIMIT_RTPRIO"},
                                                           {"Max file locks", "RLIMIT_LOCKS"},
                                                           {"Max realtime timeout", "RLIMIT_RTTIME"},
                                                           {"Max resident set", "RLIMIT_RSS"}};
  constexpr std::size_t name_width = 26, value_width = 21;
  Table table;
  for (const std::string_view line : split(run.course.around.limits, '\n')) {
    if (line.size() < name_width + 2 * value_width) continue;
    const auto name = names.find(std::string(trim(line.substr(0, name_width))));
    if (name != names.end())
      table[name->second] = fmt::format("{}:{}", trim(line.substr(name_width, value_width)),
                                        trim(line.substr(name_width + value_width, value_width)));
  }
  const auto amount = [](std::uint64_t value) {
    return value == UINT64_MAX ? std::string("unlimited") : std::to_string(value);
  };
  if (!table.empty())
    for (const Limit& limit : run.target.limits)
      table[limit.name] = amount(limit.soft) + ":" + amount(limit.hard);
  return table;
}

/// "CapEff:\t000001ffffffffff"
Table rights_of(const Run& run) {
  Table table;
  for (const std::string_view line : split(run.course.around.status, '\n')) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || name == "Uid" || name == "Gid" || name == "Groups") continue;
    table[std::string(name)] = std::string(trim(line.substr(colon + 1)));
  }
  if (!run.course.around.profile.empty()) table["profile"] = run.course.around.profile;
  return table;
}

Table user_of(const Run& run) {
  if (run.course.around.status.empty()) return {};
  const Identity& identity = run.target.identity;
  std::vector<std::string> groups;
  for (const std::uint32_t group : identity.groups) groups.push_back(std::to_string(group));
  return {{"user", fmt::format("{} (uid {})", identity.user, identity.uid)},
          {"group", fmt::format("gid {}", identity.gid)},
          {"supplementary groups", groups.empty() ? "none" : join(groups, ", ")}};
}

Table program_of(const Run& run) {
  Table table = {{"command", shell_quoted(run.target.argv)}, {"program", executable_of(run)}};
  if (!run.target.cwd.empty()) table["folder"] = run.target.cwd;
  const Surroundings& around = run.course.around;
  if (!around.kernel.empty()) table["kernel"] = around.kernel;
  if (!around.system.empty()) table["system"] = around.system;
  return table;
}

/// The packages of which the run used files, and their versions.
Table packages_of(const Run& run) {
  Table table;
  for (const SeenPackage& package : run.course.packages)
    if (!package.version.empty()) table[package.name] = package.version;
  return table;
}

/// `versions`: of the packages of its run.
std::string words_of(const SeenFile& file, bool with_hash, const Table& versions) {
  if (!file.there) return "not there";
  std::string text =
      fmt::format("{} bytes, mode {:04o}, owner {}:{}", file.size, file.mode & 07777U, file.uid, file.gid);
  if (!file.target.empty()) text = fmt::format("-> {}, {}", file.target, text);
  if (with_hash) text += ", hash " + file.hash;
  if (const auto version = versions.find(file.package); version != versions.end())
    text += fmt::format(", of {} {}", file.package, version->second);
  return text;
}

bool is_library(std::string_view path) {
  const std::size_t at = base_name(path).find(".so");
  return at != std::string_view::npos && (at + 3 == base_name(path).size() || base_name(path)[at + 3] == '.');
}

/// Logs, databases and caches change with every run: only that they are there and who may use them counts.
bool is_written(const Run& run, const std::string& path) {
  const std::vector<OpenedFile>& files = run.facts.opened;
  return std::any_of(files.begin(), files.end(),
                     [&](const OpenedFile& file) { return file.written && file.path == path; });
}

void add_files(const Run& good, const Run& bad, std::vector<Difference>& all) {
  std::map<std::string_view, const SeenFile*> seen;
  const Table good_versions = packages_of(good), bad_versions = packages_of(bad);
  for (const SeenFile& file : good.course.files) seen[file.path] = &file;
  for (const SeenFile& file : bad.course.files) {
    const auto found = seen.find(file.path);
    if (found == seen.end()) continue;
    const SeenFile& other = *found->second;
    const bool written = is_written(good, file.path) || is_written(bad, file.path);
    const bool other_text =
        !written && !S_ISDIR(file.mode) &&
        (file.size != other.size || (!file.hash.empty() && !other.hash.empty() && file.hash != other.hash));
    const bool differs = file.there != other.there || file.target != other.target ||
                         (file.there && (file.mode != other.mode || file.uid != other.uid ||
                                         file.gid != other.gid || other_text));
    if (!differs) continue;
    const bool by_hash = other_text && file.size == other.size;
    all.push_back({is_library(file.path) ? "library" : "file", file.path,
                   words_of(other, by_hash, good_versions), words_of(file, by_hash, bad_versions)});
  }
}

/// A package of which one run used nothing may be there all the same: only other versions count.
void add_packages(const Run& good, const Run& bad, std::vector<Difference>& all) {
  const Table versions = packages_of(bad);
  for (const auto& [name, version] : packages_of(good))
    if (const auto found = versions.find(name); found != versions.end() && found->second != version)
      all.push_back({"package", name, version, found->second});
}

void add(const std::string& area, const Table& good, const Table& bad, std::vector<Difference>& all) {
  if (good.empty() || bad.empty()) return;  // not known of one of them
  for (const auto& [name, value] : good) {
    const auto found = bad.find(name);
    if (found == bad.end() || found->second != value)
      all.push_back({area, name, value, found == bad.end() ? "" : found->second});
  }
  for (const auto& [name, value] : bad)
    if (good.count(name) == 0) all.push_back({area, name, "", value});
}

}  // namespace

std::vector<Difference> differences_of(const Run& good, const Run& bad) {
  std::vector<Difference> all;
  add("program", program_of(good), program_of(bad), all);
  add("user", user_of(good), user_of(bad), all);
  add("right", rights_of(good), rights_of(bad), all);
  add("limit", limits_of(good), limits_of(bad), all);
  const bool knows_both = !good.course.around.status.empty() && !bad.course.around.status.empty();
  std::vector<Difference> variables;
  // A start without any variable has none, and is no start of which they are not known.
  Table there = environment_of(good), here = environment_of(bad);
  if (knows_both) {
    there.emplace("\n", "");
    here.emplace("\n", "");
  }
  add("environment", there, here, variables);
  for (Difference& variable : variables) {
    for (std::string* value : {&variable.good, &variable.bad}) {
      if (value->empty()) continue;
      *value = std::string(trim(*value)).substr(1);
      if (value->empty()) *value = "(empty)";
    }
    all.push_back(std::move(variable));
  }
  add_packages(good, bad, all);
  add_files(good, bad, all);
  return all;
}

}  // namespace whywontitstart
