#include "diagnosis/weigh.h"

#include <cmath>

#include "base/text.h"
#include "model/severity.h"

namespace whywontitstart {
namespace {

// All weights are log-odds: 1 makes a cause about 2.7 times as likely, 3 about 20 times.
constexpr double named_in_complaint = 3.0;
constexpr double named_in_text = 0.8;
constexpr double errno_echoed = 1.2;
constexpr double end_of_blame = 0.5;
constexpr double beside_blame = -2.5;
constexpr double healed_but_named = -1.5;
constexpr double still_retried = 1.5;
constexpr double after_the_complaint = -2.0;
constexpr double complaint_is_about_another = -1.8;
constexpr double complaint_may_be_about_it = -0.8;
constexpr double went_on_to_speak = -0.8;
constexpr double only_a_warning = -1.5;
constexpr double not_the_error_stream = -0.3;
constexpr double only_a_remark = -0.5;
constexpr double breaks_off = -0.4;  // what it is about may stand in the rest
constexpr double says_it_is_fatal = 0.3;
constexpr double on_the_command_line = 1.2;
constexpr double long_before_the_end = -0.5;
constexpr double last_act_of_a_silent_end = 1.5;
constexpr double before_a_wait_in_vain = -2.5;
constexpr double said_twice = 0.5;
constexpr double names_nothing =
    -0.4;  // of two lines of one message, the one that names the thing is the better one
constexpr double most_certain = 0.99;

double log_odds(double probability) {
  const double bounded = std::clamp(probability, 0.01, 0.99);
  return std::log(bounded / (1 - bounded));
}

double probability(double odds) { return 1 / (1 + std::exp(-odds)); }

/// How little the process did after the failure tells how near the end it is.
double nearness(std::size_t calls_after) {
  if (calls_after <= 3) return 1.0;
  if (calls_after <= 12) return 0.5;
  if (calls_after <= 60) return 0.0;
  return calls_after <= 300 ? -1.0 : -2.0;
}

/// A path, or what stands in quotes: "cannot read the configuration" fits any file, "unknown key 'x'" does
/// not.
bool names_something(const Line& line) {
  return !line.names.empty() || line.text.find_first_of("'\"`") != std::string::npos;
}

/// Is `part` another way to write `whole`: its base name, its end, its port?
bool is_part_of(std::string_view part, std::string_view whole) {
  if (part == whole) return true;
  while (part.starts_with("./")) part.remove_prefix(2);
  if (part.empty() || part.size() >= whole.size() || !whole.ends_with(part)) return false;
  const char before = whole[whole.size() - part.size() - 1];
  return before == '/' || before == ':';
}

class Scale {
 public:
  explicit Scale(const Facts& facts) : facts_(facts) {
    for (const Line& line : facts.lines) {
      last_word_[line.process] = line.order;
      if (line.stream == Stream::standard_output || is_mild(line.text)) continue;
      first_word_.try_emplace(line.process, &line);
    }
    for (const Process& process : facts.processes)
      waits_in_vain_ = waits_in_vain_ || std::any_of(process.waits.begin(), process.waits.end(),
                                                     [](const Wait& wait) { return wait.in_vain; });
  }

  double weigh(const Match& match) const {
    double odds = log_odds(match.weight) + standing(match.process);
    if (match.failure) {
      const Failure& failure = facts_.failures[*match.failure];
      odds += weigh(failure, match.line);
      // It lived on after the failure, until something else stopped it.
      if (waits_in_vain_ && failure.count < 3) odds += before_a_wait_in_vain;
    }
    if (match.line) odds += weigh(facts_.lines[*match.line]);
    if (fill(match.subject, match.values).empty()) odds += names_nothing;
    return odds;
  }

 private:
  double standing(Pid process) const {
    if (facts_.blame.empty() || process == facts_.blame.back()) return end_of_blame;
    return facts_.is_blamed(process) ? 0 : beside_blame;
  }

  double weigh(const Failure& failure, std::optional<std::size_t> matched_line) const {
    double odds = 0;
    if (failure.count >= 3 && facts_.outcome.state == State::hung) odds += still_retried;
    if (!failure.named_by.empty() || matched_line) {
      const bool complaint = std::any_of(failure.named_by.begin(), failure.named_by.end(),
                                         [&](std::size_t at) { return !is_mild(facts_.lines[at].text); });
      odds += complaint || matched_line ? named_in_complaint : named_in_text;
      if (failure.healed) odds += healed_but_named;
      return odds;
    }
    odds += nearness(failure.calls_after);
    if (is_on_command_line(failure)) odds += on_the_command_line;
    if (!failure.echoed_by.empty()) return odds + errno_echoed;
    if (last_word_.count(failure.process) == 0 && failure.calls_after <= 3)
      return odds + last_act_of_a_silent_end;
    const auto first_word = first_word_.find(failure.process);
    if (first_word != first_word_.end())
      odds += failure.first_order > first_word->second->order ? after_the_complaint
              : names_something(*first_word->second)          ? complaint_is_about_another
                                                              : complaint_may_be_about_it;
    else if (const auto last_word = last_word_.find(failure.process);
             last_word != last_word_.end() && failure.order < last_word->second)
      odds += went_on_to_speak;
    return odds;
  }

  /// Who names a file on the command line wants it.
  bool is_on_command_line(const Failure& failure) const {
    const Process* process = facts_.find(failure.process);
    if (process == nullptr || process->argv.size() < 2 || !failure.call.path.starts_with('/')) return false;
    return std::any_of(process->argv.begin() + 1, process->argv.end(), [&](std::string_view word) {
      if (const std::size_t equals = word.find('=');
          word.starts_with('-') && equals != std::string_view::npos)
        word.remove_prefix(equals + 1);
      return !word.starts_with('-') && word.size() > 2 && is_part_of(word, failure.call.path);
    });
  }

  double weigh(const Line& line) const {
    double odds = 0;
    if (line.stream == Stream::standard_output) odds += not_the_error_stream;
    if (line.text.ends_with(cut_mark)) odds += breaks_off;
    switch (severity_of(line.text)) {
      case Severity::remark:
        odds += only_a_remark;
        break;
      case Severity::warning:
        odds += only_a_warning;
        break;
      case Severity::fatal:
        odds += says_it_is_fatal;
        break;
      default:
        break;
    }
    constexpr Order much_later = 500;
    const Process* process = facts_.find(line.process);
    const Order end = process != nullptr && process->exit ? process->ended_order : facts_.events;
    if (end > line.order + much_later) odds += long_before_the_end;
    return odds;
  }

  const Facts& facts_;
  std::map<Pid, const Line*> first_word_;  ///< of complaint
  std::map<Pid, Order> last_word_;         ///< of any kind
  bool waits_in_vain_ = false;
};

Evidence call_evidence(const Failure& failure) {
  Evidence evidence{"syscall", to_text(failure.call), failure.process, failure.at};
  if (failure.is_search())
    evidence.text = fmt::format("looked for {} in {} places: {}", failure.name, failure.places.size(),
                                join(failure.places, ", "));
  else if (failure.count > 1)
    evidence.text += fmt::format(", {} times", failure.count);
  return evidence;
}

Evidence line_evidence(const Line& line) {
  const bool is_log = line.stream != Stream::standard_error && line.stream != Stream::standard_output;
  return {is_log ? "log" : "output", std::string(trim(line.text)), line.process, line.at};
}

void add_evidence(std::vector<Evidence>& all, Evidence more) {
  const bool known =
      std::any_of(all.begin(), all.end(), [&](const Evidence& old) { return old.text == more.text; });
  if (!known) all.push_back(std::move(more));
}

/// "install -d", "ulimit -n": what a command does, whatever it does it with.
std::string deed_of(std::string_view command) {
  const std::size_t first = command.find(' ');
  return std::string(
      command.substr(0, first == std::string_view::npos ? first : command.find(' ', first + 1)));
}

/// What the machine proposes comes first; a rule's own way to do the same adds nothing to it.
void add_fix(std::vector<Fix>& fixes, Fix more) {
  const bool known = !more.command.empty() && std::any_of(fixes.begin(), fixes.end(), [&](const Fix& fix) {
    return deed_of(fix.command) == deed_of(more.command);
  });
  if (!known) fixes.push_back(std::move(more));
}

/// A program speaks of its files by the names that it was given: seen from its folder.
void make_absolute(Subject& subject, const Match& match, const Facts& facts) {
  const Process* process = facts.find(match.process);
  const bool is_name = match.cause == "exec.not-found" || subject.value.empty() ||
                       subject.value.front() == '~' ||
                       subject.value.find_first_of(" \t:@") != std::string::npos;
  if (subject.kind != "path" || is_name || process == nullptr || process->cwd.empty()) return;
  subject.value = absolute_path(process->cwd, subject.value);
}

/// The texts of a match, filled in.
Finding finding_of(const Facts& facts, const Candidate& candidate, double odds) {
  const Match& match = candidate.match;
  Finding finding;
  finding.cause = match.cause;
  finding.rule = match.rule;
  finding.subject = subject_of(match);
  make_absolute(finding.subject, match, facts);
  finding.title = fill(match.title, match.values);
  finding.summary = fill(match.summary, match.values);
  finding.confidence = odds;  // turned into a probability when all are known
  finding.references = match.references;
  for (const Fix& fix : match.fixes)
    add_fix(finding.fixes, {fill(fix.text, match.values), fill(fix.command, match.values), fix.risk});
  if (match.failure) {
    const Failure& failure = facts.failures[*match.failure];
    add_evidence(finding.evidence, call_evidence(failure));
    if (!match.line && !failure.named_by.empty())
      add_evidence(finding.evidence, line_evidence(facts.lines[failure.named_by.back()]));
    else if (!match.line && !failure.echoed_by.empty())
      add_evidence(finding.evidence, line_evidence(facts.lines[failure.echoed_by.back()]));
  }
  if (match.line) add_evidence(finding.evidence, line_evidence(facts.lines[*match.line]));
  for (const Evidence& evidence : match.evidence) add_evidence(finding.evidence, evidence);
  for (const Evidence& evidence : candidate.probed) add_evidence(finding.evidence, evidence);
  return finding;
}

/// Two findings that say the same of the same thing become one, under the more exact name.
bool merge(Finding& one, const Finding& other) {
  if (one.cause != other.cause) return false;
  const bool other_is_part = is_part_of(other.subject.value, one.subject.value);
  if (!other_is_part && !is_part_of(one.subject.value, other.subject.value)) return false;
  if (!other_is_part) {
    // The longer name is the more exact one; the words go with it.
    const double odds = one.confidence;
    std::vector<Evidence> evidence = std::move(one.evidence);
    one = other;
    one.confidence = odds;
    std::swap(one.evidence, evidence);
    for (Evidence& piece : evidence) add_evidence(one.evidence, std::move(piece));
  } else {
    for (const Evidence& piece : other.evidence) add_evidence(one.evidence, piece);
  }
  one.confidence += said_twice;
  return true;
}

}  // namespace

std::vector<Finding> weigh(const Facts& facts, const std::vector<Candidate>& candidates) {
  const Scale scale(facts);
  struct Weighed {
    double odds;
    const Candidate* candidate;
  };
  std::vector<Weighed> weighed;
  double best_cause = log_odds(0.01);
  for (const Candidate& candidate : candidates) {
    const double odds = scale.weigh(candidate.match) - candidate.doubt;
    weighed.push_back({odds, &candidate});
    if (!candidate.match.is_symptom) best_cause = std::max(best_cause, odds);
  }
  // How it ended is the cause only where nothing says why it ended so.
  for (Weighed& one : weighed)
    if (one.candidate->match.is_symptom && best_cause > 0) one.odds = std::min(one.odds, best_cause - 1);
  std::stable_sort(weighed.begin(), weighed.end(),
                   [](const Weighed& one, const Weighed& other) { return one.odds > other.odds; });

  std::vector<Finding> findings;
  for (const Weighed& one : weighed) {
    Finding finding = finding_of(facts, *one.candidate, one.odds);
    const bool merged =
        std::any_of(findings.begin(), findings.end(), [&](Finding& known) { return merge(known, finding); });
    if (!merged) findings.push_back(std::move(finding));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& one, const Finding& other) {
    return one.confidence > other.confidence;
  });

  // The probability that it is this one and none of the others that speak as loudly.
  double rivals = 0;
  for (const Finding& finding : findings) rivals += std::exp(finding.confidence);
  for (Finding& finding : findings) {
    const double alone = probability(finding.confidence);
    const double share = std::exp(finding.confidence) / rivals;
    finding.confidence = std::round(std::min(alone * std::sqrt(share), most_certain) * 100) / 100;
  }
  return findings;
}

}  // namespace whywontitstart
