#include "host/access.h"

#include <sys/stat.h>

#include "base/text.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

enum AclTag : std::uint16_t { user_obj = 1, user = 2, group_obj = 4, group = 8, mask = 16, other = 32 };

constexpr std::uint32_t overflow_id = 65534;  // who a user namespace does not know

unsigned bits_of(const Rights& rights) {
  return (rights.read ? 4U : 0U) | (rights.write ? 2U : 0U) | (rights.execute ? 1U : 0U);
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t at = bytes.size(); at > 0; --at)
    value = value << 8 | static_cast<unsigned char>(bytes[at - 1]);
  return value;
}

bool in_group(const Identity& identity, std::uint32_t gid) {
  return identity.gid == gid ||
         std::find(identity.groups.begin(), identity.groups.end(), gid) != identity.groups.end();
}

Answer ask_mode(const FileStatus& status, const Identity& identity, unsigned wanted) {
  if (identity.uid == status.uid) return {(status.mode >> 6 & wanted) == wanted, "owner", false};
  if (in_group(identity, status.gid)) return {(status.mode >> 3 & wanted) == wanted, "group", false};
  return {(status.mode & wanted) == wanted, "others", false};
}

Answer ask_acl(const FileStatus& status, const std::vector<AclEntry>& acl, const Identity& identity,
               unsigned wanted) {
  unsigned allowed_by_mask = 7;
  unsigned others = 0;
  for (const AclEntry& entry : acl) {
    if (entry.tag == mask) allowed_by_mask = entry.permissions;
    if (entry.tag == other) others = entry.permissions;
  }
  const auto masked = [&](unsigned permissions) -> Answer {
    if ((permissions & wanted) != wanted) return {false, "ACL entry", true};
    if ((permissions & allowed_by_mask & wanted) != wanted) return {false, "ACL mask", true};
    return {true, "ACL entry", true};
  };
  if (identity.uid == status.uid) return {(status.mode >> 6 & wanted) == wanted, "owner", false};
  for (const AclEntry& entry : acl)
    if (entry.tag == user && entry.id == identity.uid) return masked(entry.permissions);

  std::optional<Answer> refused;
  for (const AclEntry& entry : acl) {
    const bool matches = (entry.tag == group_obj && in_group(identity, status.gid)) ||
                         (entry.tag == group && in_group(identity, entry.id));
    if (!matches) continue;
    const Answer answer = masked(entry.permissions);
    if (answer.allowed) return answer;
    if (!refused) refused = answer;
  }
  if (refused) return *refused;
  return {(others & wanted) == wanted, "others", false};
}

bool knows_all_users(const Host& host) {
  const Result<std::string> map = host.read("/proc/self/uid_map");
  return !map || map->find("4294967295") != std::string::npos;
}

}  // namespace

std::string to_text(const Rights& rights) {
  return {rights.read ? 'r' : '-', rights.write ? 'w' : '-', rights.execute ? 'x' : '-'};
}

std::string mode_text(std::uint32_t mode) {
  std::string text = "?rwxrwxrwx";
  switch (mode & S_IFMT) {
    case S_IFREG:
      text[0] = '-';
      break;
    case S_IFDIR:
      text[0] = 'd';
      break;
    case S_IFLNK:
      text[0] = 'l';
      break;
    case S_IFSOCK:
      text[0] = 's';
      break;
    case S_IFIFO:
      text[0] = 'p';
      break;
    case S_IFCHR:
      text[0] = 'c';
      break;
    case S_IFBLK:
      text[0] = 'b';
      break;
    default:
      break;
  }
  for (std::size_t bit = 0; bit < 9; ++bit)
    if ((mode & 0400U >> bit) == 0) text[1 + bit] = '-';
  const auto mark = [&](std::uint32_t flag, std::size_t at, char both, char alone) {
    if ((mode & flag) != 0) text[at] = text[at] == 'x' ? both : alone;
  };
  mark(S_ISUID, 3, 's', 'S');
  mark(S_ISGID, 6, 's', 'S');
  mark(S_ISVTX, 9, 't', 'T');
  return text;
}

std::vector<AclEntry> parse_acl(std::string_view attribute) {
  // struct posix_acl_xattr_header and _entry: version 2, then 8 bytes each, little endian on every machine.
  std::vector<AclEntry> entries;
  if (attribute.size() < 4 || little_endian(attribute.substr(0, 4)) != 2) return entries;
  for (std::size_t at = 4; at + 8 <= attribute.size(); at += 8)
    entries.push_back({static_cast<std::uint16_t>(little_endian(attribute.substr(at, 2))),
                       static_cast<std::uint16_t>(little_endian(attribute.substr(at + 2, 2))),
                       little_endian(attribute.substr(at + 4, 4))});
  return entries;
}

Privileges privileges_of(const Host& host, const Identity& identity) {
  // See capabilities(7): their numbers.
  constexpr unsigned dac_override = 1, dac_read_search = 2, fowner = 3;
  const Result<ProcessStatus> status = process_status(host, Pid::none);
  std::uint64_t held = identity.uid == 0 ? UINT64_MAX : 0;
  if (status && identity.uid == 0) held = status->bounding.value_or(held);
  if (status && identity.uid != 0 && identity.uid == status->uid) held = status->ambient.value_or(0);
  Privileges privileges;
  if (held == 0) return privileges;
  privileges.override_all = (held >> dac_override & 1) != 0;
  privileges.override_search = (held >> dac_read_search & 1) != 0;
  privileges.own_all = (held >> fowner & 1) != 0;
  privileges.own_namespace_only = !knows_all_users(host);
  return privileges;
}

Answer ask_permission(const FileStatus& status, const std::vector<AclEntry>& acl, const Identity& identity,
                      const Privileges& privileges, const Rights& wanted) {
  const unsigned bits = bits_of(wanted);
  const Answer answer = acl.empty() ? ask_mode(status, identity, bits) : ask_acl(status, acl, identity, bits);
  if (answer.allowed) return answer;

  const bool stranger = status.uid == overflow_id || status.gid == overflow_id;
  if (privileges.own_namespace_only && stranger) return answer;
  const bool folder = S_ISDIR(status.mode);
  // Root may execute what somebody may execute, and nothing else.
  const bool nobody_executes = wanted.execute && !folder && (status.mode & 0111) == 0;
  if (privileges.override_all && !nobody_executes) return {true, "root", false};
  if (privileges.override_search && !wanted.write && (folder || !wanted.execute))
    return {true, "root", false};
  return answer;
}

}  // namespace whywontitstart
