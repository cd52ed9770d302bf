#include "cli/explain.h"

#include "diagnosis/diagnose.h"
#include "rules/load.h"
#include "rules/match.h"

namespace whywontitstart {

Result<RuleSet> rules_of(const Options& options) {
  Result<RuleSet> rules = built_in_rules();
  for (const std::string& path : options.rules) {
    if (!rules) break;
    if (Result<> added = add_rules(*rules, path); !added) return tl::unexpected(added.error());
  }
  return rules;
}

Result<std::optional<RuleSet>> rules_given(const Options& options) {
  if (options.rules.empty()) return std::nullopt;
  return rules_of(options);
}

Result<std::vector<Match>> explanations(const std::optional<RuleSet>& given, const Target& target,
                                        const Facts& facts) {
  if (went_well(target, facts)) return {};
  if (given) return match(*given, facts);
  const Result<RuleSet> rules = built_in_rules();
  if (!rules) return tl::unexpected(rules.error());
  return match(*rules, facts);
}

bool wants_checks(const Options& options, const Target& target, const Facts& facts) {
  return !went_well(target, facts) || options.verbose || options.format_given || !options.outputs.empty() ||
         !options.save.empty();
}

}  // namespace whywontitstart
