#include "host/absent_host.h"

namespace whywontitstart {
namespace {

tl::unexpected<Error> not_here() { return error("not this machine"); }

}  // namespace

Result<std::string> AbsentHost::read(const std::string&, std::size_t) const { return not_here(); }

Result<std::string> AbsentHost::read_at(const std::string&, std::uint64_t, std::size_t) const {
  return not_here();
}

Result<FileStatus> AbsentHost::status(const std::string&, bool) const { return not_here(); }

Result<std::vector<std::string>> AbsentHost::list(const std::string&) const { return not_here(); }

Result<std::string> AbsentHost::link(const std::string&) const { return not_here(); }

Result<Filesystem> AbsentHost::filesystem(const std::string&) const { return not_here(); }

Result<std::string> AbsentHost::attribute(const std::string&, const std::string&) const { return not_here(); }

Result<CommandOutput> AbsentHost::run(const std::vector<std::string>&, std::chrono::milliseconds) const {
  return not_here();
}

}  // namespace whywontitstart
