#include "base/text.h"
#include "tools/pages/pages.h"

namespace whywontitstart {
namespace {

std::string fish_quoted(std::string_view text) {
  return "'" + replaced(replaced(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

/// The options of complete(1) that tell what the option's word is.
std::string word_of(const OptionEntry& entry) {
  switch (entry.kind) {
    case WordKind::none:
      return "";
    case WordKind::number:
      return " -x";
    case WordKind::file:
    case WordKind::files:
      return " -r -F";
    case WordKind::folder:
      return " -x -a '(__fish_complete_directories)'";
    case WordKind::process:
      return " -x -a '(__fish_complete_pids)'";
    case WordKind::unit:
      return " -x -a '(__fish_whywontitstart_units --system)'";
    case WordKind::user_unit:
      return " -x -a '(__fish_whywontitstart_units --user)'";
    case WordKind::user:
      return " -x -a '(__fish_complete_users)'";
    case WordKind::variable:
      return " -x -a '(set -xn)='";
    case WordKind::choice:
      return " -x -a " + fish_quoted(join(entry.choices, " "));
  }
  return "";
}

}  // namespace

Parts fish_parts() {
  std::string options;
  for (const OptionEntry& entry : option_table()) {
    options += "complete -c whywontitstart $options";
    if (entry.letter != 0) options += fmt::format(" -s {}", entry.letter);
    options += fmt::format(" -l {}{} -d {}\n", entry.name, word_of(entry), fish_quoted(brief(entry)));
  }
  options.pop_back();
  std::vector<std::string> no_program;
  for (const std::string& spelling : spellings_without_program()) no_program.push_back(fish_quoted(spelling));
  return {{"OPTIONS", options},
          {"NO_PROGRAM", join(no_program, " ")},
          {"TAKES_ONE", join(spellings_that_take(1), " ")},
          {"TAKES_TWO", join(spellings_that_take(2), " ")}};
}

}  // namespace whywontitstart
