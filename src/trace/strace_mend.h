#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whywontitstart {

/// Could the line hold anything that plain_strace_line() takes away? Cheap; strace itself writes printable
/// ASCII only.
bool may_be_bent(std::string_view line);

/// A line as strace wrote it, made from what browsers, mail programs, terminals and log collectors make of
/// it: HTML entities and tags, typographic quotes and dashes, tabs, no-break spaces, colours, the text within
/// a line of JSON. Nothing if there is nothing to undo.
std::optional<std::string> plain_strace_line(std::string_view line);

/// Where what strace wrote may begin, at `from` or after it, behind a stamp, a name, a bullet or other
/// output; npos if nowhere.
std::size_t strace_start(std::string_view line, std::size_t from = 0);

/// Takes "strace.out.4711:", as grep(1) writes it, for the number of the process; none if it is not there.
std::optional<int> number_of_file(std::string_view before);

/// Makes UTF-8 of a text that begins with a byte order mark of UTF-16, and lets any other through.
class StraceEncoding {
 public:
  /// The text to read: `chunk`, or what it means, which is valid until the next call.
  std::string_view utf8(std::string_view chunk);

 private:
  void add_unit(unsigned unit);

  enum class Kind { unknown, as_it_is, little_endian, big_endian } kind_ = Kind::unknown;
  std::optional<unsigned char> half_;
  unsigned high_surrogate_ = 0;
  std::string begin_;  ///< too little to tell
  std::string text_;
};

}  // namespace whywontitstart
