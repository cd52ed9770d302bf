#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/host.h"
#include "host/path_walk.h"
#include "model/finding.h"
#include "unit/unit.h"
#include "unit/unit_journal.h"
#include "unit/unit_target.h"

namespace whywontitstart {

/// What a look at a unit takes.
struct UnitLook {
  const Host& host;
  const Manager& manager;
  const Unit& unit;
  const std::vector<JournalEntry>& journal;  ///< of its last start
  const std::vector<std::string>& manager_environment;
};

/// A finding about a unit, as sure as systemd's own word.
Finding of_unit(std::string cause, Subject subject, std::string title, std::string summary);

/// Did systemd fail before the command was executed: the exit statuses 200 to 244 of systemd.exec(5), said by
/// systemd, and not by the program?
bool failed_before_exec(const UnitLook& look, const UnitCommand& command);

/// Which thing of the machine that step was about, and what is the matter with it. None: the command got past
/// all of them.
std::optional<Finding> why_no_exec(const UnitLook& look, const UnitCommand& command);

/// A start that ended before any process was there, with Result=resources: an EnvironmentFile= that cannot be
/// read.
std::optional<Finding> why_no_process(const UnitLook& look);

/// The EnvironmentFile= that cannot be read, whether a start was tried or not.
std::optional<Finding> why_no_environment(const UnitLook& look);

/// What would stop systemd on its way to this command, as far as it can be seen without a start.
std::optional<Finding> what_stops_exec(const UnitLook& look, const UnitCommand& command);

}  // namespace whywontitstart
