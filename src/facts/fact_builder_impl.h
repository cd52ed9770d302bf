#pragma once

#include <deque>

#include "base/search_name.h"
#include "facts/descriptors.h"
#include "facts/fact_builder.h"
#include "facts/failure_table.h"
#include "facts/killers.h"
#include "facts/lines.h"

namespace whywontitstart {

/// One process as it is known so far.
struct ProcessState {
  Process facts;
  Descriptors descriptors;
  std::size_t worked = 0;  ///< its calls that did not fail
  std::string last_call;   ///< its name
};

/// Adds at the end what is not there yet, up to a bound.
void note(std::vector<std::string>& names, const std::string& name);

/// What FactBuilder is inside: calls are folded in fact_calls.cpp, processes in fact_processes.cpp.
class FactBuilder::Impl {
 public:
  explicit Impl(Beginning beginning);

  void add(Event&& event);
  bool looks_ready() const { return said_ready_ || !listening().empty(); }
  bool said_ready() const { return said_ready_; }
  std::vector<std::string> listening() const;
  std::vector<Pid> living() const;
  bool wrote(const std::string& path) const;
  Facts finish(std::optional<Outcome> outcome);

 private:
  // Calls.
  void on(const Event& event, SyscallEvent& call);
  void on_telling(const Event& event, SyscallEvent& call, ProcessState& state);
  void on_failure(const Event& event, SyscallEvent& call, ProcessState& state);
  void on_success(const Event& event, SyscallEvent& call, ProcessState& state);
  void on_connected(const Event& event, const SyscallEvent& asked, ProcessState& state);
  void count(const SyscallEvent& call);
  std::vector<CallCount> counted() const;

  // Processes.
  ProcessState& state_of(Pid pid, Pid parent = Pid::none);
  void on(const Event& event, const ForkEvent& fork);
  void on(const Event& event, const ExecEvent& exec);
  void on(const Event& event, const SignalEvent& signal);
  void on(const Event& event, const ExitEvent& exit);
  void on(const Event& event, const WaitEvent& given);
  void forget_surplus(Pid ended, bool well);
  void know_killer(Process& process);
  static void note_refused_call(ProcessState& state);

  void on(const Event& event, const LogEvent& log) { lines_.add_log(event, log, order_); }
  void on(const Event&, const OomKillEvent& kill) { oom_kills_.push_back(kill); }

  // The end.
  Outcome outcome_of(const Facts& facts) const;
  static void judge_running(Facts& facts);

  void note_opened(const Event& event, const SyscallEvent& call);

  std::string cwd_;
  Order order_ = 0;
  TraceTime last_at_{0};
  std::size_t failed_ = 0;
  bool said_ready_ = false;
  std::map<Pid, ProcessState> processes_;
  ProcessState* last_state_ = nullptr;  ///< whose the event before was
  std::vector<Pid> births_;
  std::deque<Pid> failed_processes_;  ///< of those beyond the usual number, the oldest first
  FailureTable failures_;
  LineJoiner lines_;
  std::vector<SyscallEvent> tail_;  ///< the last calls, in a ring
  std::size_t tail_begin_ = 0;
  std::unordered_map<std::string, CallCount, ShortNameHash, std::equal_to<>> counts_;
  std::vector<OomKillEvent> oom_kills_;
  Killers killers_;
  std::vector<OpenedFile> opened_;
  std::vector<std::string> queried_names_;
  std::vector<std::string> connected_;
  std::map<std::pair<Pid, int>, Failure>
      pending_;  ///< non-blocking connects of which no end was seen, by socket
};

}  // namespace whywontitstart
