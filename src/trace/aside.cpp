#include "trace/aside.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace whywontitstart {
namespace {

bool has_ended(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, 0) > 0;
}

[[noreturn]] void live_aside(const Aside& what, int from_parent, int to_parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  char go = 0;
  while (::read(from_parent, &go, 1) < 0 && errno == EINTR) {
  }
  if (go == 0) ::_exit(0);  // it was called off
  const std::string given = what([&] { return has_ended(from_parent); });
  const ssize_t written = ::write(to_parent, given.data(), given.size());
  ::_exit(written < 0 ? 1 : 0);
}

}  // namespace

Result<AsideProcess> AsideProcess::make(const Aside& what) {
  int down[2], up[2];
  if (::pipe2(down, O_CLOEXEC) != 0) return errno_error("pipe");
  Fd from_parent(down[0]), to_child(down[1]);
  if (::pipe2(up, O_CLOEXEC) != 0) return errno_error("pipe");
  Fd from_child(up[0]), to_parent(up[1]);
  const pid_t child = ::fork();
  if (child < 0) return errno_error("fork");
  if (child == 0) {
    to_child = Fd();
    from_child = Fd();
    live_aside(what, from_parent.get(), to_parent.get());
  }
  return AsideProcess(Pid{child}, std::move(to_child), std::move(from_child));
}

AsideProcess::AsideProcess(AsideProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, Pid::none)), to_(std::move(other.to_)), from_(std::move(other.from_)) {}

AsideProcess::~AsideProcess() {
  if (pid_ == Pid::none) return;
  to_ = Fd();
  int status = 0;
  while (::waitpid(number(pid_), &status, 0) < 0 && errno == EINTR) {
  }
}

void AsideProcess::go() {
  const char byte = 1;
  while (::write(to_.get(), &byte, 1) < 0 && errno == EINTR) {
  }
}

std::string AsideProcess::wait(const std::function<bool()>& is_enough) {
  constexpr int between_looks = 50;  // milliseconds
  pollfd wanted{from_.get(), POLLIN, 0};
  while (::poll(&wanted, 1, between_looks) <= 0)
    if (is_enough()) break;
  to_ = Fd();
  std::string given;
  char buffer[512];
  for (;;) {
    const ssize_t got = ::read(from_.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return given;
    given.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace whywontitstart
