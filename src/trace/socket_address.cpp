#include "trace/socket_address.h"

#include <sys/socket.h>

extern "C" {  // which this header of glibc 2.36 forgets
#include <sys/pidfd.h>
}

#include "base/fd.h"
#include "trace/address.h"

namespace whywontitstart {

std::string own_address(Pid process, int fd) {
  const Fd handle(::pidfd_open(number(process), 0));
  if (!handle) return {};
  const Fd socket(::pidfd_getfd(handle.get(), fd, 0));
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (!socket || ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return {};
  return decode_address({reinterpret_cast<const char*>(&address), size}, "").address;
}

}  // namespace whywontitstart
