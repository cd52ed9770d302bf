#pragma once

#include <sys/resource.h>

#include <chrono>
#include <optional>

#include "launch/child.h"
#include "trace/attention.h"
#include "trace/failed_names.h"
#include "trace/foretell.h"
#include "trace/group.h"
#include "trace/inherited_filter.h"
#include "trace/log_files.h"
#include "trace/one_cpu.h"
#include "trace/samples.h"
#include "trace/stops.h"
#include "trace/tracees.h"
#include "trace/tracer.h"

namespace whywontitstart {

/// The loop around waitpid(2): serves every stop of every tracee and makes events of them. All waiting is
/// done here.
class LiveTrace {
 public:
  LiveTrace(const TraceOptions& options, const EventSink& sink, Attention& attention, OneCpu& cpu,
            bool filtered, bool no_new_privs);

  /// Follows the child, which must be seized, to the end of the trace.
  TraceEnd follow(Child& child);

  /// Watches a process that runs already. Its threads are let go when the thread of ours that calls this
  /// ends.
  TraceEnd watch(Pid process, bool children);

  /// Traces what comes into the group until `is_over`, or until enough was seen. They are let go when the
  /// thread of ours that calls this ends.
  TraceEnd join(FrozenGroup& group, const GroupOptions& group_options, const std::function<bool()>& is_over);

 private:
  using Clock = std::chrono::steady_clock;
  struct Reported {
    Pid thread;
    int status;
    Used used;  ///< by one that has ended
  };

  // The loop.
  bool is_anybody_left() const;
  bool serve_some();
  bool collect();
  void report(Pid thread, int status, const rusage* used);
  void serve(const Reported& reported);

  // One stop each.
  void on(Thread& thread, const SyscallStop& stop);
  void on(Thread& thread, const SeccompStop& stop);
  void on(Thread& thread, const ForkStop& stop);
  void on(Thread& thread, const ExecStop& stop);
  void on(Thread& thread, const GroupStop& stop);
  void on(Thread& thread, const TrapStop& stop);
  void on(Thread& thread, const SignalDeliveryStop& stop);
  void on(Thread& thread, const OtherStop& stop);
  void on(Thread& thread, const Ended& stop);

  Thread* adopt(Pid id);
  static Pid process_of_new(Pid child, const Thread& parent);
  void add_child(Pid id, Pid process, const Thread& parent, bool every_call);
  void look_at_rights(Pid process, const std::string& executable);
  void go_on(Thread& thread, Signal signal = Signal::none);

  // One call, from its entry to the event; in live_calls.cpp.
  static std::optional<SyscallExit> result_without_waiting(const Thread& thread);
  void begin_call(Thread& thread, const SyscallEntry& entry);
  std::optional<SyscallEvent> foretold(const Thread& thread);
  void end_if_foretold(Thread& thread);
  void end_call(Thread& thread, const SyscallExit& reported);
  SyscallEvent decoded(Thread& thread, PendingCall& call, const SyscallExit& exit);
  void look_at_result(Thread& thread, const PendingCall& call, const SyscallEvent& event);
  bool sees_only_our_filter(const Thread& thread, const PendingCall& call) const;
  void look_at_filter(Thread& thread, const SyscallEntry& entry, const SyscallEvent& call);
  void watch_every_call(Thread& thread, bool of_all_threads);
  void tell_call_in_flight(Thread& thread, ExitStatus end);

  // What the threads wait for; in live_waits.cpp.
  bool sample_threads();
  std::vector<Event> pending_waits();
  void tell_what_is_pending();
  std::optional<PendingCall> call_of(const Thread& thread) const;

  // A process that ran before we came; in live_attach.cpp.
  void know_process(Pid process, Pid parent);
  void know_family(Pid process, Pid parent, int depth);
  void attach_to_threads(Pid process, bool children);
  void look_around();
  void trace_what_runs();
  bool is_clear() const;
  Event pending_of(const Thread& thread);

  // What somebody else starts in a control group; in live_group.cpp.
  void admit_newcomers();
  void serve_what_is_there();
  bool expects_another() const {
    return group_options_->another_at_once && frozen_after_ <= roots_ &&
           group_options_->another_at_once(roots_);
  }
  void freeze_for_the_next(Pid process, const ExitStatus& end);
  void let_go_as_they_are();

  // When to end, and how; in live_end.cpp.
  bool is_time_to_end();
  bool pass_on_signals();
  void tell_what_was_logged();
  void end_all();
  void send_to_all(Signal signal);
  void serve_until(Clock::time_point deadline);
  void leave_alone();
  Outcome outcome() const;

  TraceTime now() const { return Clock::now() - start_; }
  /// When the stop was reported that is being served: the clock is read once for each.
  TraceTime served_at() const { return last_stop_ - start_; }
  template <typename What>
  void emit(Pid process, Pid thread, What&& what) {
    if (silent_) return;
    last_event_ = now();
    sink_(Event{process, thread, last_event_, std::forward<What>(what)});
  }
  void remark(std::string text);

  const TraceOptions& options_;
  const EventSink& sink_;
  Attention& attention_;
  OneCpu& cpu_;
  bool filtered_;
  bool no_new_privs_;  ///< set by us
  bool takes_rights_;  ///< of set-uid programs and the like: the kernel does not grant them under this tracer
  Clock::time_point start_ = Clock::now();
  Tracees tracees_;
  LogFiles logs_;
  InheritedFilter inherited_;
  Samples samples_;
  std::map<Pid, Thread> looked_at_;  ///< threads that we do not trace: of a process that was there before us
  std::set<Pid> known_;              ///< processes of which it was told what they are
  FrozenGroup* group_ = nullptr;
  const GroupOptions* group_options_ = nullptr;
  Clock::time_point frozen_since_{};
  std::size_t frozen_after_ = 0;  ///< so many were there when it was frozen for the next one
  std::size_t roots_ = 0;         ///< processes that somebody else has started in the group
  std::set<Pid> root_processes_;  ///< these
  bool own_thread_only_ = false;  ///< other threads of ours have children of their own
  bool attached_ = false;
  bool with_children_ = false;
  std::vector<Reported> stops_;  ///< those that wait to be served
  std::vector<Pid> served_last_;
  std::size_t stops_served_ = 0;
  Clock::time_point last_stop_ = Clock::now();
  FailedNames failed_names_;
  Foreteller foreteller_;
  std::unordered_set<Pid> adopted_;  ///< seen before their parent's PTRACE_EVENT_FORK
  Pid target_ = Pid::none;
  bool launched_ = false;  ///< the target's first execve has worked: what comes is the program's own doing
  bool silent_ = false;    ///< what comes is our doing
  bool leaving_ = false;   ///< let each tracee go as soon as it stops
  bool ready_ = false;
  bool ended_by_us_ = false;
  TraceTime last_event_{0};
  int signals_passed_on_ = 0;
  std::optional<Pid> passed_on_from_;  ///< who sent us the signal that we passed on last
  std::optional<ExitStatus> target_end_;
  std::optional<TraceTime> target_end_at_;
  TraceTime watched_until_{0};
  TraceEnd end_;
};

}  // namespace whywontitstart
