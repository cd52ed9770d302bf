#include "base/result.h"

#include <system_error>

namespace whywontitstart {

tl::unexpected<Error> error(std::string what) { return tl::unexpected(Error{std::move(what), 0}); }

tl::unexpected<Error> errno_error(std::string_view doing, int code) {
  return tl::unexpected(Error{fmt::format("{}: {}", doing, std::generic_category().message(code)), code});
}

}  // namespace whywontitstart
