#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// "de_DE.utf8" of "de_DE.UTF-8": as the files of the C library have it.
std::string normal_locale(std::string_view name);

/// The locales that glibc's locale-archive and its folders have, see locale(1). Errors: this machine has none
/// of them (musl takes any name), or they cannot be read.
Result<std::vector<std::string>> installed_locales(const Host& host);

}  // namespace whywontitstart
