#include "cli/journal_lines.h"

#include <sys/stat.h>

#include "base/text.h"

namespace whywontitstart {
namespace {

// The levels of syslog(3).
constexpr int level_error = 3, level_warning = 4, level_info = 6;

class Lines {
 public:
  explicit Lines(bool priorities) : priorities_(priorities) {}

  void add(int level, std::string_view text) {
    // What is said may come from anywhere, and a line break in it would begin a line of its own.
    std::string line = printable(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    text_ += fmt::format("{}whywontitstart: {}\n", priorities_ ? fmt::format("<{}>", level) : "", line);
  }

  std::string take() { return std::move(text_); }

 private:
  bool priorities_;
  std::string text_;
};

/// Worth a line at every start. What is merely unusual is so every time, and is told once something fails.
bool tells_what_runs_out(const CheckResult& check) {
  return check.id == "filesystem" || check.id == "memory" || check.id == "limits";
}

bool is_told(const std::vector<Finding>& findings, const std::string& summary) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.summary == summary; });
}

}  // namespace

std::string journal_lines(const Report& report, bool brief, bool priorities) {
  Lines lines(priorities);
  const bool fails = !report.is_ok();
  const double verdict_at = report.verdict().confidence;
  const std::string program(base_name(report.target.argv.empty() ? "" : report.target.argv.front()));
  for (const Finding& finding : report.findings) {
    if (finding.cause.starts_with("ok.")) continue;
    // Behind those that stop it come those that may.
    const bool stops = fails && finding.confidence >= std::min(verdict_at, 0.8);
    if (!stops && brief) continue;
    lines.add(stops ? level_error : level_warning,
              fmt::format("{}: {} [{}]", program, finding.summary, finding.cause));
  }
  if (brief) return lines.take();
  for (const CheckResult& check : report.checks)
    if (check.status == CheckStatus::warn && (fails || tells_what_runs_out(check)) &&
        !is_told(report.findings, check.summary))
      lines.add(level_warning, fmt::format("{}: {}: {}", program, check.id, check.summary));
  for (const std::string& part : report.not_looked_at)
    lines.add(level_info, fmt::format("{}: could not look at {}", program, part));
  if (!fails && report.findings.size() == 1) lines.add(level_info, report.verdict().summary);
  return lines.take();
}

bool goes_to_journal(std::string_view stream, int fd) {
  struct stat status {};
  if (stream.empty() || ::fstat(fd, &status) != 0) return false;
  return stream == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

}  // namespace whywontitstart
