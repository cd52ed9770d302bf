#include "diagnosis/words.h"

#include "base/text.h"

namespace whywontitstart {

std::string program_name(const Target& target, const Facts& facts) {
  const Process* process = facts.target();
  if (!target.argv.empty()) return std::string(base_name(target.argv.front()));
  if (process != nullptr && !process->argv.empty()) return std::string(base_name(process->argv.front()));
  return "the program";
}

std::string time_words(TraceTime time) {
  const double value = std::chrono::duration<double>(time).count();
  return value < 0.1 ? fmt::format("{:.0f} ms", value * 1000) : fmt::format("{:.1f} s", value);
}

std::string ending_of(const Facts& facts) {
  const Outcome& outcome = facts.outcome;
  if (outcome.state == State::hung || outcome.state == State::running)
    return fmt::format("neither ended nor came up in {}", time_words(outcome.duration));
  if (outcome.status.signal != Signal::none)
    return fmt::format("was ended by {} ({})", name(outcome.status.signal),
                       description(outcome.status.signal));
  return fmt::format("ended with exit status {}", outcome.status.code);
}

}  // namespace whywontitstart
