#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/text.h"
#include "trace/group.h"

namespace whywontitstart {
namespace {

/// Async-signal-safe: also called between fork(2) and _exit(2).
bool write_word(const char* file, const char* word) {
  const int fd = ::open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = ::write(fd, word, 1) == 1;
  ::close(fd);
  return done;
}

/// The folder and its parents, as mkdir -p does.
Result<> make_folders(const std::string& folder) {
  for (std::size_t at = folder.find('/', 1); at != std::string::npos; at = folder.find('/', at + 1))
    ::mkdir(folder.substr(0, at).c_str(), 0755);
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return errno_error("mkdir " + folder);
  return {};
}

/// Waits until nobody has the other end of the pipe, then lets the group go on. It has nothing else of ours
/// open: whoever waits for the end of our output must not wait for it.
[[noreturn]] void guard(int pipe, const char* freezer, const char* folder) {
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE}) ::signal(signal, SIG_IGN);
  ::dup2(pipe, 0);
  ::syscall(SYS_close_range, 1U, ~0U, 0U);
  char byte = 0;
  while (::read(0, &byte, 1) < 0 && errno == EINTR) {
  }
  write_word(freezer, "0");
  ::rmdir(folder);
  ::_exit(0);
}

}  // namespace

Result<FrozenGroup> FrozenGroup::freeze(const std::string& folder) {
  if (Result<> made = make_folders(folder); !made) return tl::unexpected(made.error());
  const std::string freezer = folder + "/cgroup.freeze";
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("pipe");
  Fd reading(ends[0]), writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return errno_error("fork");
  if (child == 0) {
    ::close(writing.get());
    guard(reading.get(), freezer.c_str(), folder.c_str());
  }
  FrozenGroup group(folder, std::move(writing), Pid{child});
  if (!write_word(freezer.c_str(), "1")) return errno_error("freeze " + folder);
  return group;
}

FrozenGroup::FrozenGroup(FrozenGroup&& other) noexcept
    : folder_(std::move(other.folder_)),
      guard_(std::move(other.guard_)),
      guard_process_(std::exchange(other.guard_process_, Pid::none)),
      frozen_(other.frozen_) {}

FrozenGroup::~FrozenGroup() {
  if (guard_process_ == Pid::none) return;
  guard_ = Fd();  // the guard does what is left to do
  int status = 0;
  while (::waitpid(number(guard_process_), &status, 0) < 0 && errno == EINTR) {
  }
}

void FrozenGroup::set(bool frozen) {
  if (frozen == frozen_) return;
  if (write_word((folder_ + "/cgroup.freeze").c_str(), frozen ? "1" : "0")) frozen_ = frozen;
}

std::vector<Pid> FrozenGroup::processes() const {
  std::vector<Pid> found;
  const std::string text = read_file(folder_ + "/cgroup.procs").value_or("");
  for (const std::string_view line : split(text, '\n'))
    if (const int pid = std::atoi(std::string(line).c_str()); pid > 0) found.push_back(Pid{pid});
  return found;
}

}  // namespace whywontitstart
