#include "launch/accounts.h"

#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// One line of passwd(5): name:password:UID:GID:GECOS:directory:shell.
std::optional<Identity> parse_account(std::string_view line) {
  const std::vector<std::string_view> fields = split(line, ':');
  if (fields.size() < 7) return std::nullopt;
  const auto uid = number_of(fields[2]);
  const auto gid = number_of(fields[3]);
  if (!uid || !gid) return std::nullopt;
  return Identity{.uid = *uid,
                  .gid = *gid,
                  .groups = {},
                  .user = std::string(fields[0]),
                  .home = std::string(fields[5]),
                  .shell = std::string(trim(fields[6]))};
}

std::optional<Identity> find_account(std::string_view passwd, std::string_view wanted) {
  const auto wanted_uid = number_of(wanted);
  std::optional<Identity> by_number;
  for (const std::string_view line : split(passwd, '\n')) {
    std::optional<Identity> account = parse_account(line);
    if (!account) continue;
    if (account->user == wanted) return account;  // a name that looks like a number is a name first
    if (!by_number && account->uid == wanted_uid) by_number = account;
  }
  return by_number;
}

/// The groups of group(5) that list the user as a member.
std::vector<std::uint32_t> groups_with(std::string_view group_file, const std::string& user) {
  std::vector<std::uint32_t> groups;
  for (const std::string_view line : split(group_file, '\n')) {
    const std::vector<std::string_view> fields = split(line, ':');
    if (fields.size() < 4) continue;
    const auto gid = number_of(fields[2]);
    const std::vector<std::string_view> members = split(trim(fields[3]), ',');
    if (gid && std::find(members.begin(), members.end(), user) != members.end()) groups.push_back(*gid);
  }
  return groups;
}

std::optional<std::string> ask_getent(const Host& host, const std::vector<std::string>& words) {
  std::vector<std::string> argv{"/usr/bin/getent"};
  argv.insert(argv.end(), words.begin(), words.end());
  const Result<CommandOutput> answer = host.run(argv);
  if (!answer || answer->exit_code != 0) return std::nullopt;
  return answer->out;
}

/// "NAME 4 27 1000", the answer of `getent initgroups NAME`.
std::vector<std::uint32_t> numbers_in(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  bool is_name = true;
  for (const std::string_view word : split(trim(text), ' ')) {
    if (word.empty()) continue;
    const auto number = number_of(word);
    if (!is_name && number) numbers.push_back(*number);
    is_name = false;
  }
  return numbers;
}

void add_groups(Identity& identity, std::vector<std::uint32_t> groups) {
  // As initgroups(3): the user's own group is one of them.
  groups.push_back(identity.gid);
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  identity.groups = std::move(groups);
}

}  // namespace

Result<Identity> find_user(std::string_view wanted, const Host& host) {
  const Result<std::string> passwd = host.read("/etc/passwd");
  if (passwd) {
    if (std::optional<Identity> account = find_account(*passwd, wanted)) {
      add_groups(*account, groups_with(host.read("/etc/group").value_or(""), account->user));
      return *account;
    }
  }
  if (const auto answer = ask_getent(host, {"passwd", std::string(wanted)})) {
    if (std::optional<Identity> account = find_account(*answer, wanted)) {
      add_groups(*account, numbers_in(ask_getent(host, {"initgroups", account->user}).value_or("")));
      return *account;
    }
  }
  return error(
      fmt::format("there is no user '{}' on this machine: see `getent passwd` for those there are, or make "
                  "it with useradd",
                  wanted));
}

}  // namespace whywontitstart
