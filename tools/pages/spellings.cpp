#include "tools/pages/pages.h"

namespace whywontitstart {

std::vector<std::string> spellings(const OptionEntry& entry) {
  std::vector<std::string> all;
  if (entry.letter != 0) all.push_back({'-', entry.letter});
  all.push_back("--" + std::string(entry.name));
  return all;
}

std::vector<std::string> spellings_that_take(int words) {
  std::vector<std::string> all;
  for (const OptionEntry& entry : option_table())
    if (words_taken(entry) == words)
      for (const std::string& spelling : spellings(entry)) all.push_back(spelling);
  return all;
}

std::vector<std::string> spellings_without_program() {
  std::vector<std::string> all;
  for (const OptionEntry& entry : option_table()) {
    if (!entry.mode || takes_program(*entry.mode)) continue;
    for (const std::string& spelling : spellings(entry)) all.push_back(spelling);
    if (!entry.word.empty()) all.push_back(fmt::format("--{}=*", entry.name));
  }
  return all;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string single_quoted(std::string_view text) {
  return "'" + replaced(std::string(text), "'", "'\\''") + "'";
}

}  // namespace whywontitstart
