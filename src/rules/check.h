#pragma once

#include <functional>

#include "rules/rule.h"

namespace whywontitstart {

/// The facts that a text of strace tells; given by the caller, since reading traces is not the business of
/// rules.
using FactsOfText = std::function<Facts(std::string_view)>;

/// Runs the tests of all rules. Errors: one message for each test that fails, with its place.
Result<> run_rule_tests(const RuleSet& rules, const FactsOfText& facts_of);

/// Runs the tests of the rules of servers. Errors likewise.
Result<> run_server_tests(const std::vector<Server>& servers);

/// Reads the rules of a file or folder and runs their tests. Gives a sentence that counts them.
Result<std::string> check_rules(const std::string& path, const FactsOfText& facts_of);

}  // namespace whywontitstart
