#include "facts/fact_builder.h"

#include <cerrno>
#include <csignal>
#include <deque>
#include <tuple>

#include "base/text.h"
#include "facts/binding.h"
#include "facts/blame.h"
#include "facts/complaints.h"
#include "facts/credentials.h"
#include "facts/descriptors.h"
#include "facts/dns.h"
#include "facts/failure_table.h"
#include "facts/killers.h"
#include "facts/limits_set.h"
#include "facts/lines.h"
#include "facts/waits.h"
#include "model/waits.h"

namespace whywontitstart {
namespace {

constexpr std::size_t tail_length = 30;
constexpr std::size_t most_names = 200;  // of files and hosts, each
constexpr std::size_t most_signals = 20;
constexpr std::size_t most_processes = 10000;  // more are kept only while they live, or if they failed

/// One process as it is known so far.
struct ProcessState {
  Process facts;
  Descriptors descriptors;
  std::size_t worked = 0;  ///< its calls that did not fail
  std::string last_call;   ///< its name
};

/// "[ECONNREFUSED]" or "[111]", as strace prints what getsockopt(SO_ERROR) brought.
Errno pending_socket_error(const SyscallEvent& call) {
  for (const std::string& argument : call.arguments) {
    if (!argument.starts_with('[') || !argument.ends_with(']')) continue;
    const std::string inside = argument.substr(1, argument.size() - 2);
    if (const auto code = errno_from_name(inside)) return *code;
    if (inside.size() >= 2 && inside.find_first_not_of("0123456789") == std::string::npos)
      return Errno{std::atoi(inside.c_str())};
  }
  return Errno::none;
}

void set_limit(std::vector<Limit>& limits, const Limit& limit) {
  std::erase_if(limits, [&](const Limit& known) { return known.name == limit.name; });
  limits.push_back(limit);
}

/// Adds at the end what is not there yet.
void note(std::vector<std::string>& names, const std::string& name) {
  if (names.size() < most_names && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

/// A message of sd_notify(3): one assignment on each line.
bool says_ready(std::string_view message) {
  for (const std::string_view line : split(message, '\n'))
    if (line == "READY=1") return true;
  return false;
}

bool is_of_interest(std::string_view path) {
  static const std::vector<std::string_view> dull = {"/proc/",   "/sys/", "/dev/",
                                                     "/usr/lib", "/lib",  "/usr/share/locale"};
  return path.starts_with('/') && path.find(".so") == std::string_view::npos &&
         std::none_of(dull.begin(), dull.end(),
                      [&](std::string_view start) { return path.starts_with(start); });
}

}  // namespace

class FactBuilder::Impl {
 public:
  explicit Impl(Beginning beginning) : cwd_(std::move(beginning.cwd)) {
    // A shell's own 'echo … >&2' writes to descriptor 1, of which it has made a copy of 2.
    if (beginning.standard_error != beginning.standard_output)
      lines_.know_standard_error(std::move(beginning.standard_error));
  }

  void add(Event event) {
    ++order_;
    last_at_ = std::max(last_at_, event.at);
    std::visit([&](auto& what) { on(event, what); }, event.what);
  }

  bool looks_ready() const { return said_ready_ || !listening().empty(); }

  bool said_ready() const { return said_ready_; }

  std::vector<std::string> listening() const {
    std::vector<std::string> addresses;
    for (const auto& [pid, state] : processes_)
      if (!state.facts.exit)
        addresses.insert(addresses.end(), state.facts.listens.begin(), state.facts.listens.end());
    return addresses;
  }

  std::vector<Pid> living() const {
    std::vector<Pid> pids;
    for (const auto& [pid, state] : processes_)
      if (!state.facts.exit) pids.push_back(pid);
    return pids;
  }

  bool wrote(const std::string& path) const {
    return std::find(written_files_.begin(), written_files_.end(), path) != written_files_.end();
  }

  Facts finish(std::optional<Outcome> outcome) {
    for (const auto& [pid, state] : processes_) lines_.end_process(pid);
    Facts facts;
    facts.failures = failures_.take([&](Pid pid) {
      const auto found = processes_.find(pid);
      return found == processes_.end() ? 0 : found->second.worked;
    });
    for (const Pid pid : births_)
      if (const auto found = processes_.find(pid); found != processes_.end())
        facts.processes.push_back(std::move(processes_.extract(found).mapped().facts));
    facts.lines = lines_.take();
    facts.read_files = std::move(read_files_);
    facts.written_files = std::move(written_files_);
    facts.queried_names = std::move(queried_names_);
    if (!facts.failures.empty()) facts.last_failing = facts.failures.back();
    facts.events = order_;
    facts.failed = failed_;
    facts.lost = failures_.dropped();
    for (const SyscallEvent& call : tail_) facts.tail.push_back(to_timed_text(call));
    facts.calls = counted();
    facts.oom_kills = std::move(oom_kills_);
    facts.outcome = outcome ? *outcome : outcome_of(facts);
    if (facts.outcome.state == State::running) judge_running(facts);
    bind_text_to_failures(facts);
    find_complaints(facts);
    find_blame(facts);
    return facts;
  }

 private:
  ProcessState& state_of(Pid pid, Pid parent = Pid::none) {
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
    return found->second;
  }

  void on(const Event& event, SyscallEvent& call) {
    ProcessState& state = state_of(event.process);
    if (!call.finished) {
      killers_.saw(event.process, call);  // of a whole group: it dies of its own call
      WaitEvent wait;
      wait.call = std::move(call);
      return on(event, wait);
    }
    count(call);
    state.last_call = call.name;
    ++state.facts.calls;
    state.facts.last_call = event.at;
    if (tells_nothing(call))
      ++state.worked;
    else
      on_telling(event, call, state);
    tail_.push_back(std::move(call));
    if (tail_.size() > tail_length) tail_.pop_front();
  }

  void on_telling(const Event& event, SyscallEvent& call, ProcessState& state) {
    state.descriptors.complete(call);
    if (kind_of(call) == CallKind::send) {
      lines_.add_call(event, call, order_, state.descriptors.is_standard_error(call.fd));
      if (const std::string name = queried_name(call.data); port_of(call.address) == "53" && !name.empty())
        note(queried_names_, name);
    }
    if (call.error != Errno::none)
      on_failure(event, call, state);
    else
      on_success(event, call, state);
  }

  void count(const SyscallEvent& call) {
    CallCount& counted = counts_[call.name];
    ++counted.calls;
    if (call.error != Errno::none) ++counted.failed;
    counted.took += call.took;
  }

  std::vector<CallCount> counted() const {
    std::vector<CallCount> all;
    for (const auto& [name, count] : counts_) {
      all.push_back(count);
      all.back().name = name;
    }
    std::sort(all.begin(), all.end(), [](const CallCount& one, const CallCount& other) {
      return std::tie(other.took, other.calls, one.name) < std::tie(one.took, one.calls, other.name);
    });
    return all;
  }

  void on_failure(const Event& event, SyscallEvent& call, ProcessState& state) {
    ++failed_;
    if (number(call.error) == EINPROGRESS && call.name == "connect") {
      Descriptor& socket = state.descriptors.at(call.fd);
      socket.peer = call.address;
      socket.connecting = true;
    }
    if (is_flow_control(call)) return;
    failures_.add_failure(event, call, order_, state.worked, state.facts.credentials);
  }

  void on_success(const Event& event, SyscallEvent& call, ProcessState& state) {
    ++state.worked;
    killers_.saw(event.process, call);
    change_credentials(state.facts.credentials, call);
    if (const std::optional<Limit> limit = limit_set_by(call)) set_limit(state.facts.limits, *limit);
    if (has_flag(call, "SO_ERROR") && call.name == "getsockopt") return on_connected(event, call, state);
    failures_.add_success(event.process, call);
    state.descriptors.learn(call);
    if (call.name == "listen" || (call.name == "bind" && has_flag(call, "SOCK_DGRAM"))) {
      const Descriptor* socket = state.descriptors.find(call.fd);
      const std::string address = !call.address.empty() ? call.address
                                  : socket != nullptr   ? socket->bound
                                                        : "";
      note(state.facts.listens, address);
    }
    if (kind_of(call) == CallKind::send && call.fd > 2 && says_ready(call.data)) said_ready_ = true;
    if (call.name.starts_with("open") && is_of_interest(call.path))
      note(wants_to_write(call) ? written_files_ : read_files_, call.path);
  }

  /// A non-blocking connect ended, and the program asked how.
  void on_connected(const Event& event, const SyscallEvent& asked, ProcessState& state) {
    Descriptor& socket = state.descriptors.at(asked.fd);
    if (socket.peer.empty() || !socket.connecting) return;
    socket.connecting = false;
    SyscallEvent call = asked;
    call.name = "connect";
    call.address = socket.peer;
    call.error = pending_socket_error(asked);
    if (call.error == Errno::none) {
      failures_.add_success(event.process, call);
    } else {
      call.arguments = {std::to_string(asked.fd), call.address};
      ++failed_;
      failures_.add_failure(event, call, order_, state.worked, state.facts.credentials);
    }
  }

  void on(const Event& event, const ForkEvent& fork) {
    ProcessState& parent = state_of(event.process);
    if (fork.is_thread) return;
    const Descriptors inherited = parent.descriptors;
    const std::string executable = parent.facts.executable;
    const std::vector<std::string> argv = parent.facts.argv;
    const std::vector<Limit> limits = parent.facts.limits;
    const Credentials credentials = parent.facts.credentials;
    if (const auto former = processes_.find(fork.child);
        former != processes_.end() && former->second.facts.exit)
      processes_.erase(former);  // its id is used again
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

  void on(const Event& event, const ExecEvent& exec) {
    ProcessState& state = state_of(event.process);
    state.facts.executable = exec.executable;
    state.facts.argv = exec.argv;
    state.facts.execed = true;
  }

  void on(const Event& event, const SignalEvent& signal) {
    ProcessState& state = state_of(event.process);
    if (state.facts.signals.size() < most_signals) state.facts.signals.push_back(signal);
  }

  void on(const Event& event, const ExitEvent& exit) {
    ProcessState& state = state_of(event.process);
    if (exit.status.signal == Signal{SIGSYS}) note_refused_call(state);
    state.facts.exit = exit.status;
    state.facts.cpu = exit.cpu;
    state.facts.peak_memory = exit.peak_memory;
    state.facts.ended = event.at;
    state.facts.ended_order = order_;
    state.facts.waits.clear();
    state.descriptors = Descriptors();
    lines_.end_process(event.process);
    if (number(exit.status.signal) == SIGKILL) know_killer(state.facts);
    if (processes_.size() > most_processes && exit.status.success() && event.process != births_.front())
      processes_.erase(event.process);
  }

  void know_killer(Process& process) {
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
  static void note_refused_call(ProcessState& state) {
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
  void on(const Event& event, const WaitEvent& given) {
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

  void on(const Event& event, const LogEvent& log) { lines_.add_log(event, log, order_); }

  void on(const Event&, const OomKillEvent& kill) { oom_kills_.push_back(kill); }

  /// What the events alone tell of the end: for a strace log.
  /// A trace that ends in a call which may take long shows a program that runs; any other was cut off.
  static bool anybody_waits(const Facts& facts) {
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

  Outcome outcome_of(const Facts& facts) const {
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
  static void judge_running(Facts& facts) {
    if (facts.outcome.ready && !facts.outcome.attached) return;
    if (judge_waits(facts)) facts.outcome.state = State::hung;
    if (!facts.outcome.ready && tries_in_vain(facts)) facts.outcome.state = State::hung;
  }

  std::string cwd_;
  Order order_ = 0;
  TraceTime last_at_{0};
  std::size_t failed_ = 0;
  bool said_ready_ = false;
  std::map<Pid, ProcessState> processes_;
  std::vector<Pid> births_;
  FailureTable failures_;
  LineJoiner lines_;
  std::deque<SyscallEvent> tail_;
  std::unordered_map<std::string, CallCount> counts_;
  std::vector<OomKillEvent> oom_kills_;
  Killers killers_;
  std::vector<std::string> read_files_;
  std::vector<std::string> written_files_;
  std::vector<std::string> queried_names_;
};

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
