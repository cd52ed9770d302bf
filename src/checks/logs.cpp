#include <array>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"
#include "host/journal.h"
#include "host/kernel_log.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

/// Words by which programs say that something is wrong. Only for choosing the line to show.
bool sounds_wrong(std::string_view text) {
  static constexpr std::array<std::string_view, 20> words{
      "error",    "fatal",     "failed",  "failure",   "cannot",    "can't", "could not",
      "couldn't", "denied",    "unable",  "exception", "traceback", "panic", "invalid",
      "emerg",    "not found", "no such", "refused",   "missing",   "abort"};
  const std::string line = lower(text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return line.find(word) != std::string::npos; });
}

/// What the kernel wrote about its processes, or about the storage that they use.
void look_at_kernel_log(const CheckInput& input, Verdict& verdict) {
  std::vector<Pid> pids;
  for (const Process& process : input.facts.processes) pids.push_back(process.pid);
  const Result<std::vector<KernelRecord>> records =
      recent_kernel_records(input.host, input.facts.outcome.duration, pids);
  if (!records) {
    verdict.detail("not looked at", records.error().what);
    return;
  }
  for (const KernelRecord& record : *records) {
    verdict.detail("kernel", record.text);
    // Audit records of what a program was refused are told by the checks of the security modules.
    const bool is_end = record.text.find("audit") == std::string::npos && record.pid != Pid::none;
    if (is_end && input.facts.is_blamed(record.pid))
      verdict.note(CheckStatus::fail, fmt::format("the kernel wrote: {}", record.text));
    else if (record.pid == Pid::none)
      verdict.note(CheckStatus::warn, fmt::format("meanwhile the kernel wrote: {}", record.text));
  }
}

/// The journal of the unit that it is a part of.
void look_at_journal(const CheckInput& input, Verdict& verdict) {
  constexpr int most = 20;
  std::string field = "_SYSTEMD_INVOCATION_ID";
  std::string value = variable(input.target.environment, "INVOCATION_ID").value_or("");
  if (const Pid pid = living(input); pid != Pid::none) {
    field = "_SYSTEMD_UNIT";
    value = supervisor_of(input.host, pid).unit;
  }
  if (value.empty()) return;
  const Result<std::vector<std::string>> lines = journal_lines(input.host, field, value, most);
  if (!lines) {
    verdict.detail("not looked at", lines.error().what);
    return;
  }
  const auto wrong = std::find_if(lines->rbegin(), lines->rend(), sounds_wrong);
  if (wrong != lines->rend())
    verdict.detail("journal, the last complaint", *wrong);
  else if (!lines->empty())
    verdict.detail("journal, the last line", lines->back());
}

}  // namespace

CheckResult check_logs(const CheckInput& input) {
  const Facts& facts = input.facts;
  if (facts.outcome.state == State::not_run && facts.lines.empty())
    return result_of("logs", CheckStatus::skipped, "the program was not run, so it wrote nothing");
  std::map<std::string, std::size_t> counts;
  const Line* wrong = nullptr;
  for (const Line& line : facts.lines) {
    ++counts[line.where.empty() ? std::string(name(line.stream)) : line.where];
    if (sounds_wrong(line.text)) wrong = &line;
  }
  Verdict verdict("logs");
  for (const auto& [where, count] : counts) verdict.detail(where, fmt::format("{} lines", count));
  const bool well = went_well(facts.outcome);
  if (wrong != nullptr) {
    verdict.detail("last complaint", printable(wrong->text));
    verdict.note(well ? CheckStatus::pass : CheckStatus::fail,
                 fmt::format("it wrote: {}", printable(wrong->text)));
  } else if (facts.lines.empty() && facts.outcome.attached) {
    verdict.note(CheckStatus::unknown, "it wrote nothing since we look; what it wrote before is not known");
  } else if (facts.lines.empty() && !well) {
    verdict.note(CheckStatus::warn, "it wrote nothing at all, neither to the terminal nor to a log");
  }
  if (!well) {
    look_at_kernel_log(input, verdict);
    look_at_journal(input, verdict);
  }
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("{} lines, none that complains", facts.lines.size()));
}

}  // namespace whywontitstart
