#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/comparison.h"
#include "model/facts.h"
#include "model/finding.h"
#include "model/target.h"
#include "model/timeline.h"

namespace whywontitstart {

/// `unknown` is "could not look", never "looked and found nothing".
enum class CheckStatus { pass, warn, fail, unknown, skipped };

/// "pass", "unknown", as in the report.
std::string_view name(CheckStatus status);

/// What one look at the machine said.
struct CheckResult {
  std::string id;
  CheckStatus status = CheckStatus::unknown;
  std::string summary;                                       ///< one sentence
  std::vector<std::pair<std::string, std::string>> details;  ///< name and value, in the order to be shown
};

/// The ids of all checks, in the order in which the report has them: as a person would look.
const std::vector<std::string_view>& check_ids();

/// The end of what was written to one log file.
struct LogTail {
  std::string path;
  std::string tail;
};

/// How the events were got.
struct TraceSummary {
  std::string backend;  ///< "ptrace", "ptrace+seccomp", "strace-log", "none"
  std::size_t events = 0;
  std::size_t failed = 0;
  std::size_t lost = 0;
  std::optional<Failure> last_failing;
  std::vector<std::string> tail;
  std::vector<CallCount> calls;  ///< those first that took most time
};

/// Everything that the report says; the formats only arrange it.
struct Report {
  std::string tool_version;
  Target target;
  Outcome outcome;
  std::vector<Finding> findings;    ///< best first, never empty: the first one is the verdict
  std::vector<CheckResult> checks;  ///< one for each of check_ids(), in that order
  std::vector<Process> processes;
  TraceSummary trace;
  Timeline timeline;  ///< its rows are indices into `processes`
  std::string stderr_tail;
  std::vector<LogTail> logs;
  std::vector<std::string> ruled_out;      ///< what was looked at and is fine, in words
  std::vector<std::string> not_looked_at;  ///< what could not be looked at, and why
  std::vector<std::string> cut;            ///< what was left out for its size, in words
  std::size_t masked = 0;                  ///< places where a secret was replaced by a stand-in
  std::size_t anonymised = 0;              ///< places where a host, an address or a user was
  std::optional<Recorded> recorded;        ///< of a saved trace: where it comes from
  std::optional<Comparison> comparison;    ///< with another run

  const Finding& verdict() const { return findings.front(); }
  bool is_ok() const { return verdict().cause.starts_with("ok."); }
};

}  // namespace whywontitstart
