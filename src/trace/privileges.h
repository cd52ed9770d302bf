#pragma once

#include <string>
#include <string_view>

#include "base/names.h"
#include "base/result.h"

namespace whywontitstart {

/// Do we have this capability in effect? See capabilities(7).
bool has_capability(int capability);

/// Does a seccomp filter of somebody else's watch us?
bool is_under_seccomp();

/// Is no_new_privs set for us already, and so for the program without our doing? See prctl(2).
bool has_no_new_privs();

/// Would this file run with more rights than its caller's: set-uid, set-gid, file capabilities?
bool gains_rights(const std::string& executable);

/// The value of a line "Name:  value" of a file such as /proc/PID/status; empty where there is none.
std::string status_value(const std::string& path, std::string_view name);

}  // namespace whywontitstart
