#pragma once

#include "rules/rule.h"

namespace whywontitstart {

/// The rules of failures that are part of the program.
Result<RuleSet> built_in_rules();

/// The rules of servers that are part of the program.
Result<std::vector<Server>> built_in_servers();

/// Adds the rules of a file, or of all *.yaml files of a folder. Errors are diagnostics with their place, one
/// after the other; nothing is added then.
Result<> add_rules(RuleSet& rules, const std::string& path);

/// Adds the rules of a text. `file` is what errors call it.
Result<> add_rules_of_text(RuleSet& rules, const std::string& file, std::string_view text);

}  // namespace whywontitstart
