#include "unit/sandbox.h"

#include <array>

#include "base/text.h"
#include "unit/blame.h"
#include "unit/setting_place.h"

namespace whywontitstart {

bool BlameCase::fails_with(std::string_view error) const {
  const std::string end = fmt::format("= -1 {}", error);
  return std::any_of(finding.evidence.begin(), finding.evidence.end(),
                     [&](const Evidence& evidence) { return evidence.text.find(end) != std::string::npos; });
}

bool lies_in(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  return folder == "/" || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

/// Of a list of folders with prefixes the one in which the path lies.
std::optional<std::string> folder_of_list(const std::vector<std::string>& list, std::string_view path) {
  std::optional<std::string> best;
  for (std::string_view folder : list) {
    while (folder.starts_with('-') || folder.starts_with('+')) folder.remove_prefix(1);
    if (lies_in(path, folder) && (!best || folder.size() > best->size())) best = std::string(folder);
  }
  return best;
}

bool lies_in_any(std::string_view path, std::initializer_list<std::string_view> folders) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view one) { return lies_in(path, one); });
}

Blame hides(std::string setting, std::string value, std::string relief, std::string why) {
  Blame blame;
  blame.setting = std::move(setting);
  blame.value = value;
  blame.part = std::move(value);
  blame.does = "hides it from the unit";
  blame.relief = {std::move(relief)};
  blame.why = std::move(why);
  return blame;
}

Blame forbids(std::string setting, std::string value, std::string what, std::string relief) {
  Blame blame;
  blame.setting = std::move(setting);
  blame.value = std::move(value);
  blame.does = std::move(what);
  blame.relief = {std::move(relief)};
  blame.why = "allow it";
  return blame;
}

namespace {

/// Who is asked first knows it best.
constexpr std::array table = {by_read_only,   by_devices,           by_hiding,           by_control_groups,
                              by_no_exec,     by_credentials,       by_address_families, by_seccomp,
                              by_socket_bind, by_no_new_privileges, by_private_users,    by_capabilities,
                              by_limits,      by_address_filter,    by_network,          by_environment};

void apply(const Blame& blame, const UnitLook& look, Finding& finding) {
  if (!blame.cause.empty()) finding.cause = blame.cause;
  if (!blame.does.empty()) {
    std::string_view summary = finding.summary;
    while (summary.ends_with('.')) summary.remove_suffix(1);
    finding.summary = fmt::format("{}: {} of {} {}", summary,
                                  with_place(look.host, look.unit, blame.setting, blame.value, blame.part),
                                  look.unit.name, blame.does);
    finding.confidence = std::max(finding.confidence, 0.9);
  }
  finding.fixes.insert(finding.fixes.begin(),
                       drop_in(look.unit, blame.why, "Service", blame.relief, blame.risk));
  finding.references.emplace_back("systemd.exec(5)");
}

}  // namespace

void name_settings(Report& report, const UnitLook& look) {
  const UnitCommand* const command = look.unit.failed_command();
  if (command != nullptr && command->privileged) return;  // it had neither user nor sandbox
  for (Finding& finding : report.findings) {
    if (finding.rule == "unit") continue;  // it names its setting
    for (const auto& setting : table) {
      const Blamed blame = setting({finding, report, look, look.unit, finding.subject.value});
      if (!blame) continue;
      apply(*blame, look, finding);
      break;
    }
  }
  std::stable_sort(
      report.findings.begin(), report.findings.end(),
      [](const Finding& one, const Finding& other) { return one.confidence > other.confidence; });
}

}  // namespace whywontitstart
