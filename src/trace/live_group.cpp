// Processes that somebody else starts in a control group.
#include <poll.h>
#include <seccomp.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <future>
#include <thread>

#include "trace/denial.h"
#include "trace/group.h"
#include "trace/live.h"
#include "trace/no_signals.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_freeze = 3s;  // whoever starts the next one has other things to do, too
constexpr auto hurried_tick = 2ms;   // a child of systemd takes longer before it is the program

/// A child that has not executed anything yet has taken no step of its own.
bool is_still_its_parent(Pid process, Pid parent) {
  const auto program = [](Pid of) {
    std::error_code ignored;
    return std::filesystem::read_symlink(fmt::format("/proc/{}/exe", number(of)), ignored);
  };
  return program(process) == program(parent);
}

}  // namespace

TraceEnd LiveTrace::join(FrozenGroup& group, const GroupOptions& group_options,
                         const std::function<bool()>& is_over) {
  attached_ = true;  // what we stop is to go on as if we had not
  own_thread_only_ = true;
  launched_ = true;  // the sink knows which steps are not the program's own
  group_ = &group;
  group_options_ = &group_options;
  frozen_since_ = Clock::now();
  Clock::time_point last_tick = Clock::now();
  while (!is_over()) {
    const bool hurries = group_options.another_beside && group_options.another_beside();
    attention_.tick_every(hurries ? std::chrono::microseconds(hurried_tick) : usual_tick);
    admit_newcomers();
    if (!group.is_frozen() && roots_ > 0 && expects_another()) {
      group.set(true);
      frozen_since_ = Clock::now();
    }
    if (tracees_.empty() || group.is_frozen()) {
      serve_what_is_there();
      ::poll(nullptr, 0, 1);
    } else {
      serve_some();
    }
    if (group.is_frozen() && Clock::now() - frozen_since_ > longest_freeze && !tracees_.empty()) {
      frozen_after_ = roots_ + 1;  // who should have come did not
      group.set(false);
    }
    if (!attention_.ticked() || Clock::now() - last_tick < usual_tick / 2) continue;
    last_tick = Clock::now();
    const bool is_new_round = sample_threads();
    if (!attention_.signals().empty() || now() >= options_.timeout) break;
    if (tracees_.empty()) continue;
    if (options_.seen_enough && options_.seen_enough()) {
      ready_ = true;
      break;
    }
    if (is_new_round && options_.seen_waiting && options_.seen_waiting([this] { return pending_waits(); }))
      break;
  }
  group.set(false);
  watched_until_ = now();
  tell_what_is_pending();
  tell_what_was_logged();
  let_go_as_they_are();
  end_.outcome = outcome();
  return std::move(end_);
}

/// Whoever is in the group and is not traced yet was started by somebody else: our tracees' children come by
/// themselves.
void LiveTrace::admit_newcomers() {
  const bool was_frozen = group_->is_frozen();
  bool any = false;
  for (const Pid process : group_->processes()) {
    if (known_.count(process) > 0 || tracees_.has_process(process)) continue;
    const auto kin = kin_of(process);
    if (kin && tracees_.has_process(kin->parent)) continue;  // its PTRACE_EVENT_FORK is under way
    known_.insert(process);
    if (const Result<> done = attach(process, true); !done) {
      if (done.error().errno_code != ESRCH)
        remark("a process of it was not traced: " +
               denial_reason(obstacles_for(done.error().errno_code, process)));
      continue;
    }
    any = true;
    ++roots_;
    root_processes_.insert(process);
    if (target_ == Pid::none) target_ = process;
    tracees_.add(process, process, true, ::seccomp_arch_native());
    interrupt(process);
    if (group_options_->saw_newcomer) group_options_->saw_newcomer(process);
    if (!was_frozen && !(kin && is_still_its_parent(process, kin->parent)))
      remark("the first steps of a process of it were not seen");
  }
  if (any && was_frozen && !expects_another()) group_->set(false);
  if (any) frozen_since_ = Clock::now();
}

void LiveTrace::serve_what_is_there() {
  int status = 0;
  rusage used{};
  stops_.clear();
  for (pid_t stopped = 0; (stopped = ::wait4(-1, &status, __WALL | __WNOTHREAD | WNOHANG, &used)) > 0;)
    report(Pid{stopped}, status, &used);
  for (const Reported& reported : stops_) serve(reported);
  stops_.clear();
}

/// Its end reaches its parent only after it was reported to us: what that starts next finds the group frozen.
void LiveTrace::freeze_for_the_next(Pid process, const ExitStatus& end) {
  if (group_ == nullptr || root_processes_.count(process) == 0) return;
  if (!group_options_->another_follows || !group_options_->another_follows(roots_, end)) return;
  group_->set(true);
  frozen_since_ = Clock::now();
}

/// The thread that traces ends soon, and that lets all go.
void LiveTrace::let_go_as_they_are() {
  silent_ = true;
  leaving_ = false;
  for (auto& [id, thread] : tracees_.all()) thread.every_call = false, thread.call.reset();
  int status = 0;
  const int own = own_thread_only_ ? __WNOTHREAD : 0;
  for (pid_t stopped = 0; (stopped = ::waitpid(-1, &status, __WALL | WNOHANG | own)) > 0;)
    serve({Pid{stopped}, status, {}});
}

Result<GroupTrace> run_in_group(const GroupOptions& options, const EventSink& sink, const Aside& starter) {
  Result<AsideProcess> aside = AsideProcess::make(starter);
  if (!aside) return tl::unexpected(aside.error());
  const NoSignals here;
  Result<FrozenGroup> group = FrozenGroup::freeze(options.folder);
  if (!group) return tl::unexpected(group.error());
  std::atomic<bool> over = false, ended = false;
  std::packaged_task<TraceEnd()> task([&] {
    ::pthread_sigmask(SIG_SETMASK, &here.before(), nullptr);
    TraceOptions trace_options;
    trace_options.timeout = options.timeout;
    trace_options.seen_enough = options.seen_enough;
    trace_options.seen_waiting = options.seen_waiting;
    Attention attention;
    OneCpu everywhere(false);
    TraceEnd end =
        LiveTrace(trace_options, sink, attention, everywhere, false, false).join(*group, options, [&] {
          return over.load();
        });
    ended = true;
    return end;
  });
  std::future<TraceEnd> end = task.get_future();
  std::thread tracer(std::move(task));
  aside->go();
  std::string told = aside->wait([&] { return ended.load(); });
  over = true;
  tracer.join();
  return GroupTrace{end.get(), std::move(told)};
}

}  // namespace whywontitstart
