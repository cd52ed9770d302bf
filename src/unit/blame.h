#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"
#include "unit/exec_steps.h"

namespace whywontitstart {

// How the settings of a unit get blamed for findings: one function for each way in which a sandbox refuses.

/// What a setting of the unit has to do with a finding.
struct Blame {
  std::string setting;
  std::string value;                ///< as it is to be shown
  std::string part;                 ///< of the value, by which its line is found
  std::string does;                 ///< "makes /etc read-only"
  std::vector<std::string> relief;  ///< lines of a drop-in
  std::string why;                  ///< what these lines do
  std::string cause;                ///< the better name for it; empty: it has the right one
  std::string risk = "security";
};

using Blamed = std::optional<Blame>;

/// One finding, seen by the light of the unit.
struct BlameCase {
  const Finding& finding;
  const Report& report;
  const UnitLook& look;
  const Unit& unit;
  const std::string& subject;

  bool is(std::string_view cause) const { return finding.cause == cause; }
  bool is_about_path() const {
    return (finding.subject.kind == "path" || finding.subject.kind == "device") && subject.starts_with('/');
  }
  /// Does a call that speaks for the finding fail with this: "EPERM"?
  bool fails_with(std::string_view error) const;
  /// Outside of the unit there is something of that name.
  bool exists_outside() const { return look.host.status(subject).has_value(); }
};

bool lies_in(std::string_view path, std::string_view folder);
bool lies_in_any(std::string_view path, std::initializer_list<std::string_view> folders);
/// Of a list of folders with prefixes the nearest one in which the path lies.
std::optional<std::string> folder_of_list(const std::vector<std::string>& list, std::string_view path);

Blame hides(std::string setting, std::string value, std::string relief, std::string why);
/// `what` it does: "forbids mkdir".
Blame forbids(std::string setting, std::string value, std::string what, std::string relief);

// Of files: sandbox_files.cpp
Blamed by_read_only(const BlameCase& at);
Blamed by_devices(const BlameCase& at);
Blamed by_hiding(const BlameCase& at);
Blamed by_control_groups(const BlameCase& at);
Blamed by_no_exec(const BlameCase& at);
Blamed by_credentials(const BlameCase& at);
// Of calls and rights: sandbox_rights.cpp
Blamed by_seccomp(const BlameCase& at);
Blamed by_no_new_privileges(const BlameCase& at);
Blamed by_private_users(const BlameCase& at);
Blamed by_capabilities(const BlameCase& at);
// Of the network: sandbox_network.cpp
Blamed by_address_families(const BlameCase& at);
Blamed by_socket_bind(const BlameCase& at);
Blamed by_address_filter(const BlameCase& at);
Blamed by_network(const BlameCase& at);
// Of amounts: sandbox_limits.cpp
Blamed by_limits(const BlameCase& at);
Blamed by_environment(const BlameCase& at);

}  // namespace whywontitstart
