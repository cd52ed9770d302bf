#include "compare/by_difference.h"

#include <cmath>
#include <tuple>

#include "base/text.h"

namespace whywontitstart {
namespace {

struct Reason {
  double certainty = 0;
  std::string cause;
  Subject subject;
  std::string words;
};

/// When it was last opened by a process that matters; 0: never.
std::size_t opened_at(const Run& run, const std::string& path) {
  std::size_t last = 0;
  for (const Step& step : run.course.steps)
    if (step.object == path && step.error == Errno::none && step.call.starts_with("open")) last = step.order;
  return last;
}

/// How surely this value, a path, led the good run to what the other one did not use: to itself, or to
/// something below it, as HOME and the like lead to much. 0: to nothing.
double leads(const Run& good, const DoneBy& bad, const Alike& alike, const std::string& value) {
  if (value.size() < 3 || value.find('/') == std::string::npos) return 0;
  double certainty = 0;
  for (const Step& step : good.course.steps) {
    const bool is_itself = step.object == value;
    if ((!is_itself && !step.object.starts_with(value + "/")) || step.error != Errno::none) continue;
    if (!bad.touched(step.object, alike)) certainty = std::max(certainty, is_itself ? 0.75 : 0.5);
  }
  return certainty;
}

std::string version_of(const Run& run, const std::string& package) {
  for (const SeenPackage& one : run.course.packages)
    if (one.name == package) return one.version;
  return {};
}

/// " (libssl3 was 3.0.9, and is 3.0.11)"; empty where its package is the same.
std::string upgrade_of(const Run& good, const Run& bad, const std::string& path) {
  for (const SeenFile& file : bad.course.files) {
    if (file.path != path || file.package.empty()) continue;
    const std::string before = version_of(good, file.package), now = version_of(bad, file.package);
    if (before.empty() || now.empty() || before == now) return {};
    return fmt::format(" ({} was {}, and is {})", file.package, before, now);
  }
  return {};
}

Reason by_file(const Run& good, const Run& bad, const Difference& difference) {
  const std::size_t opened = opened_at(bad, difference.name);
  // Bytecode and caches follow from other files.
  const bool is_derived =
      difference.name.ends_with(".pyc") || difference.name.find("cache") != std::string::npos;
  if (opened == 0 || is_derived) return {};
  const bool is_library = difference.area == "library";
  return {is_library ? 0.5 : 0.6,
          is_library ? "app.error" : "config.invalid",
          {is_library ? "library" : "path",
           is_library ? std::string(base_name(difference.name)) : difference.name},
          fmt::format("{} is not the same as in the good run{}", difference.name,
                      upgrade_of(good, bad, difference.name))};
}

Reason by_variable(const Run& good, const Run& bad, const Difference& difference) {
  static const std::set<std::string_view> of_the_user = {"HOME", "USER", "LOGNAME", "SHELL", "MAIL", "TERM"};
  const double led = leads(good, DoneBy(bad), Alike(good.target, good.facts), difference.good);
  const double certainty = std::max(led, of_the_user.count(difference.name) > 0 ? 0.1 : 0.35);
  const std::string how = difference.bad.empty()    ? "is not set"
                          : difference.good.empty() ? "is set"
                                                    : "has another value";
  const std::string what =
      led > 0 ? fmt::format(", and it leads to what that one used: {}", difference.good) : "";
  return {certainty,
          difference.bad.empty() ? "config.env-missing" : "config.invalid",
          {"env", difference.name},
          fmt::format("{} {}, unlike in the good run{}", difference.name, how, what)};
}

Reason by_limit(const Difference& difference) {
  static const std::map<std::string_view, std::string> causes = {
      {"RLIMIT_NOFILE", "limit.open-files"}, {"RLIMIT_NPROC", "limit.processes"},
      {"RLIMIT_AS", "limit.memory"},         {"RLIMIT_DATA", "limit.memory"},
      {"RLIMIT_STACK", "limit.stack"},       {"RLIMIT_FSIZE", "limit.file-size"},
      {"RLIMIT_CPU", "limit.cpu-time"},      {"RLIMIT_MEMLOCK", "limit.locked-memory"}};
  const auto cause = causes.find(difference.name);
  if (cause == causes.end()) return {};
  return {
      0.4,
      cause->second,
      {"limit", difference.name},
      fmt::format("{} is {}, and was {} in the good run", difference.name, difference.bad, difference.good)};
}

Reason reason_of(const Run& good, const Run& bad, const Difference& difference) {
  if (difference.area == "file" || difference.area == "library") return by_file(good, bad, difference);
  if (difference.area == "environment") return by_variable(good, bad, difference);
  if (difference.area == "limit") return by_limit(difference);
  if (difference.area == "program" && difference.name == "command")
    return {
        0.4, "config.usage", {"text", difference.bad}, "it is called with other words than in the good run"};
  if (difference.area == "user" && difference.name == "user")
    return {0.3,
            "app.error",
            {"user", difference.bad},
            fmt::format("it runs as {}, and ran as {} in the good run", difference.bad, difference.good)};
  return {};
}

}  // namespace

std::optional<Finding> finding_by_difference(const Run& good, const Run& bad, const std::string& program,
                                             const std::vector<Difference>& differences) {
  std::vector<std::pair<Reason, std::size_t>> reasons;  // and when what it is about was opened last
  for (const Difference& difference : differences)
    if (Reason reason = reason_of(good, bad, difference); reason.certainty > 0)
      reasons.emplace_back(std::move(reason), opened_at(bad, difference.name));
  if (reasons.empty()) return std::nullopt;
  const auto& best =
      std::max_element(reasons.begin(), reasons.end(), [](const auto& one, const auto& other) {
        return std::tie(one.first.certainty, one.second) < std::tie(other.first.certainty, other.second);
      })->first;
  // The more there are that say as much the less sure it is that this one matters.
  const auto rivals = std::count_if(reasons.begin(), reasons.end(), [&](const auto& reason) {
    return reason.first.certainty > 0.7 * best.certainty;
  });
  Finding finding;
  finding.cause = best.cause;
  finding.rule = "comparison";
  finding.subject = best.subject;
  finding.title = "It differs from the run that works";
  finding.summary = fmt::format("{} gives no reason; {}", program, best.words);
  finding.confidence = std::round(100 * best.certainty / std::sqrt(static_cast<double>(rivals))) / 100;
  finding.evidence.push_back({"comparison", best.words, Pid::none, std::nullopt});
  finding.fixes.push_back({"try it as in the good run, one difference after the other", "", "safe"});
  return finding;
}

}  // namespace whywontitstart
