#include "host/host.h"

namespace whywontitstart {

Result<std::string> Host::read_at(const std::string& path, std::uint64_t offset, std::size_t size) const {
  Result<std::string> text = read(path, static_cast<std::size_t>(offset) + size);
  if (!text) return text;
  return offset >= text->size() ? std::string() : text->substr(static_cast<std::size_t>(offset), size);
}

Result<SocketInfo> Host::socket(Pid, int) const {
  return error("the sockets of others cannot be asked here");
}

Result<std::vector<SocketRecord>> Host::socket_records() const {
  return error("the kernel's table of sockets cannot be asked here");
}

Result<std::string> Host::derived(const std::string&, const Derive& derive) const { return derive(*this); }

}  // namespace whywontitstart
