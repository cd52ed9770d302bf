#include <iostream>

#include "cli/each_mode.h"
#include "cli/explain.h"
#include "cli/output.h"
#include "facts/fact_builder.h"
#include "rules/check.h"
#include "trace/strace_log.h"

namespace whywontitstart {
namespace {

Facts facts_of_log(std::string_view text) {
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); });
  reader.add(text);
  reader.finish();
  return builder.finish();
}

}  // namespace

int list_rules(const Options& options) {
  const Result<RuleSet> rules = rules_of(options);
  if (!rules) return complain(rules.error());
  for (const Rule& rule : rules->rules) std::cout << fmt::format("{:<28} {}\n", rule.match.cause, rule.id);
  return exit_started;
}

int check_a_rule_file(const Options& options) {
  const Result<std::string> checked = check_rules(options.check_rules, facts_of_log);
  if (!checked) return complain(checked.error());
  std::cout << *checked << '\n';
  return exit_started;
}

}  // namespace whywontitstart
