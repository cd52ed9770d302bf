#pragma once

#include "base/result.h"
#include "cli/modes.h"
#include "cli/options.h"
#include "model/report.h"

namespace whywontitstart {

/// Says on standard error what is wrong with the call or the machine; gives the exit status to end with.
int complain(const Error& problem, int status = exit_unusable);

/// Where the reports are to go is looked at before the program runs: a misspelt folder should not cost a
/// start.
Result<> check_outputs(const Options& options);

/// Writes the report wherever the options ask for it; gives the exit status to end with.
int write_out(const Report& report, const Options& options);

}  // namespace whywontitstart
