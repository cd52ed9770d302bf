#pragma once

#include <map>

#include "host/host.h"

namespace whywontitstart {

/// A machine that is asked for each file of /proc and /etc once: a look at many things of one moment, which
/// the tables of sockets alone would make long (the kernel walks its whole hash for each reading of them).
class RememberingHost : public Host {
 public:
  explicit RememberingHost(const Host& host) : host_(host) {}

  Result<std::string> read(const std::string& path, std::size_t limit = 1U << 20) const override;
  Result<std::string> read_at(const std::string& path, std::uint64_t offset,
                              std::size_t size) const override {
    return host_.read_at(path, offset, size);
  }
  Result<FileStatus> status(const std::string& path, bool follow = true) const override {
    return host_.status(path, follow);
  }
  Result<std::vector<std::string>> list(const std::string& folder) const override {
    return host_.list(folder);
  }
  Result<std::string> link(const std::string& path) const override { return host_.link(path); }
  Result<Filesystem> filesystem(const std::string& path) const override { return host_.filesystem(path); }
  Result<std::string> attribute(const std::string& path, const std::string& name) const override {
    return host_.attribute(path, name);
  }
  Result<SocketInfo> socket(Pid process, int fd) const override { return host_.socket(process, fd); }
  Result<std::vector<SocketRecord>> socket_records() const override { return host_.socket_records(); }
  Result<CommandOutput> run(const std::vector<std::string>& argv,
                            std::chrono::milliseconds deadline = std::chrono::seconds(2)) const override {
    return host_.run(argv, deadline);
  }
  Result<std::string> derived(const std::string& question, const Derive& derive) const override {
    return host_.derived(question, derive);
  }

 private:
  const Host& host_;
  mutable std::map<std::pair<std::string, std::size_t>, Result<std::string>> known_;
};

}  // namespace whywontitstart
