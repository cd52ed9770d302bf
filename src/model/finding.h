#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fill.h"
#include "model/facts.h"

namespace whywontitstart {

/// What the person has to look at. `kind` is one of subject_kinds().
struct Subject {
  std::string kind = "text";
  std::string value;

  bool operator==(const Subject&) const = default;
};

/// What speaks for a finding, with its source.
struct Evidence {
  std::string kind;  ///< "syscall", "output", "log", "probe", "elf", …
  std::string text;
  Pid pid = Pid::none;
  std::optional<TraceTime> at;
};

/// What would help. `risk` is "safe", "changes-system" or "security".
struct Fix {
  std::string text;
  std::string command;  ///< empty where it takes a person
  std::string risk = "safe";
};

/// A rule that speaks: which facts it stands on and the words it has for them. The words are still templates,
/// since probes may add to `values`.
struct Match {
  std::string rule;
  std::string cause;
  std::string subject_kind;
  std::string subject;     ///< template
  std::string title;       ///< template
  std::string summary;     ///< template
  std::vector<Fix> fixes;  ///< templates
  std::vector<std::string> references;
  double weight = 0.5;      ///< how telling it is by itself, 0 to 1
  bool is_symptom = false;  ///< says how it ended rather than why: gives way to whatever explains it
  std::string probe;        ///< the question to the machine that sharpens it; empty: none
  Values values;
  std::optional<std::size_t> failure;  ///< index into Facts::failures
  std::optional<std::size_t> line;     ///< index into Facts::lines
  Pid process = Pid::none;
  std::vector<Evidence> evidence;  ///< what it stands on beside those two: of a wait, what it is
};

/// The subject with its placeholders filled in; a library goes by its soname, not by its path. Where they are
/// empty, the words of the program are the subject.
Subject subject_of(const Match& match);

/// One possible cause with its evidence.
struct Finding {
  std::string cause;
  std::string rule;
  Subject subject;
  std::string title;
  std::string summary;
  double confidence = 0;
  std::vector<Evidence> evidence;
  std::vector<Fix> fixes;
  std::vector<std::string> references;
};

/// The cause codes that the report may contain, in the order of the documentation.
const std::vector<std::string_view>& cause_codes();
bool is_cause_code(std::string_view code);

const std::vector<std::string_view>& subject_kinds();

}  // namespace whywontitstart
