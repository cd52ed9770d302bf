// What becomes of a call: from its entry to the event, and what it changes for the tracer.
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <csignal>

#include "trace/arguments.h"
#include "trace/live.h"
#include "trace/privileges.h"
#include "trace/registers.h"
#include "trace/requests.h"
#include "trace/untraced.h"

namespace whywontitstart {
namespace {

bool is_output(const CallInfo& info, const SyscallEntry& entry) {
  return static_cast<std::uint32_t>(entry.args[0]) <= 2 && (info.name == "write" || info.name == "writev");
}

}  // namespace

/// What is written to /dev/null is written: that stop can be saved.
std::optional<SyscallExit> LiveTrace::result_without_waiting(const Thread& thread) {
  const PendingCall& call = *thread.call;
  if (call.info->purpose != Purpose::writes) return std::nullopt;
  const auto fd = static_cast<std::uint32_t>(call.entry.args[0]);
  constexpr std::uint64_t most =
      1U << 30;  // more is not written at once, and what begins in the kernel's half is refused
  constexpr unsigned address_bits = 47;
  if (fd > 2 || call.entry.args[2] > most || call.entry.args[1] >> address_bits != 0) return std::nullopt;
  std::optional<bool>& swallows = thread.links->swallow[fd];
  if (!swallows)
    swallows = LiveView(thread).file(static_cast<int>(fd)) == "/dev/null" &&
               is_writable_descriptor(thread.id, static_cast<int>(fd));
  if (!*swallows) return std::nullopt;
  return SyscallExit{static_cast<std::int64_t>(call.entry.args[2]), false};
}

/// A look-up of which we know that it will find its path, and that this tells nothing.
std::optional<SyscallEvent> LiveTrace::foretold(const Thread& thread) {
  const PendingCall& call = *thread.call;
  if (!launched_ || call.info->purpose != Purpose::looks_up) return std::nullopt;
  const std::optional<LookUp> asked = foreteller_.look_up(thread, call.entry);
  if (!asked) return std::nullopt;
  const std::optional<std::string> path = read_text(LiveView(thread), asked->path);
  if (!path || path->empty() || !failed_names_.is_dull(*path) ||
      !foreteller_.will_succeed(thread, call.entry, *asked, *path))
    return std::nullopt;
  return dull_event(*call.info, *path, SyscallExit{});
}

/// A stop can be saved where the result is known already.
void LiveTrace::end_if_foretold(Thread& thread) {
  if (std::optional<SyscallEvent> event = foretold(thread)) {
    event->foretold = true;
    thread.call.reset();
    cpu_.count_stop();
    emit(thread.process, thread.id, std::move(*event));
  } else if (const auto result = result_without_waiting(thread)) {
    end_call(thread, *result);
  }
}

void LiveTrace::begin_call(Thread& thread, const SyscallEntry& raw_entry) {
  if (silent_) return;
  if (thread.call) ++end_.lost;  // its end was not reported
  const LiveView view(thread);
  SyscallEntry entry = without_multiplexer(raw_entry, view);
  thread.arch = entry.arch;
  const CallInfo& info = call_info(entry.arch, entry.number);
  if (info.purpose == Purpose::restart && thread.restarting) entry = *thread.restarting;
  thread.restarting.reset();
  if (options_.before_output && is_output(info, entry)) options_.before_output();
  cpu_.before(info, tracees_);
  foreteller_.before(info, thread, tracees_);
  thread.call = PendingCall{.entry = entry, .info = &info, .since = served_at(), .early = nullptr};
  if (info.known != nullptr && info.known->decode_at_entry)
    thread.call->early = std::make_shared<DecodedCall>(decode_call(entry, std::nullopt, view));
  thread.call->verdict = verdict_on(raw_entry, thread.filters);
  thread.call->asked_for_untraced = take_out_untraced(thread.id, entry, view);
  // Once it has ended whoever started it may be faster than we are.
  if (group_ != nullptr && info.name == "exit_group")
    freeze_for_the_next(thread.process, {static_cast<int>(entry.args[0] & 0xffU), Signal::none, false});
}

void LiveTrace::end_call(Thread& thread, const SyscallExit& reported) {
  SyscallExit exit = reported;
  if (!thread.call) return;  // a new child's return from clone, or the end of a successful execve
  PendingCall call = std::move(*thread.call);
  thread.call.reset();
  if (call.asked_for_untraced) put_back_untraced(thread.id, call.entry);
  if (silent_) return;
  if (is_restart(exit)) {
    thread.restarting = call.entry;
    return;
  }
  if (!launched_ && call.info->purpose != Purpose::exec) return;  // the child's own steps
  if (sees_only_our_filter(thread, call)) {
    exit.value = SECCOMP_MODE_DISABLED;
    set_return_value(thread.id, exit.value);
  }
  if (thread.calls_to_see > 0) --thread.calls_to_see;
  SyscallEvent event = decoded(thread, call, exit);
  event.took = served_at() - call.since;
  const std::uint32_t action = call.verdict & SECCOMP_RET_ACTION_FULL;
  // With SIGSYS it is not made, although there is a syscall-exit-stop, with the number of the call as its
  // result.
  if (action == SECCOMP_RET_TRAP || action == SECCOMP_RET_KILL_PROCESS || action == SECCOMP_RET_KILL_THREAD) {
    event.finished = false;
    return emit(thread.process, thread.id, std::move(event));
  }
  event.refused = event.error != Errno::none &&
                  (action == SECCOMP_RET_ERRNO || inherited_.refuses(call.entry, event.error));
  look_at_result(thread, call, event);
  emit(thread.process, thread.id, std::move(event));
}

/// Programs that sandbox themselves ask whether somebody has done it already, and then leave it: with our
/// filter they would not be as they are without us.
bool LiveTrace::sees_only_our_filter(const Thread& thread, const PendingCall& call) const {
  return filtered_ && call.info->purpose == Purpose::sets_option && call.entry.args[0] == PR_GET_SECCOMP &&
         !thread.filters && !is_under_seccomp();
}

SyscallEvent LiveTrace::decoded(Thread& thread, PendingCall& call, const SyscallExit& exit) {
  // It may tell of a descriptor that it has just closed or replaced.
  if (exit.is_error || call.info->purpose == Purpose::makes_descriptor) thread.links->forget_standard();
  if (call.early) {
    set_result(call.early->event, exit);
    return std::move(call.early->event);
  }
  const LiveView view(thread);
  if (call.info->purpose == Purpose::looks_up && !exit.is_error)
    if (auto dull = decode_if_dull(call.entry, exit, view, failed_names_)) return std::move(*dull);
  SyscallEvent event = decode_call(call.entry, exit, view).event;
  if (exit.is_error && !event.path.empty()) failed_names_.add(event.path);
  return event;
}

void LiveTrace::look_at_result(Thread& thread, const PendingCall& call, const SyscallEvent& event) {
  if (event.error != Errno::none) return;
  if (!thread.every_call) logs_.note(thread.process, thread.id, event);
  cpu_.after(thread, call, event, tracees_);
  switch (call.info->purpose) {
    case Purpose::changes_folder:
    case Purpose::changes_rights:
      thread.links->forget_folder();
      break;
    case Purpose::filters:
    case Purpose::sets_option:
      look_at_filter(thread, call.entry, event);
      break;
    case Purpose::uses_io_uring:
      remark(
          "the program uses io_uring: calls that fail in there are not seen by any tracer of system calls");
      break;
    default:
      break;
  }
  // perror(3) writes to a copy of standard error, which our filter cannot know: dup, fcntl, fstat, write,
  // close.
  constexpr int calls_of_perror = 8;
  if (filtered_ && event.name == "dup" && event.fd == 2) thread.calls_to_see = calls_of_perror;
}

/// A filter of the program's own may answer with an errno or with death, and the kernel then does not ask
/// ours.
void LiveTrace::look_at_filter(Thread& thread, const SyscallEntry& entry, const SyscallEvent& call) {
  const bool by_seccomp = call.name == "seccomp" && (has_flag(call, "SECCOMP_SET_MODE_FILTER") ||
                                                     has_flag(call, "SECCOMP_SET_MODE_STRICT"));
  if (!by_seccomp && !(call.name == "prctl" && has_flag(call, "PR_SET_SECCOMP"))) return;
  thread.filters = with_filter_of(entry, LiveView(thread), thread.filters);
  watch_every_call(thread, by_seccomp && (entry.args[1] & SECCOMP_FILTER_FLAG_TSYNC) != 0);
}

void LiveTrace::watch_every_call(Thread& thread, bool of_all_threads) {
  thread.every_call = true;
  if (!of_all_threads) return;
  for (auto& [id, other] : tracees_.all()) {
    if (other.process != thread.process) continue;
    other.filters = thread.filters;
    if (other.every_call) continue;
    other.every_call = true;
    interrupt(id);
  }
}

/// The thread was ended in the midst of a call: by SIGKILL, by exit_group(2) of another thread, by a seccomp
/// filter.
void LiveTrace::tell_call_in_flight(Thread& thread, ExitStatus end) {
  if (!launched_ || silent_ || !thread.call) return;
  const std::string& name = call_info(thread.call->entry.arch, thread.call->entry.number).name;
  if (name == "exit" || name == "exit_group") return;  // these end so
  if (end.signal == Signal{SIGSYS} && thread.id != thread.process &&
      (thread.call->verdict & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_KILL_THREAD) {
    SignalEvent refusal;
    refusal.signal = end.signal;
    refusal.fault_address = thread.call->entry.number;
    refusal.call = name;
    refusal.ended_thread = true;
    return emit(thread.process, thread.id, std::move(refusal));
  }
  // Its memory is gone: what was not decoded in time has its bare arguments only.
  SyscallEvent event = thread.call->early
                           ? std::move(thread.call->early->event)
                           : decode_call(thread.call->entry, std::nullopt, LiveView(thread)).event;
  event.took = served_at() - thread.call->since;
  emit(thread.process, thread.id, std::move(event));
}

}  // namespace whywontitstart
