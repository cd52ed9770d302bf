#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/host.h"
#include "model/event.h"

namespace whywontitstart {

/// The capability, by its name in capabilities(7), whose lack makes a call fail with the error it got; empty
/// if that is no question of capabilities, or if it is one of the modes of a file.
std::string_view needed_capability(const Host& host, const SyscallEvent& call);

/// The number of a capability; none if there is no such name.
std::optional<unsigned> capability_number(std::string_view name);

/// What the attribute security.capability of a program gives, see "File capabilities" in capabilities(7).
struct FileCapabilities {
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
  bool effective = false;  ///< in force from the start; then all of the permitted ones must be to be had
};

/// None if it is not such an attribute.
std::optional<FileCapabilities> parse_file_capabilities(std::string_view attribute);

}  // namespace whywontitstart
