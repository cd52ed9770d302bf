#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "model/facts.h"
#include "model/target.h"

namespace whywontitstart {

/// One line of passwd(5).
struct User {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string home;
  std::string shell;
};

/// One line of group(5).
struct Group {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
};

/// A user by name or number: from /etc/passwd, else by asking getent(1), since directories such as LDAP are
/// known to the machine's own C library alone. Errors: ENOENT (the machine knows none), others (it could not
/// be asked).
Result<User> find_user(const Host& host, std::string_view name_or_number);

/// A group by name or number, likewise.
Result<Group> find_group(const Host& host, std::string_view name_or_number);

/// The groups of a user, its own one first; see initgroups(3).
std::vector<std::uint32_t> groups_of(const Host& host, const User& user);

/// Whom a process that was started as `start` has made of itself since. Groups that it set and that are not
/// known are taken to be those of its user, as initgroups(3) sets them.
Identity identity_as(const Host& host, const Identity& start, const Credentials& credentials);

/// The name of a user or group as the files know it, else its number as text. No helper is run.
std::string user_name(const Host& host, std::uint32_t uid);
std::string group_name(const Host& host, std::uint32_t gid);

}  // namespace whywontitstart
