#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// What a word among the arguments is good for.
enum class StraceWordKind : std::uint8_t {
  other,
  folder,      ///< the descriptor to which a path is relative
  descriptor,  ///< what the call works on
  path,
  other_path,
  link_target,
  sockaddr,
  buffer,    ///< of what is written
  iovec,     ///< … in pieces
  message,   ///< … with an address, see sendmsg(2)
  messages,  ///< see sendmmsg(2)
  argv,
};

/// What a reader of strace's text has to know about a call by its name.
struct StraceName {
  std::string_view name;
  std::vector<StraceWordKind> kinds;  ///< of its arguments, from known_calls(); none: an unknown call
  std::size_t telling_words = 0;      ///< how many of its first arguments facts are made of
  std::size_t flag_words = 0;         ///< … flags among them
  bool sends_data = false;            ///< bytes that strace shows
  bool makes_process = false;
  bool executes = false;
  bool needs_arguments = false;  ///< facts are made of the arguments of a successful one, too
  bool is_dull = false;          ///< a successful one only counts, unless the same failed before
  bool has_file = false;         ///< … the same with this descriptor, or any
};

/// Nothing of calls that nobody knows.
const StraceName* strace_name(std::string_view name);

}  // namespace whywontitstart
