#pragma once

#include <string>
#include <vector>

#include "host/host.h"
#include "unit/unit.h"

namespace whywontitstart {

/// Which service manager is asked: that of the machine, or that of the calling user (systemctl --user).
struct Manager {
  bool of_user = false;
  std::string runtime_folder = {};  ///< of that user: XDG_RUNTIME_DIR
};

/// Asks systemd over D-Bus by busctl(1). A unit without a file is no error: its LoadState is "not-found".
/// Errors: there is no busctl, or no systemd behind it; the name is none.
Result<Unit> read_unit(const Host& host, const Manager& manager, const std::string& name);

/// The variables with which systemd starts whatever it starts: PATH, LANG.
std::vector<std::string> manager_environment(const Host& host, const Manager& manager);

/// A property of the manager that is one text: "ControlGroup".
Result<std::string> manager_property(const Host& host, const Manager& manager, const std::string& property);

/// A method of the manager, "StartUnit" with "ss" NAME "replace". Gives its answer as JSON text.
Result<std::string> call_manager(const Host& host, const Manager& manager, const std::string& method,
                                 const std::vector<std::string>& arguments = {});

/// Reads busctl's answer to GetAll into the unit. Errors: it is no such answer.
Result<> add_properties(Unit& unit, std::string_view json);

}  // namespace whywontitstart
