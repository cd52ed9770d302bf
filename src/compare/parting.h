#pragma once

#include <vector>

#include "compare/run.h"
#include "model/finding.h"

namespace whywontitstart {

/// A failure of the run that fails, of something that worked in the good one.
struct Suspect {
  std::size_t failure = 0;  ///< index into Facts::failures
  std::string good;         ///< what the good run did, in words
};

/// Where two runs of one program part.
struct Parting {
  std::vector<Suspect> suspects;       ///< by order
  std::vector<std::size_t> common;     ///< failures that the good run had as well
  std::vector<std::size_t> only_here;  ///< failures on what the good run had nothing to do with
  std::vector<std::size_t> new_lines;  ///< lines that the good run did not say

  const Suspect* suspect_on(std::size_t failure) const;
};

/// `good_is_good`: false where the good run failed, too; then what both had may be what is sought.
Parting parting_of(const Run& good, const Run& bad, bool good_is_good);

/// A failure that the good run had as well explains nothing: it counts as healed.
void set_common_aside(const Parting& parting, Facts& bad);

/// What worked in the good run weighs more, what it said as well weighs less.
void weigh_by(const Parting& parting, const Facts& bad, std::vector<Match>& matches);

/// Findings on what the runs part at become surer, and say what the good run did.
void point_out(const Parting& parting, const Facts& bad, std::vector<Finding>& findings);

/// Does the failure speak of this subject?
bool is_about(const Failure& failure, const Subject& subject);

}  // namespace whywontitstart
