#include "facts/cut_lines.h"

#include "base/text.h"
#include "facts/calls.h"

namespace whywontitstart {
namespace {

/// What stands at the end of a cut line and may be the beginning of a name; empty if that ends in something
/// else.
std::string_view name_at_end(std::string_view text) {
  constexpr std::string_view before_names = " \t'\"`(<[=,;";
  const std::size_t before = text.find_last_of(before_names);
  return before == text.npos ? text : text.substr(before + 1);
}

/// Enough of a name to know it again: "/et", "libfo.", "app.c"; not "er" or "to".
bool is_telling(std::string_view name) {
  const std::size_t shortest = name.starts_with('/') ? 3 : 4;
  return name.size() >= shortest && name.find_first_of("/._-:0123456789") != name.npos;
}

/// The rest of `name`, if `whole` begins with it; or if a folder on the way, or the last word, does.
std::optional<std::string> rest_of(std::string_view name, std::string_view whole) {
  if (whole.size() >= name.size() && whole.starts_with(name)) return std::string(whole.substr(name.size()));
  if (name.starts_with('/')) return std::nullopt;
  for (std::size_t at = whole.find('/'); at != whole.npos; at = whole.find('/', at + 1))
    if (whole.substr(at + 1).starts_with(name)) return std::string(whole.substr(at + 1 + name.size()));
  return std::nullopt;
}

std::optional<std::string> rest_of(std::string_view name, const Failure& failure) {
  const std::string socket(socket_path_of(failure.call.address));
  for (const std::string* whole :
       {&failure.call.path, &failure.call.other_path, &socket, &failure.call.address, &failure.name})
    if (!whole->empty())
      if (std::optional<std::string> rest = rest_of(name, *whole)) return rest;
  for (const std::string& place : failure.places)
    if (std::optional<std::string> rest = rest_of(name, place)) return rest;
  return std::nullopt;
}

/// Of the failures before the line, the last one that fits; those of the same process first. Of a mere folder
/// only the last one of all is meant.
std::optional<std::string> rest_of(std::string_view name, const Line& line, const Facts& facts) {
  constexpr std::ptrdiff_t most_failures = 300;
  const auto end = std::partition_point(facts.failures.begin(), facts.failures.end(),
                                        [&](const Failure& failure) { return failure.order < line.order; });
  const auto begin = end - std::min(most_failures, end - facts.failures.begin());
  for (const bool own : {true, false})
    for (auto failure = end; failure != begin;) {
      --failure;
      if ((failure->process == line.process) != own) continue;
      if (std::optional<std::string> rest = rest_of(name, *failure)) return rest;
      if (name.ends_with('/')) return std::nullopt;
    }
  return std::nullopt;
}

}  // namespace

void complete_cut_lines(Facts& facts) {
  constexpr std::size_t most_lines = 1000;  // the last ones: those before the end matter
  const std::size_t first = facts.lines.size() - std::min(facts.lines.size(), most_lines);
  for (std::size_t at = first; at < facts.lines.size(); ++at) {
    Line& line = facts.lines[at];
    if (!line.text.ends_with(cut_mark)) continue;
    const std::string_view text = std::string_view(line.text).substr(0, line.text.size() - cut_mark.size());
    const std::string_view name = name_at_end(text);
    if (!is_telling(name)) continue;
    const std::optional<std::string> rest = rest_of(name, line, facts);
    // With a blank, since the mark would be read as part of the name.
    if (rest) line.text = fmt::format("{}{} {}", text, *rest, cut_mark);
  }
}

}  // namespace whywontitstart
