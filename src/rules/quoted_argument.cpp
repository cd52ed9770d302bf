#include "rules/quoted_argument.h"

#include <algorithm>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t shortest = 3;

bool is_name_of_thing(std::string_view word) {
  return word.find_first_of("/@:") != std::string_view::npos || word.find('.') != std::string_view::npos;
}

/// A word as plain as "start" may stand in any sentence: it has to be in quotes, or to follow a colon.
bool is_set_off(std::string_view line, std::size_t at, std::size_t size) {
  constexpr std::string_view quotes = "'\"`[<";
  const bool is_quoted = at > 0 && quotes.find(line[at - 1]) != std::string_view::npos;
  const bool follows_colon = at > 1 && line.substr(at - 2, 2) == ": ";
  const std::string_view word = line.substr(at, size);
  return is_quoted || follows_colon || word.starts_with("--") ||
         word.find_first_of("0123456789") != std::string_view::npos;
}

bool quotes(std::string_view line, std::string_view word) {
  const auto is_part_of_word = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_' || letter == '-';
  };
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool is_whole =
        (at == 0 || !is_part_of_word(line[at - 1])) && (end == line.size() || !is_part_of_word(line[end]));
    if (is_whole && is_set_off(line, at, word.size())) return true;
  }
  return false;
}

}  // namespace

std::string quoted_argument(const Process& process, std::string_view line) {
  std::string_view longest;
  const auto take = [&](std::string_view word) {
    if (word.size() >= shortest && word.size() > longest.size() && !is_name_of_thing(word) &&
        quotes(line, word))
      longest = word;
  };
  for (std::size_t at = 1; at < process.argv.size(); ++at) {
    const std::string_view word = process.argv[at];
    take(word);
    if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
      take(word.substr(0, equals));
      take(word.substr(equals + 1));
    }
  }
  return std::string(longest);
}

}  // namespace whywontitstart
