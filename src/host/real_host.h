#pragma once

#include "host/host.h"

namespace whywontitstart {

/// The machine we run on. Nothing it does changes it: a device or FIFO is never opened, not even for a
/// moment.
class RealHost : public Host {
 public:
  Result<std::string> read(const std::string& path, std::size_t limit = 1U << 20) const override;
  Result<std::string> read_at(const std::string& path, std::uint64_t offset, std::size_t size) const override;
  Result<FileStatus> status(const std::string& path, bool follow = true) const override;
  Result<std::vector<std::string>> list(const std::string& folder) const override;
  Result<std::string> link(const std::string& path) const override;
  Result<Filesystem> filesystem(const std::string& path) const override;
  Result<std::string> attribute(const std::string& path, const std::string& name) const override;
  Result<SocketInfo> socket(Pid process, int fd) const override;
  Result<std::vector<SocketRecord>> socket_records() const override;
  Result<CommandOutput> run(const std::vector<std::string>& argv,
                            std::chrono::milliseconds deadline = std::chrono::seconds(2)) const override;
};

}  // namespace whywontitstart
