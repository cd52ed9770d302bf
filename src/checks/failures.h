#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "host/bounds.h"
#include "model/facts.h"
#include "model/report.h"

namespace whywontitstart {

/// Did the program come up, or end well?
bool went_well(const Outcome& outcome);

/// The failures with one of these error numbers that nothing made good later.
std::vector<const Failure*> open_failures(const Facts& facts, std::initializer_list<int> codes);

/// The process that lives and is looked at; none: what was started by us, and is gone by now.
Pid living(const CheckInput& input);

/// Whom the target's bounds are counted for: who it was at this failure, with its limits.
Bearer bearer_of(const CheckInput& input, const Failure* failure = nullptr);

/// fail where something can have stopped the program; warn where it came up all the same, or went on for long
/// after it, or where programs do without; unless it is named in the program's words.
CheckStatus weight_of(const CheckInput& input, const Failure& failure);

/// A result without details.
CheckResult result_of(std::string_view id, CheckStatus status, std::string summary);

/// The worse of two: fail, warn, unknown, pass, skipped.
CheckStatus worse(CheckStatus one, CheckStatus other);

/// Gathers what one check notices: the worst of it is the status, and the first of the worst the summary.
class Verdict {
 public:
  explicit Verdict(std::string_view id) : id_(id) {}

  void note(CheckStatus status, std::string summary);
  void detail(std::string name, std::string value);

  /// The result, with these words if nothing was noted.
  CheckResult result(CheckStatus otherwise, std::string summary) &&;

 private:
  std::string id_;
  std::vector<std::pair<CheckStatus, std::string>> notes_;
  std::vector<std::pair<std::string, std::string>> details_;
};

}  // namespace whywontitstart
