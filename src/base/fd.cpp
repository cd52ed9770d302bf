#include "base/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace whywontitstart {
namespace {

Result<> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error("write " + path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Fd> open_file(const std::string& path, int flags, unsigned mode) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) return errno_error("open " + path);
  return Fd(fd);
}

Result<std::string> read_rest(const Fd& file, std::size_t limit, const std::string& path) {
  std::string text;
  char buffer[16384];
  while (text.size() < limit) {
    const ssize_t got = ::read(file.get(), buffer, std::min(sizeof buffer, limit - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("read " + path);
    if (got == 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
  Result<Fd> file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) return tl::unexpected(file.error());
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) return errno_error("stat " + path);
  if (S_ISDIR(status.st_mode)) return errno_error("read " + path, EISDIR);
  if (!S_ISREG(status.st_mode)) return errno_error("read " + path, EINVAL);

  return read_rest(*file, limit, path);
}

Result<> replace_file(const std::string& path, std::string_view text) {
  // mkstemp(3): mode 0600 and O_EXCL, so nobody can put a link where we are about to write.
  std::string beside = path + ".XXXXXX";
  const Fd file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file) return errno_error("write " + path);
  Result<> done = write_all(file.get(), text, path);
  if (done && ::rename(beside.c_str(), path.c_str()) != 0) done = errno_error("write " + path);
  if (!done) ::unlink(beside.c_str());
  return done;
}

}  // namespace whywontitstart
