#include "base/text.h"
#include "tools/pages/pages.h"

namespace whywontitstart {
namespace {

std::string action(const OptionEntry& entry) {
  switch (entry.kind) {
    case WordKind::file:
    case WordKind::files:
      return "_files";
    case WordKind::folder:
      return "_files -/";
    case WordKind::process:
      return "_pids";
    case WordKind::unit:
      return " _whywontitstart_units --system";  // the space: called with these words only
    case WordKind::user_unit:
      return " _whywontitstart_units --user";
    case WordKind::user:
      return "_users";
    case WordKind::variable:
      return "_parameters -g \"*export*\" -qS=";
    case WordKind::choice:
      return " _whywontitstart_words " + replaced(join(entry.choices, " "), ":", "\\:");
    case WordKind::none:
    case WordKind::number:
      break;
  }
  return " ";
}

/// What cannot stand beside it any more: itself unless it repeats, and of two modes one.
std::string excluded(const OptionEntry& entry) {
  std::vector<std::string> words;
  if (entry.mode) {
    for (const OptionEntry& other : option_table())
      if (other.mode)
        for (const std::string& spelling : spellings(other)) words.push_back(spelling);
    if (!takes_program(*entry.mode)) words.insert(words.end(), {"1", "*"});
  } else if (!entry.repeats) {
    words = spellings(entry);
  }
  return words.empty() ? "" : fmt::format("({})", join(words, " "));
}

std::string option_line(const OptionEntry& entry) {
  const std::string text(brief(entry));
  const std::string repeats = entry.repeats ? "*" : "";
  std::string rest =
      fmt::format("[{}]", replaced(replaced(replaced(text, "\\", "\\\\"), "[", "\\["), "]", "\\]"));
  for (const std::string_view word : split(entry.word, ' '))
    if (!word.empty()) rest += fmt::format(":{}:{}", replaced(std::string(word), ":", "\\:"), action(entry));
  std::string line;
  for (const std::string& spelling : spellings(entry)) {
    // -oFILE as well as -o FILE, --output=FILE as well as --output FILE; two words stand by themselves
    const bool is_long = spelling.starts_with("--");
    const std::string joined = words_taken(entry) != 1 ? "" : is_long ? "=" : "+";
    line += fmt::format("  {} \\\n", single_quoted(excluded(entry) + repeats + spelling + joined + rest));
  }
  return line;
}

}  // namespace

Parts zsh_parts() {
  std::string options;
  for (const OptionEntry& entry : option_table()) options += option_line(entry);
  options.pop_back();
  return {{"OPTIONS", options}};
}

}  // namespace whywontitstart
