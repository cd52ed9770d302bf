#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/host.h"

namespace whywontitstart {

/// "1.5 GiB", "0 bytes".
std::string size_text(std::uint64_t bytes);

/// The number at the start of a text, blanks before it aside: of "12 kB", "0x20" (then hexadecimal).
std::optional<std::uint64_t> leading_number(std::string_view text);

/// All numbers of a line such as "32000	1024000000	500	32000", up to the first word that is
/// none.
std::vector<std::uint64_t> numbers_of(std::string_view text);

/// The number in a file of /proc or /sys that has but one; none also where that is "max".
std::optional<std::uint64_t> read_number(const Host& host, const std::string& path);

/// The setting of sysctl(8), "fs.file-max", as the files of /proc/sys have it: its first number.
std::optional<std::uint64_t> sysctl_value(const Host& host, std::string_view name);

/// "MemAvailable" of /proc/meminfo in bytes.
std::optional<std::uint64_t> meminfo_field(std::string_view meminfo, std::string_view key);

}  // namespace whywontitstart
