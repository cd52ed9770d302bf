#include "host/locks.h"

#include <sys/sysmacros.h>

#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

template <typename Number>
Number parse(std::string_view text, int base = 10) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

/// The processes that have the file open with a lock on the open file description: /proc/locks does not name
/// them.
Pid description_owner(const Host& host, const FileLock& lock) {
  const std::string inode = fmt::format(":{} ", lock.inode);
  for (const Pid pid : all_processes(host).value_or(std::vector<Pid>())) {
    const std::string folder = fmt::format("/proc/{}/fdinfo", number(pid));
    for (const std::string& fd : host.list(folder).value_or(std::vector<std::string>())) {
      const std::string text = host.read(folder + "/" + fd).value_or("");
      const std::size_t at = text.find("lock:");
      if (at != std::string::npos && text.find(inode, at) != std::string::npos) return pid;
    }
  }
  return Pid::none;
}

}  // namespace

std::vector<FileLock> parse_locks(std::string_view text) {
  std::vector<FileLock> locks;
  for (const std::string_view line : split(text, '\n')) {
    // "1: POSIX  ADVISORY  WRITE 81 08:01:1234 0 EOF"; one who waits has "->" behind the number.
    std::vector<std::string_view> words;
    for (const std::string_view word : split(line, ' '))
      if (!word.empty()) words.push_back(word);
    FileLock lock;
    if (words.size() > 1 && words[1] == "->") {
      lock.is_waiting = true;
      words.erase(words.begin() + 1);
    }
    if (words.size() < 6) continue;
    const std::vector<std::string_view> place = split(words[5], ':');
    if (place.size() != 3) continue;
    lock.kind = std::string(words[1]);
    lock.exclusive = words[3] == "WRITE";
    lock.pid = Pid{std::max(0, parse<pid_t>(words[4]))};  // -1 for an open file description
    lock.device = ::makedev(parse<unsigned>(place[0], 16), parse<unsigned>(place[1], 16));
    lock.inode = parse<std::uint64_t>(place[2]);
    locks.push_back(lock);
  }
  return locks;
}

std::string LockHolder::who() const {
  if (lock.pid == Pid::none) return "a process that we cannot see";
  const std::string name(base_name(split(command, ' ').front()));
  return unit.empty() ? fmt::format("{} (PID {})", name, number(lock.pid))
                      : fmt::format("{} (PID {}, {})", name, number(lock.pid), unit);
}

Result<std::vector<LockHolder>> lock_holders(const Host& host, const std::string& path) {
  const Result<FileStatus> status = host.status(path);
  if (!status) return tl::unexpected(status.error());
  const Result<std::string> text = host.read("/proc/locks", 16U << 20);
  if (!text) return tl::unexpected(text.error());
  std::vector<FileLock> locks = parse_locks(*text);
  std::erase_if(locks, [&](const FileLock& lock) { return lock.is_waiting || lock.inode != status->inode; });
  // btrfs and overlay give stat(2) another device than the kernel's own table has: then the inode has to do.
  if (std::any_of(locks.begin(), locks.end(),
                  [&](const FileLock& lock) { return lock.device == status->device; }))
    std::erase_if(locks, [&](const FileLock& lock) { return lock.device != status->device; });
  std::vector<LockHolder> holders;
  for (FileLock& lock : locks) {
    if (lock.pid == Pid::none) lock.pid = description_owner(host, lock);
    LockHolder holder{lock, {}, {}};
    if (lock.pid != Pid::none) {
      holder.command = process_command(host, lock.pid);
      holder.unit = supervisor_of(host, lock.pid).unit;
    }
    holders.push_back(std::move(holder));
  }
  return holders;
}

Result<PidFile> read_pid_file(const Host& host, const std::string& path, std::string_view program) {
  PidFile file;
  const Result<std::string> link = host.link(path);  // a lock may be a link to "host:pid", which is nowhere
  if (link) file.pid = Pid{std::max(0, parse<pid_t>(link->substr(link->find_last_of(":.") + 1)))};
  const bool told_by_link = file.pid != Pid::none;
  if (!told_by_link) {
    const Result<std::string> text = host.read(path, 4096);
    if (!text) return tl::unexpected(text.error());
    file.pid = Pid{std::max(0, parse<pid_t>(trim(*text)))};
  }
  if (file.pid == Pid::none) return file;
  // Without a /proc that shows others' processes (hidepid, ProtectProc=) an absent folder tells nothing.
  if (!host.status("/proc/1")) return error("the processes of others are hidden from us");
  const Result<FileStatus> process = host.status(fmt::format("/proc/{}", number(file.pid)));
  if (!process && process.error().errno_code != ENOENT) return tl::unexpected(process.error());
  file.alive = process.has_value();
  if (!file.alive) return file;
  file.command = process_command(host, file.pid);
  const Result<std::string> executable = host.link(fmt::format("/proc/{}/exe", number(file.pid)));
  // PID 1 lives everywhere; who has it is init, or the only program of a container.
  if (file.pid == Pid{1}) return file;
  file.same_program = told_by_link || (executable && *executable == program) ||
                      base_name(split(file.command, ' ').front()) == base_name(program);
  return file;
}

}  // namespace whywontitstart
