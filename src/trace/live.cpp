#include "trace/live.h"

#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/wait.h>

#include <csignal>

#include "trace/denial.h"
#include "trace/privileges.h"
#include "trace/requests.h"
#include "trace/untraced.h"

namespace whywontitstart {
namespace {

SignalEvent event_of(Signal signal, const std::optional<siginfo_t>& info) {
  SignalEvent event;
  event.signal = signal;
  if (!info) return event;
  event.code = info->si_code;
  switch (number(signal)) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
      if (info->si_code > 0) event.fault_address = reinterpret_cast<std::uint64_t>(info->si_addr);
      break;
    case SIGSYS:
      if (info->si_code <= 0) break;
      event.fault_address = static_cast<std::uint64_t>(info->si_syscall);
      event.call = call_info(info->si_arch, event.fault_address).name;
      break;
    default:
      break;
  }
  if (info->si_code <= 0) event.sender = Pid{info->si_pid};  // kill, tgkill, sigqueue
  if (event.sender != Pid::none) event.sender_name = command_of(event.sender);
  return event;
}

std::chrono::nanoseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

Used used_of(const rusage& used) {
  return {.cpu = duration_of(used.ru_utime) + duration_of(used.ru_stime),
          .peak_memory = static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

}  // namespace

LiveTrace::LiveTrace(const TraceOptions& options, const EventSink& sink, Attention& attention, OneCpu& cpu,
                     bool filtered, bool no_new_privs)
    : options_(options),
      sink_(sink),
      attention_(attention),
      cpu_(cpu),
      filtered_(filtered),
      no_new_privs_(no_new_privs),
      takes_rights_(!has_no_new_privs() && (no_new_privs || !has_capability(CAP_SYS_PTRACE))),
      tracees_(!has_capability(CAP_SYS_PTRACE)),
      foreteller_(filtered) {
  end_.backend = filtered ? "ptrace+seccomp" : "ptrace";
}

TraceEnd LiveTrace::follow(Child& child) {
  target_ = child.pid();
  tracees_.add(target_, target_, !filtered_, ::seccomp_arch_native());
  // Where every call is to stop it, it has to be stopped once: only a restart can ask for the next
  // syscall-stop.
  if (!filtered_) interrupt(target_);
  child.go();
  while (serve_some()) {
    if (!attention_.ticked()) continue;
    cpu_.tick(tracees_);
    foreteller_.tick();
    if (is_time_to_end()) break;
  }

  watched_until_ = now();
  ended_by_us_ = !tracees_.empty() && !options_.keep;
  if (launched_) {
    tell_what_is_pending();
    tell_what_was_logged();
  }
  silent_ = true;  // what comes now is not the program's doing
  if (options_.keep)
    leave_alone();
  else
    end_all();
  while (::waitpid(-1, nullptr, __WALL | WNOHANG) > 0) {  // orphans that have ended and came to us
  }
  end_.outcome = outcome();
  return std::move(end_);
}

bool LiveTrace::is_anybody_left() const { return !tracees_.empty() || has_unseen_tracee(); }

/// False when nobody is left.
bool LiveTrace::serve_some() {
  if (!is_anybody_left()) return false;
  served_last_.clear();
  for (const Reported& reported : stops_) served_last_.push_back(reported.thread);
  stops_.clear();
  if (!collect()) return false;
  cpu_.count_round(stops_.size(), tracees_);
  for (const Reported& reported : stops_) serve(reported);
  return true;
}

/// Waits for a stop, then takes all that there are: the kernel reports the oldest tracees first, and a busy
/// one would starve the others if it were served and resumed at once. False when there is nothing to wait
/// for.
bool LiveTrace::collect() {
  // The kernel adds up the times of all threads of a process for it, at every stop: not where there are many.
  constexpr std::size_t few = 16;
  int status = 0;
  rusage used{};
  rusage* const wanted = tracees_.size() <= few ? &used : nullptr;
  const int whose = __WALL | (own_thread_only_ ? __WNOTHREAD : 0);
  const pid_t first = ::wait4(-1, &status, whose, wanted);
  if (first < 0) return errno == EINTR;
  report(Pid{first}, status, wanted);
  if (tracees_.size() == 1) return true;
  // Those that were served last have mostly stopped again: to be asked for by name spares the kernel the
  // search.
  if (served_last_.size() >= few)
    for (const Pid likely : served_last_)
      if (::wait4(number(likely), &status, whose | WNOHANG, wanted) > 0) report(likely, status, wanted);
  for (pid_t more = 0; (more = ::wait4(-1, &status, whose | WNOHANG, wanted)) > 0;)
    report(Pid{more}, status, wanted);
  return true;
}

void LiveTrace::report(Pid thread, int status, const rusage* used) {
  stops_.push_back({thread, status, used != nullptr && !WIFSTOPPED(status) ? used_of(*used) : Used{}});
}

void LiveTrace::serve(const Reported& reported) {
  ++stops_served_;
  last_stop_ = Clock::now();
  Stop stop = stop_of(reported.status);
  if (auto* ended = std::get_if<Ended>(&stop)) ended->used = reported.used;
  Thread* thread = tracees_.find(reported.thread);
  if (thread == nullptr) {
    // The end of a thread that an execve replaced, or of a child that is not ours to trace.
    if (std::holds_alternative<Ended>(stop)) return;
    thread = adopt(reported.thread);
  }
  std::visit([&](const auto& what) { on(*thread, what); }, stop);
}

void LiveTrace::go_on(Thread& thread, Signal signal) {
  if (leaving_) {
    detach(thread.id, signal);
    tracees_.remove(thread.id);
    return;
  }
  thread.in_group_stop = false;
  const bool to_syscall =
      !silent_ && (thread.every_call || thread.calls_to_see > 0 || thread.call.has_value());
  resume(thread.id, to_syscall ? ResumeTo::next_syscall : ResumeTo::next_stop, signal);
}

void LiveTrace::on(Thread& thread, const SyscallStop&) {
  cpu_.count_stop();
  const auto info = syscall_info(thread.id);
  if (const auto* entry = std::get_if<SyscallEntry>(&info))
    begin_call(thread, *entry);
  else if (const auto* exit = std::get_if<SyscallExit>(&info))
    end_call(thread, *exit);
  go_on(thread);
}

void LiveTrace::on(Thread& thread, const SeccompStop&) {
  // Where every call stops, the entry was already seen.
  if (!thread.call) {
    const auto info = syscall_info(thread.id);
    if (const auto* entry = std::get_if<SyscallEntry>(&info)) begin_call(thread, *entry);
    if (thread.call && !thread.every_call) end_if_foretold(thread);
  }
  go_on(thread);
}

void LiveTrace::add_child(Pid id, Pid process, const Thread& parent, bool every_call) {
  if (tracees_.find(id) != nullptr) ++end_.lost;  // the id is used again: the end of its last owner
  const ForkEvent event{.child = id, .is_thread = process == parent.process};
  if (launched_) emit(parent.process, parent.id, event);
  Thread& child = tracees_.add(id, process, every_call, parent.arch);
  if (event.is_thread) child.links = parent.links;
  foreteller_.greet(child, parent);
  child.filters = parent.filters;
  if (parent.call && parent.call->asked_for_untraced) child.made_by = parent.call->entry;
  cpu_.greet(id, parent.id);
}

/// Only PTRACE_EVENT_CLONE may be a thread: the flags of the call know, or else /proc. If it is gone already:
/// a thread it was, most likely.
Pid LiveTrace::process_of_new(Pid child, const Thread& parent) {
  if (parent.call)
    if (const auto flags = clone_flags(parent.call->entry, LiveView(parent)))
      return (*flags & CLONE_THREAD) != 0 ? parent.process : child;
  return kin_of(child).value_or(Kin{parent.process, Pid::none}).process;
}

void LiveTrace::on(Thread& thread, const ForkStop& stop) {
  const Pid child{static_cast<pid_t>(event_message(thread.id))};
  const bool announced = adopted_.erase(child) > 0;
  if (child != Pid::none && !announced && tracees_.find(child) == nullptr) {
    Pid process = child;
    if (stop.may_be_thread) process = process_of_new(child, thread);
    add_child(child, process, thread, thread.every_call);
  }
  go_on(thread);
}

/// A tracee that stops before its parent's PTRACE_EVENT_FORK was reported. To hold it back until then could
/// be for ever: a parent that is killed never reports it.
Thread* LiveTrace::adopt(Pid id) {
  const Kin kin = kin_of(id).value_or(Kin{id, target_});
  const bool is_thread = kin.process != id;
  const Pid parent_process = is_thread ? kin.process : kin.parent;
  Thread parent(target_,
                target_);  // should its parent have ended, it is the target's: that is where it comes from
  parent.arch = ::seccomp_arch_native();
  bool every_call = !filtered_;
  for (const auto& [other, thread] : tracees_.all()) {
    if (thread.process != parent_process) continue;
    parent.id = parent.process = parent_process;
    parent.arch = thread.arch;
    parent.filters = thread.filters;
    if (thread.call && thread.call->asked_for_untraced) parent.call = thread.call;
    every_call = every_call || thread.every_call;
  }
  adopted_.insert(id);
  add_child(id, is_thread ? parent.process : id, parent, every_call);
  return tracees_.find(id);
}

void LiveTrace::on(Thread& stopped, const ExecStop&) {
  const Pid process = stopped.id;
  const Pid former{static_cast<pid_t>(event_message(process))};
  Thread& thread = tracees_.became(process, former == Pid::none ? process : former);
  if (process == target_) launched_ = true;
  ExecEvent exec{.executable = proc_link(process, "exe"), .argv = {}};
  if (thread.call && thread.call->early) {
    SyscallEvent call = std::move(thread.call->early->event);
    set_result(call, SyscallExit{});
    call.took = served_at() - thread.call->since;
    exec.argv = std::move(thread.call->early->argv);
    emit(process, process, std::move(call));
  }
  thread.call.reset();
  look_at_rights(process, exec.executable);
  emit(process, process, std::move(exec));
  go_on(thread);
}

void LiveTrace::look_at_rights(Pid process, const std::string& executable) {
  if (!takes_rights_ || !gains_rights(proc_file(process, "exe"))) return;
  Finding lost = explain_lost_rights(executable, process, no_new_privs_);
  remark(fmt::format("{}: run this tool as root", lost.summary));
  end_.lost_rights.push_back(std::move(lost));
}

void LiveTrace::on(Thread& thread, const GroupStop&) {
  if (leaving_) return go_on(thread);
  thread.in_group_stop = true;
  listen_in_group_stop(thread.id);
}

void LiveTrace::on(Thread& thread, const TrapStop&) {
  if (thread.made_by) put_back_untraced(thread.id, *std::exchange(thread.made_by, std::nullopt));
  if (attached_) hide_interruption(thread.id, thread.arch);
  go_on(thread);
}

void LiveTrace::on(Thread& thread, const OtherStop&) { go_on(thread); }

void LiveTrace::on(Thread& thread, const SignalDeliveryStop& stop) {
  // Each child that ends sends SIGCHLD: the end itself is the event.
  if (launched_ && !silent_ && stop.signal != Signal{SIGCHLD}) {
    SignalEvent event = event_of(stop.signal, signal_info(thread.id));
    if (event.sender == Pid{::getpid()} && passed_on_from_) {  // we only hand on what somebody sent us
      event.sender = *passed_on_from_;
      event.sender_name = command_of(event.sender);
    }
    emit(thread.process, thread.id, std::move(event));
  }
  go_on(thread, stop.signal);
}

void LiveTrace::on(Thread& thread, const Ended& stop) {
  const Pid process = thread.process;
  const bool is_process = thread.id == process;  // the kernel reports the leader last, even if it left first
  tell_call_in_flight(thread, stop.status);
  tracees_.remove(thread.id);
  if (!is_process) return;
  if (process == target_) {
    target_end_ = stop.status;
    target_end_at_ = now();
  }
  freeze_for_the_next(process, stop.status);
  if (launched_) {
    emit(process, process, ExitEvent{stop.status, stop.used.cpu, stop.used.peak_memory});
  }
}

void LiveTrace::remark(std::string text) {
  if (std::find(end_.remarks.begin(), end_.remarks.end(), text) == end_.remarks.end())
    end_.remarks.push_back(std::move(text));
}

}  // namespace whywontitstart
