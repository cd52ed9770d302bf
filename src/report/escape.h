#pragma once

#include <string>
#include <string_view>

namespace whywontitstart {

/// printable() of base/text.h, and without the characters that turn the direction of writing (Unicode's
/// bidirectional controls): with those a name can show itself as another one. Each of them becomes U+FFFD.
std::string shown(std::string_view text);

/// The same on one line: line feeds and tabs become \n and \t.
std::string shown_on_one_line(std::string_view text);

/// For HTML text and for attribute values in double quotes.
std::string html_escaped(std::string_view text);

/// Plain words inside a paragraph, list or table of GitHub's Markdown: nothing in them is markup, a link or a
/// mention.
std::string markdown_escaped(std::string_view text);

/// A code span, with as many backticks as it takes. Not for tables.
std::string markdown_code(std::string_view text);

/// A code span inside a table, whose cells bars would end.
std::string markdown_code_in_table(std::string_view text);

/// A fenced block, with a fence longer than any in the text, each line after `indent` blanks. Ends with a
/// line feed.
std::string markdown_block(std::string_view text, std::string_view language = {}, std::size_t indent = 0);

}  // namespace whywontitstart
