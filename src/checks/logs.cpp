#include <array>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"

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
  if (wrong != nullptr) {
    verdict.detail("last complaint", printable(wrong->text));
    verdict.note(went_well(facts.outcome) ? CheckStatus::pass : CheckStatus::fail,
                 fmt::format("it wrote: {}", printable(wrong->text)));
  } else if (facts.lines.empty() && !went_well(facts.outcome)) {
    verdict.note(CheckStatus::warn, "it wrote nothing at all, neither to the terminal nor to a log");
  }
  return std::move(verdict).result(CheckStatus::pass,
                                   fmt::format("{} lines, none that complains", facts.lines.size()));
}

}  // namespace whywontitstart
