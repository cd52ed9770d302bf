#include "host/wanted.h"

namespace whywontitstart {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Wanted of_open(const SyscallEvent& call) {
  Wanted wanted;
  const bool write_only = has_flag(call, "O_WRONLY") || call.name == "creat";
  wanted.rights.read = !write_only && !has_flag(call, "O_PATH");
  wanted.rights.write = write_only || has_flag(call, "O_RDWR") || has_flag(call, "O_TRUNC");
  wanted.append = has_flag(call, "O_APPEND");
  wanted.truncate = has_flag(call, "O_TRUNC") || call.name == "creat";
  wanted.create = has_flag(call, "O_CREAT") || call.name == "creat" || has_flag(call, "O_TMPFILE");
  return wanted;
}

}  // namespace

Wanted wanted_of(const SyscallEvent& call) {
  Wanted wanted;
  if (is_one_of(call.name, {"open", "openat", "openat2", "creat"})) return of_open(call);
  if (is_one_of(call.name, {"execve", "execveat", "chdir"})) wanted.rights.execute = true;
  if (is_one_of(call.name, {"truncate", "connect"})) wanted.rights.write = true;
  if (is_one_of(call.name, {"mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat", "bind"}))
    wanted.create = true;
  if (is_one_of(call.name, {"chmod", "fchmodat", "fchmodat2"})) wanted.own = true;
  if (is_one_of(call.name, {"link", "linkat"})) wanted.link = true;
  if (call.name == "truncate") wanted.truncate = true;
  if (is_one_of(call.name, {"unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2"}))
    wanted.remove = true;
  if (is_one_of(call.name, {"access", "faccessat", "faccessat2"}))
    wanted.rights = {has_flag(call, "R_OK"), has_flag(call, "W_OK"), has_flag(call, "X_OK")};
  return wanted;
}

}  // namespace whywontitstart
