#include "archive/unpack.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <limits>

namespace whywontitstart {
namespace {

constexpr std::uint64_t most_memory = 256U << 20;  // xz -9 takes 65 MB to unpack, and nothing else is asked

class Gzip : public Unpacker {
 public:
  Gzip() { is_usable_ = ::inflateInit2(&stream_, 15 + 16) == Z_OK; }  // a window of any size, gzip's header
  ~Gzip() override { ::inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Result<Unpacked> unpack(const char* in, std::size_t in_size, bool, char* out,
                          std::size_t out_size) override {
    if (!is_usable_) return error("out of memory");
    // The next of several; zeros and whatever else stands behind the last one are none.
    if (ended_ && in_size > 0 && static_cast<unsigned char>(in[0]) != 0x1f)
      return Unpacked{in_size, 0, true, true};
    if (ended_ && in_size > 0 && ::inflateReset(&stream_) != Z_OK) return error("out of memory");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in));
    stream_.avail_in = static_cast<uInt>(in_size);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(out_size);
    if (in_size == 0 && ended_) return Unpacked{0, 0, true};
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      return error(stream_.msg != nullptr ? stream_.msg : "it is damaged");
    ended_ = status == Z_STREAM_END;
    return Unpacked{in_size - stream_.avail_in, out_size - stream_.avail_out, ended_};
  }

 private:
  z_stream stream_{};
  bool is_usable_ = false;
  bool ended_ = false;
};

class Xz : public Unpacker {
 public:
  Xz() { is_usable_ = ::lzma_stream_decoder(&stream_, most_memory, LZMA_CONCATENATED) == LZMA_OK; }
  ~Xz() override { ::lzma_end(&stream_); }
  Xz(const Xz&) = delete;
  Xz& operator=(const Xz&) = delete;

  Result<Unpacked> unpack(const char* in, std::size_t in_size, bool is_all, char* out,
                          std::size_t out_size) override {
    if (!is_usable_) return error("out of memory");
    if (ended_) return Unpacked{in_size, 0, true, in_size > 0};
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in);
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out);
    stream_.avail_out = out_size;
    const lzma_ret status = ::lzma_code(&stream_, is_all ? LZMA_FINISH : LZMA_RUN);
    if (status == LZMA_MEMLIMIT_ERROR) return error("it takes more than 256 MB of memory to unpack");
    if (status != LZMA_OK && status != LZMA_STREAM_END && status != LZMA_BUF_ERROR)
      return error(status == LZMA_OPTIONS_ERROR ? "it is of a kind that this version does not know"
                                                : "it is damaged");
    ended_ = status == LZMA_STREAM_END;
    return Unpacked{in_size - stream_.avail_in, out_size - stream_.avail_out, ended_};
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool is_usable_ = false;
  bool ended_ = false;
};

class Zstd : public Unpacker {
 public:
  Zstd() : stream_(::ZSTD_createDStream(), ::ZSTD_freeDStream) {}

  Result<Unpacked> unpack(const char* in, std::size_t in_size, bool, char* out,
                          std::size_t out_size) override {
    if (!stream_) return error("out of memory");
    ZSTD_inBuffer input{in, in_size, 0};
    ZSTD_outBuffer output{out, out_size, 0};
    const std::size_t wanted = ::ZSTD_decompressStream(stream_.get(), &output, &input);
    if (::ZSTD_isError(wanted) != 0) return error(::ZSTD_getErrorName(wanted));
    // It wants the next frame then, and there need not be one.
    if (input.pos > 0 || output.pos > 0) at_an_end_ = wanted == 0;
    return Unpacked{input.pos, output.pos, at_an_end_};
  }

 private:
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  bool at_an_end_ = false;
};

bool is_zstd(std::string_view start) {
  constexpr std::string_view frame = "\x28\xb5\x2f\xfd", skippable = "\x2a\x4d\x18";
  return start.starts_with(frame) ||
         (start.size() >= 4 && (static_cast<unsigned char>(start[0]) & 0xf0U) == 0x50 &&
          start.substr(1, 3) == skippable);
}

}  // namespace

Result<std::unique_ptr<Unpacker>> unpacker_for(std::string_view start) {
  using namespace std::string_view_literals;
  static constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"BZh"sv, "bzip2"},
      {"PK\x03\x04"sv, "zip"},
      {"7z\xbc\xaf\x27\x1c"sv, "7-Zip"},
      {"\x04\x22\x4d\x18"sv, "lz4"},
      {"LZIP"sv, "lzip"},
      {"\x1f\x9d"sv, "compress"}};
  if (start.starts_with("\x1f\x8b"sv)) return std::make_unique<Gzip>();
  if (start.starts_with("\xfd"
                        "7zXZ\0"sv))
    return std::make_unique<Xz>();
  if (is_zstd(start)) return std::make_unique<Zstd>();
  for (const auto& [magic, kind] : others)
    if (start.starts_with(magic))
      return error(fmt::format(
          "it is an archive of {}: unpack it first (gzip, xz and zstd are read as they are)", kind));
  return nullptr;
}

}  // namespace whywontitstart
