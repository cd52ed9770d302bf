#pragma once

#include <string_view>

#include "host/host.h"

namespace whywontitstart {

/// Does the kernel hand files with such a beginning to an interpreter (qemu-user, wine, java)? By magic
/// number only; see binfmt_misc in the kernel's documentation.
bool runs_by_binfmt(const Host& host, std::string_view head);

}  // namespace whywontitstart
