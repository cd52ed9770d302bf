#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

std::string_view trim(std::string_view text);

/// The pieces between the separators; an empty text is one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);
/// The pieces are views: of a temporary they would outlive their text.
template <std::same_as<std::string> Text>
std::vector<std::string_view> split(Text&& text, char separator) = delete;

std::string join(const std::vector<std::string>& pieces, std::string_view between);

/// ASCII only; other bytes stay as they are.
std::string lower(std::string_view text);

/// Is `word` in `text`, not as a part of a longer word? '/tmp/a' is no word of '/tmp/ab', nor 'a' of 'ab'.
bool contains_word(std::string_view text, std::string_view word);

/// What comes after the last slash: "bash" of "/bin/bash", "" of "/usr/".
std::string_view base_name(std::string_view path);

/// "/usr/lib" of "/usr/lib/x"; "/" of "/x"; "." of "x".
std::string folder_of(std::string_view path);

/// `path` seen from `folder`, without "." and doubled slashes; ".." is kept, since what it means depends on
/// links.
std::string absolute_path(std::string_view folder, std::string_view path);

/// Number of insertions, deletions, changes and swaps of neighbours between the two.
std::size_t edit_distance(std::string_view one, std::string_view other);

/// Without terminal escapes (ECMA-48) and other control bytes but tab and line feed: safe to show on a
/// terminal. Bytes that are no UTF-8 become U+FFFD.
std::string printable(std::string_view text);

/// As a shell would need it, with quotes only where it must have them.
std::string shell_quoted(std::string_view word);
std::string shell_quoted(const std::vector<std::string>& words);

}  // namespace whywontitstart
