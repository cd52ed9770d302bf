#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whywontitstart {

/// What the {placeholders} of a text stand for.
using Values = std::map<std::string, std::string, std::less<>>;

/// Puts `values` into a text such as "port {port} is taken{? by {holder}}".
/// `{path|file}` is the first of them that is not empty. `{? … }` is left out whole when a placeholder inside
/// it is empty or unknown; elsewhere an unknown one is empty.
/// `{{` and `}}` are plain braces. Values are put in as they are and never read as a text with placeholders.
std::string fill(std::string_view text, const Values& values);

/// The text in which fill() finds exactly `text`, whatever braces it has.
std::string literal(std::string_view text);

/// The placeholders that a text uses, or what is wrong with it ("'{' without '}'").
Result<std::vector<std::string>> placeholders_of(std::string_view text);

}  // namespace whywontitstart
