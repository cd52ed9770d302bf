#include "trace/privileges.h"

#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

namespace whywontitstart {
std::string status_value(const std::string& path, std::string_view name) {
  const Result<std::string> text = read_file(path);
  if (!text) return {};
  for (const std::string_view line : split(*text, '\n'))
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':')
      return std::string(trim(line.substr(name.size() + 1)));
  return {};
}

bool has_capability(int capability) {
  cap_t ours = ::cap_get_proc();
  if (ours == nullptr) return false;
  cap_flag_value_t value = CAP_CLEAR;
  ::cap_get_flag(ours, static_cast<cap_value_t>(capability), CAP_EFFECTIVE, &value);
  ::cap_free(ours);
  return value == CAP_SET;
}

bool is_under_seccomp() {
  static const bool is = status_value("/proc/self/status", "Seccomp") == "2";
  return is;
}

bool has_no_new_privs() { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

bool gains_rights(const std::string& executable) {
  struct stat status {};
  if (::stat(executable.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  struct statvfs mount {};
  if (::statvfs(executable.c_str(), &mount) == 0 && (mount.f_flag & ST_NOSUID) != 0) return false;
  constexpr mode_t set_gid = S_ISGID | S_IXGRP;  // without x it means mandatory locking
  if ((status.st_mode & S_ISUID) != 0 || (status.st_mode & set_gid) == set_gid) return true;
  return ::getxattr(executable.c_str(), "security.capability", nullptr, 0) > 0;
}

}  // namespace whywontitstart
