#include "cli/modes.h"

#include <iostream>

#include "cli/each_mode.h"
#include "cli/explain.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/version.h"

namespace whywontitstart {

int run_mode(const std::vector<std::string>& words) {
  const Result<Options> options = parse_options(words);
  if (!options) {
    complain(options.error());
    std::cerr << "Try 'whywontitstart --help'.\n";
    return exit_unusable;
  }
  if (options->mode == Mode::help) return std::cout << help_text(), exit_started;
  if (options->mode == Mode::version) return std::cout << version_text(), exit_started;
  if (options->mode == Mode::check_rules) return check_a_rule_file(*options);
  if (Result<> outputs = check_outputs(*options); !outputs) return complain(outputs.error());

  if (options->mode == Mode::list_rules) return list_rules(*options);

  const Result<std::optional<RuleSet>> rules = rules_given(*options);
  if (!rules) return complain(rules.error());
  switch (options->mode) {
    case Mode::from:
      return diagnose_a_log(*options, *rules);
    case Mode::diff:
      return compare_two(*options, *rules);
    case Mode::attach:
      return diagnose_a_process(*options, *rules);
    case Mode::unit:
      return diagnose_a_unit(*options, *rules);
    case Mode::check:
      return look_without_running(*options);
    default:
      return diagnose_a_start(*options, *rules);
  }
}

}  // namespace whywontitstart
