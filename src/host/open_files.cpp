#include "host/open_files.h"

#include <fcntl.h>

#include <charconv>

#include "base/text.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

std::string folder_of_descriptors(Pid pid, std::string_view which) {
  return fmt::format("/proc/{}/{}/", number(pid), which);
}

/// "flags:\t02": octal, as open(2) took them.
int open_flags(std::string_view fdinfo) {
  constexpr std::string_view key = "flags:";
  const std::size_t at = fdinfo.find(key);
  if (at == std::string_view::npos) return O_RDWR;
  const std::string_view rest = trim(fdinfo.substr(at + key.size(), 16));
  int flags = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), flags, 8);
  return flags;
}

}  // namespace

std::vector<PipeEnd> pipe_ends(const Host& host, std::string_view file) {
  std::vector<PipeEnd> ends;
  for (const Pid pid : all_processes(host).value_or(std::vector<Pid>{})) {
    const std::string folder = folder_of_descriptors(pid, "fd");
    PipeEnd end{pid};
    for (const std::string& fd : host.list(folder).value_or(std::vector<std::string>{})) {
      const Result<std::string> link = host.link(folder + fd);
      if (!link || *link != file) continue;
      const std::string fdinfo = host.read(folder_of_descriptors(pid, "fdinfo") + fd).value_or("");
      const int access = open_flags(fdinfo) & O_ACCMODE;
      end.reads = end.reads || access != O_WRONLY;
      end.writes = end.writes || access != O_RDONLY;
    }
    if (end.reads || end.writes) ends.push_back(end);
  }
  return ends;
}

std::vector<int> epoll_members(std::string_view fdinfo) {
  std::vector<int> members;
  for (const std::string_view line : split(fdinfo, '\n')) {
    if (!line.starts_with("tfd:")) continue;
    const std::string_view rest = trim(line.substr(4));
    int fd = -1;
    std::from_chars(rest.data(), rest.data() + rest.size(), fd);
    members.push_back(fd);
  }
  return members;
}

std::vector<std::string> listening_addresses(const Host& host, Pid process) {
  std::vector<std::string> addresses;
  const std::string folder = folder_of_descriptors(process, "fd");
  for (const std::string& fd : host.list(folder).value_or(std::vector<std::string>{})) {
    const Result<std::string> link = host.link(folder + fd);
    if (!link || !link->starts_with("socket:")) continue;
    const Result<SocketInfo> info = host.socket(process, std::atoi(fd.c_str()));
    if (info && info->listens && !info->local.empty()) addresses.push_back(info->local);
  }
  return addresses;
}

std::string process_label(const Host& host, Pid pid) {
  const std::string command = process_command(host, pid);
  if (command.empty()) return fmt::format("process {}", number(pid));
  // "/usr/bin/sleep 100", "[kworker]", "nginx: master process /usr/sbin/nginx"
  const std::string first = command.substr(0, command.find(' '));
  const std::string_view base = base_name(first);
  return fmt::format("{} (PID {})", trim(base.empty() ? first : std::string(base)), number(pid));
}

std::vector<Pid> children_of(const Host& host, Pid parent) {
  std::vector<Pid> children;
  for (const Pid pid : all_processes(host).value_or(std::vector<Pid>{})) {
    const Result<ProcessStatus> status = process_status(host, pid);
    if (status && status->parent == parent && status->state != 'Z') children.push_back(pid);
  }
  return children;
}

}  // namespace whywontitstart
