#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "model/event.h"

namespace whywontitstart {

/// One command of a unit, and how its last run ended; see systemd.service(5).
struct UnitCommand {
  std::string setting;            ///< "ExecStartPre", "ExecStart"
  std::string path;               ///< as in the unit: absolute, or a name that systemd looks up
  std::vector<std::string> argv;  ///< exactly as it is given
  bool ignores_failure = false;   ///< with the prefix "-"
  bool privileged = false;        ///< with the prefix "+": neither user nor sandbox
  Pid pid = Pid::none;            ///< of its last run; none: there was no run yet
  bool has_ended = false;
  ExitStatus end;              ///< of the last run, once it has ended
  std::uint64_t ended_at = 0;  ///< microseconds, CLOCK_MONOTONIC; 0: it has not

  bool failed() const { return has_ended && !end.success() && !ignores_failure; }
};

/// One Condition…= or Assert…=, see systemd.unit(5).
struct UnitCondition {
  std::string type;       ///< "ConditionPathExists"
  bool triggers = false;  ///< with the prefix "|": of all such ones one is enough
  bool negated = false;   ///< with the prefix "!"
  std::string parameter;
  int state = 0;  ///< below 0: it did not hold, above: it held, 0: it was not asked

  /// "ConditionPathExists=!/etc/x", as in the unit.
  std::string text() const;
};

/// What systemd says of a unit, and how it is set up. All settings of the bus are here as words: texts and
/// lists of texts as they are, "yes" and "no", numbers in decimal, structures one field after the other.
struct Unit {
  std::string name;  ///< "nginx.service"
  bool of_user = false;
  std::map<std::string, std::vector<std::string>, std::less<>> settings;
  std::vector<UnitCommand> commands;  ///< in the order in which systemd runs them
  std::vector<UnitCondition> conditions;
  std::vector<UnitCondition> asserts;
  std::string invocation;  ///< of its last start, 32 hexadecimal digits; empty: none

  /// The words of a setting, none where it is not set.
  const std::vector<std::string>& words(std::string_view setting) const;
  /// The only or first word; empty where it is not set.
  const std::string& word(std::string_view setting) const;
  bool is(std::string_view setting, std::string_view value) const { return word(setting) == value; }
  bool flag(std::string_view setting) const { return is(setting, "yes"); }
  /// A number; `otherwise` where it is none.
  std::uint64_t number(std::string_view setting, std::uint64_t otherwise = 0) const;

  /// The first ExecStart=; nullptr where there is none.
  const UnitCommand* main_command() const;
  /// The command whose end failed the last start; nullptr where none did.
  const UnitCommand* failed_command() const;
  /// Its file and then its drop-ins, in the order in which systemd reads them.
  std::vector<std::string> files() const;
  bool is_active() const { return is("ActiveState", "active") || is("ActiveState", "reloading"); }
};

/// "nginx.service" of "nginx"; names that have a type stay as they are.
std::string unit_name(std::string_view given);

/// "nginx" of "nginx.service".
std::string_view unit_stem(std::string_view name);

}  // namespace whywontitstart
