#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/notify_socket.h"
#include "facts/fact_builder.h"
#include "host/host.h"
#include "model/facts.h"
#include "model/target.h"

namespace whywontitstart {

/// Watches a start for the moment when the program is up: when all has come true that is expected of it, or,
/// where nobody said what that is, when something listens and for a while nothing happens any more.
class Watch {
 public:
  /// Looks at how things are before the program starts, and gives it a socket in its environment if READY=1
  /// is expected and it has none. What it is given must outlive it. Errors: that socket could not be made.
  static Result<Watch> over(const FactBuilder& facts, Target& target, const Host& host);

  void saw(const Event& event);

  /// Asked a few times a second while the program runs.
  bool has_seen_enough();

  /// Asked once a second: does the program, of which nobody said what to expect, wait for work in all its
  /// threads although it was not seen to listen? `waits` are the WaitEvents of now.
  bool has_settled(const std::function<std::vector<Event>()>& waits);

  /// Somebody reads waits(): ask for them also where the verdict does not need them.
  void tell_waits() { tells_waits_ = true; }
  /// What its threads waited for when that was asked last.
  const std::vector<WaitEvent>& waits() const { return waits_; }

  /// Says in the outcome what came true, once the program was watched to the end.
  void judge(Outcome& outcome);

  /// What watching has changed for the program, in words.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  using Clock = std::chrono::steady_clock;

  Watch(const FactBuilder& facts, const Target& target, const Host& host)
      : facts_(&facts), target_(&target), host_(&host) {}

  bool is_met(const Expectation& expectation);
  bool appeared(const std::string& path) const;
  bool listens(const Expectation& expectation);

  const FactBuilder* facts_;
  const Target* target_;
  const Host* host_;
  std::optional<NotifySocket> notify_;
  std::map<std::string, std::optional<FileStatus>>
      before_;                 ///< expected files, as they were before the start
  std::set<std::string> met_;  ///< expectations that came true
  std::vector<std::string> remarks_;
  Clock::time_point last_news_ = Clock::now();
  Clock::time_point last_asked_ = Clock::now();
  std::optional<Clock::time_point> came_true_;
  std::vector<WaitEvent> waits_;
  bool tells_waits_ = false;
  bool settled_ = false;
  bool serves_ = false;  ///< it waits for clients at a listener that it was handed
};

}  // namespace whywontitstart
