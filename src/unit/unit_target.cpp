#include "unit/unit_target.h"

#include <array>
#include <limits>

#include "base/text.h"
#include "host/accounts.h"
#include "host/exec.h"

namespace whywontitstart {
namespace {

constexpr const char* default_path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void set(std::vector<std::string>& environment, const std::string& assignment) {
  const std::string prefix = assignment.substr(0, assignment.find('=') + 1);
  if (prefix.empty()) return;
  std::erase_if(environment, [&](const std::string& other) { return other.starts_with(prefix); });
  environment.push_back(assignment);
}

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  const bool quoted =
      text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

void add_environment_files(const Host& host, const Unit& unit, std::vector<std::string>& environment) {
  const std::vector<std::string>& files = unit.words("EnvironmentFiles");  // path, "may be missing", …
  for (std::size_t at = 0; at + 1 < files.size(); at += 2) {
    const Result<std::string> text = host.read(outside_root(unit, files[at]));
    if (!text) continue;
    for (const std::string_view raw : split(*text, '\n')) {
      const std::string_view line = trim(raw);
      const std::size_t equals = line.find('=');
      if (line.starts_with('#') || line.starts_with(';') || equals == std::string_view::npos) continue;
      set(environment, fmt::format("{}={}", trim(line.substr(0, equals)), unquoted(line.substr(equals + 1))));
    }
  }
}

Identity identity_of(const Host& host, const Unit& unit, const UnitCommand& command) {
  Identity identity;
  if (const Result<User> root = find_user(host, "0"))
    identity = {0, 0, {0}, root->name, root->home, root->shell};
  if (command.privileged) return identity;
  if (!unit.word("User").empty())
    if (const Result<User> user = find_user(host, unit.word("User")))
      identity = {user->uid, user->gid, groups_of(host, *user), user->name, user->home, user->shell};
  if (!unit.word("Group").empty())
    if (const Result<Group> group = find_group(host, unit.word("Group"))) identity.gid = group->gid;
  for (const std::string& name : unit.words("SupplementaryGroups"))
    if (const Result<Group> group = find_group(host, name)) identity.groups.push_back(group->gid);
  return identity;
}

std::vector<Limit> limits_of(const Unit& unit) {
  static constexpr std::array<const char*, 16> names = {
      "CPU",   "FSIZE",   "DATA",  "STACK",      "CORE",     "RSS",  "NOFILE", "AS",
      "NPROC", "MEMLOCK", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"};
  constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
  std::vector<Limit> limits;
  for (const char* const name : names) {
    const std::string setting = std::string("Limit") + name;
    if (unit.word(setting).empty()) continue;
    limits.push_back({std::string("RLIMIT_") + name, unit.number(setting + "Soft", unlimited),
                      unit.number(setting, unlimited)});
  }
  return limits;
}

std::string folder_of_unit(const Unit& unit, const Identity& identity) {
  std::string_view folder = unit.word("WorkingDirectory");
  if (folder.starts_with('!')) folder.remove_prefix(1);  // it may be missing
  if (folder == "~") return identity.home;
  return folder.empty() ? "/" : std::string(folder);
}

}  // namespace

std::string outside_root(const Unit& unit, const std::string& path) {
  const std::string& root = unit.word("RootDirectory");
  return root.empty() || root == "/" ? path : root + path;
}

Target target_of(const Host& host, const Unit& unit, const UnitCommand& command,
                 const std::vector<std::string>& manager_environment) {
  Target target;
  target.argv = command.argv;
  target.identity = identity_of(host, unit, command);
  target.cwd = folder_of_unit(unit, target.identity);
  target.limits = limits_of(unit);
  std::vector<std::string>& environment = target.environment;
  environment = manager_environment;
  if (!variable(environment, "PATH")) environment.emplace_back(default_path);
  if (!unit.word("User").empty()) {
    set(environment, "HOME=" + target.identity.home);
    set(environment, "USER=" + target.identity.user);
    set(environment, "LOGNAME=" + target.identity.user);
    set(environment, "SHELL=" + target.identity.shell);
  }
  set(environment, "INVOCATION_ID=" + unit.invocation);
  for (const std::string& assignment : unit.words("Environment")) set(environment, assignment);
  add_environment_files(host, unit, environment);
  target.executable = command.path;
  if (!command.path.starts_with('/')) {
    const auto found = find_in_path(host, command.path, variable(environment, "PATH").value_or(""));
    target.executable = found.empty() ? "" : found.front();
  }
  return target;
}

}  // namespace whywontitstart
