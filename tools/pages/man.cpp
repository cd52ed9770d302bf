#include "base/text.h"
#include "tools/pages/pages.h"

namespace whywontitstart {
namespace {

/// Text that roff takes for nothing but text: "-" stays the "-" that one can copy, and no line is a request.
std::string roff(std::string_view text) {
  return replaced(replaced(replaced(std::string(text), "\\", "\\e"), "-", "\\-"), "…", "...");
}

/// In lines that are short enough for mandoc(1); each sentence on one of its own, for roff to space them.
std::string paragraph(std::string_view text) {
  constexpr std::size_t columns = 78;
  std::string lines;
  std::string line;
  const auto end_line = [&] {
    if (line.empty()) return;
    if (line.front() == '.' || line.front() == '\'') line.insert(0, "\\&");
    lines += line + "\n";
    line.clear();
  };
  for (const std::string_view word : split(text, ' ')) {
    const std::string next = roff(word);
    if (line.size() + 1 + next.size() > columns) end_line();
    line += (line.empty() ? "" : " ") + next;
    if (word.ends_with('.')) end_line();
  }
  end_line();
  return lines;
}

/// The table's line as a sentence.
std::string sentence(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result.front() >= 'a' && result.front() <= 'z')
    result.front() = static_cast<char>(result.front() - 'a' + 'A');
  return result + ".";
}

/// "Fl o Ar FILE , Fl -output Ar FILE"
std::string forms_of(const OptionEntry& entry) {
  const std::string word = entry.word.empty() ? "" : fmt::format(" Ar {}", roff(entry.word));
  const std::string long_form = fmt::format("Fl -{}{}", entry.name, word);
  return entry.letter == 0 ? long_form : fmt::format("Fl {}{} , {}", entry.letter, word, long_form);
}

std::string options() {
  std::string text;
  std::string_view heading;
  for (const OptionEntry& entry : option_table()) {
    if (entry.heading != heading) {
      if (!heading.empty()) text += ".El\n";
      heading = entry.heading;
      text += fmt::format(".Ss {}\n.Bl -tag -width Ds\n", heading);
    }
    text += fmt::format(".It {}\n{}", forms_of(entry), paragraph(sentence(entry.text)));
  }
  return text + ".El";
}

/// "[OPTIONS] [--] PROGRAM [ARG...]" in the words of mdoc(7).
std::string synopsis_words(std::string_view synopsis) {
  std::string line;
  for (std::string_view word : split(synopsis, ' ')) {
    const bool optional = word.starts_with('[');
    if (optional) word = word.substr(1, word.size() - 2);
    std::string part = word.starts_with('-')
                           ? fmt::format("Fl {}", roff(word.substr(1)))
                           : fmt::format("Ar {}", replaced(std::string(word), "...", " ..."));
    if (word == "--") part = "Fl -";
    line += "\n." + (optional ? "Op " + part : part);
  }
  return line;
}

std::string synopsis() {
  std::string text;
  for (const std::string_view call : synopses())
    text += fmt::format("{}.Nm{}", text.empty() ? "" : "\n", synopsis_words(call));
  return text;
}

std::string causes() {
  std::string text = ".Bl -tag -width Ds";
  for (const auto code : cause_codes())
    text += fmt::format("\n.It Li {}\n{}", code, paragraph(cause_texts().find(code)->second.means));
  return replaced(text, "\n\n", "\n") + ".El";
}

}  // namespace

Parts man_parts() { return {{"SYNOPSIS", synopsis()}, {"OPTIONS", options()}, {"CAUSES", causes()}}; }

}  // namespace whywontitstart
