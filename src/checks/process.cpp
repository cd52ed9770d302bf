#include <array>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/failures.h"

namespace whywontitstart {
namespace {

/// What an exit status usually means, where there is a usage for it; see bash(1) and sysexits.h(3head).
std::string meaning_of(int code) {
  static constexpr std::array<std::string_view, 15> sysexits{"wrong usage",
                                                             "wrong data",
                                                             "an input file is missing",
                                                             "an unknown user",
                                                             "an unknown host",
                                                             "a service is missing",
                                                             "an internal error",
                                                             "an error of the system",
                                                             "a system file is missing",
                                                             "an output file cannot be created",
                                                             "an input or output error",
                                                             "try again later",
                                                             "a protocol error",
                                                             "permission denied",
                                                             "wrong configuration"};
  if (code == 126) return "as of a shell: found, but not executable";
  if (code == 127) return "as of a shell: a command or library was not found";
  if (code >= 64 && code < 64 + static_cast<int>(sysexits.size()))
    return fmt::format("by the convention of sysexits: {}", sysexits.at(static_cast<std::size_t>(code - 64)));
  if (code > 128 && code <= 128 + 64)
    return fmt::format("as of a shell: ended by {}", name(Signal{code - 128}));
  return {};
}

std::string label(const Process& process) {
  const std::string words = process.argv.empty() ? process.executable : join(process.argv, " ");
  return fmt::format("{} (PID {})", words, number(process.pid));
}

void describe_blamed(const Facts& facts, Verdict& verdict) {
  if (facts.blame.size() < 2) return;
  if (const Process* process = facts.find(facts.blame.back()))
    verdict.detail("whose end matters", label(*process));
}

/// "lock on /x, held by y (PID 7): flock(3, LOCK_EX <unfinished ...>"
std::string words_of(const Wait& wait) {
  std::string text = fmt::format("waits for {}", name(wait.on));
  if (!wait.thing.empty()) text += fmt::format(" {}", wait.thing);
  if (!wait.who.empty()) text += fmt::format(", {}", wait.who);
  return wait.call.name.empty() ? text : fmt::format("{} in {}", text, to_text(wait.call));
}

void describe_waits(const Facts& facts, Verdict& verdict) {
  constexpr std::size_t most_shown = 40;
  std::size_t shown = 0;
  for (const Process& process : facts.processes)
    for (const Wait& wait : process.waits)
      if (shown++ < most_shown) verdict.detail(label(process), words_of(wait));
}

/// Where a core dump went, see core(5).
std::string core_words(const CheckInput& input) {
  const Result<std::string> pattern = input.host.read("/proc/sys/kernel/core_pattern");
  if (!pattern) return "where it went is not known";
  const std::string words(trim(*pattern));
  if (words.starts_with('|'))
    return fmt::format("it was handed to {}", split(std::string_view(words).substr(1), ' ').front());
  if (words.starts_with('/')) return fmt::format("it is at {}", words);
  return fmt::format("it is in {}, named after the pattern {}", input.target.cwd, words);
}

void describe_core(const CheckInput& input, Verdict& verdict) {
  for (const Process& process : input.facts.processes)
    if (process.exit && process.exit->core_dumped)
      verdict.detail(fmt::format("core dump of {}", label(process)), core_words(input));
}

bool is_expected(const Target& target, int code) {
  const Expectation expectation{Expectation::Kind::exit, std::to_string(code)};
  return std::find(target.expected.begin(), target.expected.end(), expectation) != target.expected.end();
}

CheckResult judge_exit(const Target& target, const Facts& facts, Verdict verdict) {
  const int code = facts.outcome.status.code;
  if (is_expected(target, code))
    return std::move(verdict).result(CheckStatus::pass,
                                     fmt::format("it ended with exit status {}, as expected", code));
  const std::string meaning = meaning_of(code);
  if (!meaning.empty()) verdict.detail("meaning", meaning);
  if (code != 0) verdict.note(CheckStatus::fail, fmt::format("it ended with exit status {}", code));
  if (code == 0 && facts.swallowed)
    verdict.note(CheckStatus::warn,
                 "it ended with exit status 0 although the process that did its work failed");
  return std::move(verdict).result(CheckStatus::pass, "it ended with exit status 0");
}

}  // namespace

CheckResult check_process(const CheckInput& input) {
  const Facts& facts = input.facts;
  const Outcome& outcome = facts.outcome;
  Verdict verdict("process");
  if (!facts.processes.empty()) verdict.detail("processes", std::to_string(facts.processes.size()));
  describe_blamed(facts, verdict);
  describe_core(input, verdict);
  for (const Expectation& missed : outcome.missed)
    verdict.note(CheckStatus::fail, fmt::format("{} was expected and did not come true", to_text(missed)));
  switch (outcome.state) {
    case State::not_run:
      return result_of("process", CheckStatus::skipped, "the program was not run");
    case State::exited:
      return judge_exit(input.target, facts, std::move(verdict));
    case State::killed:
      return std::move(verdict).result(CheckStatus::fail,
                                       fmt::format("it was ended by {} ({}){}", name(outcome.status.signal),
                                                   description(outcome.status.signal),
                                                   outcome.status.core_dumped ? ", with a core dump" : ""));
    case State::not_started:
      return std::move(verdict).result(CheckStatus::fail, "it could not be executed");
    case State::running:
      describe_waits(facts, verdict);
      return std::move(verdict).result(CheckStatus::pass, "it is up");
    case State::hung:
      describe_waits(facts, verdict);
      return std::move(verdict).result(CheckStatus::fail, "it neither ends nor comes up");
  }
  return std::move(verdict).result(CheckStatus::unknown, "its end was not seen");
}

}  // namespace whywontitstart
