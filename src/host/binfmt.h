#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/host.h"

namespace whywontitstart {

/// Somebody to whom the kernel hands certain files: qemu-user, wine, java.
struct BinfmtHandler {
  std::string name;         ///< under which it is registered
  std::string interpreter;  ///< absolute
  bool opened = false;      ///< flag F: its path need not exist any more
};

/// Who is registered for a file with such a path and beginning, by magic number or extension; see binfmt_misc
/// in the kernel's documentation.
std::optional<BinfmtHandler> binfmt_handler(const Host& host, std::string_view path, std::string_view head);

}  // namespace whywontitstart
