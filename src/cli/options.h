#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "launch/resolve.h"
#include "trace/tracer.h"

namespace whywontitstart {

enum class Mode { run, attach, check, unit, from, diff, list_rules, check_rules, help, version };

/// What the user asked for, see --help.
struct Options {
  Mode mode = Mode::run;
  LaunchRequest launch;
  TraceOptions trace;
  Pid pid = Pid::none;  ///< of -p
  AttachOptions attach;
  std::chrono::milliseconds check_timeout{10000};  ///< how long --check may take
  std::string unit;                                ///< of --unit and --user-unit
  bool user_unit = false;                          ///< it is one of the calling user
  std::string keep_in;                             ///< the folder of --keep-in
  bool journal = false;                            ///< --journal
  bool no_run = false;                             ///< look at its last start, and start nothing
  std::string from;                                ///< the file of --from, "-" for standard input
  std::string good;                                ///< the first file of --diff; the second is `from`
  std::string save;                                ///< the file of --save; empty: nothing is kept
  std::vector<std::string> outputs;                ///< of -o; "-" is standard output
  std::string format = "text";                     ///< of -f
  bool format_given = false;
  std::vector<std::string> rules;
  std::string check_rules;
  std::string color = "auto";
  bool propagate = false;
  bool redact = true;
  bool anonymise = false;  ///< also hosts, addresses and users
  bool quiet = false;
  bool verbose = false;
};

/// Reads the words of the command line up to the first that is not an option; what follows is the program's.
/// Errors are sentences for the person at the terminal.
Result<Options> parse_options(const std::vector<std::string>& words);

/// The text of --help.
std::string help_text();

}  // namespace whywontitstart
