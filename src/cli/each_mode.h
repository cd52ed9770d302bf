#pragma once

#include <optional>

#include "cli/options.h"
#include "host/host.h"
#include "model/finding.h"
#include "rules/rule.h"

namespace whywontitstart {

// One function for each mode of the command line, each in a file of its own. They give the exit status.

/// Runs the program and says why it does not start.
int diagnose_a_start(const Options& options, const std::optional<RuleSet>& rules);

/// -p: says what a process waits for.
int diagnose_a_process(const Options& options, const std::optional<RuleSet>& rules);

/// --unit: says why systemd does not start a unit.
int diagnose_a_unit(const Options& options, const std::optional<RuleSet>& rules);

/// --from: reads a trace of another machine.
int diagnose_a_log(const Options& options, const std::optional<RuleSet>& rules);

/// --diff: compares two traces.
int compare_two(const Options& options, const std::optional<RuleSet>& rules);

/// --check: looks and does not run it.
int look_without_running(const Options& options);
/// The same for a target that was to be run, and could not be traced for the reason `of_tracing`.
int look_without_running(const Options& options, const Target& target, const Host& host,
                         std::vector<Finding> of_tracing = {});

/// --list-rules
int list_rules(const Options& options);

/// --check-rules
int check_a_rule_file(const Options& options);

}  // namespace whywontitstart
