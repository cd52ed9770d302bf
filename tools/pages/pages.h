#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_table.h"

// What is written about the tool for others to read: the manual page, the completions of the shells, the list
// of causes. All of it is made of the tables that the tool itself works with, so that none can fall behind.
namespace whywontitstart {

/// What stands for the marks of a shape: "OPTIONS" for "@OPTIONS@".
using Parts = std::map<std::string, std::string>;

Parts man_parts();
Parts bash_parts();
Parts zsh_parts();
Parts fish_parts();

/// docs/causes.md: each cause with what the built-in rules say of it.
std::string causes_page();

/// What a cause means to a person, and how it shows.
struct CauseText {
  std::string means;  ///< a sentence
  std::string shows;  ///< what one sees of it
  std::string helps;  ///< what to do where no rule has a fix for it; may be empty
};

/// The texts of tools/pages/causes.yaml, by cause code; there is one for each code, or it does not return.
const std::map<std::string, CauseText, std::less<>>& cause_texts();

/// "-o" and "--output", those that it has.
std::vector<std::string> spellings(const OptionEntry& entry);

/// The spellings of all options that take this many words.
std::vector<std::string> spellings_that_take(int words);

/// Those of the modes that take no program; also as "--from=*".
std::vector<std::string> spellings_without_program();

std::string replaced(std::string text, std::string_view what, std::string_view by);

/// 'it'\''s': between quotes as every shell but fish understands them.
std::string single_quoted(std::string_view text);

}  // namespace whywontitstart
