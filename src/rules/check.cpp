#include "rules/check.h"

#include "base/text.h"
#include "rules/load.h"
#include "rules/match.h"

namespace whywontitstart {
namespace {

/// What the rule says its subject is, for each time that it speaks.
std::vector<std::string> subjects(const Rule& rule, const RuleSet& rules, const Facts& facts) {
  const RuleSet alone{{rule}, rules.noise};
  std::vector<std::string> found;
  for (const Match& match : match(alone, facts)) found.push_back(subject_of(match).value);
  return found;
}

std::string told(const std::vector<std::string>& subjects) {
  return subjects.empty() ? "is silent" : fmt::format("says '{}'", join(subjects, "', '"));
}

}  // namespace

Result<> run_rule_tests(const RuleSet& rules, const FactsOfText& facts_of) {
  std::vector<std::string> failed;
  for (const Rule& rule : rules.rules) {
    for (const RuleTest& test : rule.tests) {
      const std::vector<std::string> found = subjects(rule, rules, facts_of(test.trace));
      const bool as_expected =
          test.subject ? std::find(found.begin(), found.end(), *test.subject) != found.end() : found.empty();
      if (as_expected) continue;
      const std::string expected =
          test.subject ? fmt::format("has to say '{}'", *test.subject) : "has to be silent";
      failed.push_back(fmt::format("{}:{}:{}: error: in '{}' the rule {} {}, but it {}", rule.file,
                                   test.place.line, test.place.column, test.name, rule.id, expected,
                                   told(found)));
    }
  }
  if (failed.empty()) return {};
  return error(join(failed, "\n"));
}

Result<std::string> check_rules(const std::string& path, const FactsOfText& facts_of) {
  RuleSet rules;
  if (Result<> added = add_rules(rules, path); !added) return tl::unexpected(added.error());
  if (Result<> tested = run_rule_tests(rules, facts_of); !tested) return tl::unexpected(tested.error());
  std::size_t tests = 0;
  for (const Rule& rule : rules.rules) tests += rule.tests.size();
  return fmt::format("{} rules and {} kinds of noise are well formed; their {} tests passed",
                     rules.rules.size(), rules.noise.size(), tests);
}

}  // namespace whywontitstart
