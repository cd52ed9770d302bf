#include "facts/calls.h"

#include <cerrno>

#include "base/search_name.h"

namespace whywontitstart {

CallKind kind_of(const SyscallEvent& call) {
  static const std::unordered_map<std::string_view, CallKind, ShortNameHash> kinds = {
      {"execve", CallKind::exec},      {"execveat", CallKind::exec},     {"stat", CallKind::lookup},
      {"lstat", CallKind::lookup},     {"stat64", CallKind::lookup},     {"lstat64", CallKind::lookup},
      {"fstatat64", CallKind::lookup}, {"newfstatat", CallKind::lookup}, {"statx", CallKind::lookup},
      {"access", CallKind::lookup},    {"faccessat", CallKind::lookup},  {"faccessat2", CallKind::lookup},
      {"readlink", CallKind::lookup},  {"readlinkat", CallKind::lookup}, {"chdir", CallKind::lookup},
      {"statfs", CallKind::lookup},    {"getxattr", CallKind::lookup},   {"creat", CallKind::create},
      {"mkdir", CallKind::create},     {"mkdirat", CallKind::create},    {"mknod", CallKind::create},
      {"mknodat", CallKind::create},   {"symlink", CallKind::create},    {"symlinkat", CallKind::create},
      {"link", CallKind::create},      {"linkat", CallKind::create},     {"rename", CallKind::create},
      {"renameat", CallKind::create},  {"renameat2", CallKind::create},  {"unlink", CallKind::remove},
      {"unlinkat", CallKind::remove},  {"rmdir", CallKind::remove},      {"bind", CallKind::bind},
      {"connect", CallKind::connect},  {"flock", CallKind::lock},        {"write", CallKind::send},
      {"writev", CallKind::send},      {"pwrite64", CallKind::send},     {"pwritev", CallKind::send},
      {"sendto", CallKind::send},      {"send", CallKind::send},         {"sendmsg", CallKind::send},
      {"sendmmsg", CallKind::send},
  };
  if (call.name.starts_with("open")) return has_flag(call, "O_CREAT") ? CallKind::create : CallKind::lookup;
  if (call.name.starts_with("fcntl"))
    return std::any_of(call.flags.begin(), call.flags.end(),
                       [](const std::string& flag) { return flag.find("SETLK") != std::string::npos; })
               ? CallKind::lock
               : CallKind::other;
  const auto found = kinds.find(call.name);
  return found == kinds.end() ? CallKind::other : found->second;
}

bool tells_nothing(const SyscallEvent& call) {
  return call.error == Errno::none && call.path.empty() && kind_of(call) == CallKind::lookup &&
         !call.name.starts_with("open");
}

bool wants_to_write(const SyscallEvent& call) {
  const CallKind kind = kind_of(call);
  return kind == CallKind::create || kind == CallKind::remove || kind == CallKind::bind ||
         has_flag(call, "O_WRONLY") || has_flag(call, "O_RDWR") || has_flag(call, "W_OK");
}

bool means_absent(Errno code) { return number(code) == ENOENT || number(code) == ENOTDIR; }

bool is_flow_control(const SyscallEvent& call) {
  const int code = number(call.error);
  if (code >= 512 || code == EINTR || code == EINPROGRESS || code == EALREADY) return true;
  const CallKind kind = kind_of(call);
  return code == EAGAIN && kind != CallKind::lock && kind != CallKind::connect &&
         (kind == CallKind::send || call.name.starts_with("re") || call.name.starts_with("accept"));
}

std::string_view port_of(std::string_view address) {
  if (address.starts_with("unix:")) return {};
  const std::size_t colon = address.rfind(':');
  return colon == std::string_view::npos ? std::string_view{} : address.substr(colon + 1);
}

std::string_view socket_path_of(std::string_view address) {
  constexpr std::string_view prefix = "unix:";
  if (!address.starts_with(prefix)) return {};
  address.remove_prefix(prefix.size());
  return address.starts_with('@') ? std::string_view{} : address;
}

}  // namespace whywontitstart
