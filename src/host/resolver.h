#pragma once

#include <string>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// How names of other machines become addresses here, see resolv.conf(5) and nsswitch.conf(5).
struct Resolver {
  std::vector<std::string> servers;
  std::vector<std::string> sources;  ///< of nsswitch.conf: "files", "dns"; empty: there is no such line
  std::vector<std::string> faults;   ///< what keeps names from being found, in words; the worst first
  std::vector<std::string> not_looked_at;
};

Resolver resolver_of(const Host& host);

}  // namespace whywontitstart
