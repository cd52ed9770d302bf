#pragma once

#include <string_view>
#include <vector>

#include "base/names.h"

namespace whywontitstart {

/// An errno that a text says, and where: bytes [begin, end).
struct SaidErrno {
  Errno code = Errno::none;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool exact =
      false;  ///< by its symbol, number or the C library's words for it, in any of the languages known
};

/// The errnos of failed starts that a line says, by place: "EACCES", "os error 13", "Permission denied",
/// "Keine Berechtigung", or with less weight "is not readable". See strerror(3), errno(3).
std::vector<SaidErrno> errnos_said(std::string_view text);

}  // namespace whywontitstart
