#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// One loaded AppArmor profile.
struct AppArmorProfile {
  std::string name;        ///< "/usr/sbin/mysqld", "nginx"
  std::string mode;        ///< "enforce", "complain", "kill", "unconfined"
  std::string attachment;  ///< the pattern of the programs that it is for; empty where the kernel hides it
};

/// All loaded profiles, from securityfs. Errors: EACCES (only root may read them), ENOENT (it is not
/// mounted).
Result<std::vector<AppArmorProfile>> apparmor_profiles(const Host& host);

/// Does such a pattern as "/usr/{bin,sbin}/ntp*" cover the path? See "Globbing" in apparmor.d(5).
bool covers(std::string_view pattern, std::string_view path);

/// The profile that the kernel would attach to a program, by its real path; the longest pattern wins. Without
/// a name if none is for it.
AppArmorProfile profile_for(const std::vector<AppArmorProfile>& profiles, const std::string& path);

}  // namespace whywontitstart
