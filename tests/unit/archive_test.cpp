#include <zlib.h>

#include <catch2/catch.hpp>

#include "archive/byte_source.h"
#include "archive/pack.h"

using namespace whywontitstart;

namespace {

/// As gzip(1) writes it.
std::string gzipped(const std::string& text) {
  z_stream stream{};
  REQUIRE(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string result(text.size() + 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  ::deflateEnd(&stream);
  return result;
}

Result<std::string> unpacked_text(std::string archive) {
  Result<std::unique_ptr<ByteSource>> source = unpacked(bytes_of(std::move(archive)), "a.log");
  if (!source) return tl::unexpected(source.error());
  return read_all(**source, 1U << 30);
}

std::string lines(int count) {
  std::string text;
  for (int line = 0; line < count; ++line)
    text += fmt::format("{} openat(AT_FDCWD, \"/etc/{}\") = 3\n", line, line * 7);
  return text;
}

/// xz of "one\ntwo\n".
const std::string small_xz(
    "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00"
    "\x07"
    "\x6f\x6e\x65\x0a\x74\x77\x6f\x0a",
    35);

}  // namespace

TEST_CASE("a text that is no archive stays as it is, also one shorter than what tells archives apart") {
  for (const std::string& text : {std::string(), std::string("x"), lines(3), std::string("\x1f")})
    CHECK(unpacked_text(text) == text);
}

TEST_CASE("archives of gzip and zstd are unpacked by what they begin with, several in a row as one") {
  const std::string text = lines(20000);
  CHECK(unpacked_text(gzipped(text)) == text);
  CHECK(unpacked_text(*packed(text)) == text);
  CHECK(unpacked_text(gzipped(text) + gzipped("more\n")) == text + "more\n");
  CHECK(unpacked_text(*packed(text) + *packed("more\n")) == text + "more\n");
  CHECK(unpacked_text(gzipped("")) == "");
  CHECK(unpacked_text(*packed("")) == "");
}

TEST_CASE("zeros behind an archive of gzip, as tapes have them, are passed over") {
  CHECK(unpacked_text(gzipped("text\n") + std::string(1000, '\0')) == "text\n");
}

TEST_CASE("an archive that is cut off gives what it has and then says where it ends") {
  const std::string text = lines(200000);
  for (const std::string& archive : {gzipped(text), *packed(text)}) {
    const auto source = unpacked(bytes_of(archive.substr(0, archive.size() / 2)), "a.log");
    REQUIRE(source);
    std::string got, buffer(100000, '\0');
    Result<std::size_t> size = (*source)->read(buffer.data(), buffer.size());
    for (; size && *size > 0; size = (*source)->read(buffer.data(), buffer.size()))
      got.append(buffer, 0, *size);
    REQUIRE_FALSE(size);
    CHECK(size.error().what ==
          fmt::format(
              "a.log: the archive is cut off: it ends at byte {}, before it should ({} bytes were unpacked)",
              archive.size() / 2, got.size()));
    CHECK(got.size() > 100000);
    CHECK(text.starts_with(got));
    CHECK((*source)->read(buffer.data(), buffer.size()) == std::size_t{0});
  }
}

TEST_CASE("an xz archive is told from text, and cut off before its end it says so") {
  const Result<std::string> text = unpacked_text(small_xz);
  REQUIRE_FALSE(text);
  CHECK(text.error().what.find("a.log: the archive is cut off: it ends at byte 35") == 0);
}

TEST_CASE("damage anywhere in an archive is an error or changes nothing, and ends") {
  const std::string text = lines(50);
  for (const std::string& archive : {gzipped(text), *packed(text), small_xz})
    for (std::size_t at = 0; at < archive.size(); ++at)
      for (const int bit : {0, 3, 7}) {
        std::string damaged = archive;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        const Result<std::string> got = unpacked_text(damaged);
        if (got)
          CHECK((*got == text || *got == damaged));  // the latter: it does not begin as an archive any more
        else
          CHECK(got.error().what.starts_with("a.log: "));
      }
}

TEST_CASE("archives that cannot be unpacked here are named") {
  const Result<std::string> bzip2 = unpacked_text("BZh91AY&SY........");
  REQUIRE_FALSE(bzip2);
  CHECK(bzip2.error().what ==
        "a.log: it is an archive of bzip2: unpack it first (gzip, xz and zstd are read as they are)");
}
