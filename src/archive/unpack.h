#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace whywontitstart {

/// What one round of an Unpacker did.
struct Unpacked {
  std::size_t taken = 0;    ///< bytes of the input
  std::size_t given = 0;    ///< bytes of the output
  bool at_an_end = false;   ///< a whole archive is unpacked; more may follow
  bool is_garbage = false;  ///< what follows it is no archive, and is passed over as gzip(1) does
};

/// One of the libraries that unpack. Errors are in its words.
class Unpacker {
 public:
  virtual ~Unpacker() = default;
  /// `is_all`: no input comes after this.
  virtual Result<Unpacked> unpack(const char* in, std::size_t in_size, bool is_all, char* out,
                                  std::size_t out_size) = 0;
};

/// For archives that begin as `start` does; none: it is no archive. Errors: one that cannot be unpacked here.
Result<std::unique_ptr<Unpacker>> unpacker_for(std::string_view start);

}  // namespace whywontitstart
