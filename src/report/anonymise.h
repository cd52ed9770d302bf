#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/report.h"
#include "report/mask.h"

namespace whywontitstart {

/// What the machine calls itself and its people.
struct OwnNames {
  std::string host;                ///< see gethostname(2)
  std::vector<std::string> users;  ///< people, not services
};

/// The names of hosts and users and the addresses that a text shows by their shape or by what stands around
/// them; parts of `text`. Without those that are the same everywhere: localhost, 127.0.0.1, 0.0.0.0, ::1,
/// root, www-data.
std::vector<std::pair<std::string_view, Hidden>> names_in(std::string_view text);

/// Learns the names of hosts, addresses and users in a report, so that redacted() replaces them, too.
void learn_names(const Report& report, const OwnNames& own, Mask& mask);

}  // namespace whywontitstart
