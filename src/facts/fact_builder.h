#pragma once

#include <memory>

#include "model/facts.h"

namespace whywontitstart {

/// What the target starts with; empty where it is not known (a strace log).
struct Beginning {
  std::string cwd;
  std::string standard_output;  ///< what descriptor 1 is: "/dev/pts/1", "pipe:[17]"
  std::string standard_error;
};

/// Folds the events of a trace, one at a time, into facts: which descriptor is which file, which failure
/// healed, what was said by whom, who waits for what, whose end matters. Memory is bounded by what may
/// matter, not by what happened.
class FactBuilder {
 public:
  explicit FactBuilder(Beginning beginning = {});
  FactBuilder(FactBuilder&&) noexcept;
  FactBuilder& operator=(FactBuilder&&) noexcept;
  ~FactBuilder();

  void add(Event event);

  /// Is the program up: does a process of it listen and wait for work, or has it said so?
  bool looks_ready() const;
  /// It has sent READY=1, see sd_notify(3).
  bool said_ready() const;
  /// The addresses on which its living processes listen.
  std::vector<std::string> listening() const;
  /// Its processes that have not ended.
  std::vector<Pid> living() const;
  /// It has opened this file for writing, or made it.
  bool wrote(const std::string& path) const;

  /// The facts, once all events were added. `outcome` as the tracer saw it; of a log without one, what the
  /// events tell.
  Facts finish(std::optional<Outcome> outcome = std::nullopt);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// All at once, for a list of events.
Facts facts_of(const std::vector<Event>& events, std::optional<Outcome> outcome = std::nullopt);

}  // namespace whywontitstart
