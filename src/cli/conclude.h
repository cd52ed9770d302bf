#pragma once

#include <optional>

#include "cli/options.h"
#include "cli/unit_world.h"
#include "host/host.h"
#include "model/report.h"
#include "rules/rule.h"
#include "saved/saved_trace.h"

namespace whywontitstart {

// From what a trace told to the report, the same for a run of now and for one that was saved.

/// For whoever knows more of what the rules say before it is weighed.
using Adjust = std::function<void(std::vector<Match>& matches)>;

/// Who is asked about a trace.
struct Machine {
  // NOLINTNEXTLINE(google-explicit-constructor): mostly it is one host
  Machine(const Host& host) : here(host), outside(host) {}
  Machine(const Host& of_unit, const Host& of_all, const UnitWorld* of_start = nullptr)
      : here(of_unit), outside(of_all), world(of_start) {}

  const Host& here;
  const Host& outside;               ///< of a unit: the machine as others than it see it
  const UnitWorld* world = nullptr;  ///< `here` is asked in there; none: it is where we are
};

/// What the rules, the checks and the machine say to it. Errors: the rules are at fault.
Result<Report> report_on(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
                         const Machine& machine, const Adjust& adjust = {});

/// The same, and keeps in the trace what the machine was asked, if it is to be saved.
Result<Report> report_to_keep(const Options& options, const std::optional<RuleSet>& rules, SavedTrace& trace,
                              const Machine& machine);

/// Writes the report wherever the options ask for it, and keeps the trace where they say so. Gives the exit
/// status.
int write_and_keep(const Options& options, Report report, SavedTrace trace);

/// Both.
int conclude(const Options& options, const std::optional<RuleSet>& rules, SavedTrace trace,
             const Machine& machine);

}  // namespace whywontitstart
