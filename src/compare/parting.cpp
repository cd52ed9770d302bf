#include "compare/parting.h"

#include <cmath>

#include "base/text.h"
#include "facts/calls.h"
#include "facts/course_builder.h"

namespace whywontitstart {
namespace {

/// What a look in the good run says to one failure.
enum class Said { nothing, worked, failed_as_well };

struct Answer {
  Said said = Said::nothing;
  std::string words;
};

std::string words_of(const Step& step) {
  if (step.object.empty()) return fmt::format("{} worked", step.call);
  const bool goes_somewhere = step.call == "connect" || step.call == "bind";
  return fmt::format("{} {} {} worked", step.call, goes_somewhere ? "to" : "of", step.object);
}

/// A search fails where no place has the thing, so it worked in the good run if any place had it.
Answer ask_about_search(const DoneBy& good, const Failure& failure, const Alike& alike) {
  bool all_failed = true;
  for (const std::string& place : failure.places) {
    if (const Step* step = good.worked(failure.call, place, alike)) return {Said::worked, words_of(*step)};
    all_failed = all_failed && good.failed(failure.call, place, alike) > 0;
  }
  if (const Step* step = good.found_by_name(base_name(failure.places.back())))
    return {Said::worked, fmt::format("{} was found as {}", failure.name, step->object)};
  return {all_failed ? Said::failed_as_well : Said::nothing, ""};
}

Answer ask(const DoneBy& good, const Failure& failure, const Alike& alike) {
  if (failure.is_search()) return ask_about_search(good, failure, alike);
  const std::string object = object_in_course(failure.call);
  if (const Step* step = good.worked(failure.call, object, alike)) return {Said::worked, words_of(*step)};
  const std::size_t times = good.failed(failure.call, object, alike);
  // Three tries that end and three hundred that do not are not the same.
  const bool as_often = failure.count < 3 || static_cast<std::size_t>(failure.count) <= 3 * times;
  if (times > 0 && as_often) return {Said::failed_as_well, ""};
  const CallKind kind = kind_of(failure.call);
  if (times == 0 && kind == CallKind::exec)
    if (const Step* step = good.found_by_name(base_name(object)))
      return {Said::worked, fmt::format("{} was found as {}", base_name(object), step->object)};
  return {};
}

constexpr double of_common_failure = 0.1;

double with_odds(double probability, double more) {
  const double bounded = std::clamp(probability, 0.01, 0.99);
  return 1 / (1 + (1 - bounded) / bounded * std::exp(-more));
}

bool has(const std::vector<std::size_t>& all, std::size_t one) {
  return std::binary_search(all.begin(), all.end(), one);
}

}  // namespace

const Suspect* Parting::suspect_on(std::size_t failure) const {
  const auto found = std::find_if(suspects.begin(), suspects.end(),
                                  [&](const Suspect& suspect) { return suspect.failure == failure; });
  return found == suspects.end() ? nullptr : &*found;
}

Parting parting_of(const Run& good, const Run& bad, bool good_is_good) {
  const DoneBy done(good);
  const Alike alike(bad.target, bad.facts);
  Parting parting;
  for (std::size_t at = 0; at < bad.facts.failures.size(); ++at) {
    const Failure& failure = bad.facts.failures[at];
    if (failure.healed) continue;
    Answer answer = ask(done, failure, alike);
    if (answer.said == Said::worked)
      parting.suspects.push_back({at, std::move(answer.words)});
    else if (answer.said == Said::nothing)
      parting.only_here.push_back(at);
    else if (good_is_good)
      parting.common.push_back(at);
  }
  for (std::size_t at = 0; at < bad.facts.lines.size(); ++at)
    if (!done.said(bad.facts.lines[at].text)) parting.new_lines.push_back(at);
  return parting;
}

void set_common_aside(const Parting& parting, Facts& bad) {
  for (const std::size_t at : parting.common) {
    bad.failures[at].healed = true;
    bad.failures[at].healed_by = "the good run had the same failure";
  }
}

void weigh_by(const Parting& parting, const Facts& bad, std::vector<Match>& matches) {
  constexpr double worked_there = 1.5, said_there = -3, failed_there = -2;
  for (Match& match : matches) {
    if (match.failure && parting.suspect_on(*match.failure) != nullptr)
      match.weight = with_odds(match.weight, worked_there);
    if (match.failure && has(parting.common, *match.failure))
      match.weight = with_odds(match.weight, failed_there);
    if (match.line && *match.line < bad.lines.size() && !has(parting.new_lines, *match.line))
      match.weight = with_odds(match.weight, said_there);
  }
}

bool is_about(const Failure& failure, const Subject& subject) {
  if (subject.value.empty()) return false;
  const SyscallEvent& call = failure.call;
  const auto names = [&](const std::string& object) {
    if (object.empty()) return false;
    return object == subject.value || object.ends_with("/" + subject.value) ||
           object == "unix:" + subject.value;
  };
  return names(call.path) || names(call.address) || names(failure.name) ||
         std::any_of(failure.places.begin(), failure.places.end(), names);
}

void point_out(const Parting& parting, const Facts& bad, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (finding.cause.starts_with("ok.")) continue;
    const auto is_common = [&](std::size_t at) { return is_about(bad.failures[at], finding.subject); };
    if (std::any_of(parting.common.begin(), parting.common.end(), is_common)) {
      finding.confidence = std::min(finding.confidence, of_common_failure);
      finding.evidence.push_back(
          {"comparison", "the same failed there, too, and did no harm", Pid::none, std::nullopt});
      continue;
    }
    for (const Suspect& suspect : parting.suspects) {
      if (!is_about(bad.failures[suspect.failure], finding.subject)) continue;
      finding.confidence = std::round(std::min(with_odds(finding.confidence, 1), 0.99) * 100) / 100;
      finding.evidence.push_back({"comparison", suspect.good, Pid::none, std::nullopt});
      break;
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& one, const Finding& other) {
    return one.confidence > other.confidence;
  });
}

}  // namespace whywontitstart
