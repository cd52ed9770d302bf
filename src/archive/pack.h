#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace whywontitstart {

/// The text as an archive of zstd(1), with a checksum, so that damage is noticed. Errors: no memory.
Result<std::string> packed(std::string_view text);

}  // namespace whywontitstart
