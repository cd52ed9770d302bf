// What only one of two runs did.
#include "base/text.h"
#include "compare/differences.h"
#include "facts/calls.h"

namespace whywontitstart {
namespace {

/// What every program opens, or what stands for the run itself.
bool is_dull(std::string_view object) {
  for (const std::string_view start :
       {"/proc/", "/sys/", "/dev/", "/usr/share/locale", "/usr/lib/locale", "/usr/share/zoneinfo", "PID"})
    if (object.starts_with(start)) return true;
  return object.empty() || object.front() == '.' || object.find("CHANCE") != std::string_view::npos;
}

std::string area_of(const Step& step) {
  if (step.call.starts_with("open") || step.call == "creat") return "opened";
  if (step.call == "execve") return "executed";
  if (step.call == "connect" || step.call == "bind") return "address";
  return "";
}

void add_steps(const Run& doer, const Run& other, bool doer_is_good, std::vector<Difference>& all) {
  const DoneBy done(other);
  const Alike alike(doer.target, doer.facts);
  std::set<std::string> told;
  for (const Step& step : doer.course.steps) {
    const std::string area = area_of(step);
    if (area.empty() || step.error != Errno::none) continue;
    const std::string object = alike.object(step.object);
    if (is_dull(object) || done.touched(step.object, alike) || !told.insert(area + object).second) continue;
    Difference difference{area, step.object, "", ""};
    (doer_is_good ? difference.good : difference.bad) = step.call;
    all.push_back(std::move(difference));
  }
}

void add_lines(const Run& doer, const Run& other, bool doer_is_good, std::vector<Difference>& all) {
  const DoneBy done(other);
  std::set<std::string> told;
  for (const Line& line : doer.facts.lines) {
    const std::string text(trim(line.text));
    if (text.empty() || done.said(text) || !told.insert(Alike::line(text)).second) continue;
    Difference difference{"message", std::string(name(line.stream)), "", ""};
    (doer_is_good ? difference.good : difference.bad) = text;
    all.push_back(std::move(difference));
  }
}

std::string end_of(const Run& run) {
  const Outcome& outcome = run.facts.outcome;
  if (outcome.state == State::exited) return fmt::format("exited with {}", outcome.status.code);
  if (outcome.state == State::killed) return fmt::format("killed by {}", name(outcome.status.signal));
  return std::string(name(outcome.state));
}

}  // namespace

std::vector<Difference> deeds_of_one(const Run& good, const Run& bad) {
  std::vector<Difference> all;
  if (end_of(good) != end_of(bad)) all.push_back({"end", "how it ended", end_of(good), end_of(bad)});
  add_lines(bad, good, false, all);
  add_lines(good, bad, true, all);
  add_steps(bad, good, false, all);
  add_steps(good, bad, true, all);
  return all;
}

}  // namespace whywontitstart
