#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace whywontitstart {

/// Bytes from somewhere, one piece after the other: a file, what another source unpacks to, a text.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills the beginning of `buffer`; how many bytes, 0 at the end. Errors name the source and, where it is
  /// an archive, the offset in it up to which it could be unpacked. After an error nothing more comes.
  virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;
};

/// The bytes of an open file, of any kind. `name` is what errors call it.
std::unique_ptr<ByteSource> bytes_of(Fd file, std::string name);

/// The bytes of a text.
std::unique_ptr<ByteSource> bytes_of(std::string text);

/// What the bytes of `packed` unpack to if they begin as gzip(1), xz(1) or zstd(1) have it, else the bytes
/// themselves; one piece at a time, in bounded memory. Several archives in a row are one text, as for these
/// programs. Errors: an archive of another kind, or `packed` itself could not be read.
Result<std::unique_ptr<ByteSource>> unpacked(std::unique_ptr<ByteSource> packed, std::string name);

/// Opens the file of this name, "-" for standard input, and unpacks it if it is an archive.
Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path);

/// Reads on to the end, or up to `limit` bytes.
Result<std::string> read_all(ByteSource& source, std::size_t limit);

}  // namespace whywontitstart
