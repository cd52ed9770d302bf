#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// Columns that a text takes on a terminal. Knows wide (East Asian, emoji) and combining characters, whatever
/// the locale.
std::size_t display_width(std::string_view text);

/// The text in lines of at most `width` columns, broken at blanks. A word that is wider stays whole: paths
/// are to be copied. Never empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// For a terminal without UTF-8: arrows, dashes and quotes get an ASCII stand-in, everything else a question
/// mark.
std::string in_ascii(std::string_view text);

}  // namespace whywontitstart
