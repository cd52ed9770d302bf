#include "facts/fact_builder.h"

#include "facts/binding.h"
#include "facts/blame.h"
#include "facts/complaints.h"
#include "facts/cut_lines.h"
#include "facts/fact_builder_impl.h"
#include "facts/said_objects.h"
#include "facts/waits.h"
#include "model/severity.h"

namespace whywontitstart {
namespace {

/// A trace that ends in a call which may take long shows a program that runs; any other was cut off.
bool anybody_waits(const Facts& facts) {
  static const std::set<std::string_view> long_calls = {
      "accept",          "accept4", "epoll_wait", "epoll_pwait",     "epoll_pwait2",  "poll",
      "ppoll",           "select",  "_newselect", "pselect6",        "pause",         "nanosleep",
      "clock_nanosleep", "wait4",   "waitpid",    "waitid",          "read",          "recv",
      "recvfrom",        "recvmsg", "futex",      "rt_sigtimedwait", "rt_sigsuspend", "sigsuspend",
      "msgrcv",          "semop",   "semtimedop", "io_getevents",    "connect",       "flock",
      "fcntl",           "ioctl"};
  return std::any_of(facts.processes.begin(), facts.processes.end(), [](const Process& process) {
    return !process.exit && std::any_of(process.waits.begin(), process.waits.end(), [](const Wait& wait) {
      return long_calls.count(wait.call.name) != 0;
    });
  });
}

}  // namespace

void note(std::vector<std::string>& names, const std::string& name) {
  constexpr std::size_t most_names = 200;  // of files and hosts, each
  if (names.size() < most_names && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

FactBuilder::Impl::Impl(Beginning beginning) : cwd_(std::move(beginning.cwd)) {
  // A shell's own 'echo … >&2' writes to descriptor 1, of which it has made a copy of 2.
  if (beginning.standard_error != beginning.standard_output)
    lines_.know_standard_error(std::move(beginning.standard_error));
}

void FactBuilder::Impl::add(Event&& event) {
  ++order_;
  last_at_ = std::max(last_at_, event.at);
  std::visit([&](auto& what) { on(event, what); }, event.what);
}

std::vector<std::string> FactBuilder::Impl::listening() const {
  std::vector<std::string> addresses;
  for (const auto& [pid, state] : processes_)
    if (!state.facts.exit)
      addresses.insert(addresses.end(), state.facts.listens.begin(), state.facts.listens.end());
  return addresses;
}

std::vector<Pid> FactBuilder::Impl::living() const {
  std::vector<Pid> pids;
  for (const auto& [pid, state] : processes_)
    if (!state.facts.exit) pids.push_back(pid);
  return pids;
}

bool FactBuilder::Impl::wrote(const std::string& path) const {
  return std::any_of(opened_.begin(), opened_.end(),
                     [&](const OpenedFile& file) { return file.written && file.path == path; });
}

Facts FactBuilder::Impl::finish(std::optional<Outcome> outcome) {
  for (const auto& [pid, state] : processes_) lines_.end_process(pid);
  last_state_ = nullptr;
  Facts facts;
  facts.failures = failures_.take([&](Pid pid) {
    const auto found = processes_.find(pid);
    return found == processes_.end() ? 0 : found->second.worked;
  });
  for (const Pid pid : births_)
    if (const auto found = processes_.find(pid); found != processes_.end()) {
      ProcessState state = std::move(processes_.extract(found).mapped());
      if (!state.facts.exit) state.facts.cwd = state.descriptors.cwd();
      facts.processes.push_back(std::move(state.facts));
    }
  facts.lines = lines_.take();
  facts.opened = std::move(opened_);
  for (Line& line : facts.lines)
    if (sounds_like_failure(line.text))
      if (const std::vector<SaidObject> paths = paths_said(line.text); !paths.empty())
        line.names = paths.front().value;
  facts.queried_names = std::move(queried_names_);
  facts.connected = std::move(connected_);
  if (!facts.failures.empty()) facts.last_failing = facts.failures.back();
  for (auto& [socket, failure] : pending_) facts.failures.push_back(std::move(failure));
  std::stable_sort(facts.failures.begin(), facts.failures.end(),
                   [](const Failure& one, const Failure& other) { return one.order < other.order; });
  facts.events = order_;
  facts.failed = failed_;
  facts.lost = failures_.dropped();
  for (std::size_t at = 0; at < tail_.size(); ++at)
    facts.tail.push_back(to_timed_text(tail_[(tail_begin_ + at) % tail_.size()]));
  facts.calls = counted();
  facts.oom_kills = std::move(oom_kills_);
  facts.outcome = outcome ? *outcome : outcome_of(facts);
  if (facts.outcome.state == State::running) judge_running(facts);
  complete_cut_lines(facts);
  bind_text_to_failures(facts);
  find_complaints(facts);
  find_blame(facts);
  return facts;
}

/// What the events alone tell of the end: for a strace log.
Outcome FactBuilder::Impl::outcome_of(const Facts& facts) const {
  Outcome outcome;
  outcome.duration = last_at_;
  outcome.ready = looks_ready();
  const Process* target = facts.target();
  if (target == nullptr) {
    outcome.state = State::not_started;
  } else if (!target->exit) {
    const bool never_ran = !target->execed && target->calls > 0 && facts.last_failing &&
                           kind_of(facts.last_failing->call) == CallKind::exec;
    outcome.state = never_ran ? State::not_started : State::running;
    outcome.open_end = !never_ran && !outcome.ready && !anybody_waits(facts);
  } else {
    outcome.status = *target->exit;
    outcome.state = outcome.status.signal == Signal::none ? State::exited : State::killed;
  }
  return outcome;
}

/// It runs: is it at work, or does it wait for something that will not come?
void FactBuilder::Impl::judge_running(Facts& facts) {
  if (facts.outcome.ready && !facts.outcome.attached) return;
  if (judge_waits(facts)) facts.outcome.state = State::hung;
  if (!facts.outcome.ready && tries_in_vain(facts)) facts.outcome.state = State::hung;
}

FactBuilder::FactBuilder(Beginning beginning) : impl_(std::make_unique<Impl>(std::move(beginning))) {}
FactBuilder::FactBuilder(FactBuilder&&) noexcept = default;
FactBuilder& FactBuilder::operator=(FactBuilder&&) noexcept = default;
FactBuilder::~FactBuilder() = default;

void FactBuilder::add(Event event) { impl_->add(std::move(event)); }

bool FactBuilder::looks_ready() const { return impl_->looks_ready(); }
bool FactBuilder::said_ready() const { return impl_->said_ready(); }
std::vector<std::string> FactBuilder::listening() const { return impl_->listening(); }
std::vector<Pid> FactBuilder::living() const { return impl_->living(); }
bool FactBuilder::wrote(const std::string& path) const { return impl_->wrote(path); }

Facts FactBuilder::finish(std::optional<Outcome> outcome) { return impl_->finish(outcome); }

Facts facts_of(const std::vector<Event>& events, std::optional<Outcome> outcome) {
  FactBuilder builder;
  for (const Event& event : events) builder.add(event);
  return builder.finish(outcome);
}

}  // namespace whywontitstart
