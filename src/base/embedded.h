#pragma once

#include <string_view>
#include <vector>

namespace whywontitstart {

/// A file that was made part of the program when it was built.
struct EmbeddedFile {
  std::string_view name;  ///< without its folder: "port.yaml"
  std::string_view text;
};

/// The files of rules/, in the order of their names.
std::vector<EmbeddedFile> embedded_rules();

/// The files of templates/, in the order of their names.
std::vector<EmbeddedFile> embedded_templates();

}  // namespace whywontitstart
