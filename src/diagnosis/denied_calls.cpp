#include "diagnosis/denied_calls.h"

#include <cerrno>

#include "base/text.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

bool is_any(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has_right(const Denial& denial, std::initializer_list<std::string_view> wanted) {
  const std::vector<std::string_view> rights = split(denial.rights, ' ');
  return std::any_of(rights.begin(), rights.end(),
                     [&](std::string_view right) { return is_any(right, wanted); });
}

bool is_of_sockets(const Denial& denial) {
  return denial.kind.ends_with("_socket") ||
         is_any(denial.kind, {"inet", "inet6", "netlink", "packet", "unix"});
}

/// The part of the path that was denied: all of it, a folder on the way, or the same under another name.
bool is_on_the_way(const Denial& denial, const std::string& path) {
  if (path.empty() || denial.what.empty()) return false;
  std::string_view what = denial.what;
  if (what.size() > 1 && what.ends_with('/')) what.remove_suffix(1);
  if (what == path) return true;
  if (denial.module == Denial::Module::apparmor)
    // The module goes by the name without links, and so the last part is often all that is the same.
    return base_name(what) == base_name(path);
  if (what.starts_with('/'))
    return path.starts_with(std::string(what) + "/") || base_name(what) == base_name(path);
  for (const std::string_view part : split(path, '/'))
    if (part == what) return true;
  // A file that does not exist is created in its folder: its name, or that of the folder is told.
  return denial.kind == "dir" && (what == "/" || what == base_name(folder_of(path)));
}

std::string_view port_of(std::string_view address) { return address.substr(address.rfind(':') + 1); }

/// How well the refused call goes with what was denied; 0: not at all.
int likeness(const Denial& denial, const SyscallEvent& call) {
  if (denial.kind.starts_with("capability") || denial.operation == "capable")
    return call.path.empty() || call.name == "chown" ? 2 : 1;
  if (is_any(call.name, {"execve", "execveat"})) {
    if (is_on_the_way(denial, call.path)) return 3;
    return is_of_execution(denial) ? 2 : 0;
  }
  if (is_on_the_way(denial, call.path) || is_on_the_way(denial, call.other_path)) return 3;
  if (is_on_the_way(denial, call.file)) return 2;
  if (is_of_sockets(denial)) {
    if (has_right(denial, {"name_bind", "name_connect"})) return port_of(call.address) == denial.what ? 3 : 0;
    if (is_any(call.name, {"socket", "socketpair", "bind", "connect", "listen", "accept", "accept4", "sendto",
                           "sendmsg", "setsockopt"}))
      return has_right(denial, {call.name}) ? 3 : 1;
    return 0;
  }
  // Of memory there is no name: execmem, execmod.
  return denial.kind == "process" && is_any(call.name, {"mmap", "mprotect", "setrlimit", "prlimit64"}) ? 1
                                                                                                       : 0;
}

/// In a container the log counts processes otherwise, so that only the name can be the same. Elsewhere the
/// name would take the denials of an earlier run for those of this one.
bool is_of(const Denial& denial, bool same_pids, Pid pid, const Facts& facts) {
  if (same_pids) return denial.pid == pid;
  constexpr std::size_t longest_name = 15;
  const Process* process = facts.find(pid);
  return process != nullptr && !denial.command.empty() &&
         denial.command == base_name(process->executable).substr(0, longest_name);
}

}  // namespace

bool is_refusal(const Failure& failure) {
  return number(failure.call.error) == EACCES || number(failure.call.error) == EPERM;
}

bool is_of_execution(const Denial& denial) {
  if (denial.module == Denial::Module::apparmor)
    return denial.operation == "exec" || denial.operation == "change_onexec";
  return denial.kind == "process"
             ? has_right(denial, {"transition", "nnp_transition", "nosuid_transition", "ptrace"})
             : has_right(denial, {"execute", "execute_no_trans", "entrypoint"});
}

std::string policy_capability(const Denial& denial) {
  if (denial.what.starts_with("CAP_")) return denial.what;
  std::string name = "CAP_" + denial.what;
  for (char& letter : name)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  return name;
}

std::string denied_path(const Denial& denial, const std::string& path) {
  if (denial.what.starts_with('/') || denial.what.empty()) return denial.what.empty() ? path : denial.what;
  if (base_name(path) == denial.what) return path;
  const std::size_t at = path.find("/" + denial.what + "/");
  return at == std::string::npos ? path : path.substr(0, at + 1 + denial.what.size());
}

std::optional<std::size_t> refused_call(const Denial& denial, bool same_pids, const Facts& facts,
                                        const Host& host) {
  std::optional<std::size_t> best;
  int most = 0;
  for (std::size_t at = 0; at < facts.failures.size(); ++at) {
    const Failure& failure = facts.failures[at];
    if (!is_refusal(failure) || !is_of(denial, same_pids, failure.process, facts)) continue;
    int like = likeness(denial, failure.call);
    // The modules see the file that a link leads to.
    if (like < 3 && failure.call.path.starts_with('/')) {
      SyscallEvent resolved = failure.call;
      resolved.path = walk(host, failure.call.path, Identity{}).resolved;
      like = std::max(like, likeness(denial, resolved));
    }
    if (like < most || like == 0) continue;
    most = like;
    best = at;
  }
  return best;
}

}  // namespace whywontitstart
