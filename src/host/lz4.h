#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/host.h"

namespace whywontitstart {

/// Reads a file of lz4(1) piece by piece, as apt keeps its lists: the frame format of LZ4, blocks that refer
/// to each other included. Checksums are passed over: a broken list gives no worse than a wrong hint.
class Lz4File {
 public:
  Lz4File(const Host& host, std::string path) : host_(host), path_(std::move(path)) {}

  /// The text of the next blocks, up to a few MiB; empty at the end. Errors: it cannot be read, or is no such
  /// file.
  Result<std::string> next();

 private:
  Result<> begin();
  Result<std::string_view> take(std::size_t size);
  Result<bool> take_block(std::string& text);

  const Host& host_;
  std::string path_;
  std::string input_;         // what was read and is not used up
  std::size_t used_ = 0;      // of input_
  std::uint64_t offset_ = 0;  // in the file, behind input_
  std::string history_;       // the last 64 KiB, to which matches refer
  std::size_t checksum_ = 0;  // bytes behind each block
  bool begun_ = false, ended_ = false;
};

/// Appends what a block of LZ4 stands for to `text`, whose end is what came before. False: the block is
/// broken.
bool unpack_lz4_block(std::string_view block, std::string& text);

}  // namespace whywontitstart
