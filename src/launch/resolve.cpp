#include "launch/resolve.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/accounts.h"
#include "launch/expect.h"
#include "launch/limits.h"
#include "launch/search.h"

namespace whywontitstart {
namespace {

constexpr std::string_view service_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void set_variable(std::vector<std::string>& environment, std::string_view name, std::string_view value) {
  std::string entry = fmt::format("{}={}", name, value);
  for (std::string& known : environment) {
    if (known.starts_with(entry.substr(0, name.size() + 1))) {
      known = std::move(entry);
      return;
    }
  }
  environment.push_back(std::move(entry));
}

void remove_variable(std::vector<std::string>& environment, std::string_view name) {
  std::erase_if(environment, [&](const std::string& entry) {
    return entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=';
  });
}

void set_account_variables(std::vector<std::string>& environment, const Identity& identity) {
  set_variable(environment, "HOME", identity.home.empty() ? "/" : identity.home);
  if (!identity.user.empty()) {
    set_variable(environment, "USER", identity.user);
    set_variable(environment, "LOGNAME", identity.user);
  }
}

Result<std::vector<std::string>> environment_for(const LaunchRequest& request, const Caller& caller,
                                                 const Identity& identity) {
  std::vector<std::string> environment = caller.environment;
  if (request.clean_env) {
    environment = {fmt::format("PATH={}", service_path)};
    set_account_variables(environment, identity);
    if (const auto language = variable(caller.environment, "LANG"))
      set_variable(environment, "LANG", *language);
  }
  if (request.user) {
    set_account_variables(environment, identity);
    set_variable(environment, "SHELL", identity.shell.empty() ? "/bin/sh" : identity.shell);
  }
  for (const std::string& change : request.environment) {
    const std::size_t equals = change.find('=');
    if (equals == 0 || change.empty())
      return error(
          fmt::format("'{}' is no variable: write NAME=VALUE to set one, NAME to remove it", change));
    const std::string_view name = std::string_view(change).substr(0, equals);
    if (equals != std::string::npos) {
      set_variable(environment, name, std::string_view(change).substr(equals + 1));
    } else if (!request.clean_env) {
      remove_variable(environment, name);
    } else if (const auto value = variable(caller.environment, name)) {
      set_variable(environment, name, *value);
    }
  }
  return environment;
}

Result<std::string> folder_for(const LaunchRequest& request, const Caller& caller, const Host& host) {
  if (!request.chdir) return caller.cwd;
  const std::string folder = absolute_path(caller.cwd, *request.chdir);
  const Result<FileStatus> status = host.status(folder);
  if (!status && status.error().errno_code == EACCES)
    return folder;  // the program's user may see more than we do
  if (!status)
    return error(fmt::format("there is no folder {} to start in: make it, or name another one", folder));
  if (!S_ISDIR(status->mode)) return error(fmt::format("{} is no folder: name one to start in", folder));
  return folder;
}

bool may_execute(const FileStatus& status, const Identity& identity) {
  if (!S_ISREG(status.mode)) return false;
  if (identity.uid == 0) return (status.mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
  if (identity.uid == status.uid) return (status.mode & S_IXUSR) != 0;
  const bool in_group =
      identity.gid == status.gid ||
      std::find(identity.groups.begin(), identity.groups.end(), status.gid) != identity.groups.end();
  return (status.mode & (in_group ? S_IXGRP : S_IXOTH)) != 0;
}

/// As execvp(3): the first that may be executed, else the first that is there but may not.
std::string find_executable(const Target& target, const Host& host) {
  std::string forbidden;
  for (const std::string& place : search_places(target.argv.front(), target.environment, target.cwd)) {
    const Result<FileStatus> status = host.status(place);
    if (status && may_execute(*status, target.identity)) return place;
    const bool is_there = status.has_value() || status.error().errno_code == EACCES;
    if (is_there && forbidden.empty()) forbidden = place;
  }
  return forbidden;
}

/// The account of a user, with all the groups that login(1) would give it.
Result<Identity> identity_of(std::string_view name_or_number, const Host& host) {
  const Result<User> user = find_user(host, name_or_number);
  if (!user)
    return error(
        fmt::format("there is no user '{}' on this machine: see `getent passwd` for those there are, or make "
                    "it with useradd",
                    name_or_number));
  return Identity{.uid = user->uid,
                  .gid = user->gid,
                  .groups = groups_of(host, *user),
                  .user = user->name,
                  .home = user->home,
                  .shell = user->shell};
}

Identity identity_of_caller(const Caller& caller, const Host& host) {
  Identity identity = caller.identity;
  // Only words for people: not to know them changes nothing.
  if (const Result<User> account = find_user(host, std::to_string(identity.uid))) {
    identity.user = account->name;
    identity.home = account->home;
    identity.shell = account->shell;
  }
  return identity;
}

}  // namespace

Caller current_caller() {
  Caller caller;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    caller.environment.emplace_back(*entry);
  char folder[4096];
  caller.cwd = ::getcwd(folder, sizeof folder) != nullptr ? folder : "/";
  caller.identity.uid = ::geteuid();
  caller.identity.gid = ::getegid();
  caller.identity.groups.resize(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  if (::getgroups(static_cast<int>(caller.identity.groups.size()), caller.identity.groups.data()) < 0)
    caller.identity.groups.clear();
  return caller;
}

Result<Target> resolve_target(const LaunchRequest& request, const Host& host, const Caller& caller) {
  if (request.argv.empty() || request.argv.front().empty())
    return error("there is no program to start: name one, as in `whywontitstart ./myprog --port 80`");
  Target target;
  target.argv = request.argv;
  if (request.user) {
    Result<Identity> identity = identity_of(*request.user, host);
    if (!identity) return tl::unexpected(identity.error());
    target.identity = *identity;
  } else {
    target.identity = identity_of_caller(caller, host);
  }
  Result<std::string> folder = folder_for(request, caller, host);
  if (!folder) return tl::unexpected(folder.error());
  target.cwd = *folder;
  Result<std::vector<std::string>> environment = environment_for(request, caller, target.identity);
  if (!environment) return tl::unexpected(environment.error());
  target.environment = *environment;
  for (const std::string& text : request.limits) {
    Result<Limit> limit = parse_limit(text);
    if (!limit) return tl::unexpected(limit.error());
    target.limits.push_back(*limit);
  }
  for (const std::string& text : request.expected) {
    Result<Expectation> expectation = parse_expectation(text, target.cwd);
    if (!expectation) return tl::unexpected(expectation.error());
    target.expected.push_back(*expectation);
  }
  if (Result<> together = check_expectations(target.expected); !together)
    return tl::unexpected(together.error());
  target.executable = find_executable(target, host);
  return target;
}

}  // namespace whywontitstart
