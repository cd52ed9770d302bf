#pragma once

#include <string>

#include "model/target.h"

namespace whywontitstart {

/// What an exit status means where there is a custom for it: of shells, of sysexits.h(3head), of init scripts
/// (LSB), of systemd.exec(5) for what was started by it. Empty: there is none.
std::string meaning_of_status(int code, const Target& target);

}  // namespace whywontitstart
