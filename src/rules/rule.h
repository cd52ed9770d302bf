#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/finding.h"
#include "rules/fields.h"
#include "rules/server.h"

namespace whywontitstart {

/// What has to hold: of a failing call, of a line, of a process. What is not set holds always.
struct Condition {
  std::vector<std::string> syscalls;
  std::vector<Errno> errors;
  Pattern path;
  Pattern address;
  Pattern file;
  std::vector<std::string> flags;          ///< all of them
  std::vector<std::string> without_flags;  ///< none of them
  std::optional<bool> search;
  std::optional<bool> named;
  std::optional<bool> echoed;
  std::optional<bool> refused;
  bool healed = false;

  Pattern said;
  std::vector<Stream> streams;
  bool unresolved = false;       ///< the program asked for a host name, and then spoke with nobody else
  bool quotes_argument = false;  ///< the line quotes a word of its process's command line
  std::vector<Errno>
      says;  ///< the line complains of one of these; then `path` and `address` are those it names
  std::vector<std::string> about;  ///< "path", "address", "nothing": what such a line names, one of these

  Pattern program;
  std::vector<std::pair<int, int>> exits;  ///< ranges
  std::vector<Signal> signals;
  std::vector<State> states;
  std::vector<std::string> waiting;  ///< calls
  std::vector<WaitFor> waits_for;    ///< in vain
  std::vector<int> fds;              ///< the descriptor of the call, or of the call in which it waits

  bool asks_for_wait() const;
  bool asks_for_call() const;
  bool asks_for_line() const { return said != nullptr || asks_for_complaint(); }
  bool asks_for_complaint() const { return !says.empty(); }
};

/// A trace with which a rule is tried: its text is strace's.
struct RuleTest {
  std::string name;
  std::string trace;
  std::optional<std::string> subject;  ///< none: the rule has to be silent
  Place place;
};

/// What is known about one kind of failure.
struct Rule {
  std::string id;
  std::string file;
  Place place;
  Condition when;
  std::vector<Condition> unless;
  Match match;  ///< what it says: everything but the facts and the values
  std::vector<RuleTest> tests;
};

/// A failing call of a healthy life.
struct Noise {
  Condition when;
  std::string why;
};

struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Noise> noise;
  std::vector<Server> servers;
};

}  // namespace whywontitstart
