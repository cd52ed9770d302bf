#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace whywontitstart {

/// What the word after an option is, so that a shell can complete it.
enum class WordKind { none, number, file, files, folder, process, unit, user_unit, user, variable, choice };

/// One option of the command line. --help, the man page and the completions of the shells are made of these.
struct OptionEntry {
  std::string_view heading;  ///< in --help and the man page; entries of one heading stand together
  std::string_view name;     ///< without its "--"
  char letter = 0;           ///< 0: it has none
  std::string_view word;     ///< what follows it, as --help calls that: "FILE"; empty: nothing
  WordKind kind = WordKind::none;
  std::string_view text;  ///< what it does; up to the first of "; ", ": " and " (" it can stand alone
  bool repeats = false;   ///< may be given several times
  std::optional<Mode> mode = std::nullopt;  ///< which it asks for; Mode::run is asked for without one
  std::vector<std::string> choices = {};    ///< of WordKind::choice; those that end in ":" or "=" go on
};

const std::vector<OptionEntry>& option_table();

/// How many of the words after it are its own?
int words_taken(const OptionEntry& entry);

/// "look without running the program": the beginning of its text, which fits beside it in a menu.
std::string_view brief(const OptionEntry& entry);

/// Is PROGRAM given in this mode?
bool takes_program(Mode mode);

/// "whywontitstart -p PID [OPTIONS]": each way to call it, without the name of the tool.
const std::vector<std::string_view>& synopses();

}  // namespace whywontitstart
