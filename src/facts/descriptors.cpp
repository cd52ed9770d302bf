#include "facts/descriptors.h"

#include "base/text.h"
#include "facts/calls.h"

namespace whywontitstart {

const Descriptor* Descriptors::find(int fd) const {
  const auto found = table_.find(fd);
  return found == table_.end() ? nullptr : &found->second;
}

bool Descriptors::is_standard_error(int fd) const {
  const Descriptor* known = find(fd);
  return fd == 2 || (known != nullptr && known->is_standard_error);
}

void Descriptors::complete(SyscallEvent& call) const {
  const auto complete_path = [&](std::string& path) {
    if (!path.empty() && path.front() != '/' && !cwd_.empty()) path = absolute_path(cwd_, path);
  };
  complete_path(call.path);
  if (!call.other_path.empty() && kind_of(call) == CallKind::create && !call.name.starts_with("symlink"))
    complete_path(call.other_path);
  if (call.fd < 0) return;
  const Descriptor* known = find(call.fd);
  if (known == nullptr) return;
  if (call.file.empty()) call.file = known->file;
  if (call.address.empty()) call.address = call.name == "listen" ? known->bound : known->peer;
}

void Descriptors::learn(const SyscallEvent& call) {
  // A child begins with a copy of them.
  constexpr std::size_t most_descriptors = 4096;
  if (table_.size() >= most_descriptors && call.name != "close" && !call.name.ends_with("chdir")) return;
  const int result = static_cast<int>(call.value);
  if (call.name.starts_with("open") || call.name == "creat") {
    table_[result] = {};
    table_[result].file = call.path;
  } else if (call.name == "socket") {
    table_[result] = {};
  } else if (call.name == "bind") {
    table_[call.fd].bound = call.address;
  } else if (call.name == "connect") {
    table_[call.fd].peer = call.address;
    table_[call.fd].connecting = false;
    table_[call.fd].received = false;
  } else if ((call.name.starts_with("recv") || call.name.starts_with("read")) && call.fd >= 0) {
    if (call.value > 0) table_[call.fd].received = true;
  } else if (call.name.starts_with("dup") || has_flag(call, "F_DUPFD") || has_flag(call, "F_DUPFD_CLOEXEC")) {
    const Descriptor* known = find(call.fd);
    Descriptor copy = known != nullptr ? *known : Descriptor{};
    copy.is_standard_error = is_standard_error(call.fd);
    table_[result] = std::move(copy);
  } else if (call.name == "close") {
    table_.erase(call.fd);
  } else if (call.name == "chdir") {
    cwd_ = call.path;
  } else if (call.name == "fchdir" && !call.file.empty()) {
    cwd_ = call.file;
  }
}

}  // namespace whywontitstart
