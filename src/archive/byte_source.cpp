#include "archive/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "archive/unpack.h"

namespace whywontitstart {
namespace {

class FileBytes : public ByteSource {
 public:
  FileBytes(Fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    for (;;) {
      const ssize_t got = ::read(file_.get(), buffer, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return errno_error("read " + name_);
    }
  }

 private:
  Fd file_;
  std::string name_;
};

class TextBytes : public ByteSource {
 public:
  explicit TextBytes(std::string text) : text_(std::move(text)) {}

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t got = std::min(size, text_.size() - at_);
    std::memcpy(buffer, text_.data() + at_, got);
    at_ += got;
    return got;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// The first bytes, which were looked at already, and then the rest.
class PutBack : public ByteSource {
 public:
  PutBack(std::string start, std::unique_ptr<ByteSource> rest)
      : start_(std::move(start)), rest_(std::move(rest)) {}

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (at_ == start_.size()) return rest_->read(buffer, size);
    const std::size_t got = std::min(size, start_.size() - at_);
    std::memcpy(buffer, start_.data() + at_, got);
    at_ += got;
    return got;
  }

 private:
  std::string start_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

class UnpackedBytes : public ByteSource {
 public:
  UnpackedBytes(std::unique_ptr<ByteSource> packed, std::unique_ptr<Unpacker> unpacker, std::string name)
      : packed_(std::move(packed)), unpacker_(std::move(unpacker)), name_(std::move(name)) {}

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (size == 0 || is_over_) return std::size_t{0};
    for (;;) {
      if (begin_ == end_ && !is_all_)
        if (Result<> filled = fill(); !filled) return stop(filled.error());
      const Result<Unpacked> done =
          unpacker_->unpack(piece_.data() + begin_, end_ - begin_, is_all_, buffer, size);
      if (!done)
        return stop(
            Error{fmt::format("{}: the archive cannot be unpacked any further at byte {} of it ({} bytes "
                              "were unpacked): {}",
                              name_, offset_, given_, done.error().what),
                  0});
      begin_ += done->taken;
      offset_ += done->taken;
      given_ += done->given;
      if (done->given > 0) return done->given;
      if (begin_ < end_ && done->taken > 0) continue;
      if (is_all_ && begin_ == end_ && done->at_an_end) return end();
      if (begin_ < end_ || (is_all_ && done->taken == 0))
        return stop(
            Error{fmt::format("{}: the archive is cut off: it ends at byte {}, before it should ({} bytes "
                              "were unpacked)",
                              name_, offset_, given_),
                  0});
    }
  }

 private:
  Result<> fill() {
    const Result<std::size_t> got = packed_->read(piece_.data(), piece_.size());
    if (!got) return tl::unexpected(got.error());
    begin_ = 0;
    end_ = *got;
    is_all_ = *got == 0;
    return {};
  }

  std::size_t end() {
    is_over_ = true;
    return 0;
  }

  tl::unexpected<Error> stop(Error problem) {
    is_over_ = true;
    return tl::unexpected(std::move(problem));
  }

  std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<Unpacker> unpacker_;
  std::string name_;
  std::vector<char> piece_ = std::vector<char>(1U << 16);
  std::size_t begin_ = 0;  ///< what of `piece_` is not unpacked yet
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t given_ = 0;
  bool is_all_ = false;
  bool is_over_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> bytes_of(Fd file, std::string name) {
  return std::make_unique<FileBytes>(std::move(file), std::move(name));
}

std::unique_ptr<ByteSource> bytes_of(std::string text) {
  return std::make_unique<TextBytes>(std::move(text));
}

Result<std::unique_ptr<ByteSource>> unpacked(std::unique_ptr<ByteSource> packed, std::string name) {
  constexpr std::size_t longest_magic = 6;
  std::string start(longest_magic, '\0');
  std::size_t filled = 0;
  while (filled < start.size()) {
    const Result<std::size_t> got = packed->read(start.data() + filled, start.size() - filled);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    filled += *got;
  }
  start.resize(filled);
  Result<std::unique_ptr<Unpacker>> unpacker = unpacker_for(start);
  if (!unpacker) return error(name + ": " + unpacker.error().what);
  std::unique_ptr<ByteSource> all = std::make_unique<PutBack>(std::move(start), std::move(packed));
  if (*unpacker == nullptr) return all;
  return std::make_unique<UnpackedBytes>(std::move(all), std::move(*unpacker), std::move(name));
}

Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path) {
  const bool is_input = path == "-";
  std::string name = is_input ? "standard input" : path;
  Fd file;
  if (is_input) {
    const int copy = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) return errno_error("read standard input");
    file = Fd(copy);
  } else {
    Result<Fd> opened = open_file(path, O_RDONLY);
    if (!opened) return tl::unexpected(opened.error());
    file = std::move(*opened);
  }
  return unpacked(bytes_of(std::move(file), name), name);
}

Result<std::string> read_all(ByteSource& source, std::size_t limit) {
  std::string text;
  std::vector<char> buffer(1U << 16);
  while (text.size() < limit) {
    const Result<std::size_t> got = source.read(buffer.data(), std::min(buffer.size(), limit - text.size()));
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    text.append(buffer.data(), *got);
  }
  return text;
}

}  // namespace whywontitstart
