#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/report.h"

namespace whywontitstart {

/// How much a folder of reports may hold; the oldest go first.
struct KeptReports {
  std::string folder;
  std::size_t most = 100;                   ///< reports
  std::uint64_t most_bytes = 32ULL << 20U;  ///< of all together
};

/// Writes the report into the folder as NAME.TIME.json and NAME.TIME.txt, and takes old ones away. Gives the
/// path of the second. The folder is made if it is not there. Errors: it cannot be written to.
Result<std::string> keep_report(const Report& report, const std::string& name, const KeptReports& where);

}  // namespace whywontitstart
