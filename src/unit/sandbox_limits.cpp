#include <array>

#include "unit/blame.h"
#include "unit/setting_place.h"

namespace whywontitstart {
namespace {

struct LimitSetting {
  const char* cause;
  const char* subject;  ///< empty: any
  const char* setting;
  const char* more;  ///< a value that is enough for most
};
constexpr std::array<LimitSetting, 14> limit_settings{{
    {"limit.open-files", "RLIMIT_NOFILE", "LimitNOFILE", "65536"},
    {"limit.processes", "RLIMIT_NPROC", "LimitNPROC", "4096"},
    {"limit.processes", "pids.max", "TasksMax", "4096"},
    {"limit.processes", "RLIMIT_NPROC", "TasksMax", "4096"},
    {"limit.memory", "RLIMIT_AS", "LimitAS", "infinity"},
    {"limit.memory", "RLIMIT_DATA", "LimitDATA", "infinity"},
    {"limit.memory", "", "LimitAS", "infinity"},
    {"limit.memory", "", "MemoryMax", "infinity"},
    {"killed.oom", "", "MemoryMax", "infinity"},
    {"limit.stack", "", "LimitSTACK", "8M"},
    {"limit.locked-memory", "", "LimitMEMLOCK", "infinity"},
    {"limit.file-size", "", "LimitFSIZE", "infinity"},
    {"limit.cpu-time", "", "LimitCPU", "infinity"},
    {"limit.kernel", "kernel.msgmax", "LimitMSGQUEUE", "infinity"},
}};

}  // namespace

/// Only a limit that the unit's own files set is the unit's; where it is systemd's default, a drop-in raises
/// it as well.
Blamed by_limits(const BlameCase& at) {
  const LimitSetting* by_default = nullptr;
  for (const LimitSetting& one : limit_settings) {
    if (!at.is(one.cause) || (*one.subject != '\0' && at.subject != one.subject)) continue;
    const auto place = place_of(at.look.host, at.unit, one.setting);
    if (!place && by_default == nullptr && at.subject == one.subject) by_default = &one;
    if (!place) continue;
    Blame blame =
        forbids(one.setting, place->value, "sets that limit", fmt::format("{}={}", one.setting, one.more));
    blame.why = "raise it";
    blame.risk = "changes-system";
    return blame;
  }
  if (by_default == nullptr) return std::nullopt;
  Blame blame =
      forbids(by_default->setting, "", "", fmt::format("{}={}", by_default->setting, by_default->more));
  blame.why = "raise it";
  blame.risk = "changes-system";
  return blame;
}

/// A program has what its unit gives it, and not what the shell has.
Blamed by_environment(const BlameCase& at) {
  if (!at.is("config.env-missing") || at.finding.subject.kind != "env") return std::nullopt;
  Blame blame = forbids("Environment", "", "", fmt::format("Environment={}=…", at.subject));
  blame.why = "set it for the unit";
  blame.risk = "changes-system";
  return blame;
}

}  // namespace whywontitstart
