#include "trace/tracees.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "trace/address.h"

#include "trace/requests.h"

namespace whywontitstart {

std::size_t LiveView::read(std::uint64_t address, std::span<char> to) const {
  return thread_.memory.read(address, to);
}

std::string LiveView::cwd() const {
  std::optional<std::string>& known = thread_.links->cwd;
  if (!known) known = proc_link(thread_.id, "cwd");
  return *known;
}

std::string LiveView::local_address(int fd) const {
  // A copy of its descriptor, see pidfd_getfd(2): the socket itself knows the port that the kernel chose for
  // it.
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, number(thread_.process), 0)));
  if (!process) return {};
  const Fd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
  if (!socket) return {};
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return decode_address(
             {reinterpret_cast<const char*>(&storage), std::min<std::size_t>(size, sizeof storage)}, cwd())
      .address;
}

std::string LiveView::file(int fd) const {
  std::array<std::optional<std::string>, 3>& standard = thread_.links->standard;
  if (fd < 0 || static_cast<std::size_t>(fd) >= standard.size())
    return proc_link(thread_.id, fmt::format("fd/{}", fd));
  std::optional<std::string>& known = standard[static_cast<std::size_t>(fd)];
  if (!known) known = proc_link(thread_.id, fmt::format("fd/{}", fd));
  return *known;
}

Thread& Tracees::add(Pid id, Pid process, bool every_call, std::uint32_t arch) {
  remove(id);  // an id that is used again: we missed the end of its last owner
  Thread& thread = threads_.emplace(id, Thread(id, process)).first->second;
  thread.every_call = every_call;
  thread.arch = arch;
  if (const Thread* leader = id == process ? nullptr : find(process)) thread.links = leader->links;
  if (open_memory_) thread.memory.open_early();
  return thread;
}

Thread* Tracees::find(Pid id) {
  Thread*& recent = recent_[static_cast<std::size_t>(number(id)) % recent_.size()];
  if (recent != nullptr && recent->id == id) return recent;
  const auto found = threads_.find(id);
  if (found == threads_.end()) return nullptr;
  return recent = &found->second;
}

void Tracees::remove(Pid id) {
  forget_recent();
  threads_.erase(id);
}

Thread& Tracees::became(Pid process, Pid former) {
  Thread before(former, process);
  if (Thread* thread = find(former)) before = std::move(*thread);
  forget_recent();
  std::erase_if(threads_, [&](const auto& entry) { return entry.second.process == process; });
  Thread& thread = add(process, process, before.every_call, before.arch);
  thread.call = std::move(before.call);
  thread.filters = std::move(before.filters);
  return thread;
}

bool Tracees::has_process(Pid process) const {
  return std::any_of(threads_.begin(), threads_.end(),
                     [&](const auto& entry) { return entry.second.process == process; });
}

std::vector<Pid> Tracees::processes() const {
  std::set<Pid> ids;
  for (const auto& [id, thread] : threads_) ids.insert(thread.process);
  return {ids.begin(), ids.end()};
}

}  // namespace whywontitstart
