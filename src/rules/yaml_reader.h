#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whywontitstart {

/// A line and a column of a file, both from 1.
struct Place {
  int line = 1;
  int column = 1;
};

struct YamlEntry;

/// A piece of YAML (or JSON, which is YAML) with its place.
struct YamlValue {
  enum class Kind { scalar, list, map };

  Kind kind = Kind::scalar;
  Place place;
  std::string scalar;
  bool quoted = false;             ///< "12" is a text, 12 may be a number
  std::vector<YamlValue> items;    ///< of a list
  std::vector<YamlEntry> entries;  ///< of a map, in the order of the file, no key twice

  const YamlValue* find(std::string_view key) const;
};

/// A key of a map, and its value.
struct YamlEntry {
  YamlValue key;
  YamlValue value;
};

/// A message about a place in a file, as compilers give it: file:line:column, the line, a caret, a hint.
std::string diagnostic(std::string_view file, std::string_view text, Place place, std::string_view message,
                       std::string_view hint = {});

/// Reads one document, strictly: no key twice, no anchors, aliases or tags, no second document, at most 1 MiB
/// and 32 levels. Errors are whole diagnostics.
Result<YamlValue> read_yaml(std::string_view file, std::string_view text);

}  // namespace whywontitstart
