#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace whywontitstart {

/// What stays the same while a program looks for a thing in several folders and with several endings: "foo"
/// of
/// "/a/foo", "/b/foo.so", "/c/foo.tar.gz". Only what is found under the same search name can make good for
/// what was not.
inline std::string_view search_name(std::string_view path) {
  const std::string_view base = base_name(path);
  return base.substr(0, base.find('.', 1));
}

/// Of a few hundred short names, such as those of system calls, these bytes tell most apart.
struct ShortNameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(name[at]); };
    return name.empty() ? 0
                        : name.size() + byte(0) * 31U + byte(name.size() / 2) * 1009U +
                              byte(name.size() - 1) * 32771U + byte(name.size() / 3) * 65539U;
  }
};

/// For sets and maps of texts that are asked with views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace whywontitstart
