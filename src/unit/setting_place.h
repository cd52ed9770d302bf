#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/host.h"
#include "model/finding.h"
#include "unit/unit.h"

namespace whywontitstart {

/// Where a unit's files set something.
struct SettingPlace {
  std::string file;
  std::size_t line = 0;  ///< from 1 on
  std::string value;     ///< as written, without the name

  /// "/etc/systemd/system/x.service:7"
  std::string text() const { return fmt::format("{}:{}", file, line); }
};

/// The last line of the unit's files that sets `setting` to something in which `part` occurs. None: systemd
/// has it from elsewhere (a default, another setting, systemctl set-property), or the files cannot be read.
std::optional<SettingPlace> place_of(const Host& host, const Unit& unit, std::string_view setting,
                                     std::string_view part = {});

/// "ProtectSystem=strict (/etc/systemd/system/x.service:7)"; without the place where it is not known.
std::string with_place(const Host& host, const Unit& unit, std::string_view setting, std::string_view value,
                       std::string_view part = {});

/// The text of a drop-in for `systemctl edit`, as a fix: "run systemctl edit NAME, and write: …".
Fix drop_in(const Unit& unit, std::string_view why, std::string_view section,
            const std::vector<std::string>& lines, std::string_view risk);

/// "systemctl", with --user for a unit of a user.
std::string systemctl(const Unit& unit, std::string_view words);

}  // namespace whywontitstart
