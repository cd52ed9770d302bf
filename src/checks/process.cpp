#include <csignal>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/exit_status.h"
#include "checks/failures.h"

namespace whywontitstart {
namespace {

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

/// The name by a pattern of core(5), as far as its letters are known afterwards.
std::string core_name(std::string_view pattern, const Process& process, const Target& target) {
  std::string name;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%' || at + 1 == pattern.size()) {
      name += pattern[at];
      continue;
    }
    const char letter = pattern[++at];
    constexpr std::size_t longest_name = 15;  // of /proc/PID/comm
    std::string program(base_name(process.executable));
    std::string path = process.executable;
    std::replace(path.begin(), path.end(), '/', '!');
    switch (letter) {
      case '%':
        name += '%';
        break;
      case 'p':
      case 'P':
        name += std::to_string(number(process.pid));
        break;
      case 'u':
        name += std::to_string(process.credentials.uid.value_or(target.identity.uid));
        break;
      case 's':
        name += std::to_string(number(process.exit->signal));
        break;
      case 'e':
        name += program.substr(0, longest_name);
        break;
      case 'E':
        name += path;
        break;
      default:
        name += '*';  // a time, a host: not known any more
    }
  }
  return name;
}

/// Where a core dump went, see core(5).
std::string core_words(const CheckInput& input, const Process& process) {
  const Result<std::string> pattern = input.host.read("/proc/sys/kernel/core_pattern");
  if (!pattern) return "where it went is not known";
  const std::string words(trim(*pattern));
  if (words.starts_with('|')) {
    const std::string handler(split(std::string_view(words).substr(1), ' ').front());
    const bool by_systemd = base_name(handler) == "systemd-coredump";
    return fmt::format("it was handed to {}{}", handler,
                       by_systemd ? fmt::format(": coredumpctl info {}", number(process.pid)) : "");
  }
  std::string name = core_name(words, process, input.target);
  if (input.host.read("/proc/sys/kernel/core_uses_pid").value_or("").starts_with('1') &&
      words.find("%p") == std::string::npos)
    name += fmt::format(".{}", number(process.pid));
  const std::string path = absolute_path(input.target.cwd, name);
  const bool is_whole = path.find('*') == std::string::npos;
  const bool is_there = is_whole && input.host.status(path).has_value();
  return fmt::format("it is {} {}", is_there ? "at" : "to be at", path);
}

/// Which signals leave a core dump, see signal(7).
bool wants_core(Signal signal) {
  static constexpr int signals[] = {SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
                                    SIGFPE,  SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS};
  return std::find(std::begin(signals), std::end(signals), number(signal)) != std::end(signals);
}

std::string why_no_core(const CheckInput& input, const Process& process) {
  const ProgramLimits limits = program_limits(input.host, input.target, &process, Pid::none);
  for (const Limit& limit : limits.limits)
    if (limit.name == "RLIMIT_CORE" && limit.soft == 0)
      return "none: RLIMIT_CORE is 0 (ulimit -c unlimited, LimitCORE=infinity)";
  return "none was written: its folder may be of another user, full or missing, or the program set-user-ID";
}

void describe_core(const CheckInput& input, Verdict& verdict) {
  for (const Process& process : input.facts.processes) {
    if (!process.exit || !wants_core(process.exit->signal)) continue;
    const std::string words =
        process.exit->core_dumped ? core_words(input, process) : why_no_core(input, process);
    verdict.detail(fmt::format("core dump of {}", label(process)), words);
  }
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
  const std::string meaning = meaning_of_status(code, target);
  if (!meaning.empty()) verdict.detail("meaning", meaning);
  // What 1 and 2 mostly mean is too little to be said first.
  const std::string words = meaning.empty() || code <= 2 ? std::string() : fmt::format(" ({})", meaning);
  if (code != 0) verdict.note(CheckStatus::fail, fmt::format("it ended with exit status {}{}", code, words));
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
