#include "model/severity.h"

#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace whywontitstart {

bool sounds_like_failure(std::string_view text) {
  static const std::vector<std::string_view> words = {
      "error",       "fatal",         "fail",      "cannot",       "can't",           "could not",
      "couldn't",    "unable",        "not found", "no such",      "denied",          "refused",
      "invalid",     "missing",       "panic",     "exception",    "emerg",           "traceback",
      "abort",       "not permitted", "unknown",   "unrecognized", "unrecognised",    "usage:",
      "illegal",     "corrupt",       "undefined", "in use",       "not a directory", "is a directory",
      "timed out",   "unexpected",    "malformed", "mismatch",     "unsupported",     "not supported",
      "not allowed", "garbled",       "not set",   "unbound",      "rejected",        "does not exist"};
  const std::string lowered = lower(text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lowered.find(word) != std::string::npos; });
}

Severity severity_of(std::string_view line) {
  static const RE2 remark(
      R"re((?i)^\s|^[^\pL]*$|\bhint:|\bLOG: |\bnote:|[\[<\s"](?:info|debug|trace|notice)[\]>\s":]|^(?:usage|try|see|for help|run|did you mean)\b|^node\.js v\d|^npm (?:verb|info|timing)|^\d+ (?:verbose|silly|info|http|timing)\b)re");
  static const RE2 farewell(
      R"re((?i)(?:^|[\]:>)-] *|\b\w+ )(?:aborting|exiting|quitting|giving up|stopped|shutting down|shut ?down(?: complete)?|terminat(?:ed|ing)|bye|finished|done)\b[^\pL]*$|nothing to (?:do|destroy)|\bexiting (?:due to|with)\b|\bcompilation (?:aborted|failed)|\bcrash dump\b|^\(|complete log of this run|^stack ?trace\w*:?$)re");
  static const RE2 warning(
      R"re((?i)\bwarn(?:ing)?\b|deprecat|\bnotice\b|\bignor(?:ed|ing)\b|\bskipp(?:ed|ing)\b|\bfall(?:ing)? ?back\b|\bretry(?:ing)?\b|\busing (?:the )?defaults?\b)re");
  static const RE2 fatal(
      R"re((?i)\bfatal\b|\bpanic\b|\bemerg\b|\bcrit(?:ical)?\b|[\[<]alert[\]>]|level=(?:fatal|error)|"(?:level|severity|s)": ?"(?:fatal|error|f|e)")re");
  const re2::StringPiece text(line.data(), line.size());
  if (RE2::PartialMatch(text, remark) || RE2::PartialMatch(text, farewell)) return Severity::remark;
  if (RE2::PartialMatch(text, fatal)) return Severity::fatal;
  if (RE2::PartialMatch(text, warning)) return Severity::warning;
  return sounds_like_failure(line) ? Severity::complaint : Severity::plain;
}

bool is_mild(std::string_view line) {
  return !line.starts_with(' ') && severity_of(line) <= Severity::warning;
}

}  // namespace whywontitstart
