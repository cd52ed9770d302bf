#include "cli/notify_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::string_view socket_name = "/notify";

/// A new folder that is the program's alone; it dies with the machine at the latest.
Result<std::string> private_folder(const Identity& identity) {
  Error problem;
  const char* const places[] = {"/run", std::getenv("XDG_RUNTIME_DIR"), "/tmp"};
  for (const char* place : places) {
    if (place == nullptr || *place != '/') continue;
    std::string folder = fmt::format("{}/whywontitstart-XXXXXX", place);
    if (::mkdtemp(folder.data()) == nullptr) {
      problem = errno_error(fmt::format("make a folder in {}", place)).value();
      continue;
    }
    if (::geteuid() == identity.uid || ::chown(folder.c_str(), identity.uid, identity.gid) == 0)
      return folder;
    ::rmdir(folder.c_str());
  }
  return tl::unexpected(problem);
}

}  // namespace

Result<NotifySocket> NotifySocket::make(const Identity& identity) {
  const Result<std::string> folder = private_folder(identity);
  if (!folder) return tl::unexpected(folder.error());
  const std::string path = *folder + std::string(socket_name);
  NotifySocket made(Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!made.socket_ || path.size() >= sizeof address.sun_path)
    return errno_error("make a socket for READY=1");
  std::memcpy(address.sun_path, path.c_str(), path.size());
  if (::bind(made.socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno_error("bind a socket for READY=1 to " + path);
  // The folder decides who comes near it.
  if (::chmod(path.c_str(), 0777) != 0) return errno_error("open up " + path);
  return made;
}

NotifySocket::NotifySocket(NotifySocket&& other) noexcept
    : socket_(std::move(other.socket_)),
      path_(std::exchange(other.path_, {})),
      said_ready_(other.said_ready_) {}

NotifySocket::~NotifySocket() {
  if (path_.empty()) return;
  ::unlink(path_.c_str());
  ::rmdir(folder_of(path_).c_str());
}

bool NotifySocket::said_ready() {
  constexpr int most_at_once = 1000;  // who sends without a pause must not keep us here
  char message[4096];
  for (int taken = 0; taken < most_at_once; ++taken) {
    const ssize_t size = ::recv(socket_.get(), message, sizeof message, 0);
    if (size < 0) break;
    for (const std::string_view line : split(std::string_view(message, static_cast<std::size_t>(size)), '\n'))
      said_ready_ = said_ready_ || line == "READY=1";
  }
  return said_ready_;
}

}  // namespace whywontitstart
