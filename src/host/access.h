#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// What somebody wants to do with a file or folder; the letters of ls(1).
struct Rights {
  bool read = false;
  bool write = false;
  bool execute = false;  ///< of a folder: to go through it
};

/// "r-x".
std::string to_text(const Rights& rights);

/// "-rwxr-x---", as ls(1) shows it.
std::string mode_text(std::uint32_t mode);

/// One entry of a POSIX access control list, see acl(5).
struct AclEntry {
  std::uint16_t tag =
      0;  ///< ACL_USER_OBJ 1, ACL_USER 2, ACL_GROUP_OBJ 4, ACL_GROUP 8, ACL_MASK 16, ACL_OTHER 32
  std::uint16_t permissions = 0;
  std::uint32_t id = 0;
};

/// The entries of the attribute system.posix_acl_access; none if it is not one.
std::vector<AclEntry> parse_acl(std::string_view attribute);

/// What the mode and the access control list of a file answer.
struct Answer {
  bool allowed = true;
  std::string_view who;  ///< whose bits decided: "owner", "group", "others", "ACL entry", "ACL mask", "root"
  bool by_acl = false;
};

/// Root's way past the permissions, as far as it goes here.
struct Privileges {
  bool override_all = false;        ///< CAP_DAC_OVERRIDE
  bool override_search = false;     ///< CAP_DAC_READ_SEARCH
  bool own_all = false;             ///< CAP_FOWNER
  bool own_namespace_only = false;  ///< only over files whose owner and group the user namespace knows
};

/// What a program that is started as `identity` will be allowed; see capabilities(7). Root has what our own
/// bounding set leaves it, and our own user what is ambient.
Privileges privileges_of(const Host& host, const Identity& identity);

/// May `identity` do this to a file with this status and list? See path_resolution(7) and acl(5).
Answer ask_permission(const FileStatus& status, const std::vector<AclEntry>& acl, const Identity& identity,
                      const Privileges& privileges, const Rights& wanted);

}  // namespace whywontitstart
