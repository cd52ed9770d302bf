#include "rules/pattern_groups.h"

#include <re2/re2.h>

#include <set>

#include "base/text.h"

namespace whywontitstart {
namespace {

/// What a pattern took for a name, and is none: "unknown user or group".
bool is_stop_word(std::string_view word) {
  static const std::set<std::string_view, std::less<>> words = {
      "a",    "an",   "and", "are",  "at",   "be",    "been", "by",   "can",  "failed", "for",
      "from", "had",  "has", "have", "if",   "in",    "is",   "it",   "its",  "may",    "must",
      "name", "no",   "not", "of",   "on",   "or",    "out",  "so",   "than", "that",   "the",
      "then", "this", "to",  "was",  "were", "which", "will", "with", "you"};
  return words.count(lower(word)) != 0;
}

/// What a pattern took for a host, and is the name of a call: "getaddrinfo: Name or service not known".
bool is_name_of_call(std::string_view group, std::string_view word) {
  static const std::set<std::string_view> calls = {"getaddrinfo", "gethostbyname", "getnameinfo", "dns",
                                                   "lookup",      "resolve",       "connect",     "socket",
                                                   "error",       "failed"};
  return group == "host" && calls.count(word) != 0;
}

}  // namespace

bool add_groups(const Pattern& pattern, std::string_view text, Values& values) {
  if (pattern == nullptr) return true;
  const int count = pattern->NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(count));
  const re2::StringPiece whole(text.data(), text.size());
  if (!pattern->Match(whole, 0, whole.size(), RE2::UNANCHORED, groups.data(), count)) return true;
  for (const auto& [group, number] : pattern->NamedCapturingGroups()) {
    const std::string value(groups[static_cast<std::size_t>(number)]);
    const std::string plain = group.substr(0, group.find_last_not_of("0123456789") + 1);
    if (is_name_of_call(plain, value)) continue;
    values[group] = value;
    if (!value.empty() && plain != group) values[plain] = value;
    if (is_stop_word(value)) return false;
  }
  return true;
}

}  // namespace whywontitstart
