#pragma once

#include <string>

namespace whywontitstart {

/// The text of --version. Its first line is name and version alone, for scripts; then what it knows and how
/// it was built, for whoever reads a report of it.
std::string version_text();

}  // namespace whywontitstart
