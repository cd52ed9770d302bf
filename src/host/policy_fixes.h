#pragma once

#include <string>
#include <vector>

#include "host/denials.h"
#include "host/host.h"
#include "model/finding.h"

namespace whywontitstart {

/// What would make SELinux allow what it denied: a switch of the policy, the label that the policy has for
/// the file, another type for it or for the port. What changes least comes first. `path` is the whole path
/// where it is known, since the denial may have its last part only.
std::vector<Fix> selinux_fixes(const Host& host, const Denial& denial, const std::string& path);

/// The line that the profile lacks, where to put it, and how to load it.
std::vector<Fix> apparmor_fixes(const Host& host, const Denial& denial);

/// The file with the source of a profile, by the custom of naming it after the program; empty if there is
/// none.
std::string profile_file(const Host& host, const std::string& profile);

}  // namespace whywontitstart
