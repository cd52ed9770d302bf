#pragma once

#include <map>
#include <set>
#include <string>

#include "host/host.h"

namespace whywontitstart {

/// What is installed of some files, by the lists of the package manager (dpkg, apk, rpm).
struct Installed {
  std::map<std::string, std::string>
      package_of;  ///< by path: "libssl3"; those that no package has are not in it
  std::map<std::string, std::string> version_of;  ///< by package: "3.0.11-1~deb12u2"
};

/// Looks for all these absolute paths at once: each list is read once, however many they are. Where the
/// machine has none of these package managers, both are empty.
Installed installed(const Host& host, const std::set<std::string>& paths);

}  // namespace whywontitstart
