#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// One argument, or one field of a structure, as strace(1) printed it.
struct StraceWord {
  std::string_view text;  ///< "3</etc/x>", "\"abc\"...", "{sa_family=AF_INET, …}"

  /// What stands before "<…>": "3", "AT_FDCWD".
  std::string_view without_annotation() const;
  /// What `strace -y` says that the descriptor is: "/etc/x", "TCP:[0.0.0.0:80]"; empty if it does not say.
  std::string annotation() const;
  /// The bytes of a string in quotes, as far as strace shows them; none if it is no string.
  std::optional<std::string> string() const;
  std::optional<int> integer() const;
  /// The words of its flags: {"O_RDONLY", "O_CLOEXEC"}.
  std::vector<std::string> flags() const;
  /// What stands between the outer brackets, at the commas: of "[…]", "{…}".
  std::vector<StraceWord> parts() const;
  /// The value of "name=value" within "{…}"; empty text if there is none.
  StraceWord field(std::string_view name) const;
};

/// The arguments up to the closing parenthesis.
struct StraceArguments {
  std::vector<StraceWord> words;
  std::size_t end = 0;  ///< position after the parenthesis
  bool closed = false;  ///< false: the text ended within them
};

/// Reads from after the opening parenthesis. Linear in the length of the text.
StraceArguments split_strace_arguments(std::string_view text);

/// The first of them, at most so many; of a text that ends with them.
std::vector<StraceWord> first_strace_arguments(std::string_view text, std::size_t most);

/// "\n", "\17", "\x0f" and the like become the bytes that they stand for.
std::string unescaped(std::string_view text);

/// "0.0.0.0:80", "[::1]:80", "unix:/run/x.sock", "unix:@abstract", "netlink" of a sockaddr as strace prints
/// it; empty for anything else.
std::string address_of(const StraceWord& sockaddr);

/// Takes a number off the start; none if there is none, or it does not fit.
std::optional<long long> take_number(std::string_view& text);

/// Takes `prefix` off the start, if it is there.
bool take_prefix(std::string_view& text, std::string_view prefix);

void skip_blanks(std::string_view& text);

}  // namespace whywontitstart
