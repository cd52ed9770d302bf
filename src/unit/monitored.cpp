#include "unit/monitored.h"

#include <charconv>

#include "base/names.h"

namespace whywontitstart {
namespace {

/// "217" of exited, "SEGV" of killed and dumped.
std::optional<ExitStatus> end_of(const std::string& code, const std::string& status) {
  if (code != "exited") {
    const auto signal = signal_from_name("SIG" + status);
    if (!signal) return std::nullopt;
    return ExitStatus{0, *signal, code == "dumped"};
  }
  int value = 0;
  const auto [end, problem] = std::from_chars(status.data(), status.data() + status.size(), value);
  if (problem != std::errc() || end != status.data() + status.size()) return std::nullopt;
  return ExitStatus{value, Signal::none, false};
}

}  // namespace

void heed_monitor(Unit& unit, const Variable& variable) {
  const auto invocation = variable("MONITOR_INVOCATION_ID");
  if (variable("MONITOR_UNIT") != unit.name || !invocation || *invocation == unit.invocation) return;
  const std::string result = variable("MONITOR_SERVICE_RESULT").value_or("");
  unit.invocation = *invocation;
  unit.settings["ActiveState"] = {"failed"};
  unit.settings["Result"] = {result};
  const auto end =
      end_of(variable("MONITOR_EXIT_CODE").value_or(""), variable("MONITOR_EXIT_STATUS").value_or(""));
  for (UnitCommand& command : unit.commands) {
    const bool is_main = command.setting == "ExecStart" && end.has_value();
    command.has_ended = is_main;
    if (is_main) command.end = *end;
  }
}

}  // namespace whywontitstart
