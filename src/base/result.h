#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace whywontitstart {

/// Why something could not be done, in words for the person at the terminal.
/// `errno_code` is 0 when no system call was at fault.
struct Error {
  std::string what;
  int errno_code = 0;
};

template <typename T = void>
using Result = tl::expected<T, Error>;

/// An Error without an errno.
tl::unexpected<Error> error(std::string what);

/// An Error from the current errno: "open /etc/shadow: Permission denied".
tl::unexpected<Error> errno_error(std::string_view doing, int code = errno);

}  // namespace whywontitstart
