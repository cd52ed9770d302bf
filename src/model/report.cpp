#include "model/report.h"

namespace whywontitstart {

std::string_view name(CheckStatus status) {
  switch (status) {
    case CheckStatus::pass:
      return "pass";
    case CheckStatus::warn:
      return "warn";
    case CheckStatus::fail:
      return "fail";
    case CheckStatus::unknown:
      return "unknown";
    case CheckStatus::skipped:
      return "skipped";
  }
  return "unknown";
}

const std::vector<std::string_view>& check_ids() {
  static const std::vector<std::string_view> ids = {
      "logs",        "process", "ports",        "permissions", "trace",       "libraries",
      "environment", "limits",  "selinux",      "apparmor",    "interpreter", "filesystem",
      "network",     "memory",  "capabilities", "seccomp",     "container"};
  return ids;
}

}  // namespace whywontitstart
