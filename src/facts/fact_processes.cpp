// How processes begin, become others, are stopped, wait and end.
#include <csignal>

#include "base/text.h"
#include "facts/fact_builder_impl.h"
#include "facts/waits.h"
#include "model/waits.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_signals = 20;
constexpr std::size_t most_executions = 8;
constexpr std::size_t most_processes = 10000;        // more are kept only while they live
constexpr std::size_t most_failed_processes = 5000;  // … or if they failed

}  // namespace

ProcessState& FactBuilder::Impl::state_of(Pid pid, Pid parent) {
  if (last_state_ != nullptr && last_state_->facts.pid == pid) return *last_state_;
  const auto [found, is_new] = processes_.try_emplace(pid);
  if (is_new) {
    births_.push_back(pid);
    Process& process = found->second.facts;
    process.pid = pid;
    process.parent = parent;
    process.started = last_at_;
    process.started_order = order_;
    found->second.descriptors = Descriptors(births_.size() == 1 ? cwd_ : "");
  }
  last_state_ = &found->second;
  return found->second;
}

void FactBuilder::Impl::on(const Event& event, const ForkEvent& fork) {
  ProcessState& parent = state_of(event.process);
  if (fork.is_thread) return;
  const Descriptors inherited = parent.descriptors;
  const std::string executable = parent.facts.executable;
  const std::vector<std::string> argv = parent.facts.argv;
  const std::vector<Limit> limits = parent.facts.limits;
  const Credentials credentials = parent.facts.credentials;
  if (const auto former = processes_.find(fork.child);
      former != processes_.end() && former->second.facts.exit) {
    last_state_ = nullptr;
    processes_.erase(former);  // its id is used again
  }
  ProcessState& child = state_of(fork.child, event.process);
  child.facts.parent = event.process;
  child.descriptors = inherited;
  child.facts.limits = limits;
  child.facts.credentials = credentials;
  if (child.facts.argv.empty()) {
    child.facts.executable = executable;
    child.facts.argv = argv;
  }
}

void FactBuilder::Impl::on(const Event& event, const ExecEvent& exec) {
  ProcessState& state = state_of(event.process);
  state.facts.executable = exec.executable;
  state.facts.argv = exec.argv;
  state.facts.execed = true;
  if (state.facts.executions.size() < most_executions)
    state.facts.executions.push_back({exec.executable, event.at, order_});
}

void FactBuilder::Impl::on(const Event& event, const SignalEvent& signal) {
  ProcessState& state = state_of(event.process);
  if (state.facts.signals.size() < most_signals) state.facts.signals.push_back(signal);
}

void FactBuilder::Impl::on(const Event& event, const ExitEvent& exit) {
  ProcessState& state = state_of(event.process);
  if (exit.status.signal == Signal{SIGSYS}) note_refused_call(state);
  state.facts.exit = exit.status;
  state.facts.cpu = exit.cpu;
  state.facts.peak_memory = exit.peak_memory;
  state.facts.ended = event.at;
  state.facts.ended_order = order_;
  state.facts.waits.clear();
  state.facts.cwd = state.descriptors.cwd();
  state.descriptors = Descriptors();
  lines_.end_process(event.process);
  if (number(exit.status.signal) == SIGKILL) know_killer(state.facts);
  forget_surplus(event.process, exit.status.success());
}

/// Of very many processes those that ended well are not kept, and of the others the last ones.
void FactBuilder::Impl::forget_surplus(Pid ended, bool well) {
  if (processes_.size() <= most_processes || ended == births_.front()) return;
  if (!well) failed_processes_.push_back(ended);
  if (!well && failed_processes_.size() <= most_failed_processes) return;
  if (!well) {
    ended = failed_processes_.front();
    failed_processes_.pop_front();
  }
  const auto found = processes_.find(ended);
  if (found == processes_.end() || !found->second.facts.exit) return;  // its id is used again
  last_state_ = nullptr;
  processes_.erase(found);
  if (births_.size() > 2 * processes_.size())
    births_.erase(std::remove_if(births_.begin() + 1, births_.end(),
                                 [&](Pid pid) { return !processes_.contains(pid); }),
                  births_.end());
}

void FactBuilder::Impl::know_killer(Process& process) {
  const std::optional<Pid> killer = killers_.killer_of(process.pid, process.parent);
  if (!killer) return;
  SignalEvent signal;
  signal.signal = Signal{SIGKILL};
  signal.sender = *killer;
  if (const auto sender = processes_.find(*killer); sender != processes_.end())
    signal.sender_name = std::string(base_name(sender->second.facts.executable));
  process.signals.push_back(std::move(signal));
}

/// A filter that kills does it without a signal that is delivered: the call is begun, and that is all, or
/// it seems to return its own number. Of several threads it is the one whose call is the youngest.
void FactBuilder::Impl::note_refused_call(ProcessState& state) {
  Process& process = state.facts;
  const auto is_told = [](const SignalEvent& signal) { return !signal.call.empty(); };
  if (std::any_of(process.signals.begin(), process.signals.end(), is_told)) return;
  const auto youngest =
      std::min_element(process.waits.begin(), process.waits.end(),
                       [](const auto& one, const auto& other) { return one.call.took < other.call.took; });
  SignalEvent refusal;
  refusal.signal = Signal{SIGSYS};
  refusal.call = youngest == process.waits.end() ? state.last_call : youngest->call.name;
  process.signals.push_back(std::move(refusal));
}

/// What the machine did not say, the calls before may tell.
void FactBuilder::Impl::on(const Event& event, const WaitEvent& given) {
  ProcessState& state = state_of(event.process);
  Wait wait{given, event.thread, false};
  state.descriptors.complete(wait.call);
  if (wait.on == WaitFor::unknown) wait.on = wait_for(wait.call);
  const SyscallEvent& call = wait.call;
  wait.timed = wait.timed || is_timed(call);
  if (wait.thing.empty())
    wait.thing = !call.address.empty() ? call.address : !call.path.empty() ? call.path : call.file;
  const Descriptor* descriptor = state.descriptors.find(call.fd);
  if (descriptor != nullptr && descriptor->received) wait.answered = true;
  for (const std::string& address : wait.listens) note(state.facts.listens, address);
  state.facts.waits.push_back(std::move(wait));
}

}  // namespace whywontitstart
