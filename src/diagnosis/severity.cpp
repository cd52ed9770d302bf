#include "diagnosis/severity.h"

#include <re2/re2.h>

namespace whywontitstart {

Severity severity_of(std::string_view line) {
  static const RE2 remark(
      R"re((?i)^\s|^[^\pL]*$|\bhint:|\bLOG: |\bnote:|[\[<\s"](?:info|debug|trace|notice)[\]>\s":]|^(?:usage|try|see|for help|run|did you mean)\b|^node\.js v\d|^npm (?:verb|info|timing))re");
  static const RE2 fatal(
      R"re((?i)\bfatal\b|\bpanic\b|\bemerg\b|\bcrit(?:ical)?\b|[\[<]alert[\]>]|level=(?:fatal|error)|"(?:level|severity|s)": ?"(?:fatal|error|f|e)")re");
  const re2::StringPiece text(line.data(), line.size());
  if (RE2::PartialMatch(text, remark)) return Severity::remark;
  return RE2::PartialMatch(text, fatal) ? Severity::fatal : Severity::plain;
}

}  // namespace whywontitstart
