#pragma once

#include <string>

#include "host/host.h"

namespace whywontitstart {

/// The package that a file belongs to, by the lists on this machine's disk (dpkg, apk, rpm). Errors: ENOENT
/// (no package says so), others (there are no such lists, or they cannot be read).
Result<std::string> package_of(const Host& host, const std::string& path);

/// The package that would bring a library: of those that are installed, else of those that apt's "Contents"
/// and "Packages" files know, if this machine has them. Takes at most a few seconds. Errors likewise.
Result<std::string> package_of_library(const Host& host, const std::string& soname);

/// The package that would bring a program of this name in a folder of programs, by apt's "Contents" files.
/// Errors likewise.
Result<std::string> package_of_command(const Host& host, const std::string& name);

}  // namespace whywontitstart
