#include "cli/unit_world.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <tuple>

namespace whywontitstart {
namespace {

Fd opened(const std::string& path, int flags) {
  Result<Fd> file = open_file(path, flags);
  return file ? std::move(*file) : Fd();
}

/// setns(2) of mounts goes to the root of these; a unit with RootDirectory= has another one.
bool go_to(const Fd& mounts, const Fd& network, const Fd& root) {
  if (network) ::setns(network.get(), CLONE_NEWNET);
  return ::setns(mounts.get(), CLONE_NEWNS) == 0 && ::fchdir(root.get()) == 0 && ::chroot(".") == 0;
}

}  // namespace

std::optional<UnitWorld> UnitWorld::of(Pid process) {
  const std::string folder = fmt::format("/proc/{}/", number(process));
  UnitWorld world;
  world.mounts_ = opened(folder + "ns/mnt", O_RDONLY);
  world.network_ = opened(folder + "ns/net", O_RDONLY);
  world.root_ = opened(folder + "root", O_PATH | O_DIRECTORY);
  if (!world.mounts_ || !world.root_) return std::nullopt;
  return world;
}

UnitWorld::Visit::Visit(const UnitWorld& world)
    : mounts_(opened("/proc/self/ns/mnt", O_RDONLY)),
      network_(opened("/proc/self/ns/net", O_RDONLY)),
      root_(opened("/", O_PATH | O_DIRECTORY)),
      folder_(opened(".", O_PATH | O_DIRECTORY)) {
  if (!mounts_ || !network_ || !root_ || !folder_) return;
  there_ = go_to(world.mounts_, world.network_, world.root_);
  if (!there_) go_to(mounts_, network_, root_);
  if (!there_ && ::fchdir(folder_.get()) != 0) std::ignore = ::chdir("/");
}

UnitWorld::Visit::~Visit() {
  if (!there_) return;
  go_to(mounts_, network_, root_);
  if (::fchdir(folder_.get()) != 0) std::ignore = ::chdir("/");
}

}  // namespace whywontitstart
