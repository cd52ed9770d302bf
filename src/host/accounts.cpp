#include "host/accounts.h"

#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<User> parse_user(std::string_view line) {
  const std::vector<std::string_view> fields = split(line, ':');
  if (fields.size() < 7) return std::nullopt;
  const auto uid = number_of(fields[2]), gid = number_of(fields[3]);
  if (!uid || !gid) return std::nullopt;
  return User{std::string(fields[0]), *uid, *gid, std::string(fields[5]), std::string(trim(fields[6]))};
}

std::optional<Group> parse_group(std::string_view line) {
  const std::vector<std::string_view> fields = split(line, ':');
  if (fields.size() < 4) return std::nullopt;
  const auto gid = number_of(fields[2]);
  if (!gid) return std::nullopt;
  Group group{std::string(fields[0]), *gid, {}};
  for (const std::string_view member : split(trim(fields[3]), ','))
    if (!member.empty()) group.members.emplace_back(member);
  return group;
}

/// As getent(1) does, a number is looked for as a number only.
bool fits(std::string_view name, std::uint32_t number, std::string_view wanted) {
  const auto wanted_number = number_of(wanted);
  return wanted_number ? number == *wanted_number : name == wanted;
}

std::vector<std::string> lines_of(const Host& host, const std::string& path) {
  std::vector<std::string> lines;
  const Result<std::string> text = host.read(path, 16U << 20);
  if (!text) return lines;
  for (const std::string_view line : split(*text, '\n')) lines.emplace_back(line);
  return lines;
}

/// The line that getent(1) prints. ENOENT: it says that there is none; ENOSYS: it is not installed.
Result<std::string> ask_getent(const Host& host, const std::string& database, std::string_view wanted) {
  // A name that begins with a dash would be an option of the helper.
  if (wanted.empty() || wanted.starts_with('-'))
    return errno_error(fmt::format("{} {}", database, wanted), ENOENT);
  for (const std::string path : {"/usr/bin/getent", "/bin/getent"}) {
    const Result<CommandOutput> answer = host.run({path, database, std::string(wanted)});
    if (!answer && answer.error().errno_code == ENOENT) continue;
    if (!answer) return tl::unexpected(answer.error());
    if (answer->exit_code == 0) return std::string(split(answer->out, '\n').front());
    if (answer->exit_code == 2) return errno_error(fmt::format("{} {}", database, wanted), ENOENT);
    return error(fmt::format("getent {} {} failed: {}", database, wanted, trim(answer->err)));
  }
  return errno_error("getent", ENOSYS);
}

template <typename Account, typename Parse, typename IsWanted>
Result<Account> find_account(const Host& host, const std::string& database, std::string_view wanted,
                             Parse parse, IsWanted is_wanted) {
  const Result<std::string> file = host.read("/etc/" + database, 16U << 20);
  if (file)
    for (const std::string_view line : split(*file, '\n'))
      if (const std::optional<Account> account = parse(line); account && is_wanted(*account)) return *account;
  const Result<std::string> line = ask_getent(host, database, wanted);
  // Without getent there is no directory service to be asked either, so the file has the last word.
  if (!line && line.error().errno_code == ENOSYS && file)
    return errno_error(fmt::format("{} {}", database, wanted), ENOENT);
  if (!line) return tl::unexpected(line.error());
  if (const std::optional<Account> account = parse(*line)) return *account;
  return error(fmt::format("getent gave no line of {}(5) for {}", database, wanted));
}

}  // namespace

Result<User> find_user(const Host& host, std::string_view name_or_number) {
  const auto is_wanted = [&](const User& user) { return fits(user.name, user.uid, name_or_number); };
  return find_account<User>(host, "passwd", name_or_number, parse_user, is_wanted);
}

Result<Group> find_group(const Host& host, std::string_view name_or_number) {
  const auto is_wanted = [&](const Group& group) { return fits(group.name, group.gid, name_or_number); };
  return find_account<Group>(host, "group", name_or_number, parse_group, is_wanted);
}

std::vector<std::uint32_t> groups_of(const Host& host, const User& user) {
  std::vector<std::uint32_t> groups{user.gid};
  const auto add = [&](std::uint32_t gid) {
    if (std::find(groups.begin(), groups.end(), gid) == groups.end()) groups.push_back(gid);
  };
  for (const std::string& line : lines_of(host, "/etc/group")) {
    const auto group = parse_group(line);
    if (group && std::find(group->members.begin(), group->members.end(), user.name) != group->members.end())
      add(group->gid);
  }
  // "name  27 100": the supplementary groups, directories included.
  if (const Result<std::string> line = ask_getent(host, "initgroups", user.name)) {
    const std::string_view text = *line;
    if (text.starts_with(user.name))
      for (const std::string_view word : split(text.substr(user.name.size()), ' '))
        if (const auto gid = number_of(word)) add(*gid);
  }
  return groups;
}

Identity identity_as(const Host& host, const Identity& start, const Credentials& credentials) {
  Identity identity = start;
  if (credentials.uid && *credentials.uid != start.uid) {
    identity.uid = *credentials.uid;
    const std::string name = user_name(host, identity.uid);
    identity.user = name == std::to_string(identity.uid) ? std::string() : name;
    identity.home.clear();
    identity.shell.clear();
  }
  if (credentials.gid) identity.gid = *credentials.gid;
  if (!credentials.groups_set) return identity;
  if (credentials.groups) {
    identity.groups = *credentials.groups;
  } else if (!identity.user.empty()) {
    identity.groups = groups_of(host, {identity.user, identity.uid, identity.gid, {}, {}});
  }
  return identity;
}

std::string user_name(const Host& host, std::uint32_t uid) {
  for (const std::string& line : lines_of(host, "/etc/passwd"))
    if (const auto user = parse_user(line); user && user->uid == uid) return user->name;
  return std::to_string(uid);
}

std::string group_name(const Host& host, std::uint32_t gid) {
  for (const std::string& line : lines_of(host, "/etc/group"))
    if (const auto group = parse_group(line); group && group->gid == gid) return group->name;
  return std::to_string(gid);
}

}  // namespace whywontitstart
