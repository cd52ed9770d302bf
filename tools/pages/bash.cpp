#include "base/text.h"
#include "tools/pages/pages.h"

namespace whywontitstart {
namespace {

std::string_view kind_word(WordKind kind) {
  switch (kind) {
    case WordKind::file:
    case WordKind::files:
      return "file";
    case WordKind::folder:
      return "folder";
    case WordKind::process:
      return "process";
    case WordKind::unit:
      return "unit";
    case WordKind::user_unit:
      return "user_unit";
    case WordKind::user:
      return "user";
    case WordKind::variable:
      return "variable";
    case WordKind::choice:
      return "choice";
    case WordKind::none:
    case WordKind::number:
      break;
  }
  return "";
}

}  // namespace

Parts bash_parts() {
  std::string values;
  std::vector<std::string> all;
  for (const OptionEntry& entry : option_table()) {
    for (const std::string& spelling : spellings(entry)) all.push_back(spelling);
    if (const std::string_view kind = kind_word(entry.kind); !kind.empty())
      values += fmt::format("        {}) echo {} ;;\n", join(spellings(entry), " | "),
                            single_quoted(fmt::format("{} {}", kind, join(entry.choices, " "))));
  }
  values.pop_back();
  return {{"VALUES", values},
          {"OPTIONS", join(all, " ")},
          {"NO_PROGRAM", join(spellings_without_program(), " | ")},
          {"TAKES_ONE", join(spellings_that_take(1), " | ")},
          {"TAKES_TWO", join(spellings_that_take(2), " | ")}};
}

}  // namespace whywontitstart
